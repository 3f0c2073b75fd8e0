"""Two browsers: a visitor's, and that of a receptionist with nine people waiting."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from kiosk.staff import Accounts, accounts_path
from tests.e2e.staffed import NAME, Staffed, at_desk, enter, log_in, look_up, said, shows, staff_see


def test_two_taps_confirm_by_sight(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    staffed.put("card-works")
    shows(page, "pin")
    page.click('[data-action="staff"]')
    staff_see(staff, "staff_check")
    staff.get_by_text("目視確認をする").click()
    staff.get_by_role("button", name="暗証番号がわからない").click()
    shows(page, "result_card")
    expect(page.locator("main")).to_contain_text("本人確認済み（目視）")
    said(staff, "目視確認を記録しました")
    assert staffed.acts()[-1] == "confirmed"
    (visit,) = [entry for entry in staffed.entries() if entry["kind"] == "visit"]
    assert (visit["level"], visit["staff"], visit["path"]) == ("staff_confirmed", NAME, "staff.pin_forgotten")


def test_a_card_nobody_knew_is_bound_while_it_lies_there(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    staffed.put("unknown-member")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "unknown_member")
    expect(staff.locator("#live-visit")).to_contain_text("記号番号と生年月日で本人を確かめ")
    look_up(staff, staffed, "unreadable-phone")
    staff.click("#bind")
    said(staff, "チェックを入れてください")
    shows(page, "unknown_member")
    staff.check("[name=identified]")
    staff.select_option("[name=seen]", "drivers_licence")
    staff.click("#bind")
    shows(page, "result_card")
    expect(page.locator("main")).to_contain_text("カ＊＊ ユ＊＊ 様")
    expect(page.locator("main")).to_contain_text("本人確認済み（暗証番号）")
    staff.locator('[popovertarget="bindings"]').first.click()
    expect(staff.locator(".bindings")).to_contain_text("hanako、運転免許証")
    staff.get_by_role("button", name="カードの登録を取り消す").click()
    said(staff, "取り消しました")
    staff.locator('[popovertarget="bindings"]').first.click()
    expect(staff.locator(".bindings")).to_contain_text("終了")
    assert staffed.acts()[-2:] == ["bound", "unbound"]


def test_after_a_binding_the_desk_says_of_the_person_what_the_visitor_reads(
    staffed: Staffed, page: Page, staff: Page
) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    staffed.put("unknown-member")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "unknown_member")
    look_up(staff, staffed, "certificate-expired")  # so says the register: of the card before this one
    expect(staff.locator(".decision .outcome")).to_contain_text("「資格確認書」")
    staff.check("[name=identified]")
    staff.click("#bind")
    shows(page, "result_card")
    answers = staff.locator(".outcome")
    expect(answers).to_contain_text(["「マイナ保険証」で受診できます"] * 2)
    reason = staff.locator(".decision .outcome + p").inner_text()
    expect(staff.locator("#live-visit .outcome + p")).to_contain_text(reason)
    staff.click("#ask [type=submit]")
    expect(answers).to_contain_text(["「マイナ保険証」で受診できます"] * 2)
    staffed.take()
    shows(page, "farewell")
    expect(staff.locator(".faded-note")).to_be_visible()
    staff.click("#ask [type=submit]")
    expect(staff.locator(".decision .outcome")).to_contain_text("「資格確認書」")


def test_a_look_up_is_answered_here_and_at_a_tap_there(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    shows(page, "idle")
    at_desk(staff, staffed)
    look_up(staff, staffed, "unreadable-phone")
    staff.select_option("#ask [name=card_today]", "unreadable")
    staff.locator('[popovertarget="conditions"]').first.click()
    staff.check("#ask [name=smartphone]")
    staff.select_option("#ask [name=notice_here]", "false")
    staff.click("#conditions [type=submit]")
    expect(staff.locator(".decision")).to_contain_text(
        "「マイナ保険証」と「スマートフォンの資格情報の画面」を、受付でお見せください"
    )
    expect(staff.locator("#ask [name=notice_here] option[selected]")).to_have_attribute("value", "false")
    shows(page, "idle")
    staff.check("[name=identified]")
    staff.click('[data-act="show"]')
    shows(page, "result_card")
    expect(page.locator("main")).to_contain_text("カ＊＊ ユ＊＊ 様")
    expect(page.locator("main")).not_to_contain_text("風早")
    assert page.locator('[data-action="purposes"]').count() == 0
    page.click('[data-action="finish"]')
    shows(page, "idle")
    assert "カ＊＊" not in page.content()


def test_a_paper_in_hand_counts_by_what_is_printed_on_it(staffed: Staffed, staff: Page) -> None:
    at_desk(staff, staffed)
    look_up(staff, staffed, "never-issued")
    staff.locator('[popovertarget="conditions"]').first.click()
    days = staff.locator("[name=confirmation_from], [name=confirmation_until]")
    expect(days.first).to_be_hidden()
    staff.select_option("[name=confirmation_here]", "true")
    days.nth(0).fill("令和8年4月1日")
    days.nth(1).fill("令和9年2月30日")
    staff.click("#conditions [type=submit]")
    expect(staff.locator("#ask-error")).to_contain_text("有効期限")
    days.nth(1).fill("令和13年3月31日")
    staff.click("#conditions [type=submit]")
    expect(staff.locator(".outcome--confirmation")).to_be_visible()
    expect(staff.locator('[popovertarget="conditions"]').first).to_contain_text("（1）")


def test_person_answer_and_buttons_are_seen_without_scrolling(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    page.click('[data-action="staff"]')
    staffed.put("unknown-member")
    shows(page, "pin")
    enter(page, "1234")
    staff_see(staff, "unknown_member")
    for who in ("card-works-family", "my-number-missing", "never-issued"):
        look_up(staff, staffed, who)
        for part in ("#member-title", "[name=identified]", '[data-act="show"]', "#bind", "#answer-call"):
            expect(staff.locator(part)).to_be_in_viewport(ratio=1)
        assert staff.evaluate("document.documentElement.scrollHeight <= innerHeight"), who


def test_out_of_use_is_on_the_visitor_s_screen(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    staff.click("#use")
    shows(page, "service_trouble")
    expect(page.locator("main")).to_contain_text("S-06")
    staffed.put("card-works")
    expect(staff.locator("#live-readers")).to_contain_text("カードあり")
    shows(page, "service_trouble")
    staff.get_by_role("button", name="使用を再開").click()
    shows(page, "pin")


def test_a_press_before_the_page_listens_is_not_taken(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    held: list[Route] = []
    staff.route("**/static/staff/desk*.js*", lambda route: held.append(route))
    staff.goto(staffed.staff_url, wait_until="commit")
    expect(staff.locator("#use")).to_be_visible()
    with pytest.raises(PlaywrightTimeout):
        staff.click("#use", trial=True, timeout=500)
    held[0].continue_()
    staff.click("#use")
    shows(page, "service_trouble")


def test_nothing_moves_under_a_finger(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    expect(staff.locator("#live-readers")).to_contain_text("カードなし")
    box = staff.locator("#use").bounding_box()
    assert box is not None
    staff.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    staff.mouse.down()
    staffed.put("card-works")
    shows(page, "pin")
    expect(staff.locator("#live-mark")).to_have_attribute("data-screen", "idle")
    staff.mouse.up()
    said(staff, "使用を止めました")
    staff_see(staff, "pin")
    expect(staff.locator("#live-readers")).to_contain_text("カードあり")


def test_a_wrong_number_in_a_field_is_said_and_gone(staffed: Staffed, staff: Page) -> None:
    at_desk(staff, staffed)
    staff.fill("#seek [name=number]", "1234-5678-9018")
    staff.fill("#seek [name=birth_date]", "昭和55年5月6日")
    staff.click("#seek [type=submit]")
    expect(staff.locator("#seek-error")).to_contain_text("マイナンバー")
    assert staff.input_value("#seek [name=number]") == ""
    assert "9018" not in staff.content()


def test_what_a_code_means_is_found_by_its_number(staffed: Staffed, staff: Page) -> None:
    at_desk(staff, staffed)
    staff.get_by_role("button", name="番号の意味").click()
    staff.fill("#codes-filter", "ｐ－０２")
    expect(staff.locator(".code:visible")).to_have_count(1)
    expect(staff.locator(".code:visible")).to_contain_text("暗証番号は聞かないでください")


def test_a_wrong_password_stays_at_the_door(staffed: Staffed, staff: Page) -> None:
    log_in(staff, staffed, "wrong-wrong-1")
    said(staff, "名前またはパスワードがちがいます")
    assert staff.input_value("[name=password]") == ""
    assert staff.url == staffed.staff_url and "wrong-wrong" not in staff.content()


def test_log_out_and_a_new_password_close_the_page(staffed: Staffed, staff: Page) -> None:
    at_desk(staff, staffed)
    look_up(staff, staffed, "card-works")
    Accounts(accounts_path(staffed.stage.settings.data_dir)).set_password(NAME, "umi-to-yama-7")
    expect(staff.locator("#log-in")).to_be_visible(timeout=15_000)
    assert "土木" not in staff.content()
    log_in(staff, staffed, "umi-to-yama-7")
    staff.get_by_role("button", name="ログアウト").click()
    expect(staff.locator("#log-in")).to_be_visible()
    staff.goto(staffed.staff_url)
    expect(staff.locator("#log-in")).to_be_visible()


@pytest.mark.parametrize("staff_keys", [{"staff.idle_limit": 6.0}])
def test_a_page_left_alone_locks_itself_and_still_rings(staffed: Staffed, page: Page, staff: Page) -> None:
    page.goto(staffed.url)
    at_desk(staff, staffed)
    look_up(staff, staffed, "card-works")
    expect(staff.locator("#log-in")).to_be_visible(timeout=30_000)
    assert "土木" not in staff.content()
    page.click('[data-action="staff"]')
    expect(staff.locator("#called")).to_be_visible()
    expect(staff).to_have_title("● 係員用ページ")
    at_desk(staff, staffed)
    expect(staff.locator("#answer-call")).to_be_visible()
    assert "土木" not in staff.content()


def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(staffed: Staffed, page: Page, staff: Page) -> None:
    def sound(state: str) -> None:
        found = Axe().run(staff)
        assert found.response["violations"] == [], f"{state}: {found.generate_report()}"
        assert staff.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
        assert staff.locator("h1").count() == 1, state

    staff.goto(staffed.staff_url)
    sound("log-in")
    at_desk(staff, staffed)
    sound("idle")
    page.goto(staffed.url)
    staffed.put("pin-last-try")
    shows(page, "pin_last_try")
    page.click('[data-action="staff"]')
    staff_see(staff, "pin_last_try")
    staff.get_by_text("目視確認をする").click()
    staff.get_by_text("最近の結果").click()
    look_up(staff, staffed, "certificate-in-grace")
    sound("everything open")
    for sheet in ("conditions", "papers", "bindings"):
        staff.locator(f'[popovertarget="{sheet}"]').first.click()
        if sheet == "conditions":
            staff.select_option("[name=confirmation_here]", "true")
        sound(sheet)
        staff.keyboard.press("Escape")
    staff.get_by_role("button", name="番号の意味").click()
    sound("codes")


def test_a_notice_is_made_and_opened_from_an_address_that_names_nobody(staffed: Staffed, staff: Page) -> None:
    at_desk(staff, staffed)
    look_up(staff, staffed, "card-works")
    staff.locator('[popovertarget="papers"]').first.click()
    with staff.context.expect_page():
        staff.click('[data-paper="notice"]')
    said(staff, "書類を作りました")
    link = staff.get_by_role("link", name="作った書類を開く")
    expect(link).to_have_attribute("href", "/desk/paper")
    answer = staff.context.request.get(staffed.staff_url + "desk/paper")
    assert answer.headers["content-type"] == "application/pdf" and answer.body().startswith(b"%PDF")
    assert "printed" in staffed.acts()
