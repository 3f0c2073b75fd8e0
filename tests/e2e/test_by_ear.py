"""Visits of ten people who do not see the screen: by what is said, and by the keys of a numeric keypad, alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin
from tests.e2e.hearing import Listener

ANSWERS = {
    "card-works": "「マイナ保険証」で受診できます",
    "card-works-foreign-name": "「マイナ保険証」で受診できます",
    "not-linked-notice": "「マイナ保険証」と「資格情報通知書」を、受付でお見せください",
    "unregistered-confirmation": "「資格確認書」を",
    "certificate-expired": "「資格確認書」のことを、おたずねください",
    "pays-in-full": "お支払いは、いったん全額です",
    "late-elderly": "新しい健康保険の書類をお持ちなら",
}
"""What seven people hear in the end whose card is read."""

TURNED_AWAY = {
    "pin-last-try": "P-02",
    "foreign-card": "C-03",
}
"""The code that two more hear, whose card never gets as far as the 暗証番号."""

NUMBERS = {"card-works-foreign-name": "0123"}
_NEEDS, _PHONE = "あてはまるものはない", "いいえ（"


@pytest.fixture
def kiosk(tmp_path: Path, page: Page) -> Iterator[RunningKiosk]:
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")
    with RunningKiosk(stage, plugin.readers) as running:
        page.goto(running.url)
        yield running
        page.goto("about:blank")  # A page whose kiosk has ended complains, and rightly.


def hears_the_answer(visitor: Listener, answer: str) -> None:
    """Answer no to what is asked before, and hear the answer."""
    heard = visitor.hears(answer, _NEEDS, _PHONE)
    while answer not in heard:
        asked = _NEEDS if _NEEDS in heard else _PHONE
        visitor.chooses(asked)
        heard = visitor.hears(answer, _PHONE if asked == _NEEDS else _NEEDS)


def test_ten_people_hear_their_answers_and_never_a_digit_or_a_name(kiosk: RunningKiosk, page: Page) -> None:
    visitor = Listener(page)
    for person, answer in ANSWERS.items():
        visitor.hears("マイナンバーカードを、カードリーダーに置いてください")
        kiosk.put(person)
        heard = visitor.hears("4けたの暗証番号を入力してください")
        visitor.strikes(*NUMBERS.get(person, "1234"))
        expect(page.get_by_role("status")).to_have_text("4けた入力しました")
        visitor.strikes("Enter")
        hears_the_answer(visitor, answer)
        assert "様" not in heard
        visitor.strikes("Subtract")
        visitor.hears("カードをお取りください")
        kiosk.take()
    for person, code in TURNED_AWAY.items():
        visitor.hears("マイナンバーカードを、カードリーダーに置いてください")
        kiosk.put(person)
        visitor.hears(code)
        kiosk.take()
    hears_the_guide(visitor)


def hears_the_guide(visitor: Listener) -> None:
    """Go the way of the tenth, who has left the card at home and has the notice along."""
    visitor.hears("マイナンバーカードを、カードリーダーに置いてください")
    visitor.strikes("Multiply")  # a first key brings the numbers
    visitor.chooses("カードがない方")
    visitor.hears("カード")
    visitor.chooses("今日は持っていない")
    visitor.chooses("資格情報通知書")
    visitor.hears("一般的なご案内です")
    visitor.strikes("Add")
    visitor.hears("お近くの係員に、お声がけください")
    visitor.strikes("Subtract")
    visitor.hears("マイナンバーカードを、カードリーダーに置いてください")


def test_a_visit_behind_the_curtain_with_more_time_in_the_sheet(kiosk: RunningKiosk, page: Page) -> None:
    visitor = Listener(page)
    visitor.hears("マイナンバーカードを、カードリーダーに置いてください")
    visitor.strikes("NumLock")
    visitor.can_choose()
    visitor.strikes("Decimal")
    visitor.hears("使いやすくする")
    visitor.chooses("時間をのばす")
    expect(page.locator("main")).to_have_attribute("data-unhurried", "true")
    visitor.strikes("Decimal")
    kiosk.put("card-works")
    visitor.hears("4けたの暗証番号を入力してください")
    expect(page.locator("main")).to_have_attribute("data-deadline-ms", "180000")
    visitor.strikes(*"1234", "Enter")
    visitor.hears("「マイナ保険証」で受診できます")
    expect(page.locator("main h1")).to_have_css("opacity", "0")
    visitor.strikes("Subtract")
    visitor.hears("カードをお取りください")
    kiosk.take()
    visitor.hears("マイナンバーカードを、カードリーダーに置いてください")
    expect(page.locator("main h1")).to_have_css("opacity", "1")
