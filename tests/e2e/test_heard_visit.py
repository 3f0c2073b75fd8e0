"""Whole visits of somebody who does not see the screen: each act follows from what was said before it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kiosk.web.voice import JAPANESE, recordings
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin
from tests.voice.listening import Heard, Listener
from tests.voice.visiting import heard_visit


def texts(heard: list[Heard]) -> list[str]:
    return [one.text.partition("。")[0] for one in heard]


def test_a_visit_at_a_clinic_is_led_by_the_voice_alone(tmp_path: Path) -> None:
    heard = heard_visit(tmp_path)
    headings = list(dict.fromkeys(texts(heard)))
    assert headings == [
        "マイナンバーカードを、カードリーダーに置いてください",
        "カードを読み取っています",
        "4けたの暗証番号を入力してください",
        "確認しています",
        "丸",
    ]
    assert (
        "「マイナ保険証」で受診できます。カードをお取りください。" in heard[-2].text or "受診できます" in heard[-1].text
    )
    assert not [one for one in heard if JAPANESE.unsaid in one.text or "1234" in one.text]
    names = {name for one in heard for name in one.voice.replace(",", " ").split()}
    assert names <= recordings("ja").keys()


def test_the_way_without_a_card_is_led_by_the_numbers_that_are_said(tmp_path: Path) -> None:
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")
    with RunningKiosk(stage, plugin.readers) as kiosk, Listener(kiosk.url) as listener:
        assert "1番、カードがない方。" in listener.until("カードがない方").text
        listener.press(action="guide")
        assert "1番、今日は持っていない。家に忘れた方など。" in listener.until("どうされましたか").text
        listener.press(action="whereabouts", card="at_home")
        assert "1番、資格確認書。" in listener.until("お持ちのものはどれですか").text
        listener.press(action="belonging", belonging="confirmation")
        advice = listener.until("資格確認書」を、受付でお見せください")
        assert "マイナスのキー" not in advice.text.partition("プラスのキー")[0]
        assert "、おわる。" in advice.text
        listener.press(action="finish")
        listener.until("マイナンバーカードを、カードリーダーに置いてください")
