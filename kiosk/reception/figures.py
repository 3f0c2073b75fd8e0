"""Figures for the office's pictures, counted beside the service and kept: a page never waits for a count.

All spans are whole months, or whole weeks that never make up whole months. So a count does not change from one day to
the next, and no two pictures are of the same visits: nobody finds a hidden number as the difference of two others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock, Thread
from typing import Final, Self

import structlog

from kiosk.audit import VisitTally
from kiosk.eligibility import RegisterFigures, register_figures
from kiosk.failures import place_of
from kiosk.reception.eligibility_service import EligibilityService

__all__ = ["KEPT", "Counting", "Figures", "Spans"]

KEPT: Final = timedelta(minutes=30)
"""How old figures become before they are counted anew."""

_AGAIN: Final = timedelta(minutes=1)
"""How long after a count that failed the next one is tried."""

_MONTHS: Final = 12
_WEEKS: Final = 8
"""56 days: never one whole month (28 to 31 days) and never two or more (59 days and above)."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Spans:
    """What the pictures are of: ``past`` and ``coming`` are the first days of twelve months each, in order.

    ``past`` ends with the month before this one, ``coming`` begins with this month. ``weeks`` are the first and the
    last day of the eight weeks (Monday to Sunday) before this one.
    """

    past: tuple[date, ...]
    coming: tuple[date, ...]
    weeks: tuple[date, date]

    @classmethod
    def of(cls, today: date) -> Self:
        """Return the spans as of a day."""
        monday = today - timedelta(days=today.weekday())
        months = [_month(today, ahead) for ahead in range(-_MONTHS, _MONTHS)]
        weeks = monday - timedelta(weeks=_WEEKS), monday - timedelta(days=1)
        return cls(tuple(months[:_MONTHS]), tuple(months[_MONTHS:]), weeks)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of the spans.

    Attributes:
        at: when they were counted (aware).
        spans: what they are of.
        reasons: this kiosk's visits by month, then by outcome and first reason (`kiosk.audit.VisitCounts`).
        hours: this kiosk's visits of the eight weeks, by hour of the day.
        durations: this kiosk's visits with an answer by month, and by the seconds until then.
        register: the counts of the register, which kiosks may share.
        unread: how many lines of the journal could not be read.

    """

    at: datetime
    spans: Spans
    reasons: Mapping[date, Mapping[tuple[str, str], int]]
    hours: Mapping[int, int]
    durations: Mapping[date, Mapping[int, int]]
    register: RegisterFigures
    unread: int


class Counting:
    """Counts in a thread of its own, when somebody looks and the figures are old."""

    def __init__(self, service: EligibilityService) -> None:
        self._service, self._tally, self._lock = service, VisitTally(), Lock()
        self._latest: Figures | None = None
        self._failed_at: datetime | None = None
        self._under_way = False

    @property
    def failed(self) -> bool:
        """Whether the last count could not be made."""
        return self._failed_at is not None

    def latest(self) -> Figures | None:
        """Return the newest figures at once, None before the first count; a new count begins if they are old."""
        with self._lock:
            if not self._under_way and self._is_due(self._service.now()):
                self._under_way = True
                Thread(target=self._run, name="office-figures", daemon=True).start()
            return self._latest

    def _is_due(self, now: datetime) -> bool:
        if self._failed_at is not None:
            return not timedelta() <= now - self._failed_at < _AGAIN
        if self._latest is None or self._latest.spans != Spans.of(self._service.today):
            return True
        return not timedelta() <= now - self._latest.at < KEPT

    def _run(self) -> None:
        counted, failed_at = None, None
        try:
            counted = self._count()
        except Exception as error:  # whatever it is, the page has to say so
            failed_at = self._service.now()
            _log.warning("figures not counted", place=place_of(error))
        finally:
            with self._lock:
                self._latest, self._failed_at = counted or self._latest, failed_at
                self._under_way = False

    def _count(self) -> Figures:
        today = self._service.today
        spans = Spans.of(today)
        first, last = spans.weeks
        visits = self._tally.counted(self._service.journal.path, spans.past[0])
        hours: Counter[int] = Counter()
        for day, counts in visits.hours.items():
            if first <= day <= last:
                hours.update(counts)
        return Figures(
            at=self._service.now(),
            spans=spans,
            reasons={month: Counter(visits.reasons.get(month, {})) for month in spans.past},
            hours=hours,
            durations={month: Counter(visits.durations.get(month, {})) for month in spans.past},
            register=register_figures(self._service.registry.engine, today, (spans.past[0], spans.coming[0])),
            unread=visits.unread,
        )


def _month(day: date, ahead: int) -> date:
    """Return the first day of a month so many months ahead."""
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)
