"""Questions that could not be asked wait encrypted, are asked once and in order, and outlast kills and full disks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import (
    QuestionQueue,
)
from tests.kiosk.eligibility.terminal.questions import (
    KEY,
    NOW,
    Back,
    Heard,
    Start,
    about,
    answered,
    numbers,
    reasons,
    records,
)


def test_questions_wait_in_their_order_over_a_restart(tmp_path: Path, queue: QuestionQueue) -> None:
    for number in (3, 1, 2):
        assert queue.put(about(number), NOW, f"visit-{number}")
    again = QuestionQueue(tmp_path, KEY, 90)
    assert numbers(again) == [3, 1, 2]
    assert again.put(about(9), NOW)
    assert numbers(again) == [3, 1, 2, 9]
    (_, first), *_ = again.waiting()
    assert (first.visit, first.since, first.enquiry) == ("visit-3", NOW, about(3))


def test_the_same_question_waits_once(queue: QuestionQueue) -> None:
    """Somebody who tries three times, and consents the third time."""
    for consent in (False, False, True):
        assert queue.put(replace(about(1), limit_consent=consent), NOW)
    assert queue.put(replace(about(1), on=date(2026, 11, 23)), NOW + timedelta(days=1))
    assert numbers(queue) == [1, 1], "another day is another question"


def test_a_consent_does_not_outlive_its_visit(queue: QuestionQueue) -> None:
    queue.put(replace(about(1), limit_consent=True), NOW)
    ((_, question),) = queue.waiting()
    assert not question.enquiry.limit_consent


def test_nothing_on_disk_is_in_clear(tmp_path: Path, queue: QuestionQueue) -> None:
    queue.put(about(123456), NOW, "visit-1")
    (record,) = records(tmp_path)
    for text in ("123456", "71-0000", "133033", "1960-04-05", "visit-1"):
        assert text.encode() not in record.read_bytes()
        assert text not in record.name
    assert (record.stat().st_mode & 0o777, record.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert numbers(QuestionQueue(tmp_path, bytes(32), 90)) == []


def test_how_many_wait_and_since_when_is_a_trouble(queue: QuestionQueue) -> None:
    assert queue.troubles() == ()
    queue.put(about(1), NOW)
    queue.put(about(2), NOW + timedelta(hours=1))
    assert reasons(queue) == ["2 question(s) wait, the oldest since 2026-11-22T03:00:00+00:00"]
    for name, _ in queue.waiting():
        queue.remove(name)
    assert queue.troubles() == ()


def test_what_waits_from_before_is_a_trouble_once_it_is_loaded(tmp_path: Path, queue: QuestionQueue) -> None:
    queue.put(about(1), NOW)
    again = QuestionQueue(tmp_path, KEY, 90)
    again.load()
    assert len(again.troubles()) == 1


def test_a_full_queue_takes_no_more_and_says_so(tmp_path: Path) -> None:
    queue = QuestionQueue(tmp_path, KEY, 90, most=3)
    assert [queue.put(about(number), NOW) for number in range(4)] == [True, True, True, False]
    assert queue.put(about(0), NOW), "who waits already still waits"
    assert not queue.put(about(7), NOW)
    assert reasons(queue)[0].endswith("; full: beside 3 no further one is taken")
    assert numbers(queue) == [0, 1, 2], "nobody is dropped for somebody else"
    (name, _), *_ = queue.waiting()
    queue.remove(name)
    assert "full" not in reasons(queue)[0]


def test_an_old_question_goes(tmp_path: Path, queue: QuestionQueue) -> None:
    queue.put(about(1), NOW)
    queue.put(about(2), NOW + timedelta(days=50))
    queue.purge(NOW + timedelta(days=91))
    assert numbers(queue) == [2]
    assert len(records(tmp_path)) == 1


@pytest.mark.parametrize("content", [b"", b"\x01half", b"{}"], ids=["empty", "torn", "in clear"])
def test_a_spoiled_question_is_told_and_the_others_are_asked(
    tmp_path: Path, queue: QuestionQueue, back: Back, other_side: Start, content: bytes
) -> None:
    for number in (1, 2):
        queue.put(about(number), NOW)
    records(tmp_path)[0].write_bytes(content)
    side, heard = other_side(answered), Heard()
    assert back(queue, heard).ask_all() == 1
    assert (heard.numbers, len(side.requests)) == ([2], 1)
    assert reasons(queue)[0].endswith("; 1 of them cannot be read")


def test_files_of_others_in_the_folder_are_no_questions(tmp_path: Path, queue: QuestionQueue) -> None:
    queue.put(about(1), NOW)
    for name in ("notes", "1", "abc-1", "-".join(("0" * 12, "f" * 31))):
        (tmp_path / "terminal-queue" / name).write_bytes(b"somebody else's")
    again = QuestionQueue(tmp_path, KEY, 90)
    assert again.put(about(2), NOW)
    assert numbers(again) == [1, 2]


def test_a_disk_that_takes_nothing_is_told_and_heals(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    queue = QuestionQueue(tmp_path / "data", KEY, 90)
    assert not queue.put(about(1), NOW)
    assert reasons(queue) == ["one cannot be kept: Not a directory"]
    assert list(queue.waiting()) == []
    (tmp_path / "data").unlink()
    (tmp_path / "data").mkdir()
    assert queue.put(about(1), NOW)
    assert "kept" not in reasons(queue)[0]
