"""A finished visit: as it comes from the reception, and as it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.results.named_member import NamedMember

__all__ = ["Backlog", "EndedVisit", "FinishedVisit", "Page"]


@dataclass(frozen=True, slots=True)
class EndedVisit:
    """A visit that has just ended.

    Attributes:
        visit: its identifier, which has no meaning and is unique for ever.
        at: when it ended (aware).
        event: the number of its last event in the stream.
        body: the visit object (UTF-8 JSON) as it is published to anybody without ``member:read``.
        person: who it was about; None if nobody is known, or the level is below ``confirmed``.

    """

    visit: str
    at: datetime
    event: int
    body: bytes
    person: NamedMember | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FinishedVisit(EndedVisit):
    """A finished visit that is on disk. ``sequence`` grows from one to the next and is never given twice."""

    sequence: int = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Page:
    """Finished visits in their order. ``next`` is the identifier to go on after; None if no more are there now."""

    visits: tuple[FinishedVisit, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many visits wait for a consumer, and when the oldest of them ended (None: none waits)."""

    count: int = 0
    oldest: datetime | None = None
