"""One enquiry, one answer: the request goes into `req`, and the file with its suffix is awaited in `res`."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Final, TypeVar

from kiosk.eligibility.terminal.bounded import Bounded
from kiosk.eligibility.terminal.errors import AnswerUnreadable, NoAnswer, StillProcessing, TerminalError
from kiosk.eligibility.terminal.file_names import FileName, Kind
from kiosk.eligibility.terminal.folders import (
    check_folders,
    find_answer,
    is_placed,
    place_request,
    read_steady,
    take_back_request,
)

__all__ = ["Exchange", "Folders"]

T = TypeVar("T")

_POLL: Final = 0.01
"""Seconds between two looks for the answer."""

_AGAIN: Final = 0.2
"""Seconds until a file that could not be read is read again."""

_SETTLED: Final = 5.0
"""Seconds after which a file that cannot be read, and no longer changes, is given up."""

_HANGS: Final = 5.0
"""Seconds after which a folder that does not respond is given up."""

_LOOK: Final = 1.0
"""Seconds after which a folder that is only looked at counts as not responding."""

_GRACE: Final = 1.0
"""Seconds that the last look may take, however little time is left."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of the exchange for requests and answers."""

    req: Path
    res: Path


class Exchange:
    """The exchange of files with one terminal. Each call blocks until there is an answer, or until its time is over.

    A call takes the file with its own suffix alone, so an answer that comes too late is nobody's.
    """

    def __init__(
        self,
        folders: Folders,
        timeout: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        takes_back: bool = False,
    ) -> None:
        """Prepare the exchange in these folders.

        Args:
            folders: where requests go and answers come.
            timeout: seconds until an answer counts as not given.
            clock: seconds of a clock that is never set.
            takes_back: whether a request that nobody took in time is removed again, so that a terminal which comes back
                is not asked what nobody waits for any more.

        """
        self.timeout = timeout
        """Seconds until an answer counts as not given."""
        self._takes_back = takes_back
        self._folders = folders
        self._clock = clock
        self._files = Bounded("terminal-exchange")
        # A thread of its own: a look that takes long on a slow share must not end an enquiry under way.
        self._looks = Bounded("terminal-look")

    def close(self) -> None:
        """End the threads that work in the folders."""
        self._files.close()
        self._looks.close()

    def check(self) -> None:
        """Raise FolderUnusable if nothing can be asked now. Takes a second at most."""
        self._looks.do(lambda: check_folders(self._folders.req, self._folders.res), _LOOK)

    def ask(
        self,
        kind: Kind,
        now: datetime,
        write: Callable[[str], bytes],
        parse: Callable[[bytes, str], T],
        still_wanted: Callable[[], bool] = lambda: True,
    ) -> T:
        """Return the answer to one request.

        Args:
            kind: what is asked.
            now: the present, for the file's name.
            write: makes the request for its 任意のファイル識別子.
            parse: reads the answer to the request with that 任意のファイル識別子; raises AnswerUnreadable while it
                is no whole answer, another TerminalError for an answer that must not be used.
            still_wanted: whether anybody waits for the answer; once nobody does, it counts as not given.

        Raises:
            TerminalError: There is no answer that may be used.

        """
        return self._put(FileName.fresh(kind, now), write, parse, still_wanted)

    def ask_once(
        self,
        name: FileName,
        since: datetime,
        write: Callable[[str], bytes],
        parse: Callable[[bytes, str], T],
        patience: float,
    ) -> T:
        """Return the answer to a request that may have been put already; only if it was not, it is put now.

        Args:
            name: the names of the request and of the answer, the same at each call.
            since: when the name was given, before which there can be no answer.
            write: makes the request for its 任意のファイル識別子.
            parse: reads the answer, as for `ask`.
            patience: seconds to wait first for the answer, while the terminal may have the request (0: one look).

        Raises:
            TerminalError: There is no answer that may be used.

        """
        placed = self._do(lambda: is_placed(self._folders.req, name.request), self._clock())
        first = self._clock() + (self.timeout if placed else patience)
        try:
            return self._awaited(name, since.timestamp(), parse, first)
        except (AnswerUnreadable, StillProcessing):  # it is coming: in pieces, or after 処理中
            return self._awaited(name, since.timestamp(), parse, self._clock() + self.timeout)
        except NoAnswer:
            self._take_back(name)
            if placed:
                raise
        return self._put(name, write, parse)

    def _put(
        self,
        name: FileName,
        write: Callable[[str], bytes],
        parse: Callable[[bytes, str], T],
        still_wanted: Callable[[], bool] = lambda: True,
    ) -> T:
        deadline = self._clock() + self.timeout
        placed_at = self._placed(name, write(name.suffix), deadline)
        try:
            return self._awaited(name, placed_at, parse, deadline, still_wanted)
        except TerminalError:
            self._take_back(name)
            raise

    def _placed(self, name: FileName, content: bytes, deadline: float) -> float:
        """Put a request into its folder; one that a share takes after we have given up is not put there."""
        given_up = Event()
        try:
            return self._do(
                lambda: place_request(self._folders.req, name.request, content, lambda: not given_up.is_set()), deadline
            )
        except TerminalError:
            given_up.set()
            raise

    def _take_back(self, name: FileName) -> None:
        """Remove a request of ours that nobody has taken, if the folder lets us."""
        if self._takes_back:
            with suppress(TerminalError):
                self._do(lambda: take_back_request(self._folders.req, name.request), self._clock())

    def _awaited(
        self,
        name: FileName,
        placed_at: float,
        parse: Callable[[bytes, str], T],
        deadline: float,
        still_wanted: Callable[[], bool] = lambda: True,
    ) -> T:
        failed = _Failed()
        while still_wanted():
            content = self._do(lambda: self._look(name, placed_at, failed), deadline)
            if content is not None:
                try:
                    return parse(content, name.suffix)
                except (AnswerUnreadable, StillProcessing) as error:
                    failed.note(content, error, self._clock())
            self._pause(failed, deadline)
        raise NoAnswer("nobody waits for the answer any more")

    def _look(self, name: FileName, placed_at: float, failed: _Failed) -> bytes | None:
        found = find_answer(self._folders.res, name, placed_at)
        if found is None:
            return None
        try:
            return read_steady(found)
        except AnswerUnreadable as error:
            failed.note(None, error, self._clock())
            return None

    def _pause(self, failed: _Failed, deadline: float) -> None:
        """Wait until the next look, or raise because it is too late for one."""
        now = self._clock()
        settled = isinstance(failed.error, AnswerUnreadable) and now - failed.since >= _SETTLED
        if failed.error is not None and (settled or now >= deadline):
            raise failed.error
        if now >= deadline:
            raise NoAnswer("no answer in time")
        time.sleep(min(_AGAIN if failed.error else _POLL, deadline - now))

    def _do(self, work: Callable[[], T], deadline: float) -> T:
        return self._files.do(work, min(_HANGS, max(deadline - self._clock(), _GRACE)))


class _Failed:
    """The last failure to read the answer, and since when its content has been the same."""

    def __init__(self) -> None:
        self.error: AnswerUnreadable | StillProcessing | None = None
        self.since = 0.0
        self._content: bytes | None = None

    def note(self, content: bytes | None, error: AnswerUnreadable | StillProcessing, now: float) -> None:
        """Note a failure; one with other content than before counts from now."""
        if self.error is None or content != self._content:
            self.since = now
        self.error, self._content = error, content
