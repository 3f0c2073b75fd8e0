"""The findings of all watchers meet in one place, and the log tells of each once."""

from __future__ import annotations

from dataclasses import replace

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


Line = tuple[str, str, str]


def lines_of(*looks: tuple[list[Failure], list[Failure]]) -> list[Line]:
    """Return what the log says of these looks: level, code and reason."""
    log = FindingsLog()
    with capture_logs() as lines:
        for failures, troubles in looks:
            log.note(failures, troubles)
    return [(line["log_level"], line["code"], line["reason"]) for line in lines]


def test_the_log_says_each_once_when_it_comes_and_once_when_it_goes() -> None:
    found = ([DOWN], [READER])
    assert lines_of(found, found, found, ([DOWN], []), ([], [])) == [
        ("error", "N-02", "no route to host"),
        ("warning", "R-03", "reader 2"),
        ("info", "R-03", "reader 2"),
        ("info", "N-02", "no route to host"),
    ]


def test_a_second_cause_under_the_same_code_is_said_too() -> None:
    second = replace(DOWN, reason="the disk is full")
    assert lines_of(([DOWN], []), ([second], []), ([DOWN], []), ([second], []), ([], [])) == [
        ("error", "N-02", "no route to host"),
        ("error", "N-02", "the disk is full"),
        ("info", "N-02", "the disk is full"),
    ]
    other = replace(READER, reason="reader 3")
    assert lines_of(([], [READER, other]), ([], [other]), ([], [])) == [
        ("warning", "R-03", "reader 2"),
        ("warning", "R-03", "reader 3"),
        ("info", "R-03", "reader 3"),
    ]


def test_a_trouble_that_comes_to_stop_visits_is_said_as_that_and_so_is_the_way_back() -> None:
    assert lines_of(([], [READER]), ([READER], []), ([], [READER]), ([], [])) == [
        ("warning", "R-03", "reader 2"),
        ("error", "R-03", "reader 2"),
        ("warning", "R-03", "reader 2"),
        ("info", "R-03", "reader 2"),
    ]


def test_what_stops_visits_is_no_trouble_beside() -> None:
    assert lines_of(([READER], [READER])) == [("error", "R-03", "reader 2")]


def test_of_causes_without_end_the_oldest_are_forgotten() -> None:
    causes = [replace(DOWN, reason=f"answer {number}") for number in range(1000)]
    said = lines_of(*(([cause], []) for cause in (*causes, causes[-1], causes[0])))
    assert [reason for _, _, reason in said] == [cause.reason for cause in (*causes, causes[0])]
