"""On no panel, and at no zoom, is anything of a screen covered, cut off, crushed or out of reach."""

from __future__ import annotations

import re

import pytest

from kiosk.reception import View
from kiosk.web.screens import Screens
from tests.gallery.pages import rendered
from tests.gallery.shots import SIZES, Size, faults_of, opened
from tests.gallery.views import a_view, every_screen


def longest_of_each_kind() -> dict[str, str]:
    """Return the page with the most text for each screen and state, and one with each sheet open."""
    chosen: dict[tuple[str, str, bool], tuple[str, View]] = {}
    for name, view in every_screen().items():
        kind = (view.screen.value, view.state.value, view.staff_called)
        chosen[kind] = max(chosen.get(kind, (name, view)), (name, view), key=lambda one: letters(one[1]))
    return rendered(dict(chosen.values()))


def letters(view: View) -> int:
    return len(re.sub(r"<[^>]+>|\s", "", Screens().main(view)))


@pytest.fixture(scope="module", name="pages")
def pages_fixture() -> dict[str, str]:
    return longest_of_each_kind()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_nothing_is_covered_cut_off_crushed_or_out_of_reach(size: Size, pages: dict[str, str]) -> None:
    found = {name: faults_of(page, size) for name, page in opened(pages, size)}
    assert {name: faults for name, faults in found.items() if faults} == {}


BADLY_LAID_OUT = """<div class="body" style="display: block; position: relative">
<div style="position: absolute; top: 20px; left: 40px">下の文</div>
<button style="position: absolute; top: 20px; left: 50px" data-action="close">上</button>
<p style="position: absolute; top: 100px; width: 1em; overflow-wrap: anywhere">一字ずつ</p>
<div style="position: absolute; top: 300px; width: 4em; overflow: hidden; white-space: nowrap">右で切れている文</div>
<button style="position: absolute; top: 1200px" data-action="close">届かない</button>
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
        r"scrolls sideways",
    ):
        assert re.search(fault, "\n".join(faults)), (fault, faults)
