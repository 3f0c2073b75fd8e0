"""A question that had to wait is answered after its visit: staff read it, and the visitor does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk import tokyo_day
from simulators.people import terminal_csv
from simulators.terminal import Scenario, SimulatedTerminal, TerminalFolders, read_members
from tests.e2e.staffed import Staffed, at_desk, enter, look_up, said, shows


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[SimulatedTerminal]:
    members = tmp_path / "members.csv"
    members.write_text(terminal_csv(tokyo_day(datetime.now(UTC))), encoding="utf-8")
    with SimulatedTerminal(TerminalFolders.made_in(tmp_path / "oqs"), read_members(members), delay=0) as running:
        yield running


@pytest.fixture
def staff_keys(terminal: SimulatedTerminal) -> dict[str, object]:
    folders = {"terminal.req": str(terminal.folders.req), "terminal.res": str(terminal.folders.res)}
    named = {"terminal.institution": "1312345678", "terminal.timeout": 4}
    return {**folders, **named, "eligibility.sources": ["registry", "terminal"]}


def test_staff_read_an_answer_that_came_after_its_visit(
    terminal: SimulatedTerminal, staffed: Staffed, page: Page, staff: Page
) -> None:
    terminal.scenario = Scenario.SILENT
    page.goto(staffed.url)
    at_desk(staff, staffed)
    staffed.put("card-works")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "not_confirmed_online")
    expect(staff.locator("#live-fall-backs .steps li")).to_have_count(5)
    staffed.take()
    shows(page, "idle")
    terminal.scenario = None
    look_up(staff, staffed, "card-works")
    staff.get_by_role("button", name="資格確認端末で確かめる").click()
    line = staff.locator("#live-late li")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("の来訪")
    expect(line).to_contain_text("番号 ＊＊101")
    expect(line).to_contain_text("資格がありました。")
    shows(page, "idle")
    assert "あとから" not in page.content()
    staff.click("#see-late")
    said(staff, "確認済みにしました")
    expect(line).to_have_count(0)
    assert "late_answers_seen" in staffed.acts()
