"""Run the simulated 資格確認端末: watch req, answer into res, write the face reader's files."""

from __future__ import annotations

import heapq
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import count, islice
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from simulators.terminal.answering import AnsweringService, Clock, Options, WrittenAnswer
from simulators.terminal.directory import NobodyElse
from simulators.terminal.file_names import ExchangeFileName
from simulators.terminal.folders import TerminalFolders, put, requests_in, take
from simulators.terminal.insured import InsuredPerson, Scenario
from simulators.terminal.results import GivenConsents

__all__ = ["DEFAULT_OPTIONS", "SimulatedTerminal"]

DEFAULT_OPTIONS: Final = Options()
NOT_ASKED: Final = GivenConsents()
_POLL: Final = 0.02
"""Seconds between two looks into req."""
_SLOW: Final = 5
"""How many times the usual delay a slow answer takes."""
_LEAST_PAUSE: Final = 0.3
"""Seconds between the halves of a file, and the delay that a slow answer counts from, at least."""
_MOST_WAITING: Final = 1000
"""Answers that may wait for their time; requests stay in req meanwhile."""


@dataclass(frozen=True, slots=True, order=True)
class _Due:
    """Something to do at a time (of the monotonic clock); ``finishes`` a file of which the first half is there."""

    at: float
    serial: int
    act: Callable[[], None] = field(compare=False)
    finishes: bool = field(compare=False)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SimulatedTerminal:
    """A 資格確認端末 that runs inside a ``with`` block, or from ``start`` to ``stop``.

    ``taken`` are the names of the latest thousand requests, ``troubles`` the latest hundred sentences about a folder
    that could not be used; ``on_trouble`` gets each of them. ``on_end`` is called from the terminal's thread if that
    ends without ``stop``.
    """

    def __init__(
        self,
        folders: TerminalFolders,
        everybody: Iterable[InsuredPerson],
        *,
        scenario: Scenario | None = None,
        delay: float = 1.0,
        options: Options = DEFAULT_OPTIONS,
        clock: Clock = _utc_now,
        on_trouble: Callable[[str], None] = lambda _: None,
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        self.folders = folders
        self.taken: deque[str] = deque(maxlen=1000)
        self.troubles: deque[str] = deque(maxlen=100)
        self._service = AnsweringService(everybody, options, clock, scenario)
        self._delay = delay
        self._on_trouble = on_trouble
        self._on_end = on_end
        self._count = 0
        self._due: list[_Due] = []
        self._serial = count()
        self._lock = threading.Lock()
        self._change = threading.Condition(self._lock)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="terminal", daemon=True)

    @property
    def scenario(self) -> Scenario | None:
        """What the terminal does to everybody; None is what the members file says of each. It may be set any time."""
        return self._service.scenario

    @scenario.setter
    def scenario(self, scenario: Scenario | None) -> None:
        with self._lock:
            self._service.scenario = scenario

    @property
    def people(self) -> int:
        """How many members are known."""
        return len(self._service.directory)

    def start(self) -> None:
        """Begin to watch req. Raises OSError if a folder cannot be used."""
        self.folders.clean()
        next(requests_in(self.folders.req), None)
        self._thread.start()

    def stop(self) -> None:
        """End; a file of which the first half is there is finished, and other answers are given up."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def wait_until_taken(self, requests: int, timeout: float) -> bool:
        """Return whether so many requests have been taken since the start, after at most ``timeout`` seconds."""
        with self._change:
            return self._change.wait_for(lambda: self._count >= requests, timeout)

    def write_face(
        self,
        member: str | InsuredPerson,
        consents: GivenConsents = NOT_ASKED,
        *,
        scenario: Scenario | None = None,
        at: datetime | None = None,
    ) -> Path:
        """Write the face reader's file of a person whose card it has just read; return where it is.

        ``member`` is ``INSURER:SYMBOL:NUMBER:BRANCH`` of the members file, or anybody else. ``scenario`` is for this
        file alone; ``at`` (default: now) is the time in its name and its header.

        Raises:
            KeyError: There is no such member.
            NobodyElse: ``wrong_face`` needs a second person in the members file.
            OSError: The folder cannot be written.

        """
        with self._lock:
            person = self._service.directory.member(member) if isinstance(member, str) else member
            answer = self._service.face_file(person, consents, secrets.token_hex(10), scenario, at)
            return self._put(self.folders.face, answer)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                with self._lock:
                    self._take_requests()
                    pause = self._do_what_is_due()
                self._stopping.wait(pause)
            self._finish_halves()
        finally:
            if not self._stopping.is_set():
                self._on_end()

    def _finish_halves(self) -> None:
        for due in sorted(self._due):
            if due.finishes:
                self._try(due.act)

    def _take_requests(self) -> None:
        try:
            found = list(islice(requests_in(self.folders.req), _MOST_WAITING - len(self._due)))
        except OSError as error:
            self._note(error)
            return
        for path, name in found:
            self._try(partial(self._take_request, path, name))

    def _take_request(self, path: Path, name: ExchangeFileName) -> None:
        answer = self._service.answer(name, take(path))
        self.taken.append(path.name)
        self._count += 1
        self._change.notify_all()
        if answer is not None:
            after = _SLOW * max(self._delay, _LEAST_PAUSE) if answer.slow else self._delay
            self._plan(after, partial(self._give, answer))

    def _give(self, answer: WrittenAnswer) -> None:
        if answer.face_of is not None:
            self._try(partial(self._give_wrong_face, answer.face_of))
        self._put(self.folders.res, answer)

    def _give_wrong_face(self, person: InsuredPerson) -> None:
        wrong = self._service.face_file(person, NOT_ASKED, secrets.token_hex(10), Scenario.WRONG_FACE)
        self._put(self.folders.face, wrong)

    def _put(self, folder: Path, answer: WrittenAnswer) -> Path:
        path = folder / answer.name
        rest = put(path, answer.content, answer.manner)
        if rest is not None:
            self._plan(max(self._delay, _LEAST_PAUSE), rest, finishes=True)
        return path

    def _plan(self, seconds: float, act: Callable[[], None], *, finishes: bool = False) -> None:
        heapq.heappush(self._due, _Due(time.monotonic() + seconds, next(self._serial), act, finishes))

    def _do_what_is_due(self) -> float:
        """Do it; return the seconds until there can be something more."""
        while self._due and self._due[0].at <= time.monotonic():
            self._try(heapq.heappop(self._due).act)
        return min(_POLL, max(0.0, self._due[0].at - time.monotonic())) if self._due else _POLL

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except (OSError, NobodyElse) as error:
            self._note(error)

    def _note(self, error: OSError | NobodyElse) -> None:
        text = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        if not self.troubles or self.troubles[-1] != text:
            self.troubles.append(text)
            self._on_trouble(text)
