"""Another language in Chromium: the picker by touch, keyboard and keypad, and what the page itself then says."""

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk.languages import Language
from kiosk.reception import ChooseLanguage, Screen, StateName
from tests.kiosk.web.browser.pressing import acted


def choose(language: Language) -> ChooseLanguage:
    return ChooseLanguage(action="language", language=language)


@pytest.mark.usefixtures("calm")
def test_a_language_is_chosen_by_touch_and_the_list_closes(page: Page, served: Any, show: Any, a_view: Any) -> None:
    view = show(a_view())
    page.get_by_role("button", name="Language").click()
    expect(page.locator("#languages [data-language]")).to_have_count(3)
    page.get_by_role("button", name="English").click()
    assert acted(page, served, 1) == [choose(Language.ENGLISH)]
    show(replace(view, language=Language.ENGLISH))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Please place your My Number card on the card reader")
    expect(page.locator("#languages")).not_to_be_visible()
    assert page.title() == "Health insurance check"


@pytest.mark.usefixtures("calm")
def test_a_language_is_chosen_by_keyboard(page: Page, served: Any, show: Any, a_view: Any) -> None:
    show(a_view())
    page.locator(".language").focus()
    page.keyboard.press("Enter")
    page.locator('[data-language="en"]').focus()
    page.keyboard.press("Enter")
    assert acted(page, served, 1) == [choose(Language.ENGLISH)]


@pytest.mark.usefixtures("calm")
def test_a_language_is_chosen_by_the_keypad(page: Page, served: Any, show: Any, a_view: Any) -> None:
    show(a_view())
    page.keyboard.press("NumpadMultiply")  # any key of the keypad lets the numbers show
    number = page.locator(".language[data-number]").get_attribute("data-number")
    page.keyboard.press(f"Digit{number}")
    expect(page.locator("#languages")).to_be_visible()
    number = page.locator('[data-language="en"][data-number]').get_attribute("data-number")
    page.keyboard.press(f"Digit{number}")
    assert acted(page, served, 1) == [choose(Language.ENGLISH)]


@pytest.mark.usefixtures("calm")
def test_without_the_server_the_page_says_so_in_the_language_of_the_screen(page: Page, show: Any, a_view: Any) -> None:
    show(a_view(Screen.PIN, StateName.PIN, language=Language.ENGLISH))
    expect(page.locator("#offline .overlay__text")).to_have_text(
        "This kiosk cannot be used now. Please speak to the reception.", use_inner_text=False
    )


@pytest.mark.usefixtures("calm", "pin")
def test_the_number_of_digits_is_said_in_the_language_of_the_screen(page: Page, show: Any, a_view: Any) -> None:
    show(a_view(Screen.PIN, StateName.PIN, language=Language.ENGLISH))
    page.locator('[data-key="1"]').click()
    expect(page.locator("#said")).to_have_text("1 digit entered")
    page.locator('[data-key="2"]').click()
    expect(page.locator("#said")).to_have_text("2 digits entered")
