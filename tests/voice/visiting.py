"""Make a visit by ear, as a test hears it and the gallery keeps it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin
from tests.voice.listening import Heard, Listener

__all__ = ["heard_visit"]


def heard_visit(folder: Path) -> list[Heard]:
    """Return what is said in a visit at a clinic, screen by screen; ``folder`` is where the kiosk lives meanwhile."""
    stage = set_stage(folder / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")
    with RunningKiosk(stage, plugin.readers) as kiosk, Listener(kiosk.url) as listener:
        listener.until("カードリーダーに置いてください")
        kiosk.put("card-works")
        listener.until("暗証番号を入力してください")
        listener.press(action="pin", pin="1234")
        listener.until("カードをお取りください")
        kiosk.take()
        listener.until("ご利用ありがとうございました")
        listener.until("カードリーダーに置いてください")
        return listener.heard
