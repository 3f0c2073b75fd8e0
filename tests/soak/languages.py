"""``script/soak languages``: every screen in every language that has a catalogue, on every panel and as it is read."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from itertools import product

from kiosk.languages import Language
from kiosk.web.catalogues import catalogue_path
from tests.gallery.pages import longest_of_each_kind
from tests.gallery.shots import SIZES, Size, faults_of, opened
from tests.gallery.tongue import reading_faults

_READ = "read"


def run(seconds: float) -> None:
    """Print a row for each language and panel, and one for how a screen reader reads it: how many screens, and faults.

    End with an error if there is one. What has no time left in ``seconds`` is not begun, and said to be left out.
    """
    ends = time.monotonic() + seconds
    there = [each for each in Language if each is Language.JAPANESE or catalogue_path(each).exists()]
    print(f"{'language':<10} {'panel':<10} {'screens':>7} {'faults':>6}")
    wrong = 0
    for language, size in product(there, (*SIZES, None)):
        if time.monotonic() > ends:
            print(f"{language.value:<10} {size or _READ!s:<10} left out: no time")
            continue
        wrong += _row(language, size)
    if wrong:
        sys.exit(1)


def _row(language: Language, size: Size | None) -> int:
    """Print the row of one panel; without a size, that of the reading."""
    pages = longest_of_each_kind(language)
    found = reading_faults(pages, language) if size is None else _layout_faults(pages, size)
    faults = [f"  {name}: {fault}" for name, faults in found.items() for fault in faults]
    row = f"{language.value:<10} {size or _READ!s:<10} {len(pages):>7} {len(faults):>6}"
    print(row, *faults, sep="\n", flush=True)
    return len(faults)


def _layout_faults(pages: Mapping[str, str], size: Size) -> dict[str, list[str]]:
    return {name: faults_of(page, size) for name, page in opened(pages, size)}
