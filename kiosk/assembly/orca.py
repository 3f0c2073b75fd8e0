"""The ORCA of the settings, and what hands it the finished visits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Final

from kiosk.decision import Usable
from kiosk.orca import Arrival, Coming, Connector, KeptOutcomes, Orca, OrcaAddress, OrcaClient, Place, SourceUnavailable
from kiosk.reception import Findings, masked
from kiosk.results import FinishedVisit, FinishedVisits, ResultsUnavailable
from kiosk.settings import Settings

__all__ = ["opened_connector", "orca_of", "watcher_of"]

_LAST_CALL: Final = 5.0
"""Seconds that an orderly end waits for the call that is on. What waits is kept."""


def orca_of(settings: Settings, now: Callable[[], datetime]) -> Orca | None:
    """Return the ORCA; None if the settings name none. ``now`` is the clock (aware)."""
    chosen = settings.orca
    if not chosen.url or chosen.password_file is None:
        return None
    address = OrcaAddress(
        chosen.url, chosen.user, chosen.password_file, chosen.timeout, chosen.ca_file, frozenset(chosen.hosts)
    )
    place = Place(chosen.department, chosen.physician, chosen.medical)
    return Orca(OrcaClient(address), place, register=chosen.register_receptions, now=now)


@contextmanager
def opened_connector(settings: Settings, results: FinishedVisits) -> Iterator[Connector | None]:
    """Give what hands finished visits to ORCA for a block; None if the settings name no ORCA.

    The block must begin before the first finished visit is written.
    """
    orca = orca_of(settings, lambda: datetime.now(UTC))
    if orca is None:
        yield None
        return
    connector = Connector(orca, _Finished(results), KeptOutcomes(settings.data_dir))
    results.subscribe(connector.wake)
    try:
        yield connector
    finally:
        connector.stop(_LAST_CALL)


def watcher_of(connector: Connector) -> Callable[[], Findings]:
    """Return what starts the connector, and says what is wrong with it (N-25 to N-27)."""

    def look_at_orca() -> Findings:
        connector.start()
        return Findings(troubles=connector.troubles())

    return look_at_orca


class _Finished:
    """The finished visits as the connector takes them."""

    def __init__(self, results: FinishedVisits) -> None:
        self._cursor = results.cursor("orca")

    @property
    def lost(self) -> int:
        """How many visits were erased before they were handed over."""
        return self._cursor.lost

    def waiting(self, limit: int) -> Sequence[Coming]:
        """Return at most ``limit`` visits that are not done, the oldest first. Raises SourceUnavailable."""
        with _unavailable():
            return [Coming(_arrival_of(visit), partial(self._done, visit)) for visit in self._cursor.waiting(limit)]

    def _done(self, visit: FinishedVisit) -> None:
        with _unavailable():
            self._cursor.done(visit)


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except ResultsUnavailable as error:
        raise SourceUnavailable(str(error)) from error


def _arrival_of(visit: FinishedVisit) -> Arrival | None:
    """Return who is to be received; None if nobody is known, or proved enough, or there is no answer."""
    decision = json.loads(visit.body)["decision"]
    person = visit.person
    if person is None or decision is None:
        return None
    return Arrival(
        visit=visit.visit,
        at=visit.at,
        name=person.name,
        kana=person.kana,
        birth_date=person.birth_date,
        insurer_number=person.insurer_number,
        symbol=person.symbol,
        number=person.number,
        branch=person.branch,
        usable=decision["usable"] == Usable.YES,
        reference=person.reference,
        label=masked(person.kana),
    )
