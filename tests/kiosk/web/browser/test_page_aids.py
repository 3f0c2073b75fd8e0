"""「使いやすく」 and the numeric keypad in Chromium: what is set shows at once, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk.reception import Aids, Screen, SetAids, StateName, View
from tests.kiosk.web.browser.pressing import acted, acted_as, eventually, key

Show = Callable[[View], View]


@pytest.fixture
def obeying(served: Any) -> None:
    """Have the reception set what is asked for, as the real one does."""

    def react(action: Any) -> None:
        if isinstance(action, SetAids):
            view = served.reception.view
            served.reception.publish(replace(view, aids=action.applied_to(view.aids)))

    served.reception.react = react


def choose(page: Page, words: str) -> None:
    page.locator("#aids").get_by_role("button", name=words, exact=True).click()


@pytest.mark.usefixtures("calm", "pin", "obeying")
def test_letters_grow_at_once_the_sheet_stays_open_and_no_digit_is_lost(page: Page) -> None:
    key(page, "1")
    key(page, "2")
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = page.evaluate(size)
    page.locator('[data-action="open_aids"]').click()
    choose(page, "文字をもっと大きく")
    expect(page.locator("main")).to_have_attribute("data-letters", "2")
    assert page.evaluate(size) == pytest.approx(1.6 * before)
    expect(page.locator('#aids [data-letters="2"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator('#aids [data-letters="0"]')).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#aids")).to_be_visible()
    assert page.locator(".dot--full").count() == 2


@pytest.mark.usefixtures("calm", "pin", "obeying")
def test_a_switch_turns_on_and_off_again(page: Page, served: Any) -> None:
    page.locator('[data-action="open_aids"]').click()
    for number, on in enumerate(("true", "false", "true"), start=1):
        choose(page, "黒い背景にする")
        expect(page.locator("main")).to_have_attribute("data-contrast", on)
        assert eventually(page, lambda count=number: len(aids_of(served)) == count)
    assert [action.contrast for action in aids_of(served)] == [True, False, True]


def aids_of(served: Any) -> list[SetAids]:
    return [action for action in served.reception.actions if isinstance(action, SetAids)]


@pytest.mark.usefixtures("calm")
def test_the_next_visitors_screen_is_as_designed(page: Page, a_view: Any, show: Show) -> None:
    show(replace(a_view(Screen.FAREWELL, StateName.FAREWELL), aids=Aids(letters=2, contrast=True, curtain=True)))
    show(a_view(Screen.IDLE, StateName.IDLE))
    shown = page.evaluate(
        "[document.documentElement, document.body].map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert shown[0] == "rgb(255, 255, 255)"
    expect(page.locator("main h1")).to_have_css("opacity", "1")


@pytest.mark.usefixtures("calm", "pin", "obeying")
def test_num_turns_the_panel_black_and_back_and_the_digits_still_count(page: Page, served: Any) -> None:
    page.keyboard.press("NumLock")
    expect(page.locator("main")).to_have_attribute("data-curtain", "true")
    expect(page.locator(".curtain")).to_be_visible()
    expect(page.locator("main h1")).to_have_css("opacity", "0")
    for struck in ("Numpad1", "Numpad2", "Numpad3", "Numpad4", "NumpadEnter"):
        page.keyboard.press(struck)
    assert acted_as(page, served, "pin").pin == "1234"
    page.keyboard.press("NumLock")
    expect(page.locator("main")).to_have_attribute("data-curtain", "false")
    expect(page.locator(".curtain")).to_be_hidden()


@pytest.mark.usefixtures("calm", "pin", "obeying")
def test_a_touch_does_nothing_behind_the_curtain(page: Page, served: Any) -> None:
    page.keyboard.press("NumLock")
    expect(page.locator("main")).to_have_attribute("data-curtain", "true")
    box = page.locator('[data-action="finish"]').bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.keyboard.press("NumLock")
    expect(page.locator("main")).to_have_attribute("data-curtain", "false")
    assert "finish" not in {action.action for action in served.reception.actions}


@pytest.mark.usefixtures("calm", "obeying")
def test_with_the_setting_the_first_key_of_the_keypad_turns_it_black_and_no_later_one(
    page: Page, served: Any, pin: View
) -> None:
    page.evaluate("document.body.dataset.curtained = ''")  # as kiosk.web.screens writes it
    page.keyboard.press("Numpad1")
    expect(page.locator("main")).to_have_attribute("data-curtain", "true")
    page.keyboard.press("NumLock")
    expect(page.locator("main")).to_have_attribute("data-curtain", "false")
    page.keyboard.press("Numpad2")
    expect(page.locator(".dot--full")).to_have_count(2)
    wished = [action.curtain for action in aids_of(served) if action.curtain is not None]  # the speech begins with it
    assert wished == [True, False]


@pytest.mark.usefixtures("calm", "obeying")
@pytest.mark.parametrize("screen", [(Screen.IDLE, StateName.IDLE), (Screen.READING, StateName.READING)])
def test_with_the_setting_the_next_visitors_first_key_turns_it_black_too(
    page: Page, served: Any, show: Show, a_view: Any, screen: tuple[Screen, StateName]
) -> None:
    page.evaluate("document.body.dataset.curtained = ''")
    show(a_view(*screen, visitor=1))
    page.locator('[data-action="open_aids"]').click()
    page.keyboard.press("Numpad9")
    expect(page.locator("main")).to_have_attribute("data-curtain", "true")
    expect(page.locator("main")).to_have_attribute("data-spoken", "true")  # the speech begins with it
    show(
        a_view(*screen, visit=2, visitor=2)
    )  # no screen between: one has walked away, or has put a card after another's
    expect(page.locator("main")).to_have_attribute("data-curtain", "false")
    expect(page.locator("[data-number]")).to_have_count(0)
    expect(page.locator("#aids")).to_be_hidden()
    page.keyboard.press("Numpad9")
    expect(page.locator("main")).to_have_attribute("data-curtain", "true")
    wished = [action.curtain for action in aids_of(served) if action.curtain is not None]
    assert wished == [True, True]


@pytest.mark.usefixtures("calm")
def test_a_wish_that_waits_behind_another_act_does_not_become_the_next_visitors(
    page: Page, served: Any, show: Show, a_view: Any
) -> None:
    show(a_view(Screen.FAREWELL, StateName.FAREWELL))
    held: list[Any] = []
    page.route("**/api/v1/visit/actions", lambda route: route.continue_() if held else held.append(route))
    page.locator('[data-action="staff"]').click()
    page.keyboard.press("NumLock")  # waits for the answer to the first
    assert eventually(page, lambda: len(held) == 1)
    show(a_view(visit=2, visitor=2))
    held[0].continue_()
    page.locator('[data-action="staff"]').click()
    assert [action.action for action in acted(page, served, 2)] == ["staff", "staff"]


@pytest.mark.usefixtures("calm")
def test_a_touch_of_a_black_panel_does_not_keep_it_black(page: Page, served: Any, show: Show, a_view: Any) -> None:
    show(a_view(deadline=60.0, aids=Aids(curtain=True)))
    assert acted_as(page, served, "aids").spoken  # a black panel begins to speak
    page.mouse.click(640, 400)
    show(a_view(visit=2, visitor=2))
    page.locator('[data-action="staff"]').click()
    assert [action.action for action in acted(page, served, 2)] == ["aids", "staff"]


@pytest.mark.usefixtures("calm")
def test_on_the_screen_of_the_暗証番号_the_keys_of_an_open_sheet_count(page: Page, pin: View, served: Any) -> None:
    page.locator('[data-action="open_aids"]').click()
    page.keyboard.press("Numpad9")  # the numbers come with the first key
    third = page.locator("#aids [data-letters='1']")
    expect(third).to_have_attribute("data-number", "3")
    assert page.locator(".dot--full").count() == 0
    page.keyboard.press("Numpad3")
    assert acted_as(page, served, "aids").letters == 1
    page.keyboard.press("NumpadDecimal")
    expect(page.locator("#aids")).to_be_hidden()


MANY = """() => {
  const body = document.querySelector("main .body");
  for (let index = 1; index <= 14; index += 1) {
    const button = document.createElement("button");
    button.dataset.action = "page";
    button.dataset.page = "menu";
    button.dataset.name = `B${index}`;
    button.textContent = button.dataset.name;
    body.append(button);
  }
}"""


@pytest.mark.usefixtures("calm")
def test_where_there_are_more_buttons_than_keys_0_numbers_the_next_ones(page: Page, a_view: Any, show: Show) -> None:
    show(a_view(Screen.READING, StateName.READING))
    page.evaluate(MANY)
    first, tenth, fifteenth = (page.locator(f"main .body [data-name=B{index}]") for index in (1, 10, 14))
    page.keyboard.press("NumpadMultiply")
    expect(first).to_have_attribute("data-number", "1")
    expect(page.locator("#numbers")).to_be_visible()
    assert tenth.get_attribute("data-number") is None
    page.keyboard.press("Numpad0")
    expect(tenth).to_have_attribute("data-number", "1")
    expect(fifteenth).to_have_attribute("data-number", "5")
    assert first.get_attribute("data-number") is None
    page.keyboard.press("Numpad0")
    expect(first).to_have_attribute("data-number", "1")


@pytest.mark.usefixtures("calm")
def test_a_screen_that_is_longer_than_the_panel_turns_its_pages_by_the_key_that_repeats(
    page: Page, a_view: Any, show: Show
) -> None:
    show(replace(a_view(Screen.PIN, StateName.PIN, deadline=60.0), aids=Aids(letters=2)))
    main = page.locator("main")
    assert main.evaluate("one => one.scrollHeight > one.clientHeight")
    tops = []
    for _ in range(8):
        page.keyboard.press("NumpadMultiply")
        tops.append(main.evaluate("one => Math.round(one.scrollTop)"))
    assert tops[0] > 0
    assert 0 in tops[1:]
