"""A clock that jumped, by the instants of entries that follow each other."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_BACK = timedelta(minutes=5)
_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class ClockJump:
    """An entry whose instant cannot follow from the one before.

    Attributes:
        sequence: its number.
        before: the instant of the entry before it, as it is written there.
        at: its own.

    """

    sequence: int
    before: str
    at: str

    def __str__(self) -> str:
        how = "went back" if self.at < self.before else "leapt ahead"
        return f"entry {self.sequence}: the clock {how}, from {self.before} to {self.at}"

    def to_json(self) -> dict[str, object]:
        """The object of `kiosk audit verify --json`."""
        return {"sequence": self.sequence, "before": self.before, "at": self.at}


def jumped(before: str, at: str) -> bool:
    """Whether the clock went back by more than five minutes, or ahead by more than 400 days, between two instants."""
    try:
        step = datetime.fromisoformat(at) - datetime.fromisoformat(before)
    except (ValueError, TypeError):
        return False
    return not -_BACK <= step <= _AHEAD
