"""Every screen as a screen reader gets it from Chromium: roles, names, states, live regions, the order of the focus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kiosk.reception import Screen
from kiosk.web.screens import Screens
from tests.gallery.pages import rendered
from tests.gallery.shots import SIZES, opened
from tests.gallery.tree import Node, focus_order, nodes_of, tree_faults
from tests.gallery.views import a_view, every_screen


@dataclass(frozen=True, slots=True)
class Read:
    """One screen as it is read."""

    nodes: list[Node]
    order: list[tuple[int, int, str]]


@pytest.fixture(scope="module")
def read() -> dict[str, Read]:
    """Return each screen there is, and each sheet open, all from one page of Chromium."""
    chosen = {(view.screen, view.state, view.call): (name, view) for name, view in every_screen().items()}
    pages = rendered(dict(chosen.values()))
    return dict(_read(pages))


def _read(pages: dict[str, str]) -> Iterator[tuple[str, Read]]:
    session = None
    for name, page in opened(pages, SIZES[0]):
        session = session or page.context.new_cdp_session(page)
        yield name, Read(nodes_of(page, session), focus_order(page))


def test_every_screen_is_among_them(read: dict[str, Read]) -> None:
    shown = {name.partition("-")[2] for name in read}
    assert {screen.value for screen in Screen} <= shown


def test_names_roles_and_order_are_right_on_every_screen(read: dict[str, Read]) -> None:
    found = {name: tree_faults(one.nodes, one.order) for name, one in read.items() if "+" not in name}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_an_open_sheet_has_its_title_and_a_button_that_closes_it(read: dict[str, Read]) -> None:
    sheets = {name: one for name, one in read.items() if "+" in name}
    assert {name.partition("+")[2] for name in sheets} == {"more", "purposes", "compare", "aids", "speech", "languages"}
    for name, one in sheets.items():
        buttons = [node for node in one.nodes if node.role == "button"]
        assert "とじる" in {node.name for node in buttons}, name
        assert [node for node in buttons if not node.name] == [], name


def test_what_can_be_switched_says_whether_it_is_on(read: dict[str, Read]) -> None:
    sheet = next(one for name, one in read.items() if name.endswith("+aids"))
    for name in ("文字を大きく", "黒い背景にする", "時間をのばす", "画面を隠す"):
        (node,) = [node for node in sheet.nodes if node.role == "button" and node.name == name]
        assert "pressed" in node.states
    needs = next(one for name, one in read.items() if name.endswith("question_needs"))
    assert sum("pressed" in node.states for node in needs.nodes) >= 2


def test_a_button_that_opens_a_sheet_says_whether_it_is_open(read: dict[str, Read]) -> None:
    idle = next(one for name, one in read.items() if name.endswith("idle"))
    (button,) = [node for node in idle.nodes if node.name.replace(" ", "") == "使いやすく"]
    assert button.states.get("expanded") is False


def test_the_暗証番号_is_a_named_group_whose_dots_say_a_count_and_never_a_digit(read: dict[str, Read]) -> None:
    screen = next(one for name, one in read.items() if name.endswith("-pin"))
    assert ("group", "暗証番号のキー") in {(node.role, node.name) for node in screen.nodes}
    assert ("image", "0けた入力しました") in {(node.role, node.name) for node in screen.nodes}
    keys = [node.name for node in screen.nodes if node.role == "button"]
    assert keys[:10] == list("1234567890")
    assert {node.role for node in screen.nodes}.isdisjoint({"textbox", "combobox"})


def test_what_happens_by_itself_is_in_a_live_region_of_its_own(read: dict[str, Read]) -> None:
    for name, one in read.items():
        live = [node for node in one.nodes if node.states.get("live")]
        assert [(node.role, node.states["live"]) for node in live] in ([], [("status", "polite")]), name
    page = Screens().page(a_view())
    assert '<p id="said" class="said" role="status"></p>' in page
    assert page.count('role="alert" hidden') == 2


def test_the_measure_finds_each_of_these_faults() -> None:
    nodes = [Node("button", "もどる"), Node("heading", "題", {"level": 1}), Node("button", "もどる"), Node("image", "")]
    assert tree_faults(nodes, [(1, 0, "先"), (0, 1, "下"), (0, 0, "上")]) == [
        "0 main parts",
        "a image without a name",
        "two buttons have the name もどる",
        "先 is before its turn",
        "a later part of the screen comes before an earlier one",
        "a button is read before the heading",
    ]
