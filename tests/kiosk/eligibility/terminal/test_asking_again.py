"""Questions that waited are asked once and in order when the line is back."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import (
    Answer,
    Folders,
    QuestionQueue,
    Status,
    WaitingQuestion,
)
from tests.kiosk.eligibility.terminal.other_side import (
    INSTITUTION,
    put,
)
from tests.kiosk.eligibility.terminal.questions import (
    KEY,
    NOW,
    Back,
    Heard,
    Start,
    about,
    answered,
    number_in,
    numbers,
)


def test_each_is_asked_once_and_in_order(queue: QuestionQueue, back: Back, other_side: Start) -> None:
    for number in (3, 1, 2):
        queue.put(about(number), NOW)
    side, heard = other_side(answered), Heard()
    assert back(queue, heard).ask_all() == 3
    assert heard.answers == [(3, Status.NONE), (1, Status.NONE), (2, Status.NONE)]
    assert [number_in(content) for _, content in side.requests] == [3, 1, 2]
    assert queue.troubles() == ()
    assert back(queue, heard).ask_all() == 0


def test_while_the_terminal_is_silent_two_are_tried_and_nothing_stays_in_the_folder(
    queue: QuestionQueue, hasty_back: Back, folders: Folders
) -> None:
    for number in range(5):
        queue.put(about(number), NOW)
    heard = Heard()
    assert hasty_back(queue, heard).ask_all() == 0
    assert (heard.answers, numbers(queue)) == ([], [0, 1, 2, 3, 4])
    assert list(folders.req.iterdir()) == [], "a terminal that comes back is not asked twice"


def test_without_the_folder_none_is_tried(queue: QuestionQueue, back: Back, folders: Folders) -> None:
    queue.put(about(1), NOW)
    folders.req.rmdir()
    assert back(queue, Heard()).ask_all() == 0
    assert numbers(queue) == [1]


def test_it_asks_by_itself_when_the_terminal_is_there_again(
    queue: QuestionQueue, hasty_back: Back, other_side: Start
) -> None:
    for number in (1, 2, 3):
        queue.put(about(number), NOW)
    done, heard = threading.Event(), Heard()

    def hear(question: WaitingQuestion, answer: Answer) -> None:
        heard(question, answer)
        if len(heard.answers) == 3:
            done.set()

    asking = hasty_back(queue, hear)
    asking.start()
    try:
        side = other_side(answered)
        assert done.wait(20)
    finally:
        asking.stop(10)
    assert heard.numbers == [1, 2, 3]
    assert len(side.requests) == 3
    assert queue.troubles() == ()


def test_a_question_that_is_never_answered_does_not_keep_the_others_for_ever(
    queue: QuestionQueue, hasty_back: Back, other_side: Start
) -> None:
    """The terminal drops what it cannot take, and says nothing."""

    def silent_about_7(request: str, content: bytes) -> list[tuple[str, bytes]]:
        return [] if number_in(content) == 7 else answered(request, content)

    other_side(silent_about_7)
    queue.put(about(7), NOW)
    heard = Heard()
    asking = hasty_back(queue, heard)
    for number in (1, 2, 3):
        queue.put(about(number), NOW)
        asking.ask_all()
    assert heard.answers == [(1, Status.NONE), (2, Status.NONE), (3, Status.NONE), (7, Status.TIMEOUT)]
    assert queue.troubles() == ()


def test_an_answer_that_cannot_be_used_is_told_and_not_asked_for_again(
    queue: QuestionQueue, back: Back, other_side: Start
) -> None:
    def of_another_clinic(request: str, content: bytes) -> list[tuple[str, bytes]]:
        ((name, said),) = answered(request, content)
        return [(name, said.replace(INSTITUTION.encode(), b"9999999999"))]

    other_side(of_another_clinic)
    queue.put(about(1), NOW)
    heard = Heard()
    back(queue, heard).ask_all()
    assert heard.answers == [(1, Status.ERROR)]
    assert numbers(queue) == []


def test_a_late_answer_is_taken_and_the_question_not_put_again(
    queue: QuestionQueue, hasty_back: Back, folders: Folders
) -> None:
    """The terminal took the request, and its answer came when nobody waited any more: it is this question's answer."""
    queue.put(about(1), datetime.now(UTC))
    ((_, question),) = queue.waiting()
    heard = Heard()
    asking = hasty_back(queue, heard)
    asking.ask_all()
    put(folders.res, *answered(question.file.request, b"<InsuredIdentificationNumber>000001<")[0])
    assert asking.ask_all() == 1
    assert heard.answers == [(1, Status.NONE)]
    assert list(folders.req.iterdir()) == []


def test_an_answer_in_pieces_is_awaited(queue: QuestionQueue, hasty_back: Back, folders: Folders) -> None:
    queue.put(about(1), datetime.now(UTC))
    ((_, question),) = queue.waiting()
    heard = Heard()
    asking = hasty_back(queue, heard)
    asking.ask_all()
    ((name, content),) = answered(question.file.request, b"<InsuredIdentificationNumber>000001<")
    (folders.res / name).write_bytes(content[:300])
    finishing = threading.Timer(0.1, lambda: put(folders.res, name, content))
    finishing.start()
    assert asking.ask_all() == 1
    finishing.join()
    assert heard.answers == [(1, Status.NONE)]


def test_a_failure_of_whoever_is_told_does_not_lose_the_answer(
    queue: QuestionQueue, back: Back, other_side: Start
) -> None:
    side = other_side(answered)
    queue.put(about(1), datetime.now(UTC))

    def fail(question: WaitingQuestion, answer: Answer) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        back(queue, fail).ask_all()
    assert back(queue, Heard()).ask_all() == 1
    assert len(side.requests) == 1, "the answer is still there, so it is not asked for again"


def test_only_the_question_that_was_being_asked_at_a_kill_is_waited_for(tmp_path: Path, queue: QuestionQueue) -> None:
    for number in (1, 2):
        queue.put(about(number), NOW)
    first, second = (name for name, _ in queue.waiting())
    assert not queue.begin(first)
    assert not queue.begin(first), "a second try in one run is no kill"
    assert not queue.begin(second)
    again = QuestionQueue(tmp_path, KEY, 90)
    assert [again.begin(name) for name in (first, second, second)] == [False, True, False]


@pytest.mark.parametrize("content", [b"", b"\xff" * 45, b"0" * 500], ids=["empty", "no text", "long"])
def test_a_spoiled_note_of_the_question_being_asked_is_none(
    tmp_path: Path, queue: QuestionQueue, content: bytes
) -> None:
    queue.put(about(1), NOW)
    ((name, _),) = queue.waiting()
    (tmp_path / "terminal-queue" / "asking").write_bytes(content)
    assert not queue.begin(name)
