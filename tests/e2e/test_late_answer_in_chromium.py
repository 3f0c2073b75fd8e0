"""A question that had to wait is answered after its visit: staff read it, and the visitor does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from simulators.terminal import Scenario, SimulatedTerminal
from tests.e2e.staffed import Staffed, at_desk, enter, keys_of, look_up, said, shows, terminal_beside


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[SimulatedTerminal]:
    with terminal_beside(tmp_path, delay=0) as running:
        yield running


@pytest.fixture
def staff_keys(terminal: SimulatedTerminal) -> dict[str, object]:
    return keys_of(terminal, timeout=4)


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
