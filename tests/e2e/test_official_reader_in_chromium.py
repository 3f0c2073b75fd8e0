"""The 顔認証付きカードリーダー beside the kiosk, in the browsers of visitor and staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from simulators.people import outsiders
from simulators.people.town import JAPAN
from simulators.terminal import Scenario, SimulatedTerminal
from tests.e2e.staffed import Staffed, at_desk, keys_of, said, shows, staff_see, terminal_beside

TODAY = datetime.now(UTC).astimezone(JAPAN).date()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[SimulatedTerminal]:
    with terminal_beside(tmp_path, delay=0) as running:
        yield running


@pytest.fixture
def staff_keys(terminal: SimulatedTerminal) -> dict[str, object]:
    return {**keys_of(terminal, timeout=15), "terminal.face": str(terminal.folders.face)}


def test_the_result_comes_to_the_card_that_was_here_and_staff_choose_for_everybody_else(
    terminal: SimulatedTerminal, staffed: Staffed, page: Page, staff: Page
) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    cells = staffed.persona("card-works").member
    assert cells is not None
    mine = ":".join(cells[part] for part in ("insurer_number", "symbol", "number", "branch"))

    staffed.put("card-works")
    shows(page, "pin")
    page.click('[data-action="staff"]')
    shows(page, "staff_check")
    page.click('[data-action="official_reader"]')
    shows(page, "official_reader")
    staffed.take()
    terminal.write_face(mine, scenario=Scenario.WRONG_FACE)
    terminal.write_face(mine)
    shows(page, "result_card")
    expect(page.locator("main")).to_contain_text("顔認証付きカードリーダー")
    page.click('[data-action="finish"]')
    shows(page, "idle")

    elsewhere = next(one for one in outsiders(TODAY) if one.id == "kyokai-valid")
    page.click('[data-action="official_reader"]')
    shows(page, "official_reader")
    terminal.write_face(elsewhere.key)
    staff_see(staff, "official_reader")
    name = elsewhere.member["name"].replace(" ", "\N{IDEOGRAPHIC SPACE}")
    chosen = staff.locator('[data-act="choose_result"]', has_text=name)
    expect(staff.locator("#alerts")).to_contain_text("来訪者の、顔認証の結果を選んでください")
    while not chosen.count():
        staff.click("#results")
        said(staff, "件あります")
    chosen.click()
    said(staff, "この方の結果を使いました。")
    expect(page.locator("main")).to_have_attribute("data-state", "result")
    expect(staff.locator("#live-visit")).to_contain_text("模擬健康保険協会")
    levels = [entry["level"] for entry in staffed.entries() if entry["kind"] == "visit" and entry["usable"]]
    assert levels == ["official_reader", "official_reader"]
