"""The findings of all watchers meet in one place, and the log tells of each once."""

from __future__ import annotations

from structlog.testing import capture_logs

from kiosk.failures import Code, Failure
from kiosk.reception.floors import Findings, FindingsLog, Floors

DOWN = Failure(Code.REGISTRY_DOWN, "kiosk.x:y", "no route to host")
FULL = Failure(Code.JOURNAL_DOWN, "kiosk.x:z", "disk full")
READER = Failure(Code.READER_FAULT, "drivers.x:y", "reader 2")


def test_the_findings_of_every_watcher_meet_in_their_order() -> None:
    floors = Floors((lambda: Findings((DOWN,), (READER,)), Findings, lambda: Findings((FULL,))))
    assert floors.look() == Findings((DOWN, FULL), (READER,))
    assert floors.look().failure == DOWN
    assert Floors(()).look().failure is None


def test_the_log_says_each_once_when_it_comes_and_once_when_it_goes() -> None:
    log = FindingsLog()
    with capture_logs() as lines:
        for _ in range(3):
            log.note([DOWN], [READER])
        log.note([Failure(DOWN.code, DOWN.place, "the same in other words")], [])
        log.note([], [])
    assert [(line["log_level"], line["code"], line["reason"]) for line in lines] == [
        ("error", "N-02", "no route to host"),
        ("warning", "R-03", "reader 2"),
        ("info", "R-03", "reader 2"),
        ("info", "N-02", "the same in other words"),
    ]
