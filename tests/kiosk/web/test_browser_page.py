"""The page itself in Chromium: keys, lost connections, stale screens, two tabs."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from playwright.sync_api import Page, expect

from kiosk.reception import Continue, EnterPin, Finish, NeedStaff, Screen, StateName, View

CATCH_THE_SOURCE = """
  window.sources = [];
  window.EventSource = class extends EventSource {
    constructor(url) { super(url); window.sources.push(this); }
    addEventListener(name, listener) { if (name !== window.deafTo) super.addEventListener(name, listener); }
  };
"""


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: Any, served: Any, complaints: list[str]) -> Iterator[Page]:
    """An open visitor page. Whatever Chromium complains of, a blocked script first of all, fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(CATCH_THE_SOURCE)
    page.goto(served.url)
    page.wait_for_selector("html[data-painted-sequence]")
    yield page
    context.close()


@pytest.fixture
def calm(page: Page, complaints: list[str]) -> Iterator[None]:
    yield
    assert complaints == []


@pytest.fixture
def show(page: Page, served: Any) -> Callable[[View], View]:
    def show(view: View) -> View:
        shown: View = served.reception.publish(view)
        expect(page.locator("main")).to_have_attribute("data-sequence", str(shown.sequence))
        return shown

    return show


@pytest.fixture
def pin(a_view: Any, show: Callable[[View], View]) -> View:
    return show(a_view(Screen.PIN, StateName.PIN, deadline=60.0))


def key(page: Page, name: str) -> None:
    """Press a digit by its key, and what is no digit by its action: so every other client does."""
    page.locator(f'[data-key="{name}"]' if name.isdigit() else f'[data-action="{name}"]').click()


def filled(page: Page) -> int:
    return page.locator(".dot--full").count()


def eventually(page: Page, condition: Callable[[], bool]) -> bool:
    """Wait for what the server's thread or the page does; the deadline only ends a test that has failed."""
    for _ in range(1000):
        if condition():
            return True
        page.wait_for_timeout(10)
    return False


def pins(page: Page, served: Any) -> list[str]:
    """Return the 暗証番号 that arrived, once there is one."""

    def arrived() -> list[str]:
        return [action.pin for action in served.reception.actions if isinstance(action, EnterPin)]

    assert eventually(page, lambda: bool(arrived()))
    return arrived()


def acted(page: Page, served: Any, number: int) -> list[Any]:
    """Return the actions that arrived, once there are ``number`` of them."""
    assert eventually(page, lambda: len(served.reception.actions) >= number)
    return list(served.reception.actions)


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
def test_訂正_takes_one_back_and_全消_all(page: Page, served: Any) -> None:
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
def test_a_double_tap_presses_once(page: Page, served: Any, show: Any, a_view: Any) -> None:
    page.locator('[data-action="finish"]').dblclick()
    acted(page, served, 1)
    show(a_view(Screen.TAKE_CARD, StateName.TAKE_CARD))
    assert served.reception.actions == [Finish(action="finish")]


@pytest.mark.usefixtures("calm")
def test_the_finger_must_be_lifted_on_the_button(page: Page, served: Any, show: Any, a_view: Any) -> None:
    show(a_view(Screen.STILL_THERE, StateName.PIN, deadline=30.0))
    page.locator('[data-action="finish"]').hover()
    page.mouse.down()
    page.locator("h1").hover()
    page.mouse.up()
    page.locator('[data-action="continue"]').click()
    assert acted(page, served, 1) == [Continue(action="continue")]


@pytest.mark.usefixtures("calm", "pin")
def test_touching_says_somebody_is_there_but_not_more_than_once_in_ten_seconds(page: Page, served: Any) -> None:
    for name in "123":
        key(page, name)
    page.locator("h1").click()
    acted(page, served, 1)
    for name in ("4", "pin"):
        key(page, name)
    assert [action.action for action in acted(page, served, 2)] == ["continue", "pin"]


@pytest.mark.usefixtures("calm")
def test_the_seconds_are_counted_down(page: Page, show: Any, a_view: Any) -> None:
    show(a_view(Screen.STILL_THERE, StateName.PIN, deadline=20.0))
    expect(page.locator("[data-seconds]")).to_have_text("19")


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


def test_a_reload_in_the_middle_shows_the_same_screen(page: Page, pin: View) -> None:
    page.reload()
    expect(page.locator("main")).to_have_attribute("data-sequence", str(pin.sequence))
    expect(page.locator("#elsewhere")).to_be_hidden()


@pytest.mark.usefixtures("calm")
def test_each_new_screen_is_read_out_from_its_one_heading(page: Page, show: Any, every_screen: dict[str, View]) -> None:
    for view in every_screen.values():
        show(view)
        expect(page.locator("h1, h2, h3, h4, h5, h6")).to_be_focused()


@pytest.mark.parametrize(("button", "bound"), [("staff", False), ("guide", True)])
@pytest.mark.usefixtures("calm")
def test_a_call_for_help_is_not_lost_to_a_screen_that_changes_under_the_finger(
    page: Page, button: str, bound: bool
) -> None:
    with page.expect_request("**/actions") as sent:
        page.locator(f'[data-action="{button}"]').click()
    assert (sent.value.headers["if-match"] != "*") is bound


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


def test_nothing_moves_for_who_does_not_want_it(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    moving = page.locator(".stage__card").evaluate("card => getComputedStyle(card).animationName")
    assert moving == "none"


def test_the_other_purposes_are_two_touches_away(
    page: Page, served: Any, show: Any, result_view: Any, working: Any
) -> None:
    show(result_view(working))
    page.get_by_text("ほかの目的").click()
    page.get_by_text("給付金を申請する").click()
    [action] = [action for action in acted(page, served, 1) if action.action == "purpose"]
    assert action.purpose.value == "benefit_claim"


@pytest.mark.usefixtures("calm")
def test_what_unfolds_and_folds_is_the_pages_own_affair(page: Page, served: Any, show: Any, every_screen: Any) -> None:
    shown = [view for view in every_screen.values() if view.screen is Screen.RESULT_CARD]
    results = [view for view in shown if view.decision and view.masked_name and view.level]
    show(max(results, key=lambda view: len(view.decision.reasons) + len(view.decision.next_steps)))
    page.locator('[data-action="more"]').click()
    expect(page.locator("#more")).to_be_visible()
    page.locator('#more [data-action="close"]').click()
    expect(page.locator("#more")).to_be_hidden()
    page.locator('[data-action="finish"]').click()
    assert eventually(page, lambda: Finish(action="finish") in served.reception.actions)
    assert {action.action for action in served.reception.actions} <= {"continue", "finish"}


@pytest.mark.usefixtures("calm")
def test_calling_staff_keeps_the_result_and_says_so(
    page: Page, served: Any, show: Any, result_view: Any, working: Any
) -> None:
    view = show(result_view(working))
    served.reception.react = lambda action: served.reception.publish(replace(view, staff_called=True))
    page.locator('[data-action="staff"]').click()
    expect(page.locator("main .called")).to_have_text("お近くの係員に、お声がけください。")
    expect(page.get_by_role("status")).to_have_text("お近くの係員に、お声がけください。")
    expect(page.locator('[data-action="staff"]')).to_have_count(0)
    expect(page.get_by_text("ト＊＊")).to_be_visible()
    assert served.reception.actions == [NeedStaff(action="staff")]


def test_the_panel_of_a_simulation_unfolds_in_the_page(browser: Any, settings: Any, serve: Any) -> None:
    router = APIRouter()

    @router.get("/panel", response_class=HTMLResponse)
    async def panel() -> str:
        return "<!doctype html><title>模擬</title><p>カードを置く"

    settings.simulation = True
    with serve(settings, routers=[router]) as kiosk:
        context = browser.new_context()
        page = context.new_page()
        page.goto(kiosk.url)
        frame = page.frame_locator(".panel__frame").get_by_text("カードを置く")
        expect(frame).to_be_hidden()
        page.locator(".panel__title").click()
        expect(frame).to_be_visible()
        context.close()


def questions(every_screen: dict[str, View], screen: Screen) -> View:
    return next(view for view in every_screen.values() if view.screen is screen)


@pytest.mark.usefixtures("calm")
def test_what_is_chosen_is_sent_together_and_in_one_action(
    page: Page, served: Any, show: Any, every_screen: dict[str, View]
) -> None:
    show(questions(every_screen, Screen.QUESTION_NEEDS))
    for need in ("high_cost", "meal_reduction", "specific_disease", "meal_reduction"):
        page.locator(f'[data-need="{need}"]').click()
    page.locator('.button--primary[data-action="needs"]').click()
    [action] = [action for action in acted(page, served, 2) if action.action == "needs"]
    assert [need.value for need in action.needs] == ["high_cost", "specific_disease"]


@pytest.mark.usefixtures("calm")
def test_none_of_it_sends_none_whatever_was_chosen(
    page: Page, served: Any, show: Any, every_screen: dict[str, View]
) -> None:
    show(questions(every_screen, Screen.QUESTION_NEEDS))
    page.locator('[data-need="high_cost"]').click()
    page.locator("[data-none]").click()
    [action] = [action for action in acted(page, served, 2) if action.action == "needs"]
    assert action.needs == []


@pytest.mark.parametrize(
    ("screen", "button", "sent"),
    [
        (Screen.IDLE, '[data-action="guide"]', {"action": "guide"}),
        (Screen.QUESTION_SMARTPHONE, '[data-smartphone="false"]', {"action": "smartphone", "smartphone": False}),
        (Screen.QUESTION_PURPOSE, '[data-purpose="benefit_claim"]', {"action": "purpose", "purpose": "benefit_claim"}),
        (Screen.GUIDE_CARD, '[data-card="lost"]', {"action": "whereabouts", "card": "lost"}),
        (Screen.GUIDE_BELONGINGS, '[data-belonging="notice"]', {"action": "belonging", "belonging": "notice"}),
        (Screen.UNION_MENU, '[data-page="own_record"]', {"action": "page", "page": "own_record", "event": None}),
        (Screen.PROCEDURES, '[data-event="card_lost"]', {"action": "page", "page": "procedure", "event": "card_lost"}),
        (Screen.DOCUMENT_REQUEST, '[data-action="request"]', {"action": "request"}),
    ],
)
@pytest.mark.usefixtures("calm")
def test_a_button_sends_its_action_with_what_it_stands_for(
    page: Page, served: Any, show: Any, every_screen: Any, screen: Screen, button: str, sent: dict[str, Any]
) -> None:
    show(questions(every_screen, screen))
    page.locator(button).first.click()
    [action] = [action for action in acted(page, served, 1) if action.action == sent["action"]]
    assert action.model_dump(mode="json") == sent


COUNT_THE_CHIMES = """
  window.chimes = 0;
  HTMLMediaElement.prototype.play = () => { window.chimes += 1; return Promise.reject(new Error("not allowed")); };
  undefined;
"""


def test_a_card_left_behind_chimes_until_it_is_taken_and_a_browser_that_plays_nothing_is_no_fault(
    page: Page, show: Any, a_view: Any
) -> None:
    page.evaluate(COUNT_THE_CHIMES)
    show(a_view(Screen.TAKE_CARD, StateName.TAKE_CARD, chime=0.05))
    assert eventually(page, lambda: page.evaluate("window.chimes") >= 3)
    show(a_view())
    heard = page.evaluate("window.chimes")
    page.wait_for_timeout(200)
    assert page.evaluate("window.chimes") == heard


def test_a_warning_chimes_once(page: Page, show: Any, a_view: Any) -> None:
    page.evaluate(COUNT_THE_CHIMES)
    show(a_view(Screen.STILL_THERE, StateName.PIN, deadline=30.0, chime=0.0))
    page.wait_for_timeout(200)
    assert page.evaluate("window.chimes") == 1
