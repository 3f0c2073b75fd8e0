"""The visit on real parts: simulated card, vpcd, pcscd, pyscard, the whole service, Debian's Chromium."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from kiosk.audit import journal_path, verify
from kiosk.identity import load_site_key
from simulators.demo import RunningKiosk


def shows(page: Page, screen: str) -> None:
    expect(page.locator("main")).to_have_attribute("data-screen", screen, timeout=15_000)


def enter(page: Page, pin: str) -> None:
    for digit in pin:
        page.click(f'[data-key="{digit}"]')
    page.click('[data-key="enter"]')


def journal(kiosk: RunningKiosk) -> list[dict[str, object]]:
    settings = kiosk.stage.settings
    path = journal_path(settings.data_dir, settings.kiosk_id)
    assert verify(path, load_site_key(settings.site_key_path)).ok
    entries = map(json.loads, path.read_text("utf-8").splitlines())
    return [entry for entry in entries if entry["kind"] == "visit"]


def test_from_the_card_to_the_answer_and_back_to_a_clean_screen(pcsc_kiosk: RunningKiosk, page: Page) -> None:
    page.goto(pcsc_kiosk.url)
    shows(page, "idle")
    pcsc_kiosk.put("card-works")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "result_card")
    expect(page.get_by_role("heading", level=1)).to_contain_text("マイナ保険証")
    expect(page.locator("main")).to_contain_text("ト＊＊ タ＊＊ 様")
    expect(page.locator("main")).to_contain_text("本人確認済み")
    expect(page.locator("main")).not_to_contain_text("土木")
    assert [entry["applies"] for entry in journal(pcsc_kiosk)] == ["card"]
    pcsc_kiosk.take()
    shows(page, "farewell")
    assert "ト＊＊" not in page.content()


def test_a_wrong_number_then_the_right_one(pcsc_kiosk: RunningKiosk, page: Page) -> None:
    page.goto(pcsc_kiosk.url)
    pcsc_kiosk.put("card-works-foreign-name")
    shows(page, "pin")
    enter(page, "9999")
    shows(page, "pin_wrong")
    enter(page, "0123")
    shows(page, "result_card")


def test_two_wrong_numbers_and_the_last_try_is_kept(pcsc_kiosk: RunningKiosk, page: Page) -> None:
    page.goto(pcsc_kiosk.url)
    card = pcsc_kiosk.put("card-works")
    shows(page, "pin")
    enter(page, "0000")
    shows(page, "pin_wrong")
    enter(page, "1111")
    shows(page, "pin_last_try")
    expect(page.locator("main")).to_contain_text("P-02")
    verifies = [exchange for exchange in card.apdu_log if exchange.ins == 0x20 and exchange.sent > 4]
    assert len(verifies) == 2


@pytest.mark.parametrize(
    ("persona", "screen", "code"),
    [
        ("forged", "not_genuine", "C-07"),
        ("revoked-card", "certificate_revoked", "C-08"),
        ("pin-blocked", "pin_blocked", "P-03"),
        ("foreign-card", "not_my_number_card", "C-03"),
    ],
)
def test_cards_that_are_never_asked_for_a_number(
    pcsc_kiosk: RunningKiosk, page: Page, persona: str, screen: str, code: str
) -> None:
    page.goto(pcsc_kiosk.url)
    card = pcsc_kiosk.put(persona)
    shows(page, screen)
    expect(page.locator("main")).to_contain_text(code)
    assert not [exchange for exchange in card.apdu_log if exchange.ins == 0x20 and exchange.sent > 4]
    pcsc_kiosk.take()
    shows(page, "idle")


def test_a_clone_signs_wrong_and_is_not_confirmed(pcsc_kiosk: RunningKiosk, page: Page) -> None:
    page.goto(pcsc_kiosk.url)
    pcsc_kiosk.put("clone")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "not_genuine")
    expect(page.locator("main")).to_contain_text("C-11")
    expect(page.locator("main")).not_to_contain_text("本人確認済み")


def test_a_card_nobody_knows(pcsc_kiosk: RunningKiosk, page: Page) -> None:
    page.goto(pcsc_kiosk.url)
    pcsc_kiosk.put("unknown-member")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "unknown_member")
    expect(page.locator("main")).to_contain_text("N-01")


def test_the_card_taken_away_while_the_number_is_typed(pcsc_kiosk: RunningKiosk, page: Page) -> None:
    page.goto(pcsc_kiosk.url)
    pcsc_kiosk.put("card-works")
    shows(page, "pin")
    page.click('[data-key="1"]')
    pcsc_kiosk.take()
    shows(page, "idle")
    assert journal(pcsc_kiosk)[-1]["failure"] == "abandoned"


def test_the_number_leaves_no_trace(pcsc_kiosk: RunningKiosk, page: Page, capfd: pytest.CaptureFixture[str]) -> None:
    page.goto(pcsc_kiosk.url)
    pcsc_kiosk.put("card-works-rare-characters")
    shows(page, "pin")
    enter(page, "9876")
    shows(page, "result_card")
    assert "9876" not in page.content()
    # A hash in hexadecimal, or a part of a second, may hold the four digits by chance.
    number = re.compile(rb"(?<![0-9a-f])9876(?![0-9a-f])")
    files = [path for path in pcsc_kiosk.stage.folder.rglob("*") if path.is_file()]
    assert [path for path in files if number.search(path.read_bytes())] == []
    output = capfd.readouterr()
    assert not number.search((output.out + output.err).encode())


def test_the_whole_visit_on_the_panel_of_the_page(kiosk: RunningKiosk, page: Page) -> None:
    page.goto(kiosk.url)
    shows(page, "idle")
    expect(page.locator("main")).to_contain_text("模擬")
    page.click("details.panel summary")
    panel = page.frame_locator("iframe.panel__frame")
    panel.locator("#persona").select_option("not-linked-notice")
    panel.locator("#put").click()
    page.click("details.panel summary")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "question_needs")
    page.click('[data-need="high_cost"]')
    page.click('.button--primary[data-action="needs"]')
    shows(page, "result_card")
    expect(page.locator("main")).to_contain_text("資格情報通知書")
    expect(page.locator("main")).to_contain_text("限度額適用認定証")
    page.click("details.panel summary")
    panel.locator("#take").click()
    shows(page, "farewell")


@pytest.mark.parametrize("persona", ["card-works", "not-linked-notice", "not-linked", "unregistered"])
def test_the_farewell_says_the_answer_of_the_screen_before(kiosk: RunningKiosk, page: Page, persona: str) -> None:
    page.goto(kiosk.url)
    kiosk.put(persona)
    shows(page, "pin")
    enter(page, "1234")
    page.click('[data-action="needs"][data-none]') if persona == "not-linked-notice" else None
    expect(page.locator("main")).to_have_attribute("data-state", "result")
    expect(page.locator(".banner")).to_be_visible()
    answer = page.locator("h1").inner_text()
    kiosk.take()
    shows(page, "farewell")
    expect(page.locator("main")).to_contain_text(answer.replace("\n", ""))
