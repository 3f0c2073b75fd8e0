"""Hand each finished visit to ORCA, in order and at least once, by a thread of its own: no visit waits for it.

What it has done is on disk before it goes on. After a kill the visit in hand is handed over again, and is found to be
registered already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock, Thread
from typing import Final, Protocol

import structlog

from kiosk import TOKYO
from kiosk.failures import Code, Failure, place_of
from kiosk.orca.errors import OrcaBusy, OrcaError, OrcaRefused, OrcaSilent
from kiosk.orca.model import Arrival
from kiosk.orca.outcomes import MOST_OUTCOMES, Handled, KeptOutcomes
from kiosk.orca.planning import Outcome, OutcomeKind

__all__ = ["Coming", "Connector", "Receiving", "SourceUnavailable", "StandingVisit", "VisitSource"]

_log = structlog.get_logger(__name__)

_LONGEST_PAUSE: Final = 60.0
"""Seconds between two tries at most; they begin with one and double."""

_LOOK_EVERY: Final = 60.0
"""Seconds without a visit after which ORCA is asked whether it still answers."""

_MOST_TRIES: Final = 5
"""Tries of one visit while ORCA answers other calls; then it is the desk's."""

_BATCH: Final = 20


@dataclass(frozen=True, slots=True, repr=False)
class Coming:
    """A finished visit; ``arrival`` is None where nobody is to be received. ``done`` keeps that it was handed over."""

    arrival: Arrival | None
    done: Callable[[], None]


class SourceUnavailable(Exception):
    """The finished visits cannot be read or marked as done now. The text says why."""


class VisitSource(Protocol):
    """Where finished visits come from. All of it may block, and raises SourceUnavailable; so does `Coming.done`."""

    @property
    def lost(self) -> int:
        """How many visits were erased before they were handed over."""

    def waiting(self, limit: int) -> Sequence[Coming]:
        """Return at most ``limit`` visits that are not done, the oldest first."""


class Receiving(Protocol):
    """ORCA, as the connector uses it."""

    def receive(self, arrival: Arrival) -> Outcome:
        """Return what became of a visit. Raises OrcaError."""

    def check(self) -> object:
        """Return if ORCA answers. Raises OrcaError."""


@dataclass(frozen=True, slots=True)
class StandingVisit:
    """What staff read of one visit.

    Attributes:
        visit: its identifier without meaning.
        at: when the person was there.
        label: the person's masked フリガナ; empty for a visit of an earlier run of the service.
        outcome: what became of it; None while it waits.

    """

    visit: str
    at: datetime
    label: str
    outcome: Outcome | None


class Connector:
    """One ORCA's connector. `start` and `stop` it once; `standing` and `troubles` return at once."""

    def __init__(
        self,
        orca: Receiving,
        source: VisitSource,
        kept: KeptOutcomes,
        pause: Callable[[Event, float], object] = Event.wait,
    ) -> None:
        """Prepare.

        Args:
            orca: who receives.
            source: the finished visits.
            kept: what became of the latest visits.
            pause: waits for the event, for so many seconds at most.

        """
        self._orca, self._source, self._kept, self._pause = orca, source, kept, pause
        self._handled = kept.read()
        self._waiting: tuple[Arrival, ...] = ()
        self._labels: dict[str, str] = {}
        self._fault: Failure | None = None
        self._tries, self._tried = 0, ""
        self._lock, self._woken, self._ending = Lock(), Event(), Event()
        self._thread = Thread(target=self._run, name="orca", daemon=True)

    def start(self) -> None:
        """Begin. What waited when the service ended is handed over first. A second call does nothing."""
        if self._thread.ident is None:
            self._thread.start()

    def wake(self) -> None:
        """Look for further visits now. Returns at once."""
        self._woken.set()

    def stop(self, patience: float) -> None:
        """End after the call that is on; wait ``patience`` seconds at most. What waits is kept."""
        self._ending.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(patience)

    def standing(self) -> tuple[StandingVisit, ...]:
        """Return the visits that wait and the latest that do not, the newest first."""
        with self._lock:
            labels = self._labels
            done = [StandingVisit(one.visit, one.at, labels.get(one.visit, ""), one.outcome) for one in self._handled]
            wait = [StandingVisit(one.visit, one.at, one.label, None) for one in self._waiting]
            return tuple(reversed([*done, *wait]))

    def troubles(self) -> tuple[Failure, ...]:
        """Return what is wrong with ORCA (N-25, N-26 or N-27), with what waits, and since when."""
        with self._lock:
            if self._fault is None:
                return _erased(self._source.lost)
            reason = "; ".join(filter(None, (self._fault.reason, _how_many(self._waiting))))
            return (Failure(self._fault.code, self._fault.place, reason),)

    def _run(self) -> None:
        failed = 0
        while not self._ending.is_set():
            failed = 0 if self._turn() else failed + 1
            seconds = min(2.0 ** (failed - 1), _LONGEST_PAUSE) if failed else _LOOK_EVERY
            if not self._ending.is_set():
                self._pause(self._woken, seconds)
                self._woken.clear()

    def _turn(self) -> bool:
        """Do what there is; return whether all of it is done."""
        try:
            self._do_what_waits()
        except OrcaError as error:
            self._note(Failure(error.code, place_of(error), str(error)))
        except Exception as error:  # whatever it is, the next try may go well, and no visit is lost
            self._note(Failure(Code.ORCA_SILENT, place_of(error), _reason(error)))
        else:
            self._note(None)
            return True
        return False

    def _do_what_waits(self) -> None:
        """Hand over all that waits; if nothing does, ask whether ORCA answers."""
        anything = False
        while not self._ending.is_set() and (coming := self._source.waiting(_BATCH)):
            self._see(coming)
            for one in coming:
                if self._ending.is_set():
                    return
                self._hand_over(one)
                anything = True
        self._see(())
        if not anything:
            self._orca.check()

    def _hand_over(self, coming: Coming) -> None:
        if (arrival := coming.arrival) is not None:
            self._keep(arrival, self._outcome(arrival))
        coming.done()
        if arrival is not None:
            with self._lock:
                self._waiting = self._waiting[1:]

    def _keep(self, arrival: Arrival, outcome: Outcome) -> None:
        """Keep what became of a visit, in place of what was kept before a kill."""
        others = [one for one in self._handled if one.visit != arrival.visit]
        handled = (*others, Handled(visit=arrival.visit, at=arrival.at, outcome=outcome))[-MOST_OUTCOMES:]
        self._kept.write(handled)
        with self._lock:
            self._handled = handled
            self._labels = {one.visit: self._labels.get(one.visit, "") for one in handled}
            self._labels[arrival.visit] = arrival.label

    def _outcome(self, arrival: Arrival) -> Outcome:
        """Return what became of a visit; after some tries it is the desk's, if it is for this visit alone.

        Whatever is raised, the visit is to be tried again.
        """
        try:
            outcome = self._orca.receive(arrival)
        except Exception as error:  # one visit that breaks something must not hold up all that follow
            self._tries = self._tries + 1 if self._tried == arrival.visit else 1
            self._tried = arrival.visit
            if self._tries < _MOST_TRIES:
                raise
            outcome = self._given_up(error)
        said = " ".join(filter(None, (outcome.kind.value, outcome.result)))
        _log.info("visit handed to ORCA", reason=f"visit {arrival.visit}: {said}")
        return outcome

    def _given_up(self, error: Exception) -> Outcome:
        """Return the desk's outcome of a visit that ORCA has not taken. Raises OrcaError if ORCA takes none."""
        if isinstance(error, OrcaBusy):
            return Outcome(OutcomeKind.BUSY)
        if isinstance(error, OrcaRefused):
            raise error
        if isinstance(error, OrcaSilent):
            self._orca.check()
        _log.warning("ORCA answers, but not for this visit", place=place_of(error), reason=_reason(error))
        return Outcome(OutcomeKind.UNSURE)

    def _see(self, coming: Sequence[Coming]) -> None:
        with self._lock:
            self._waiting = tuple(one.arrival for one in coming if one.arrival is not None)

    def _note(self, fault: Failure | None) -> None:
        with self._lock:
            self._fault = fault


def _how_many(waiting: Sequence[Arrival]) -> str:
    if not waiting:
        return ""
    more = " or more" if len(waiting) == _BATCH else ""
    oldest = min(one.at for one in waiting).astimezone(TOKYO)
    return f"waiting: {len(waiting)}{more}, the oldest of {oldest.isoformat(timespec='seconds')}"


def _erased(lost: int) -> tuple[Failure, ...]:
    said = f"{lost} visits were erased before they could be handed over"
    return (Failure.here(Code.ORCA_SILENT, said),) if lost else ()


def _reason(error: Exception) -> str:
    """Return why, without what a foreign error may quote of a visit."""
    if isinstance(error, OrcaError | SourceUnavailable):
        return str(error)
    if isinstance(error, OSError):
        return f"cannot be kept: {error.strerror or type(error).__qualname__}"
    return type(error).__qualname__
