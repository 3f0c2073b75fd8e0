"""A connector on a bench: visits, an ORCA and pauses as a test says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Condition, Event

from kiosk.failures import Code
from kiosk.orca import (
    Arrival,
    Coming,
    Connector,
    KeptOutcomes,
    Outcome,
    OutcomeKind,
    SourceUnavailable,
)
from tests.kiosk.orca.people import HANAKO, NOW

LIMIT = 20.0


class Visits:
    """Finished visits and the place to which they are done, as both are kept on disk. They are numbered from 1."""

    def __init__(self) -> None:
        self.ended: list[Arrival | None] = []
        self.place = 0
        self.away = ""
        self.lost = 0

    def add(self, count: int = 1, *, received: bool = True) -> None:
        for _ in range(count):
            number = len(self.ended) + 1
            at = NOW + timedelta(seconds=number)
            arrival = replace(HANAKO, visit=f"v-{number}", at=at, label=f"モ＊＊ {number}")
            self.ended.append(arrival if received else None)

    def waiting(self, limit: int) -> Sequence[Coming]:
        self._require()
        there = list(enumerate(self.ended, 1))[self.place :][:limit]
        return [Coming(arrival, partial(self._done, number)) for number, arrival in there]

    def _done(self, number: int) -> None:
        self._require()
        self.place = number

    def _require(self) -> None:
        if self.away:
            raise SourceUnavailable(self.away)


class Scripted:
    """An ORCA that raises what ``fault`` says of a visit, and takes the others."""

    def __init__(self) -> None:
        self.fault: Callable[[str], Exception | None] = lambda visit: None
        self.check_fault: Exception | None = None
        self.tried: list[str] = []
        self.checks = 0

    def receive(self, arrival: Arrival) -> Outcome:
        self.tried.append(arrival.visit)
        if (error := self.fault(arrival.visit)) is not None:
            raise error
        return Outcome(OutcomeKind.REGISTERED, reception=f"{len(self.tried):05}")

    def check(self) -> object:
        self.checks += 1
        if self.check_fault:
            raise self.check_fault
        return None


class Pauses:
    """Stands in for the waiting between two looks: each ends when the test lets it, and is written down."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._allowed = 0
        self._changed = Condition()

    def __call__(self, _: Event, seconds: float) -> None:
        with self._changed:
            self.seconds.append(seconds)
            number = len(self.seconds)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self._allowed >= number, LIMIT)

    def wait_for(self, number: int) -> None:
        """Wait until the connector pauses for that many times."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.seconds) >= number, LIMIT)

    def let(self, more: int = 1) -> None:
        """Let that many further looks happen, and wait for the pause behind them."""
        with self._changed:
            wanted = len(self.seconds) + more
            self._allowed = wanted - 1
            self._changed.notify_all()
        self.wait_for(wanted)

    def release(self) -> None:
        with self._changed:
            self._allowed = 10**9
            self._changed.notify_all()


class Bench:
    """A connector with everything around it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.visits, self.orca = folder, Visits(), Scripted()
        self.begin_anew()

    @property
    def file(self) -> Path:
        return self.folder / "orca-outcomes.json"

    def begin_anew(self) -> None:
        self.pauses = Pauses()
        self.connector = Connector(self.orca, self.visits, KeptOutcomes(self.folder), self.pauses)

    def start(self) -> None:
        """Start it, and wait until it has done what there is."""
        self.connector.start()
        self.pauses.wait_for(1)

    def stop(self) -> None:
        self.connector.stop(0)
        self.pauses.release()
        self.connector.stop(LIMIT)

    def again(self) -> None:
        """End the service and start it once more."""
        self.stop()
        self.begin_anew()
        self.start()

    @property
    def kinds(self) -> dict[str, OutcomeKind]:
        done = [(one.visit, one.outcome) for one in reversed(self.connector.standing())]
        return {visit: outcome.kind for visit, outcome in done if outcome is not None}

    @property
    def waiting(self) -> list[str]:
        return [one.visit for one in reversed(self.connector.standing()) if one.outcome is None]

    @property
    def codes(self) -> list[Code]:
        return [trouble.code for trouble in self.connector.troubles()]
