"""Answers of the 資格確認端末 that came after their visits: what staff read of each until they have seen it.

They are in memory only, for the day on which they came. A visitor never sees them: they belong to no visit that is on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Final

from kiosk import tokyo_day
from kiosk.eligibility.terminal import Answer, Status, WaitingQuestion
from kiosk.failures import Code
from kiosk.reception.masking import masked

__all__ = ["LateAnswer", "LateAnswers"]

_MOST: Final = 1_000
"""Answers that wait to be seen at most, as many as questions wait; the oldest go first."""

_SHOWN_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """What came for one question that had waited.

    Attributes:
        number: counts the answers of this program, from 1.
        at: when the answer came.
        asked_at: when the question could not be asked.
        visit: the number of its visit; None for a question of the desk.
        on: the day asked about (Asia/Tokyo).
        masked_name: フリガナ as the board shows one; empty where the answer names nobody.
        masked_number: the end of the 番号 that was asked about.
        status: what the answer amounts to.
        code: why there is no usable answer; None where there is one.
        lost_on: 資格喪失年月日 of the answer; None where it has none.

    """

    number: int
    at: datetime
    asked_at: datetime
    visit: int | None
    on: date
    masked_name: str
    masked_number: str
    status: Status
    code: Code | None
    lost_on: date | None


class LateAnswers:
    """Keeps the answers that nobody has seen yet. Its methods may be called from any thread."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Begin with no answer; ``now`` is the clock (aware)."""
        self._now = now
        self._lock = Lock()
        self._unseen: deque[LateAnswer] = deque(maxlen=_MOST)
        self._count = 0

    def note(self, question: WaitingQuestion, answer: Answer) -> None:
        """Take the answer to a question that had waited."""
        with self._lock:
            self._count += 1
            self._unseen.append(_late_answer(self._count, self._now(), question, answer))

    @property
    def unseen(self) -> tuple[LateAnswer, ...]:
        """The answers of today that staff have not seen, the oldest first."""
        today = tokyo_day(self._now())
        with self._lock:
            while self._unseen and tokyo_day(self._unseen[0].at) != today:
                self._unseen.popleft()
            return tuple(self._unseen)

    def see(self, through: int) -> bool:
        """Forget the answers up to this number, which staff have seen; return whether there was one."""
        with self._lock:
            before = len(self._unseen)
            while self._unseen and self._unseen[0].number <= through:
                self._unseen.popleft()
            return len(self._unseen) < before


def _late_answer(number: int, at: datetime, question: WaitingQuestion, answer: Answer) -> LateAnswer:
    result = answer.results[0] if len(answer.results) == 1 else None
    return LateAnswer(
        number=number,
        at=at,
        asked_at=question.since,
        visit=int(question.visit) if question.visit.isdecimal() else None,
        on=question.enquiry.on,
        masked_name=masked(result.kana or "") if result else "",
        masked_number=f"＊＊{question.enquiry.number[-_SHOWN_DIGITS:]}",
        status=answer.status,
        code=answer.failure,
        lost_on=result.lost_on if result else None,
    )
