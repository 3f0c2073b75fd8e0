"""The screens as one visitor has them who set something in 「使いやすく」, and what is wrong with them then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page

from kiosk.languages import Language
from kiosk.reception import Aids, View
from tests.gallery.pages import rendered
from tests.gallery.shots import SIZES, Size, faults_of, opened

__all__ = ["AIDED", "BEYOND_REACH", "CONTRAST", "aided_faults", "aided_pages"]

CONTRAST = Path(__file__).with_name("contrast.js").read_text("utf-8")
BEYOND_REACH = """() => {
  const open = [...document.querySelectorAll(":popover-open")].at(-1);
  const buttons = [...(open ?? document.querySelector("main")).querySelectorAll("button, summary")];
  const shown = buttons.filter((one) => one.checkVisibility() && (open || !one.closest("[popover]")));
  const high = shown.filter((one) => one.getBoundingClientRect().top < 0.4 * innerHeight - 1.5);
  return high.map((one) => `${one.textContent.trim().replace(/\\s+/g, " ")} is in the upper 40 %`);
}"""

AIDED: Mapping[str, tuple[Aids, tuple[Size, ...]]] = {
    "letters-1": (Aids(letters=1), SIZES),
    "letters-2": (Aids(letters=2), SIZES),
    "contrast": (Aids(contrast=True), SIZES),
    "lowered": (Aids(lowered=True), SIZES[1:2]),
    "lowered-letters-2": (Aids(lowered=True, letters=2), SIZES[1:2]),
}
"""What can be set, by a name, and the sizes where it shows: only an upright panel is lowered."""


def aided_pages(views: Mapping[str, View], aids: Aids, language: Language = Language.JAPANESE) -> dict[str, str]:
    """Return the HTML of the views as somebody with these aids has them."""
    return rendered({name: replace(view, aids=aids) for name, view in views.items()}, language)


def aided_faults(pages: Mapping[str, str], aids: Aids, size: Size, done: Callable[[], object]) -> Iterator[str]:
    """Yield what is wrong with each page at a size; large letters may scroll. ``done`` is called after each."""
    scrolling = replace_zoom(size) if aids.letters else size
    for name, page in opened(pages, size):
        yield from (f"{size}/{name}: {fault}" for fault in _faults_of(page, aids, scrolling))
        done()


def replace_zoom(size: Size) -> Size:
    """Return the size as one that may scroll."""
    return size._replace(zoom=max(2, size.zoom))


def _faults_of(page: Page, aids: Aids, size: Size) -> list[str]:
    # Where somebody may touch is asked before the measure of the layout draws hidden buttons into sight.
    high: list[str] = page.evaluate(BEYOND_REACH) if aids.lowered else []
    pale: list[str] = page.evaluate(CONTRAST) if aids.contrast else []
    return [*high, *pale, *faults_of(page, size)]
