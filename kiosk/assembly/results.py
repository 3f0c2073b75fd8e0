"""The finished visits of one kiosk: filled by the reception, and kept under the site key once that is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from kiosk.audit import JournalError
from kiosk.reception import EligibilityService, Ended, Findings
from kiosk.results import EndedVisit, FinishedVisits
from kiosk.settings import Settings
from kiosk.web import published_visit

__all__ = ["begin_if_open", "keeper", "opened_results", "watcher_of"]

_A_DAY: Final = timedelta(hours=24)
_LAST_VISITS: Final = 5.0
"""Seconds that an orderly end waits for the disk to take the last visits."""


@contextmanager
def opened_results(settings: Settings) -> Iterator[FinishedVisits]:
    """Give the finished visits for a block; they are written once the site key is there."""
    api = timedelta(hours=settings.api.keep_hours)
    # What waits for ORCA waits until midnight, and so long the desk has the list of today's visits.
    keep = max([api, _A_DAY, *(timedelta(hours=one.keep_hours) for one in settings.webhook)])
    results = FinishedVisits(settings.data_dir, api_keep=api, keep=keep, now=lambda: datetime.now(UTC))
    try:
        yield results
    finally:
        results.stop(_LAST_VISITS)


def begin_if_open(results: FinishedVisits, service: EligibilityService) -> None:
    """Begin to write, if the site key is there."""
    with suppress(JournalError):
        results.begin(service.site_key)


def watcher_of(results: FinishedVisits, service: EligibilityService) -> Callable[[], Findings]:
    """Return what begins to write once the site key is there, and says what is wrong with it (S-13)."""

    def look_at_results() -> Findings:
        begin_if_open(results, service)
        return Findings(troubles=results.troubles())

    return look_at_results


def keeper(results: FinishedVisits, profile: str) -> Callable[[Ended], None]:
    """Return what takes each visit that ends, as it is published at a kiosk of this profile."""

    def keep(ended: Ended) -> None:
        view = ended.view
        body = published_visit(view, profile)
        results.add(EndedVisit(view.identifier, view.at, view.sequence, body, ended.person))

    return keep
