"""Finished visits, taken from the reception at once and kept by a thread: no visit ever waits for the disk."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Condition, Thread
from typing import Final

from kiosk.failures import Code, Failure, place_of
from kiosk.results.cursor import Cursor
from kiosk.results.errors import ResultsUnavailable, UnknownVisit
from kiosk.results.finished import EndedVisit, FinishedVisit, Page
from kiosk.results.result_file import ResultFile

__all__ = ["FinishedVisits"]

_NAME: Final = "results.sqlite"
_AGAIN: Final = 2.0
"""Seconds until what the disk did not take is tried again."""

_ERASE_EVERY: Final = timedelta(minutes=10)
_SETTLE: Final = 2.0
"""Seconds in which a reader waits for a visit that has ended a moment ago."""

_MOST_WAITING: Final = 10_000
"""Visits that wait in memory for a disk at most; then the oldest is lost, which S-13 says."""


class FinishedVisits:
    """The finished visits of one kiosk. `add` returns at once; every other method may block, so call it from a thread.

    What `after`, `find` and `following` return is on disk, so that nobody is told of a visit that a kill could undo.
    """

    def __init__(self, data_dir: Path, *, api_keep: timedelta, keep: timedelta, now: Callable[[], datetime]) -> None:
        """Prepare; nothing is written before `begin`.

        Args:
            data_dir: the folder of the file.
            api_keep: for how long `after` and `find` give a visit.
            keep: for how long a visit is kept for `following`, at least ``api_keep``; then it is erased.
            now: the clock (aware).

        """
        self._path, self._api_keep, self._keep, self._now = data_dir / _NAME, api_keep, max(keep, api_keep), now
        self._waiting: deque[EndedVisit] = deque()
        self._changed = Condition()
        self._file: ResultFile | None = None
        self._first_event = 0
        self._trouble: Failure | None = None
        self._lost = 0
        self._erased_at: datetime | None = None
        self._ending = False
        self._listeners: list[Callable[[], None]] = []
        self._lost_by: Counter[str] = Counter()
        self._thread = Thread(target=self._run, name="finished-visits", daemon=True)

    @property
    def first_event(self) -> int:
        """The first identifier of an event that no earlier run of the service has given; 0 until it is known."""
        return self._first_event

    def cursor(self, consumer: str) -> Cursor:
        """Return the place of a consumer, which is new or was there before; ``consumer`` is its name for ever.

        Raises:
            RuntimeError: Visits are written already, and the first of them would be lost to it.

        """
        if self._file is not None:
            raise RuntimeError("a consumer takes its cursor before the first visit is written")
        self._lost_by[consumer] = 0
        return Cursor(consumer, self._opened, lambda: self._lost_by[consumer])

    def begin(self, site_key: bytes) -> None:
        """Keep visits from now on, under the site key. A second call does nothing.

        Raises:
            ValueError: The site key has a wrong size.

        """
        if self._file is not None:
            return
        self._file = ResultFile(self._path, site_key)
        self._try(self._begin_run)
        self._thread.start()

    def add(self, ended: EndedVisit) -> None:
        """Take a visit that has ended. Returns at once."""
        with self._changed:
            if len(self._waiting) >= _MOST_WAITING:
                self._waiting.popleft()
                self._lost += 1
            self._waiting.append(ended)
            self._changed.notify_all()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Have ``listener`` called, in the writing thread, each time that further visits are on disk.

        It must return at once and raise nothing (``loop.call_soon_threadsafe(event.set)``, ``threading.Event.set``).
        """
        self._listeners.append(listener)

    def after(self, visit: str | None, limit: int) -> Page:
        """Return at most ``limit`` visits that ended after the one with that identifier; None: the oldest kept.

        Raises:
            UnknownVisit: It is no finished visit of this kiosk, or is kept no longer.
            ResultsUnavailable: The file cannot be read.

        """
        file, oldest = self._settled(), self._now() - self._api_keep
        if visit is None:
            found = file.since(oldest, limit + 1)
        else:
            found = file.following(self._known(file, visit).sequence, limit + 1)
        page = tuple(found[:limit])
        return Page(page, page[-1].visit if len(found) > limit else None)

    def find(self, visit: str) -> FinishedVisit:
        """Return the finished visit with this identifier.

        Raises:
            UnknownVisit: It is no finished visit of this kiosk, or is kept no longer.
            ResultsUnavailable: The file cannot be read.

        """
        return self._known(self._settled(), visit)

    def following(self, sequence: int, limit: int = 100) -> tuple[FinishedVisit, ...]:
        """Return at most ``limit`` visits after the one with that sequence, in order, for a queue; 0 for the first.

        Raises ResultsUnavailable.
        """
        return tuple(self._opened().following(sequence, limit))

    def ended_since(self, instant: datetime) -> tuple[FinishedVisit, ...]:
        """Return the visits that ended at an instant or later, as long as they are kept, in their order.

        Raises ResultsUnavailable.
        """
        return tuple(self._settled().since(instant, _MOST_WAITING))

    def after_event(self, event: int, limit: int) -> tuple[FinishedVisit, ...]:
        """Return the last ``limit`` visits whose last event came after this one. Raises ResultsUnavailable."""
        oldest = self._now() - self._api_keep
        return tuple(each for each in self._settled().after_event(event, limit) if each.at >= oldest)

    def troubles(self) -> tuple[Failure, ...]:
        """Return S-13 while visits cannot be kept, or since some were lost."""
        if self._lost:
            return (Failure.here(Code.RESULTS_NOT_KEPT, f"{self._lost} finished visits are lost: {self._path}"),)
        return (self._trouble,) if self._trouble else ()

    def stop(self, patience: float) -> None:
        """Write what waits, and end; wait ``patience`` seconds at most."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(patience)
        if self._file is not None:
            self._file.close()

    # Reading

    def _opened(self) -> ResultFile:
        if self._file is None:
            raise ResultsUnavailable("the site key is not there yet")
        return self._file

    def _settled(self) -> ResultFile:
        """Return the file once it has what has ended by now; a disk that takes nothing is not waited for."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting or self._trouble is not None, _SETTLE)
        return self._opened()

    def _known(self, file: ResultFile, visit: str) -> FinishedVisit:
        found = file.find(visit)
        if found is None or found.at < self._now() - self._api_keep:
            raise UnknownVisit
        return found

    # Writing

    def _run(self) -> None:
        while self._wait():
            self._try(self._work)

    def _wait(self) -> bool:
        """Wait for something to do; return False once everything is written, or cannot be, and the service ends."""
        with self._changed:
            if self._trouble is not None:
                self._changed.wait_for(lambda: self._ending, _AGAIN)
                return not self._ending
            self._changed.wait_for(lambda: self._waiting or self._ending, _ERASE_EVERY.total_seconds())
            return bool(self._waiting) or not self._ending

    def _work(self) -> None:
        self._begin_run()
        with self._changed:
            batch = list(self._waiting)
        if batch:
            self._opened().write(batch)
            self._written(batch)
        self._erase()

    def _begin_run(self) -> None:
        if not self._first_event:
            self._first_event = self._opened().begin_run(self._lost_by)

    def _written(self, batch: list[EndedVisit]) -> None:
        written = {id(each) for each in batch}  # to compare them would hold up `add` for seconds
        with self._changed:
            while self._waiting and id(self._waiting[0]) in written:
                self._waiting.popleft()
            self._changed.notify_all()
        for listener in self._listeners:
            listener()

    def _erase(self) -> None:
        now = self._now()
        if self._erased_at is None or not timedelta() <= now - self._erased_at < _ERASE_EVERY:
            self._lost_by.update(self._opened().erase(now - self._keep, list(self._lost_by)))
            self._erased_at = now

    def _try(self, work: Callable[[], None]) -> None:
        """Do ``work``; what goes wrong is a trouble until it is done, and ends nothing."""
        trouble = None
        try:
            work()
        except Exception as error:  # whatever it is, the next try may go well
            reason = str(error) if isinstance(error, ResultsUnavailable) else type(error).__qualname__
            trouble = Failure(Code.RESULTS_NOT_KEPT, place_of(error), reason)
        with self._changed:
            self._trouble = trouble
            self._changed.notify_all()
