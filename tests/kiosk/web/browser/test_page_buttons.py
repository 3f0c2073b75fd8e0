"""The page's buttons in Chromium: what each sends, what is read out, what unfolds, what chimes."""

from dataclasses import replace
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from playwright.sync_api import Page, expect

from kiosk.reception import CallShown, Continue, Finish, NeedStaff, Screen, StateName, View
from tests.kiosk.web.browser.pressing import acted, acted_as, eventually, key


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
    action = acted_as(page, served, "purpose")
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
    served.reception.react = lambda action: served.reception.publish(replace(view, call=CallShown.NOBODY))
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
        for corner in (".listen", ".language"):
            page.locator(corner).click(trial=True)  # which neither the panel nor what unfolds it covers
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
    action = acted_as(page, served, "needs")
    assert [need.value for need in action.needs] == ["high_cost", "specific_disease"]


@pytest.mark.usefixtures("calm")
def test_none_of_it_sends_none_whatever_was_chosen(
    page: Page, served: Any, show: Any, every_screen: dict[str, View]
) -> None:
    show(questions(every_screen, Screen.QUESTION_NEEDS))
    page.locator('[data-need="high_cost"]').click()
    page.locator("[data-none]").click()
    action = acted_as(page, served, "needs")
    assert action.needs == []


@pytest.mark.parametrize(
    ("screen", "button", "sent"),
    [
        (Screen.IDLE, '[data-action="guide"]', {"action": "guide"}),
        (Screen.QUESTION_SMARTPHONE, '[data-smartphone="false"]', {"action": "smartphone", "smartphone": False}),
        (
            Screen.QUESTION_LIMIT_CONSENT,
            '[data-limit-consent="false"]',
            {"action": "limit_consent", "limit_consent": False},
        ),
        (Screen.QUESTION_PURPOSE, '[data-purpose="benefit_claim"]', {"action": "purpose", "purpose": "benefit_claim"}),
        (Screen.GUIDE_CARD, '[data-card="lost"]', {"action": "whereabouts", "card": "lost"}),
        (Screen.GUIDE_PHONE, '[data-phone-card="true"]', {"action": "phone_card", "phone_card": True}),
        (Screen.GUIDE_PHONE, '[data-phone-card="false"]', {"action": "phone_card", "phone_card": False}),
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
    action = acted_as(page, served, sent["action"])
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
