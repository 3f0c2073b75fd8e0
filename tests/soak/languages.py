"""``script/soak languages``: lays every screen out on every panel in every language that has a catalogue."""

from __future__ import annotations

import sys
import time
from itertools import product

from kiosk.languages import Language
from kiosk.web.catalogues import catalogue_path
from tests.gallery.pages import longest_of_each_kind
from tests.gallery.shots import SIZES, Size, faults_of, opened


def run(seconds: float) -> None:
    """Print a row for each language and panel: how many screens were measured, and their faults.

    End with an error if there is one. What has no time left in ``seconds`` is not begun, and said to be left out.
    """
    ends = time.monotonic() + seconds
    there = [each for each in Language if each is Language.JAPANESE or catalogue_path(each).exists()]
    print(f"{'language':<10} {'panel':<10} {'screens':>7} {'faults':>6}")
    wrong = 0
    for language, size in product(there, SIZES):
        if time.monotonic() > ends:
            print(f"{language.value:<10} {size!s:<10} left out: no time")
            continue
        wrong += _row(language, size)
    if wrong:
        sys.exit(1)


def _row(language: Language, size: Size) -> int:
    pages = longest_of_each_kind(language)
    found = {name: faults_of(page, size) for name, page in opened(pages, size)}
    faults = [f"  {name}: {fault}" for name, faults in found.items() for fault in faults]
    print(f"{language.value:<10} {size!s:<10} {len(pages):>7} {len(faults):>6}", *faults, sep="\n", flush=True)
    return len(faults)
