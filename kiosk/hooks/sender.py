"""Hand the finished visits to one webhook, in order and at least once, by a thread of its own: no visit waits for it.

The queue is the file of the finished visits, and the webhook's cursor in it. After a kill the visit in hand is sent
again, with the same event identifier.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from typing import Final, Protocol

import structlog

from kiosk.failures import Code, Failure, place_of
from kiosk.hooks.hook import Hook
from kiosk.hooks.sending import Deliver, HookError
from kiosk.results import Backlog, FinishedVisit, ResultsUnavailable

__all__ = ["Sender", "Waiting"]

_log = structlog.get_logger(__name__)

LONGEST_PAUSE: Final = 600.0
"""Seconds between two tries at most; they begin with one and double."""

_MOST_DOUBLINGS: Final = 10
_LOOK_EVERY: Final = 60.0
_FILE_AGAIN: Final = 2.0
"""Seconds until a file of finished visits that cannot be used is tried again."""

OLD: Final = timedelta(seconds=10)
"""How old the oldest visit that waits is before a receiver that is silent is a trouble: one that restarts is none."""

_BATCH: Final = 20


class Waiting(Protocol):
    """The webhook's cursor (`kiosk.results.Cursor`). Every method but ``lost`` raises ResultsUnavailable."""

    @property
    def lost(self) -> int:
        """How many visits were erased before they were done."""

    def waiting(self, limit: int) -> tuple[FinishedVisit, ...]:
        """Return at most ``limit`` visits that are not done, the oldest first."""

    def backlog(self) -> Backlog:
        """Return how many visits wait, and since when."""

    def done(self, visit: FinishedVisit) -> None:
        """Keep that this visit is done."""


class Sender:
    """One webhook's queue and thread. All methods but `line` and `stop` return at once; each may be called again."""

    def __init__(
        self,
        hook: Hook,
        deliver: Deliver,
        cursor: Waiting,
        now: Callable[[], datetime],
        pause: Callable[[Event, float], object] = Event.wait,
    ) -> None:
        """Prepare.

        Args:
            hook: where to.
            deliver: hands one visit over.
            cursor: the visits that wait.
            now: the clock (aware).
            pause: waits for the event, for so many seconds at most.

        """
        self._hook, self._deliver, self._cursor, self._now, self._pause = hook, deliver, cursor, now, pause
        self._backlog = Backlog()
        self._fault: Failure | None = None
        self._dropped, self._failed = 0, 0
        self._lock, self._woken, self._ending = Lock(), Event(), Event()
        self._thread = Thread(target=self._run, name=f"webhook {hook.number}", daemon=True)
        self._started = False

    def start(self) -> None:
        """Begin, with what waited when the service ended."""
        if not self._started:
            self._started = True
            self._thread.start()

    def wake(self) -> None:
        """Look for further visits now, unless the receiver is given a pause."""
        self._woken.set()

    def stop(self, patience: float) -> None:
        """End after the delivery that is on; wait ``patience`` seconds at most. What waits is kept."""
        self._ending.set()
        self._woken.set()
        if self._started:
            self._thread.join(patience)

    def troubles(self) -> tuple[Failure, ...]:
        """Return S-16 or S-17 while visits are not taken; S-16 since some were given up."""
        with self._lock:
            fault, backlog, dropped = self._fault, self._backlog, self._dropped
        lost = dropped + self._cursor.lost
        found = [fault] if fault and (fault.code is not Code.HOOK_SILENT or self._age(backlog) >= OLD) else []
        if lost:
            reason = f"{self._hook.label}: {lost} visits were given up, for nobody took them in time"
            found.append(Failure.here(Code.HOOK_SILENT, reason))
        return tuple(found)

    def line(self) -> str:
        """Return how many visits wait, and the age of the oldest, for ``details`` of ``/healthz``. Blocks."""
        with suppress(ResultsUnavailable):  # then it is what was counted last
            self._count()
        with self._lock:
            backlog = self._backlog
        if not backlog.count:
            return f"{self._hook.label}: nothing waits"
        return f"{self._hook.label}: {backlog.count} wait, the oldest for {self._age(backlog).total_seconds():.0f} s"

    def _age(self, backlog: Backlog) -> timedelta:
        return max(self._now() - backlog.oldest, timedelta()) if backlog.oldest else timedelta()

    def _run(self) -> None:
        while not self._ending.is_set():
            self._woken.clear()
            seconds = self._turn()
            if self._ending.is_set():
                return
            if seconds is None:
                self._pause(self._woken, _LOOK_EVERY)
            else:  # a visit that ends meanwhile has to wait behind this one
                self._pause(self._ending, seconds)

    def _turn(self) -> float | None:
        """Hand over what waits; return the seconds until it is tried again, or None if all of it was taken."""
        try:
            self._hand_all_over()
        except ResultsUnavailable:  # S-13 says so
            return _FILE_AGAIN
        except HookError as error:
            return self._refused(error.code, error, str(error))
        except Exception as error:  # whatever it is, nothing may be lost to it
            return self._refused(Code.INTERNAL, error, type(error).__qualname__)
        return None

    def _hand_all_over(self) -> None:
        while waiting := self._look():
            for visit in waiting:
                if self._ending.is_set():
                    return
                self._hand_over(visit)

    def _refused(self, code: Code, error: Exception, reason: str) -> float:
        """Note why a visit was not taken; return the seconds until it is tried again."""
        self._note(Failure(code, place_of(error), f"{self._hook.label}: {reason}"))
        seconds = min(2.0**self._failed, LONGEST_PAUSE)
        self._failed = min(self._failed + 1, _MOST_DOUBLINGS)
        return seconds

    def _look(self) -> tuple[FinishedVisit, ...]:
        waiting = self._cursor.waiting(_BATCH)
        self._count()  # after it, so that what fails now is counted
        return waiting

    def _count(self) -> None:
        backlog = self._cursor.backlog()
        with self._lock:
            self._backlog = backlog

    def _hand_over(self, visit: FinishedVisit) -> None:
        if visit.at < self._now() - self._hook.keep:
            self._drop(visit)
        else:
            self._deliver(visit)
            self._failed = 0
            self._note(None)
        self._cursor.done(visit)

    def _drop(self, visit: FinishedVisit) -> None:
        with self._lock:
            self._dropped += 1
        _log.warning("visit given up", code=Code.HOOK_SILENT.value, reason=f"{self._hook.label}: visit {visit.visit}")

    def _note(self, fault: Failure | None) -> None:
        with self._lock:
            self._fault = fault
