"""Detect a clock that jumped, from the times of consecutive entries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_BACK = timedelta(minutes=5)
_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class ClockJump:
    """An entry whose time cannot follow from that of the entry before.

    Attributes:
        sequence: The entry's number.
        before: The time of the entry before it, as it is written there.
        at: The entry's own time.

    """

    sequence: int
    before: str
    at: str

    def __str__(self) -> str:
        how = "went back" if self.at < self.before else "leapt ahead"
        return f"entry {self.sequence}: the clock {how}, from {self.before} to {self.at}"

    def to_json(self) -> dict[str, object]:
        """Return the object for ``kiosk audit verify --json``."""
        return {"sequence": self.sequence, "before": self.before, "at": self.at}


def jumped(before: str, at: str) -> bool:
    """Return whether the clock went back by more than five minutes or forward by more than 400 days."""
    try:
        step = datetime.fromisoformat(at) - datetime.fromisoformat(before)
    except (ValueError, TypeError):
        return False
    return not -_BACK <= step <= _AHEAD
