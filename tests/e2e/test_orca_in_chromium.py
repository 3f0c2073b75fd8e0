"""Staff read on their page what became of each visit at ORCA, without reloading it; the visitor reads nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk import tokyo_day
from simulators.orca import OrcaScenario, SimulatedOrca
from simulators.people import members_csv
from simulators.terminal import read_members
from tests.e2e.staffed import Staffed, at_desk, enter, shows


@pytest.fixture
def orca(tmp_path: Path) -> Iterator[SimulatedOrca]:
    members = tmp_path / "members.csv"
    members.write_text(members_csv(tokyo_day(datetime.now(UTC))), encoding="utf-8")
    with SimulatedOrca(read_members(members), user="ormaster", password="ormaster") as running:
        yield running


@pytest.fixture
def staff_keys(orca: SimulatedOrca, tmp_path: Path) -> dict[str, object]:
    (tmp_path / "orca-password").write_text("ormaster\n")
    return {
        "orca.url": orca.url,
        "orca.user": "ormaster",
        "orca.password_file": str(tmp_path / "orca-password"),
        "orca.department": "01",
        "orca.physician": "10001",
        "orca.register_receptions": True,
        "visit.farewell": 0.5,
    }


def visit(staffed: Staffed, page: Page) -> None:
    staffed.put("card-works")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "result_card")
    staffed.take()
    shows(page, "farewell")
    shows(page, "idle")


def test_staff_read_what_became_of_each_visit(orca: SimulatedOrca, staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    rows = staff.locator("#live-orca tbody tr")
    expect(staff.locator("#live-orca")).to_contain_text("今日の受付は、まだありません。")
    orca.scenario = OrcaScenario.TWO
    visit(staffed, page)
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("ト＊＊ タ＊＊ 様")
    expect(rows.first.locator("strong")).to_have_text("ORCAに2人います")
    orca.scenario = None
    visit(staffed, page)
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("受付しました（受付番号 00001）")
    assert "ORCA" not in page.content()
