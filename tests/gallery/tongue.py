"""What a screen reader gets of a screen in a language: Chromium's tree, the tab key, and the ``lang`` of each text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import CDPSession, Page

from kiosk.languages import Language
from kiosk.web.wording import wording_of
from tests.gallery.shots import SIZES, opened
from tests.gallery.tree import Node, focus_order, nodes_of, tree_faults

__all__ = ["language_faults", "reading_faults"]

_LANGUAGES = Path(__file__).with_name("tongue.js").read_text("utf-8")
_FOCUSED = """() => {
  const one = document.activeElement;
  return one.matches("main :is(button, summary, [tabindex])") ? one.textContent.trim() : null;
}"""
_SCROLLERS = 1
"""At most so many parts of a screen scroll."""
_LIVE: tuple[list[tuple[str, object]], ...] = ([], [("status", "polite")])


def reading_faults(pages: Mapping[str, str], language: Language) -> dict[str, list[str]]:
    """Return the faults of each page (name: HTML) that has some; a name that ends in ``+ID`` has that sheet open."""
    found: dict[str, list[str]] = {}
    session = None
    for name, page in opened(pages, SIZES[0]):
        session = session or page.context.new_cdp_session(page)
        if faults := [*_faults(page, session, language, sheet="+" in name)]:
            found[name] = faults
    return found


def language_faults(page: Page, language: Language) -> list[str]:
    """Return the texts and labels whose nearest ``lang`` is not the language that they are in."""
    faults: list[str] = page.evaluate(_LANGUAGES, language.value)
    return faults


def _faults(page: Page, session: CDPSession, language: Language, *, sheet: bool) -> Iterator[str]:
    yield from language_faults(page, language)
    nodes, order = nodes_of(page, session), focus_order(page)
    wanted = [name for level, _, name in order if level >= 0]
    live = [(node.role, node.states["live"]) for node in nodes if node.states.get("live")]
    if live not in _LIVE:
        yield f"live regions: {live}"
    if sheet:
        yield from _faults_of_sheet(nodes, wording_of(language).label("とじる"))
        return
    yield from tree_faults(nodes, order)
    if (reached := _tabbed(page, len(wanted))) != wanted:
        yield f"the tab key reaches {reached}, not {wanted}"


def _faults_of_sheet(nodes: list[Node], closing: str) -> Iterator[str]:
    buttons = [node.name for node in nodes if node.role == "button"]
    if closing not in buttons:
        yield f"no button {closing} among {buttons}"
    if "" in buttons:
        yield "a button without a name"


def _tabbed(page: Page, times: int) -> list[str]:
    """Return the first so many texts that the tab key reaches from the top of the screen.

    A part that scrolls, which the key reaches too, is no text of these.
    """
    page.evaluate('() => { document.querySelector("main").tabIndex = -1; document.querySelector("main").focus(); }')
    reached: list[str | None] = []
    for _ in range(times + _SCROLLERS):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(_FOCUSED))
    return [text for text in reached if text is not None][:times]
