"""What the staff page shows beside the present picture: since when it is so, who called, how visits ended.

It is kept in memory only, and says nothing about who anybody was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.decision import Document
from kiosk.failures import Failure
from kiosk.identity import Level
from kiosk.reception.visit.states import (
    AskingTerminal,
    AwaitingReader,
    Determining,
    Failed,
    Idle,
    OutOfService,
    PinEntry,
    Proving,
    Questioning,
    Reading,
    Result,
    ShownByStaff,
    StaffCheck,
    TakeCard,
    name_of,
)
from kiosk.reception.visit.visit import Visit

__all__ = ["Happenings", "VisitOutcome"]

_KEPT = 50
_UnderWay = Reading | PinEntry | StaffCheck | Proving | Determining | AskingTerminal | AwaitingReader


@dataclass(frozen=True, slots=True)
class VisitOutcome:
    """How one visit ended: with a document (or none, ``answered``), with a failure's code, or given up.

    ``seconds`` from the card's arrival, or from the way to the 顔認証付きカードリーダー, to this.
    """

    at: datetime
    level: Level | None
    answered: bool
    applies: Document | None
    code: str | None
    seconds: float


class Happenings:
    """Watches the visits. ``now`` is the clock (aware)."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._begun = now()
        self._recent: deque[VisitOutcome] = deque(maxlen=_KEPT)
        self._answered_visit = ""
        """Which visit (its identifier) the last outcome is an answer of; empty if it is none."""
        self.since = now()
        self.called_at: datetime | None = None

    @property
    def recent(self) -> Sequence[VisitOutcome]:
        """The last fifty outcomes, the newest first."""
        return tuple(reversed(self._recent))

    def note(self, before: Visit, after: Visit) -> None:
        """Take a change. A call stays until staff answer it, whatever becomes of the screen it came from."""
        now = self._now()
        if after.staff_called and not before.staff_called:
            self.called_at = self.called_at or now
        if name_of(after.state) is name_of(before.state) and after.number == before.number:
            return
        self.since = now
        if isinstance(after.state, Reading | AwaitingReader) and after.number != before.number:
            self._begun = now
        if outcome := _outcome(before, after, now, (now - self._begun).total_seconds()):
            self._keep(outcome, after.identifier)

    def _keep(self, outcome: VisitOutcome, visit: str) -> None:
        """Keep an outcome. A further answer in the same visit, after a question, takes the place of the one before."""
        if outcome.answered and visit and visit == self._answered_visit:
            self._recent.pop()
        self._answered_visit = visit if outcome.answered else ""
        self._recent.append(outcome)


def _outcome(before: Visit, after: Visit, now: datetime, seconds: float) -> VisitOutcome | None:
    match after.state:
        case Questioning() | Result() as shown if isinstance(before.state, Determining):
            return VisitOutcome(now, shown.person.level, True, shown.eligibility.decision.applies, None, seconds)
        case ShownByStaff(eligibility=eligibility):
            return VisitOutcome(now, Level.STAFF_CONFIRMED, True, eligibility.decision.applies, None, 0.0)
        case Failed(failure=failure, level=level) if failure is not _failure(before):
            return VisitOutcome(now, level, False, None, failure.code.value, seconds)
        case Idle() | OutOfService() | TakeCard() if isinstance(before.state, _UnderWay):
            return VisitOutcome(now, _level(before.state), False, None, None, seconds)
        case _:
            return None


def _failure(visit: Visit) -> Failure | None:
    return visit.state.failure if isinstance(visit.state, Failed) else None


def _level(state: _UnderWay) -> Level | None:
    match state:
        case Reading() | AwaitingReader():
            return None
        case Determining(person=person) | AskingTerminal(person=person):
            return person.level
        case _:
            return state.card.level
