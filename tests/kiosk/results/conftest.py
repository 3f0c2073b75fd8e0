"""Visits that have ended, and a kiosk's file of finished visits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.results import EndedVisit, FinishedVisits, NamedMember

SITE_KEY = bytes(range(32))
NOW = datetime(2026, 11, 25, 1, 2, 3, 456789, tzinfo=UTC)
PERSON = NamedMember("133033", "71-0001", "000101", "00", "模擬 花子", "モギ ハナコ", date(1980, 4, 1), "female")


class Kept:
    """The finished visits of a kiosk, with a clock that the test sets."""

    def __init__(self, folder: Path, consumer: str = "consumer") -> None:
        self.now, self._folder = NOW, folder
        self.visits = self._prepared()
        self.cursor = self.visits.cursor(consumer)
        self.visits.begin(SITE_KEY)

    @property
    def file(self) -> Path:
        return self._folder / "results.sqlite"

    def opened(self, site_key: bytes = SITE_KEY) -> FinishedVisits:
        """Return the finished visits of the folder, as another run of the service has them."""
        visits = self._prepared()
        visits.begin(site_key)
        return visits

    def _prepared(self) -> FinishedVisits:
        day, days = timedelta(hours=24), timedelta(hours=72)
        return FinishedVisits(self._folder, api_keep=day, keep=days, now=lambda: self.now)

    def ended(self, visit: str, person: NamedMember | None = PERSON, event: int = 1) -> EndedVisit:
        return EndedVisit(visit, self.now, event, f'{{"visit":"{visit}"}}'.encode(), person)

    def add(self, *visits: str) -> None:
        for visit in visits:
            self.visits.add(self.ended(visit))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    yield kept
    kept.visits.stop(5)
