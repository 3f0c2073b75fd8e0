"""The visit through nfcpy: simulated Type B card, udp, nfcpy itself, the worker, the service, Debian's Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.faults import Fault, FaultyCard
from simulators.nfc_target import NfcTarget
from simulators.pcscd import PrivatePcscd
from simulators.people import make_card
from simulators.virtual import VirtualReaders


def shows(page: Page, screen: str) -> None:
    expect(page.locator("main")).to_have_attribute("data-screen", screen, timeout=20_000)


def enter(page: Page, pin: str) -> None:
    for digit in pin:
        page.click(f'[data-key="{digit}"]')
    page.click('[data-key="enter"]')


def test_from_the_card_to_the_answer_and_back_to_a_clean_screen(nfc_kiosk: RunningKiosk, page: Page) -> None:
    page.goto(nfc_kiosk.url)
    shows(page, "idle")
    nfc_kiosk.put("card-works")
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "result_card")
    expect(page.locator("main")).to_contain_text("本人確認済み")
    nfc_kiosk.take()
    shows(page, "farewell")
    assert "ト＊＊" not in page.content()


def test_a_wrong_number_then_the_right_one(nfc_kiosk: RunningKiosk, page: Page) -> None:
    page.goto(nfc_kiosk.url)
    nfc_kiosk.put("card-works-foreign-name")
    shows(page, "pin")
    enter(page, "9999")
    shows(page, "pin_wrong")
    enter(page, "0123")
    shows(page, "result_card")


def test_a_card_that_leaves_while_it_is_read_and_comes_back(nfc_kiosk: RunningKiosk, page: Page) -> None:
    stage = nfc_kiosk.stage
    card = make_card(nfc_kiosk.persona("card-works"), stage.authority, stage.now)
    page.goto(nfc_kiosk.url)
    nfc_kiosk.put(FaultyCard(card, [Fault.leaves(instruction=0xB0)]))
    shows(page, "card_unreadable")
    nfc_kiosk.put("card-works")
    shows(page, "pin")


@pytest.fixture
def both(pcscd: PrivatePcscd, nfc_target: NfcTarget, tmp_path: Path) -> Iterator[RunningKiosk]:
    """A kiosk with both stacks live; its hands reach the PC/SC reader."""
    keys = {"readers": ["pcsc", "nfc"], "nfc.devices": [nfc_target.path]}
    listen = f"127.0.0.1:{free_port()}"
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), reader="pcsc", listen=listen, **keys)
    with RunningKiosk(stage, VirtualReaders(pcscd)) as running:
        yield running


def test_with_both_stacks_the_last_card_wins(both: RunningKiosk, nfc_target: NfcTarget, page: Page) -> None:
    stage = both.stage
    page.goto(both.url)
    both.put("card-works")
    shows(page, "pin")
    both.take()
    shows(page, "idle")
    nfc_target.put(make_card(both.persona("card-works"), stage.authority, stage.now))
    shows(page, "pin")
    enter(page, "1234")
    shows(page, "result_card")
    expect(page.locator("main")).to_contain_text("ト＊＊ タ＊＊ 様")
    both.put("card-works-family")
    shows(page, "pin")
    assert "ト＊＊" not in page.content()
    enter(page, "1234")
    shows(page, "result_card")
    expect(page.locator("main")).to_contain_text("ト＊＊ ハ＊＊ 様")
    both.take()
    shows(page, "farewell")
