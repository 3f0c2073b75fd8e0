"""Large letters, white on black, lowered: nothing is cut off, pale or out of reach. ``script/gallery`` measures all."""

from __future__ import annotations

from functools import cache

import pytest

from kiosk.languages import DEFAULT_LANGUAGES, Language
from kiosk.reception import Aids, Screen, StateName, View
from kiosk.web.screens import Screens
from tests.gallery.aided import AIDED, BEYOND_REACH, CONTRAST, aided_faults, aided_pages
from tests.gallery.pages import rendered
from tests.gallery.shots import SIZES, Size, opened
from tests.gallery.views import a_view, every_screen

_HARDEST = (
    Screen.IDLE,
    Screen.PIN_WRONG,
    Screen.GUIDE_BELONGINGS,
    Screen.GUIDE_ADVICE,
    Screen.RESULT_CARD,
    Screen.STILL_THERE,
    Screen.PROCEDURES,
    Screen.UNION_MENU,
    Screen.WAY_TO_USE,
)


@cache
def hardest() -> dict[str, View]:
    """Return the view with the most to show for each of these screens."""
    chosen: dict[Screen, View] = {}
    for view in every_screen().values():
        leads_to_pages = view.screen is Screen.RESULT_CARD and view.has_personal_pages  # has fewer sheets
        if view.screen in _HARDEST and not leads_to_pages:
            chosen[view.screen] = max(chosen.get(view.screen, view), view, key=lambda one: len(Screens().main(one)))
    return {screen.value: view for screen, view in chosen.items()}


SAMPLE = (
    ("letters-1", SIZES[0]),
    ("letters-2", SIZES[1]),
    ("contrast", SIZES[0]),
    ("lowered", SIZES[1]),
    ("lowered-letters-2", SIZES[1]),
)


@pytest.mark.parametrize(("name", "size"), SAMPLE, ids=str)
def test_nothing_is_cut_off_pale_or_out_of_reach(name: str, size: Size) -> None:
    aids, _ = AIDED[name]
    assert list(aided_faults(aided_pages(hardest(), aids), aids, size, lambda: None)) == []


def test_the_measures_find_a_pale_text_and_a_button_out_of_reach() -> None:
    html = rendered({"one": a_view(Screen.QUESTION_PURPOSE, StateName.RESULT)})["one"]
    pale = html.replace('<p class="why">', '<p class="why" style="color: #949494">', 1)
    (found,) = [page.evaluate(CONTRAST) + page.evaluate(BEYOND_REACH) for _, page in opened({"pale": pale}, SIZES[1])]
    assert any("has a contrast of 3.0:1" in fault for fault in found)
    assert any("is in the upper 40 %" in fault for fault in found)


def plain(aids: Aids, language: Language = Language.JAPANESE) -> dict[str, str]:
    """Return the pages without those whose sheets are open."""
    return {name: html for name, html in aided_pages(hardest(), aids, language).items() if "+" not in name}


SMALLEST = """(part) => {
  const needed = [...document.querySelectorAll(`${part} :is(h1, .why, .steps__item, .key, .option__label, .button)`)];
  const shown = needed.filter((one) => one.checkVisibility() && !one.closest("[popover]"));
  return Math.min(...shown.map((one) => parseFloat(getComputedStyle(one).fontSize) * one.currentCSSZoom));
}"""


@pytest.mark.parametrize("language", DEFAULT_LANGUAGES)
def test_the_largest_letters_have_seven_tenths_of_a_degree_at_half_a_metre(language: Language) -> None:
    """EN 301 549, 5.1.4: a capital H of 6.1 mm, on the smallest panel that is taken (10.1 inches at 1280 x 800).

    The buttons at the foot are smaller in the other languages (docs/inclusion.md).
    """
    part = "main" if language is Language.JAPANESE else ".body"
    millimetres = 10.1 * 25.4 / (1280**2 + 800**2) ** 0.5
    for name, page in opened(plain(Aids(letters=2), language), SIZES[0]):
        assert page.evaluate(SMALLEST, part) * millimetres * 0.765 >= 6.1, name


BOXES = """() => [...document.querySelectorAll("main :is(.button, .option, .key)")]
  .filter((one) => one.checkVisibility() && !one.closest("[popover]"))
  .filter((one) => getComputedStyle(one).borderTopStyle === "none" || getComputedStyle(one).borderTopWidth === "0px")
  .map((one) => one.textContent.trim())"""


def test_in_forced_colours_every_button_keeps_its_edge_and_what_was_typed_is_seen() -> None:
    for name, page in opened(plain(Aids()), SIZES[0]):
        page.emulate_media(forced_colors="active", reduced_motion="reduce")
        assert page.evaluate(BOXES) == [], name
        if page.locator(".dots").count():
            page.evaluate("document.querySelector('.dot').classList.add('dot--full')")
            grounds = page.locator(".dot").evaluate_all(
                "all => all.map((one) => getComputedStyle(one).backgroundColor)"
            )
            assert grounds[0] not in grounds[1:]


def test_with_reduced_motion_nothing_moves() -> None:
    moving = {
        name: running
        for name, page in opened(plain(Aids()), SIZES[0])
        if (running := page.evaluate("document.getAnimations().length"))
    }
    assert moving == {}


BLACK = """() => [...document.querySelectorAll("main, main *, .panel")]
  .filter((one) => one.checkVisibility({ checkOpacity: true }) && one.getClientRects().length)
  .map((one) => one.className)"""


def test_behind_the_curtain_nothing_is_drawn_but_its_own_words() -> None:
    for name, page in opened(plain(Aids(curtain=True)), SIZES[0]):
        assert page.evaluate(BLACK) == [], name
        assert page.locator(".curtain").is_visible()
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(0, 0, 0)"
        assert page.locator("main h1").aria_snapshot(), "what is not seen is still to be heard"
