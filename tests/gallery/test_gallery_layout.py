"""On no panel, and at no zoom, is anything of a screen covered, cut off, crushed or out of reach."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import cycle

import pytest

from kiosk.decision import decide
from kiosk.languages import Language
from kiosk.reception import Alert, Screen, StateName
from kiosk.web.assets import STATIC_FOLDER
from kiosk.web.catalogues import catalogue_path
from kiosk.web.screens import Screens
from tests.gallery.pages import longest_of_each_kind, rendered
from tests.gallery.shots import SIZES, Size, faults_of, opened
from tests.gallery.views import a_view, every_screen, facts, result_view


@pytest.fixture(scope="module", name="pages")
def pages_fixture() -> dict[str, str]:
    return longest_of_each_kind(Language.JAPANESE)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_nothing_is_covered_cut_off_crushed_or_out_of_reach(size: Size, pages: dict[str, str]) -> None:
    found = {name: faults_of(page, size) for name, page in opened(pages, size)}
    assert {name: faults for name, faults in found.items() if faults} == {}


TRANSLATED: list[Language] = [
    each for each in Language if each is not Language.JAPANESE and catalogue_path(each).exists()
]
SAMPLE = list(zip(TRANSLATED, cycle(SIZES), strict=False))
"""Each language on one of the panels, with every second screen; script/soak languages measures all of all."""


@pytest.mark.parametrize(("language", "size"), SAMPLE, ids=str)
def test_nothing_is_covered_or_cut_off_in_another_language(language: Language, size: Size) -> None:
    pages = list(longest_of_each_kind(language).items())[TRANSLATED.index(language) % 2 :: 2]
    found = {name: faults_of(page, size) for name, page in opened(dict(pages), size)}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_a_name_that_nobody_has_stays_in_its_own_row(size: Size) -> None:
    views = [view for view in every_screen().values() if view.screen is Screen.OWN_RECORD and view.pages]
    (record, pages) = next((view.pages.record, view.pages) for view in views if view.pages)
    marked = replace(record, name="土" + 99 * "\u20dd", kana="ド" + 33 * "\u0302\u0336\u20dd")
    html = rendered({"marked": replace(views[0], pages=replace(pages, record=marked))})["marked"]
    (faults,) = [faults_of(page, size) for _, page in opened({"marked": html}, size)]
    assert faults == []


BADLY_LAID_OUT = """<div class="body" style="display: block; position: relative">
<div style="position: absolute; top: 20px; left: 40px">下の文</div>
<button style="position: absolute; top: 20px; left: 50px" data-action="close">上</button>
<p style="position: absolute; top: 100px; width: 1em; overflow-wrap: anywhere">一字ずつ</p>
<div style="position: absolute; top: 300px; width: 4em; overflow: hidden; white-space: nowrap">右で切れている文</div>
<button style="position: absolute; top: 1200px" data-action="close">届かない</button>
<p style="position: absolute; top: 350px; font-size: 1rem">小さい文</p>
<button style="position: absolute; top: 450px; width: 3em; white-space: nowrap" data-action="close">広すぎる文</button>
<div style="position: absolute; top: 400px; width: 2000px; text-align: right">はみ出す</div>
</div><footer"""


def test_the_measure_itself_finds_each_of_these_faults() -> None:
    html = re.sub(r'(?s)<div class="body">.*?<footer', BADLY_LAID_OUT, Screens().page(a_view()))
    (faults,) = [faults_of(page, SIZES[0]) for _, page in opened({"bad": html}, SIZES[0])]
    for fault in (
        r"下の文 lies on <button > 上",
        r"一字ずつ has one character a line",
        r"右で切れている文 is cut off",
        r"届かない is cut off",
        r"届かない cannot be pressed everywhere",
        r"はみ出す is cut off",
        r"小さい文 is too small to read",
        r"広すぎる文 leaves its button",
        r"scrolls sideways",
    ):
        assert re.search(fault, "\n".join(faults)), (fault, faults)


ALARM = """() => {
  const styleOf = (name) => getComputedStyle(document.querySelector(name));
  return [styleOf("main").backgroundColor, parseFloat(styleOf("h1").fontSize)];
}"""


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_a_card_left_behind_turns_the_screen_amber_and_larger_without_any_motion(size: Size) -> None:
    waiting = a_view(Screen.TAKE_CARD, StateName.TAKE_CARD)
    left = a_view(Screen.TAKE_CARD, StateName.TAKE_CARD, alert=Alert.CARD_LEFT_BEHIND)
    pages = {"waiting": Screens().page(waiting), "left": Screens().page(left)}
    seen = {name: page.evaluate(ALARM) for name, page in opened(pages, size)}  # with reduced motion
    assert seen["left"][0] == "rgb(255, 212, 61)" != seen["waiting"][0]
    assert seen["left"][1] > seen["waiting"][1]


def test_the_picture_of_the_card_moves_and_under_reduced_motion_is_still() -> None:
    sheets = " ".join((STATIC_FOLDER / name).read_text("utf-8") for name in ("screens.css", "results.css"))
    turns = [float(seconds) for seconds in re.findall(r"animation(?:-duration)?: (?:put )?([\d.]+)s", sheets)]
    assert min(turns) > 1 / 3  # WCAG 2.3.1: nothing flashes three times a second
    html = Screens().page(result_view(decide(facts())))
    (names,) = [
        page.locator(".taking .stage__card").evaluate("card => getComputedStyle(card).animationName")
        for _, page in opened({"result": html}, SIZES[0])
    ]
    assert names == "none"
