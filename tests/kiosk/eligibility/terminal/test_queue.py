"""Questions that could not be asked wait encrypted, are asked once and in order, and outlast kills and full disks."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import (
    Answer,
    AskingAgain,
    Enquiry,
    Exchange,
    Folders,
    QuestionQueue,
    Status,
    Terminal,
    WaitingQuestion,
)
from simulators.pytest_plugin import need
from tests.kiosk.eligibility.terminal.other_side import (
    INSTITUTION,
    Answering,
    OtherSide,
    answer_name,
    golden,
    identified,
    put,
)

KEY = bytes(range(32))
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
Start = Callable[[Answering], OtherSide]


def about(number: int) -> Enquiry:
    """An enquiry about one of many people; a golden answer that repeats nothing of the question fits each of them."""
    return Enquiry("133033", "71-0000", f"{number:06}", "00", date(1960, 4, 5), date(2026, 11, 22))


def number_in(content: bytes) -> int:
    return int(content.partition(b"<InsuredIdentificationNumber>")[2].partition(b"<")[0])


def answered(request: str, content: bytes) -> list[tuple[str, bytes]]:
    """Answer about whoever was asked about: 該当資格なし, which repeats the question."""
    number = b"%06d" % number_in(content)
    said = identified(golden("none"), request).replace(b"Number>000000<", b"Number>" + number + b"<")
    return [(answer_name(request), said)]


class Heard:
    """What a runner was answered, in order."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Status]] = []

    def __call__(self, question: WaitingQuestion, answer: Answer) -> None:
        self.answers.append((int(question.enquiry.number), answer.status))

    @property
    def numbers(self) -> list[int]:
        return [number for number, _ in self.answers]


Hear = Callable[[WaitingQuestion, Answer], None]
Back = Callable[[QuestionQueue, Hear], AskingAgain]


@pytest.fixture
def queue(tmp_path: Path) -> QuestionQueue:
    """An empty queue."""
    return QuestionQueue(tmp_path, KEY, 90)


@pytest.fixture
def back(folders: Folders) -> Iterator[Back]:
    """Makes what asks; it gives the terminal ten seconds for an answer: far more than any test needs."""
    yield from asking_in(folders, 10)


@pytest.fixture
def hasty_back(folders: Folders) -> Iterator[Back]:
    """Makes what asks; it gives the terminal little time for an answer."""
    yield from asking_in(folders, 1)


def asking_in(folders: Folders, timeout: float) -> Iterator[Back]:
    with closing(Exchange(folders, timeout, takes_back=True)) as exchange:
        terminal = Terminal(exchange, INSTITUTION)
        yield lambda queue, heard: AskingAgain(queue, terminal, heard, every=0.05)


def numbers(queue: QuestionQueue) -> list[int]:
    return [int(question.enquiry.number) for _, question in queue.waiting()]


def reasons(queue: QuestionQueue) -> list[str]:
    assert all(failure.code == "N-18" for failure in queue.troubles())
    return [failure.reason for failure in queue.troubles()]


def records(folder: Path) -> list[Path]:
    """Return the files of the queue but the one that says which question is being asked."""
    return sorted(path for path in (folder / "terminal-queue").iterdir() if path.name != "asking")


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


# When the line is back


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


# Kills and full disks

CHILD = """
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from kiosk.eligibility.terminal import *
from tests.kiosk.eligibility.terminal.test_queue import KEY, NOW, about

what, folder = sys.argv[1], Path(sys.argv[2])
queue = QuestionQueue(folder, KEY, 90)
if what == "put":
    for number in range(10_000):
        print(number if queue.put(about(number), NOW) else "refused", flush=True)
with closing(Exchange(Folders(folder / "req", folder / "res"), 5, takes_back=True)) as exchange:
    def heard(question, answer):
        print(question.enquiry.number, answer.status, flush=True)
    AskingAgain(queue, Terminal(exchange, "1312345678"), heard).ask_all()
"""


def child(what: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", CHILD, what, str(folder)], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("lines", [1, 7, 23])
def test_what_was_put_before_a_kill_is_there_after_it(tmp_path: Path, lines: int) -> None:
    with child("put", tmp_path) as program:
        assert program.stdout
        said = [program.stdout.readline() for _ in range(lines)]
        program.kill()
        said += program.stdout.readlines()
    taken = [int(line) for line in said if line.endswith("\n")]
    again = QuestionQueue(tmp_path, KEY, 90)
    assert numbers(again)[: len(taken)] == taken
    assert len(numbers(again)) <= len(taken) + 1
    assert all(len(path.name) == 45 for path in records(tmp_path) if not path.name.endswith(".new"))
    assert again.put(about(99_999), NOW)
    assert not [path for path in records(tmp_path) if path.name.endswith(".new")], "no draft stays"


@pytest.mark.parametrize("killed_at", [0, 3])
@pytest.mark.parametrize("before_the_answer", [True, False], ids=["before its answer", "after its answer"])
def test_who_was_being_asked_about_at_a_kill_is_not_asked_about_again(
    tmp_path: Path, queue: QuestionQueue, other_side: Start, killed_at: int, before_the_answer: bool
) -> None:
    for number in range(6):
        queue.put(about(number), datetime.now(UTC))
    programs: list[subprocess.Popen[str]] = []
    ready = threading.Event()

    def killing(request: str, content: bytes) -> list[tuple[str, bytes]]:
        ready.wait(30)
        said = answered(request, content)
        if number_in(content) == killed_at and len(programs) == 1:
            if not before_the_answer:
                put(tmp_path / "res", *said[0])
            programs[0].send_signal(signal.SIGKILL)
            programs[0].wait(30)
            programs.append(child("ask", tmp_path))
        return said

    side = other_side(killing)
    programs.append(child("ask", tmp_path))
    ready.set()
    programs[0].wait(60)
    while len(programs) < 2:
        threading.Event().wait(0.01)
    out, _ = programs[1].communicate(timeout=60)
    assert sorted(number_in(content) for _, content in side.requests) == [0, 1, 2, 3, 4, 5]
    heard = [int(line.split()[0]) for line in (programs[0].stdout.read() + out).splitlines()]
    assert sorted(set(heard)) == [0, 1, 2, 3, 4, 5]
    assert numbers(QuestionQueue(tmp_path, KEY, 90)) == []
    programs[0].stdout.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True)
    need([] if mounted.returncode == 0 else ["the right to mount a small disk"])
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_refuses_new_questions_and_the_others_are_asked(
    small_disk: Path, back: Back, other_side: Start
) -> None:
    queue = QuestionQueue(small_disk, KEY, 90)
    taken = 0
    while queue.put(about(taken), NOW):
        taken += 1
    assert 10 < taken < 100
    assert reasons(queue)[0].endswith("; one cannot be kept: No space left on device")
    assert len(records(small_disk)) == taken, "no draft stays"
    assert numbers(QuestionQueue(small_disk, KEY, 90)) == list(range(taken))
    side, heard = other_side(answered), Heard()
    assert back(queue, heard).ask_all() == taken, "to ask needs no room"
    assert heard.numbers == list(range(taken))
    assert len(side.requests) == taken
    assert queue.troubles() == ()
