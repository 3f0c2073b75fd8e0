"""What the board shows of those who wait, whom staff look at, and how few clicks the common acts take."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.staffed import Staffed, at_desk, enter, look_up, said, shows, staff_see


def test_a_call_rings_until_it_is_answered(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    shows(page, "idle")
    at_desk(staff, staffed)
    assert staff.title() == "係員用ページ"
    page.click('[data-action="staff"]')
    expect(staff.locator("#answer-call")).to_be_visible()
    expect(staff.locator("html")).to_have_attribute("data-rung", re.compile(r"[2-9]"), timeout=15_000)
    expect(staff).to_have_title("● 係員用ページ")
    expect(page.locator("main")).to_contain_text("係員をよびました。このままお待ちください")
    staff.click("#answer-call")
    said(staff, "対応しました")
    expect(page.locator("main")).to_contain_text("係員がまいります")
    expect(staff.locator("#answer-call")).to_have_count(0)
    expect(staff).to_have_title("係員用ページ")
    expect(page.locator('[data-action="staff"]')).to_be_visible()
    assert staffed.acts() == ["logged_in", "call_answered"]


def test_a_visitor_whom_nobody_hears_is_asked_to_speak_to_somebody(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    shows(page, "idle")
    page.click('[data-action="staff"]')
    expect(page.locator("main")).to_contain_text("お近くの係員に、お声がけください")
    at_desk(staff, staffed)
    expect(page.locator("main")).to_contain_text("係員をよびました")
    staff.get_by_role("button", name="ログアウト").click()
    expect(page.locator("main")).to_contain_text("お近くの係員に、お声がけください")


def test_who_was_found_fades_with_the_visit_and_is_asked_for_before_a_card_is_bound(
    staffed: Staffed, page: Page, staff: Page
) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    look_up(staff, staffed, "unreadable-phone")
    expect(staff.locator(".faded-note")).to_be_hidden()
    staffed.put("unknown-member")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "unknown_member")
    staff_see(staff, "unknown_member")
    expect(staff.locator(".faded-note")).to_contain_text("来訪者が替わりました")
    expect(staff.locator("#bind")).to_be_hidden()
    staff.get_by_role("button", name="この方の手続きを続ける").click()
    expect(staff.locator(".faded-note")).to_be_hidden()
    staff.check("[name=identified]")
    staff.click("#bind")
    shows(page, "result_card")
    assert staffed.acts()[-2:] == ["kept", "bound"]


def test_a_visit_is_ended_from_the_desk_and_asks_first_where_somebody_is_in_the_midst(
    staffed: Staffed, page: Page, staff: Page
) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    expect(staff.locator("#end, #end-visit")).to_have_count(0)
    staffed.put("card-works")
    shows(page, "pin")
    staff.locator("#end summary").click()
    shows(page, "pin")
    staff.click("#end-sure")
    shows(page, "take_card")
    said(staff, "来訪を終えました")
    staffed.take()
    shows(page, "idle")
    staffed.put("pin-last-try")
    shows(page, "pin_last_try")
    staff.click("#end-visit")
    shows(page, "take_card")
    assert staffed.acts().count("visit_ended") == 2


def test_how_long_somebody_waits_is_counted_in_the_head_of_the_page(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    page.click('[data-action="staff"]')
    expect(staff.locator(".call__ago")).to_have_text(re.compile(r"^([2-9]|\d\d)秒$|分"))
    box = staff.locator(".call").bounding_box()
    assert box is not None and box["y"] < 100
    staffed.put("card-works")
    shows(page, "pin")
    page.click('[data-action="staff"]')
    expect(staff.locator(".call__text")).to_contain_text("目視")
    staff.click("#answer-call")
    expect(staff.locator("#answer-call")).to_have_count(0)
    expect(staff.locator(".call__text")).to_contain_text("目視")
    staff.get_by_text("目視確認をする").click()
    staff.get_by_role("button", name="暗証番号がわからない").click()
    expect(staff.locator(".call")).to_have_count(0)


def test_a_small_child_s_card_is_asked_for_its_photograph(
    staffed: Staffed, page: Page, staff: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.reception.photo.is_under_five", lambda member, today: True)
    page.goto(staffed.url)
    at_desk(staff, staffed)
    staffed.put("card-works")
    shows(page, "pin")
    page.click('[data-action="staff"]')
    staff_see(staff, "staff_check")
    for answer, outcome in (("顔写真がない", "目視確認ができない"), ("顔写真がある", "目視確認を記録しました")):
        if not staff.locator("#confirm[open]").count():
            staff.get_by_text("目視確認をする").click()
        staff.get_by_role("button", name="暗証番号がわからない").click()
        expect(staff.locator("#photo")).to_contain_text("5歳未満")
        staff.get_by_role("button", name=answer).click()
        said(staff, outcome)
    shows(page, "result_card")
    assert staffed.acts()[-2:] == ["refused", "confirmed"]


def test_the_answer_about_a_photograph_is_not_taken_for_the_next_card(
    staffed: Staffed, page: Page, staff: Page
) -> None:
    held: list[Route] = []
    page.goto(staffed.url)
    at_desk(staff, staffed)
    staff.route("**/api/v1/desk/actions", lambda route: held.append(route))
    for who in ("card-works", "claim-without-paper"):
        staffed.put(who)
        shows(page, "pin")
        page.click('[data-action="staff"]')
        staff_see(staff, "staff_check")
        if not held:
            staff.get_by_text("目視確認をする").click()
            staff.get_by_role("button", name="暗証番号がわからない").click()
            staffed.take()
            staff_see(staff, "idle")
    held[0].fulfill(status=422, json={"error": {"code": "photo_unasked", "message": "5歳未満の方のカードです。"}})
    said(staff, "5歳未満")
    staff.unroute("**/api/v1/desk/actions")
    staff.evaluate("document.getElementById('photo-yes').click()")
    said(staff, "画面が変わったため")
    shows(page, "staff_check")
    assert "confirmed" not in staffed.acts()


def test_what_was_opened_for_one_visit_is_not_open_for_the_next(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    for who in ("card-works", "claim-without-paper"):
        staffed.put(who)
        shows(page, "pin")
        page.click('[data-action="staff"]')
        shows(page, "staff_check")
        if who == "card-works":
            staff.get_by_text("目視確認をする").click()
            expect(staff.locator("#confirm[open]")).to_have_count(1)
            staff.mouse.move(5, 5)
            staff.mouse.down()  # nothing moves under a finger, so that all news comes at once
            staffed.take()
            shows(page, "idle")
    visit = staff.locator("#live-mark").get_attribute("data-visit")
    staff.mouse.up()
    expect(staff.locator(f'#live-mark:not([data-visit="{visit}"])')).to_have_count(1)
    expect(staff.locator("#confirm")).to_have_count(1)
    expect(staff.locator("#confirm[open]")).to_have_count(0)


SMALL = """() => [...document.querySelectorAll("body *")]
  .filter((part) => [...part.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
  .filter((part) => part.checkVisibility() && parseFloat(getComputedStyle(part).fontSize) < 16)
  .map((part) => part.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_no_text_is_smaller_than_sixteen_pixels(
    staffed: Staffed, page: Page, staff: Page, size: tuple[int, int]
) -> None:
    staff.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(staffed.url)
    at_desk(staff, staffed)
    assert staff.evaluate(SMALL) == []
    page.click('[data-action="staff"]')
    staffed.put("unknown-member")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "unknown_member")
    look_up(staff, staffed, "certificate-in-grace")
    assert staff.evaluate(SMALL) == []
    for sheet in ("conditions", "papers", "bindings", "codes"):
        staff.locator(f'[popovertarget="{sheet}"]').first.click()
        assert staff.evaluate(SMALL) == [], sheet
        staff.keyboard.press("Escape")


class Clicks:
    """Counts what staff press, by the browser's own events."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.evaluate("globalThis.clicks = 0; addEventListener('pointerdown', () => globalThis.clicks++, true)")

    def taken(self) -> int:
        """Return the clicks since the last time."""
        return int(self._page.evaluate("() => { const n = globalThis.clicks; globalThis.clicks = 0; return n; }"))


def test_what_staff_do_most_often_takes_a_click_or_two(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    clicks = Clicks(staff)
    page.click('[data-action="staff"]')
    staff.click("#answer-call")
    expect(page.locator("main")).to_contain_text("係員がまいります")
    assert clicks.taken() == 1, "call answered"

    staffed.put("card-works")
    shows(page, "pin")
    page.click('[data-action="staff"]')
    staff_see(staff, "staff_check")
    staff.get_by_text("目視確認をする").click()
    staff.get_by_role("button", name="暗証番号がわからない").click()
    shows(page, "result_card")
    assert clicks.taken() == 2, "目視確認"
    staffed.take()
    shows(page, "farewell")
    shows(page, "idle")

    staff_see(staff, "idle")
    look_up(staff, staffed, "unreadable-phone")
    clicks.taken()
    staff.check("[name=identified]")
    staff.click('[data-act="show"]')
    shows(page, "result_card")
    assert clicks.taken() == 2, "show the answer"

    staff.get_by_role("button", name="書類を作る").click()
    with staff.context.expect_page():
        staff.click('[data-paper="notice"]')
    assert clicks.taken() == 2, "PDF"
