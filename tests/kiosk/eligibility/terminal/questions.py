"""Questions that wait, whoever asks them, and what was answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

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
from tests.kiosk.eligibility.terminal.other_side import (
    INSTITUTION,
    Answering,
    OtherSide,
    answer_name,
    golden,
    identified,
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


def numbers(queue: QuestionQueue) -> list[int]:
    return [int(question.enquiry.number) for _, question in queue.waiting()]


def reasons(queue: QuestionQueue) -> list[str]:
    assert all(failure.code == "N-18" for failure in queue.troubles())
    return [failure.reason for failure in queue.troubles()]


def records(folder: Path) -> list[Path]:
    """Return the files of the queue but the one that says which question is being asked."""
    return sorted(path for path in (folder / "terminal-queue").iterdir() if path.name != "asking")


def asking_in(folders: Folders, timeout: float) -> Iterator[Back]:
    with closing(Exchange(folders, timeout, takes_back=True)) as exchange:
        terminal = Terminal(exchange, INSTITUTION)
        yield lambda queue, heard: AskingAgain(queue, terminal, heard, every=0.05)
