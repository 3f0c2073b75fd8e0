"""The page and its server in Chromium: screens of the past, lost connections, two tabs, a reload."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk.reception import Screen, StateName, View
from tests.kiosk.web.browser.pressing import CATCH_THE_SOURCE, eventually


@pytest.mark.usefixtures("calm")
def test_a_screen_of_the_past_is_not_shown(page: Page, show: Any, a_view: Any) -> None:
    shown = show(a_view(Screen.TAKE_CARD, StateName.TAKE_CARD))
    for number in (shown.sequence - 1, shown.sequence):
        page.evaluate(
            """([number]) => window.sources[0].dispatchEvent(new MessageEvent("screen", {
                 lastEventId: String(number), data: '<main data-screen="idle"><h1>old</h1></main>' }))""",
            [number],
        )
    expect(page.locator("main")).to_have_attribute("data-screen", "take_card")


@pytest.mark.usefixtures("calm")
def test_a_painted_screen_is_marked_for_measurements(page: Page, show: Any, a_view: Any) -> None:
    shown = show(a_view(Screen.READING, StateName.READING))
    page.wait_for_selector(f'html[data-painted-sequence="{shown.sequence}"]')
    assert page.evaluate("performance.getEntriesByName('screen')[0].detail") == {
        "screen": "reading",
        "sequence": shown.sequence,
    }


def test_a_lost_server_wipes_the_screen_and_a_new_one_brings_it_back(
    browser: Any, settings: Any, serve: Any, result_view: Any, working: Any
) -> None:
    context = browser.new_context()
    page = context.new_page()
    with serve(settings) as kiosk:
        kiosk.reception.publish(result_view(working))
        page.goto(kiosk.url)
        expect(page.get_by_text("ト＊＊")).to_be_visible()
        expect(page.locator("#offline")).to_be_hidden()
        assert eventually(page, lambda: kiosk.reception.readers == 1)
    expect(page.locator("main")).to_be_empty()
    expect(page.get_by_text("ただいま使えません。受付へお声がけください")).to_be_visible()
    with serve(settings):
        expect(page.locator("main")).to_have_attribute("data-screen", "idle", timeout=15000)
        expect(page.locator("#offline")).to_be_hidden()
    context.close()


def test_a_server_that_says_nothing_any_more_is_a_lost_one(browser: Any, served: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    page.add_init_script(f"window.deafTo = 'alive'; {CATCH_THE_SOURCE}")
    page.goto(served.url)
    assert eventually(page, lambda: served.reception.readers == 1)
    page.clock.run_for(8000)
    assert eventually(page, lambda: page.evaluate("window.sources.length") > 1)
    expect(page.locator("main")).to_have_attribute("data-screen", "idle")
    context.close()


def test_of_two_tabs_the_newer_one_is_the_kiosk(
    browser: Any, served: Any, result_view: Any, working: Any, page: Page
) -> None:
    served.reception.publish(result_view(working))
    expect(page.get_by_text("ト＊＊")).to_be_visible()
    newer = page.context.new_page()
    newer.goto(served.url)
    expect(newer.get_by_text("ト＊＊")).to_be_visible()
    expect(page.get_by_text("この端末は、別の画面で使用中です")).to_be_visible()
    expect(page.locator("main")).to_be_empty()
    page.get_by_text("この画面で使う").click()
    expect(page.get_by_text("ト＊＊")).to_be_visible()
    expect(newer.get_by_text("この端末は、別の画面で使用中です")).to_be_visible()


def test_a_page_without_a_screen_takes_no_key_but_the_one_that_brings_the_screen_back(
    served: Any, page: Page, pin: View
) -> None:
    page.evaluate("document.body.dataset.curtained = ''")
    newer = page.context.new_page()
    newer.goto(served.url)
    taken = page.get_by_text("この端末は、別の画面で使用中です")
    expect(taken).to_be_visible()
    for struck in ("NumLock", "Numpad1", "NumpadDivide", "NumpadAdd", "NumpadSubtract", "NumpadDecimal"):
        page.keyboard.press(struck)
    page.keyboard.press("NumpadEnter")
    expect(page.locator("main")).to_have_attribute("data-sequence", str(pin.sequence))
    expect(newer.get_by_text("この端末は、別の画面で使用中です")).to_be_visible()
    assert served.reception.actions == []


def test_a_reload_in_the_middle_shows_the_same_screen(page: Page, pin: View) -> None:
    page.reload()
    expect(page.locator("main")).to_have_attribute("data-sequence", str(pin.sequence))
    expect(page.locator("#elsewhere")).to_be_hidden()
