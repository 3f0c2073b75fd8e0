"""Count the visits of a journal by month, outcome, reason and hour, without anything of a person.

A tally goes on where it ended, so that a journal of years is read once. Whether entries are genuine is not asked here:
`verify` says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from kiosk import TOKYO
from kiosk.audit.journal_lines import JournalPlace, lines_after

__all__ = ["FAILED", "LEFT", "LONGEST", "NO_DOCUMENT", "VisitCounts", "VisitTally"]

NO_DOCUMENT: Final = "none"
"""The outcome of a visit with an answer in which no document applies."""
FAILED: Final = "failed"
"""The outcome of a visit that a failure ended."""
LEFT: Final = "left"
"""The outcome of a visit that ended before its answer, such as by taking the card away."""
LONGEST: Final = 3600
"""Seconds: visits that took longer are counted as if they had taken so long."""

_CODE: Final = re.compile(r"[A-Z]-[0-9]{2}")
_VISIT: Final = b'"kind":"visit"'


class _Line(BaseModel):
    """What is counted of a visit's entry; nothing else of it is kept."""

    at: AwareDatetime
    applies: str | None = None
    usable: str | None = None
    reasons: Sequence[str] = ()
    failure: str | None = None
    seconds: int | None = Field(default=None, ge=0)


@dataclass(slots=True)
class VisitCounts:
    """How many visits there were.

    Attributes:
        reasons: by the first day of the month (Asia/Tokyo), then by outcome and by the first reason of the decision
            (empty where there was no decision). The outcome is the code of the document that applies, or NO_DOCUMENT,
            FAILED or LEFT.
        hours: by day and hour of the day (Asia/Tokyo).
        durations: by the first day of the month, the visits with an answer by how many seconds they took until then,
            at most LONGEST. Entries of versions that did not write it are not counted.
        unread: how many lines could not be read.

    """

    reasons: dict[date, Counter[tuple[str, str]]] = field(default_factory=dict)
    hours: dict[date, Counter[int]] = field(default_factory=dict)
    durations: dict[date, Counter[int]] = field(default_factory=dict)
    unread: int = 0


class VisitTally:
    """The counts of one journal's file. It is used by one thread at a time."""

    def __init__(self) -> None:
        self._counts = VisitCounts()
        self._read: JournalPlace | None = None

    def counted(self, path: Path, since: date) -> VisitCounts:
        """Return the counts from a day on, up to the last entry that is there now.

        The answer changes with the next call. A file that took the place of another one is counted from its beginning.

        Raises:
            FileError: The journal is not a regular file, or cannot be read.

        """
        with lines_after(path, self._read) as lines:
            if lines.begin_anew:
                self._counts = VisitCounts()
            self._read = lines.place
            for line in lines:
                self._read = lines.place  # each counts once, also if the next one cannot be read
                self._take(line, since)
        self._forget(since)
        return self._counts

    def _take(self, line: bytes, since: date) -> None:
        if _VISIT not in line:
            return
        try:
            visit = _Line.model_validate_json(line)
        except ValidationError:
            self._counts.unread += 1
            return
        here = visit.at.astimezone(TOKYO)
        if here.date() >= since:
            self._count(visit, here)

    def _count(self, visit: _Line, here: datetime) -> None:
        day = here.date()
        reason = visit.reasons[0] if visit.usable and visit.reasons else ""
        self._counts.reasons.setdefault(day.replace(day=1), Counter())[_outcome(visit), reason] += 1
        self._counts.hours.setdefault(day, Counter())[here.hour] += 1
        if visit.usable and visit.seconds is not None:
            self._counts.durations.setdefault(day.replace(day=1), Counter())[min(visit.seconds, LONGEST)] += 1

    def _forget(self, since: date) -> None:
        """Drop what is older than the day; a month goes once the whole of it is."""
        for by_day, first in (
            (self._counts.reasons, since.replace(day=1)),
            (self._counts.durations, since.replace(day=1)),
            (self._counts.hours, since),
        ):
            for day in [day for day in by_day if day < first]:
                del by_day[day]


def _outcome(visit: _Line) -> str:
    if visit.usable:
        return visit.applies or NO_DOCUMENT
    return FAILED if _CODE.fullmatch(visit.failure or "") else LEFT
