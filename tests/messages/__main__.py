"""``script/messages``: extract the texts of the house, begin or update a catalogue, and check one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from kiosk.languages import Language
from kiosk.web.catalogues import catalogue_path, open_catalogue
from tests.messages.catalogue_files import TEMPLATE, template, updated, written
from tests.messages.checks import faults_of


def main() -> None:
    """Do what the arguments ask for; end with an error if a catalogue that is checked has a fault."""
    parser = argparse.ArgumentParser(prog="script/messages", description=__doc__)
    parser.add_argument("act", choices=("extract", "update", "check"))
    parser.add_argument("languages", nargs="*", type=Language, help="tags, such as vi; none: every catalogue there is")
    options = parser.parse_args()
    languages = options.languages or [each for each in Language if catalogue_path(each).exists()]
    if options.act == "extract":
        TEMPLATE.write_text(written(template()), "utf-8")
        print(f"{TEMPLATE}: {len(template())} texts")
    elif options.act == "update":
        _update(languages)
    else:
        sys.exit(_check(languages))


def _update(languages: Sequence[Language]) -> None:
    for language in languages:
        catalogue_path(language).write_text(written(updated(language)), "utf-8")
        print(catalogue_path(language))


def _check(languages: Sequence[Language]) -> int:
    faults = 0
    for language in languages:
        found = faults_of(open_catalogue(language), language)
        faults += len(found)
        print(*(f"{language.value}: {fault}" for fault in found), sep="\n" if found else "")
        print(f"{language.value}: {len(found)} faults in {len(template())} texts")
    return 1 if faults else 0


if __name__ == "__main__":
    main()
