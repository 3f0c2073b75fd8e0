"""What the staff page is told beside the present picture: since when it stands, who called, how visits ended.

Kept in memory alone, and nothing here says who anybody was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.decision import Document
from kiosk.identity import Level
from kiosk.reception.states import State
from kiosk.reception.visit import Visit

__all__ = ["Happenings", "Outcome"]

_KEPT = 50
_UNDER_WAY = {State.READING, State.PIN, State.STAFF, State.CHECKING}
_AT_REST = {State.IDLE, State.OUT_OF_SERVICE, State.TAKE_CARD}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one visit ended: with a document (or none, ``answered``), with a failure's code, or given up.

    ``seconds`` from the card's arrival to this.
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
        self._recent: deque[Outcome] = deque(maxlen=_KEPT)
        self.since = now()
        self.called_at: datetime | None = None

    @property
    def recent(self) -> Sequence[Outcome]:
        """The last fifty outcomes, the newest first."""
        return tuple(reversed(self._recent))

    def note(self, before: Visit, after: Visit) -> None:
        """Take a change. A call stays until staff answer it, whatever becomes of the screen it came from."""
        now = self._now()
        if after.staff_called and not before.staff_called:
            self.called_at = self.called_at or now
        if after.state is before.state and after.number == before.number:
            return
        self.since = now
        if after.state is State.READING:
            self._begun = now
        outcome = _outcome(before, after, now, (now - self._begun).total_seconds())
        if outcome:
            self._recent.append(outcome)


def _outcome(before: Visit, after: Visit, now: datetime, seconds: float) -> Outcome | None:
    if after.state is State.RESULT and after.answer and after.answer is not before.answer:
        spent = 0.0 if after.looked_up else seconds
        return Outcome(now, after.level, True, after.answer.decision.applies, None, spent)
    if after.state is State.FAILURE and after.failure and before.failure is not after.failure:
        return Outcome(now, after.level, False, None, after.failure.code.value, seconds)
    if before.state in _UNDER_WAY and after.state in _AT_REST:
        return Outcome(now, before.level, False, None, None, seconds)
    return None
