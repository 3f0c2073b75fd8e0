"""The union's own terminal in Debian's Chromium: what of a person is shown there is gone with the card."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[RunningKiosk]:
    listen = f"127.0.0.1:{free_port()}"
    keys = {"profile": "union_office", "visit.farewell": 1.0}
    stage = set_stage(tmp_path, datetime.now(UTC), reader="simulator", listen=listen, **keys)
    with RunningKiosk(stage, plugin.readers) as running:
        yield running


def shows(page: Page, screen: str) -> None:
    expect(page.locator("main")).to_have_attribute("data-screen", screen, timeout=15_000)


def to_the_menu(page: Page, terminal: RunningKiosk) -> None:
    page.goto(terminal.url)
    terminal.put("card-works")
    shows(page, "pin")
    page.keyboard.type("1234")
    page.keyboard.press("Enter")
    shows(page, "question_purpose")
    page.click('[data-purpose="visit"]')
    page.locator('[data-action="needs"][data-none], [data-page="menu"]').first.click(timeout=15_000)
    shows(page, "union_menu")


def left_of(personal: list[str], page: Page) -> list[str]:
    """Return what of the person still stands in the page or in what the API tells to the page."""
    api = page.evaluate("() => fetch('/api/v1/visit').then((answer) => answer.text())")
    assert '"screen"' in api
    return [word for word in personal if word in page.content() + api]


@pytest.mark.parametrize("opened", ["own_record", "procedures", "mynaportal"])
def test_whatever_page_is_open_nothing_of_the_person_is_left_when_the_card_goes(
    terminal: RunningKiosk, page: Page, opened: str
) -> None:
    member = terminal.persona("card-works").member
    assert member is not None
    personal = [member["number"], member["name"], member["kana"], "ト＊＊"]
    to_the_menu(page, terminal)
    page.click(f'.option[data-page="{opened}"]')
    shows(page, opened)
    assert (member["name"] in left_of(personal, page)) == (opened == "own_record")
    terminal.take()
    shows(page, "farewell")
    assert left_of(personal, page) == []
    shows(page, "idle")
    assert left_of(personal, page) == []
