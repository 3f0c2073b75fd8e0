"""A whole visit on a numeric keypad, at a clinic and at the union's terminal: nobody touches the screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin

Serve = Callable[..., AbstractContextManager[RunningKiosk]]


@pytest.fixture
def serve(tmp_path: Path, page: Page) -> Serve:
    @contextmanager
    def serve(**keys: object) -> Iterator[RunningKiosk]:
        stage = set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}", **keys)
        with RunningKiosk(stage, plugin.readers) as kiosk:
            yield kiosk
            page.goto("about:blank")  # A page whose kiosk has ended complains, and rightly.

    return serve


def shows(page: Page, screen: str) -> None:
    expect(page.locator("main")).to_have_attribute("data-screen", screen, timeout=15_000)


def strike(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(f"Numpad{key}")


def choose(page: Page, button: str) -> None:
    """Press the digit that the screen shows on a button."""
    numbered = page.locator(f"main {button}[data-number]")
    number = numbered.get_attribute("data-number", timeout=15_000)
    assert number
    strike(page, number)


def identify(page: Page) -> None:
    shows(page, "pin")
    strike(page, "1", "9", "Decimal", "2", "3", "4", "Enter")


STRIKE_WHEN_SHOWN = """([screen, code, key]) => new MutationObserver((_, observer) => {
  if (document.querySelector("main")?.dataset.screen !== screen) return;
  observer.disconnect();
  document.dispatchEvent(new KeyboardEvent("keydown", { code, key, bubbles: true }));
}).observe(document.body, { childList: true, subtree: true })"""


def strike_when_shown(page: Page, screen: str, key: str) -> None:
    """Strike a key at the very moment when a screen comes, as somebody does who presses twice."""
    page.evaluate(STRIKE_WHEN_SHOWN, [screen, f"Numpad{key}", key])


def test_a_key_that_was_pressed_twice_answers_nothing_on_the_next_screen(serve: Serve, page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    with serve() as kiosk:
        page.goto(kiosk.url)
        strike(page, "1")
        strike_when_shown(page, "guide_card", "1")
        choose(page, '[data-action="guide"]')
        expect(page.locator('[data-card="at_home"]')).to_have_attribute("data-number", "1")
        shows(page, "guide_card")
        strike(page, "Subtract")
        shows(page, "idle")
        kiosk.put("not-linked-notice")
        shows(page, "pin")
        strike_when_shown(page, "question_needs", "Enter")
        identify(page)
        expect(page.locator('main [data-action="needs"]').first).to_have_attribute("data-number", re.compile("[0-9]"))
        shows(page, "question_needs")
        assert [body for body in sent if "at_home" in body or "needs" in body] == []
        choose(page, '[data-action="needs"]:not([data-none])')
        shows(page, "result_card")


def test_a_sheet_stays_open_while_its_screen_changes(serve: Serve, page: Page) -> None:
    with serve() as kiosk:
        page.goto(kiosk.url)
        shows(page, "idle")
        page.click("main [data-action=open_aids]")
        expect(page.locator("#aids")).to_be_visible()
        page.click("#aids [data-letters='1']")
        expect(page.locator("main")).to_have_attribute("data-letters", "1")
        expect(page.locator("main")).to_have_attribute("data-deadline-ms", re.compile("."))
        expect(page.locator("#aids")).to_be_visible()
        page.focus("#aids [data-letters='2']")
        page.set_viewport_size({"width": 1280, "height": 480})
        top = page.evaluate("document.querySelector('#aids').scrollTop = 9, document.querySelector('#aids').scrollTop")
        strike(page, "Add")
        expect(page.locator("main .called")).to_have_count(1)
        expect(page.locator("#aids")).to_be_visible()
        expect(page.locator("#aids [data-letters='2']")).to_be_focused()
        assert page.evaluate("document.querySelector('#aids').scrollTop") == top == 9
        page.click("#aids [data-action=close]")
        expect(page.locator("#aids")).to_be_hidden()


def test_a_visit_at_a_clinic(serve: Serve, page: Page) -> None:
    with serve() as kiosk:
        page.goto(kiosk.url)
        kiosk.put("card-works")
        identify(page)
        shows(page, "result_card")
        choose(page, '.foot [data-action="purposes"]')
        expect(page.locator("#purposes")).to_be_visible()
        strike(page, "Decimal")
        expect(page.locator("#purposes")).to_be_hidden()
        strike(page, "Add")
        expect(page.locator("main .called")).to_be_visible()
        strike(page, "Multiply")
        expect(page.get_by_role("status")).to_contain_text("マイナ保険証")
        strike(page, "Subtract")
        shows(page, "take_card")
        kiosk.take()
        shows(page, "idle")


def test_the_way_without_a_card(serve: Serve, page: Page) -> None:
    with serve() as kiosk:
        page.goto(kiosk.url)
        shows(page, "idle")
        strike(page, "1")
        expect(page.locator('[data-action="guide"]')).to_have_attribute("data-number", "1")
        shows(page, "idle")
        strike(page, "1")
        shows(page, "guide_card")
        choose(page, '[data-card="at_home"]')
        shows(page, "guide_belongings")
        choose(page, '[data-belonging="notice"]')
        strike(page, "Enter")
        shows(page, "guide_advice")
        strike(page, "Subtract")
        shows(page, "idle")


def test_a_visit_at_the_terminal_of_the_union(serve: Serve, page: Page) -> None:
    with serve(profile="union_office") as kiosk:
        page.goto(kiosk.url)
        kiosk.put("claim-without-paper")
        identify(page)
        shows(page, "question_purpose")
        choose(page, '[data-purpose="visit"]')
        shows(page, "result_card")
        choose(page, '[data-page="menu"]')
        shows(page, "union_menu")
        choose(page, '[data-page="procedures"]')
        shows(page, "procedures")
        choose(page, '[data-event="card_lost"]')
        shows(page, "procedure")
        choose(page, '[data-page="procedures"]')
        shows(page, "procedures")
        expect(page.locator('main [data-event="card_lost"]')).to_have_attribute("data-number", re.compile("[1-9]"))
        strike(page, "0")  # nine procedures have the digits: the buttons behind them have them next
        choose(page, '[data-page="menu"]')
        shows(page, "union_menu")
        choose(page, '[data-page="own_record"]')
        shows(page, "own_record")
        strike(page, "Subtract")
        shows(page, "take_card")
