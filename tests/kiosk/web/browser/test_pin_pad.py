"""The 暗証番号 in Chromium: keys of the screen, of a keyboard and of a numeric keypad; sent once, and forgotten."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk.reception import EnterPin, Screen, StateName, View
from tests.kiosk.web.browser.pressing import acted, eventually, key


def filled(page: Page) -> int:
    return page.locator(".dot--full").count()


def pins(page: Page, served: Any) -> list[str]:
    """Return the 暗証番号 that arrived, once there is one."""

    def arrived() -> list[str]:
        return [action.pin for action in served.reception.actions if isinstance(action, EnterPin)]

    assert eventually(page, lambda: bool(arrived()))
    return arrived()


@pytest.mark.usefixtures("calm", "pin")
def test_four_digits_and_確認_send_the_暗証番号(page: Page, served: Any) -> None:
    for name in ("0", "1", "2", "3", "pin"):
        key(page, name)
    assert pins(page, served) == ["0123"]
    assert filled(page) == 0


@pytest.mark.usefixtures("calm", "pin")
def test_確認_lives_only_at_four_digits(page: Page, served: Any) -> None:
    enter = page.locator('[data-action="pin"]')
    for count, name in enumerate("123"):
        assert filled(page) == count
        expect(enter).to_have_attribute("aria-disabled", "true")
        enter.click(force=True)
        key(page, name)
    key(page, "4")
    expect(enter).to_have_attribute("aria-disabled", "false")
    key(page, "5")
    assert filled(page) == 4
    enter.click()
    assert pins(page, served) == ["1234"]


@pytest.mark.usefixtures("calm", "pin")
def test_the_keys_of_the_pad_keep_their_names(page: Page) -> None:
    keys = page.locator('[data-key="back"], [data-key="clear"], [data-key="enter"]')
    assert keys.evaluate_all("all => all.map((one) => one.dataset.action)") == ["correct", "clear", "pin"]


@pytest.mark.usefixtures("calm", "pin")
def test_訂正_takes_one_back_and_全部消す_all(page: Page, served: Any) -> None:
    for name in "123":
        key(page, name)
    key(page, "correct")
    assert filled(page) == 2
    key(page, "clear")
    assert filled(page) == 0
    assert {action.action for action in served.reception.actions} <= {"continue"}


@pytest.mark.usefixtures("calm", "pin")
def test_a_real_key_pad_works_too(page: Page, served: Any) -> None:
    for name in ("1", "2", "Delete", "9", "8", "Backspace", "7", "6", "5", "Enter"):
        page.keyboard.press(name)
    assert pins(page, served) == ["9765"]


def strike(page: Page, key: str, code: str, **more: bool) -> None:
    """Press a key as the browser reports it: what it stands for at the moment, and where it lies."""
    page.evaluate(
        "(given) => document.dispatchEvent(new KeyboardEvent('keydown', { cancelable: true, ...given }))",
        {"key": key, "code": code, **more},
    )


@pytest.mark.usefixtures("calm", "pin")
@pytest.mark.parametrize("digits", ["0123", "4567", "8989"])
def test_the_numeric_keypad_types_digits_whatever_numlock_says(page: Page, served: Any, digits: str) -> None:
    for digit in digits:
        page.keyboard.press(f"Numpad{digit}")  # Playwright's keypad has NumLock off: 1 says that it is End
    page.keyboard.press("NumpadEnter")
    assert pins(page, served) == [digits]


@pytest.mark.usefixtures("calm", "pin")
@pytest.mark.parametrize("stands_for", [".", "Delete"])
def test_the_point_of_the_numeric_keypad_takes_one_digit_back(page: Page, stands_for: str) -> None:
    for digit in "12":
        strike(page, digit, f"Numpad{digit}")
    strike(page, stands_for, "NumpadDecimal")
    assert filled(page) == 1


@pytest.mark.usefixtures("calm", "pin")
def test_a_keyboard_that_is_set_to_kana_types_digits_too_and_signs_are_none(page: Page) -> None:
    strike(page, "ぬ", "Digit1")
    assert filled(page) == 1
    strike(page, "!", "Digit1", shiftKey=True)
    strike(page, "ArrowDown", "ArrowDown")
    strike(page, "End", "End")
    assert filled(page) == 1


@pytest.mark.usefixtures("calm", "pin")
def test_enter_after_a_touch_confirms_and_does_not_press_the_digit_again(page: Page, served: Any) -> None:
    for name in "1234":
        key(page, name)
    page.keyboard.press("Enter")
    assert pins(page, served) == ["1234"]


@pytest.mark.usefixtures("calm", "pin")
def test_the_暗証番号_is_sent_once_however_often_it_is_confirmed(
    page: Page, served: Any, show: Any, a_view: Any
) -> None:
    for name in ("1", "2", "3", "4", "pin", "1", "2", "3", "4"):
        key(page, name)
    page.keyboard.press("Enter")
    assert pins(page, served) == ["1234"]
    show(a_view(Screen.TAKE_CARD, StateName.TAKE_CARD))
    assert pins(page, served) == ["1234"]


@pytest.mark.usefixtures("calm", "pin")
def test_digits_do_not_outlive_their_screen(page: Page, served: Any, show: Any, a_view: Any) -> None:
    for name in "12":
        key(page, name)
    assert acted(page, served, 1)  # that somebody is there: of the old screen, the new one would refuse it
    show(a_view(Screen.CHECKING, StateName.CHECKING))
    show(a_view(Screen.PIN, StateName.PIN, deadline=60.0))
    for name in "34":
        key(page, name)
    page.keyboard.press("Enter")
    assert filled(page) == 2
    assert not any(isinstance(action, EnterPin) for action in served.reception.actions)


@pytest.mark.usefixtures("calm")
def test_a_renewed_deadline_keeps_the_digits(page: Page, pin: View, show: Any) -> None:
    for name in "12":
        key(page, name)
    show(pin)
    assert filled(page) == 2


@pytest.mark.usefixtures("calm", "pin")
def test_how_many_digits_were_typed_is_read_out_and_never_which(
    page: Page, served: Any, show: Any, a_view: Any
) -> None:
    for name in "97":
        key(page, name)
    assert acted(page, served, 1)
    expect(page.get_by_role("status")).to_have_text("2けた入力しました")
    show(a_view(Screen.CHECKING, StateName.CHECKING))
    expect(page.get_by_role("status")).to_have_text("")
