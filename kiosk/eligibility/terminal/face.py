"""Watching the folder of the 顔認証付きカードリーダー: each new face file of today, once.

A face file says who was at the reader, not who is in front of this kiosk: nobody takes «the next one» for a person.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from math import inf
from pathlib import Path
from typing import Final

from kiosk import tokyo_day
from kiosk.eligibility.terminal.answers import read_answer
from kiosk.eligibility.terminal.bounded import Bounded
from kiosk.eligibility.terminal.checks import require_ours
from kiosk.eligibility.terminal.errors import AnswerUnreadable, FolderUnusable, SeveralAnswers, TerminalError
from kiosk.eligibility.terminal.face_names import POLL, SCAN, FaceNames
from kiosk.eligibility.terminal.file_names import face_day, face_moment
from kiosk.eligibility.terminal.folders import STEADY, read_whole
from kiosk.eligibility.terminal.model import Answer
from kiosk.eligibility.terminal.terminal import failed_answer
from kiosk.failures import Failure

__all__ = ["FaceFile", "FaceFolder"]

_AGAIN: Final = 0.2
_SETTLED: Final = 5.0
_HANGS: Final = 5.0

_SHARE: Final = 0.2
"""Seconds that one look spends on reading: where hundreds of files wait, it returns those that it has come to."""

_MOST_WATCHED: Final = 50
"""Files that were told last, and are looked at again: one whose content changes was somebody else's, or is."""

_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FaceFile:
    """One face file of today; ``name`` is None where it is the folder that failed."""

    name: str | None
    answer: Answer


@dataclass(slots=True)
class _Waiting:
    """A file that was not read yet as a whole, or has changed since.

    Attributes:
        digest: that of the last read.
        mark: size and time of change, as of before the last read.
        told: what was told of it before; None for a new file.

    """

    since: float
    again_at: float
    digest: bytes = b""
    mark: tuple[int, int] | None = None
    told: _Told | None = None


@dataclass(slots=True)
class _Told:
    """What was told of a file: the digest of its content (empty where it could not be read), and its mark then."""

    digest: bytes
    mark: tuple[int, int] | None


class FaceFolder:
    """The folder of face files. What is old costs nothing: no file is opened or asked for but those of today."""

    def __init__(
        self,
        folder: Path,
        institution: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        trash: Path | None = None,
        oldest: timedelta | None = None,
        before_scan: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare; nothing is read before the first look.

        Args:
            folder: where the face files appear.
            institution: 医療機関コード; a file with another one is not ours.
            clock: the clock (aware).
            trash: where another program moves them as soon as it has read them; None if nobody does.
            oldest: how old a file may be by its name; an older one is never opened. None: all of today.
            before_scan: is called before the names are read, in the thread that works in the folder.

        """
        self._places = [FaceNames("face", folder, before_scan), *([FaceNames("trash", trash)] if trash else [])]
        self._institution = institution
        self._clock = clock
        self._oldest = oldest
        self._files = Bounded("terminal-face")
        self._day: date | None = None
        self._seen: set[str] = set()
        self._waiting: dict[str, _Waiting] = {}
        self._told: dict[str, _Told] = {}
        self._look_again_at = 0.0
        # What the thread has read waits here, so that a look that took too long loses nothing.
        self._found: deque[FaceFile] = deque()
        self.trouble: Failure | None = None
        """Why the folder could not be used at the last look (N-11)."""

    def pause(self) -> float:
        """Return the seconds until a look may find more of what is there already, or new names on a share."""
        if self.trouble is not None:
            return SCAN
        due = min((file.again_at for file in list(self._waiting.values())), default=inf)
        return min(SCAN, max(0.0, due - time.monotonic()))

    def close(self) -> None:
        """End the thread that works in the folder."""
        self._files.close()

    def watch(self, pause: Callable[[float], object] = time.sleep) -> Iterator[FaceFile]:
        """Yield the face files of today, those that are there first, and each failure of the folder once, for ever."""
        while True:
            yield from self.look()
            pause(min(POLL, self.pause()))

    def look(self) -> list[FaceFile]:
        """Return what is new since the last look; where very many files are, the next looks return the rest."""
        told: list[FaceFile] = []
        try:
            self._files.do(self._look, _HANGS)
            self.trouble = None
        except FolderUnusable as error:
            told = [] if self.trouble else [FaceFile(None, failed_answer(error))]
            self.trouble = Failure.here(error.code, str(error))
        return [*(self._found.popleft() for _ in range(len(self._found))), *told]

    def _look(self) -> None:
        now = time.monotonic()
        day = self._begin_day()
        unusable = [error for place in self._places if (error := self._add_names(place, day, now))]
        self._note_changed(now)
        due = sorted((file.again_at, name) for name, file in self._waiting.items() if file.again_at <= now)
        for _, name in due:
            self._read(name, self._waiting[name])
            if time.monotonic() - now > _SHARE:
                break
        if unusable:
            raise unusable[0]

    def _begin_day(self) -> date:
        """Return the present day, and forget what belongs to another one."""
        today = tokyo_day(self._clock())
        if today != self._day:
            self._day = today
            # A clock that is put back over midnight makes nothing new of what was told.
            self._seen = {name for name in self._seen if abs((face_day(name) or today) - today) <= _A_DAY}
            self._seen -= self._waiting.keys()
            self._waiting.clear()
            self._told.clear()
        return today

    def _add_names(self, place: FaceNames, day: date, now: float) -> FolderUnusable | None:
        """Have the new files of one folder read, or return why there are none."""
        try:
            names = place.new(day, now)
        except FolderUnusable as error:
            return error
        fresh = [name for name in names if name not in self._seen]
        self._seen.update(fresh)
        self._waiting |= {name: _Waiting(now, now) for name in fresh if not self._is_old(name)}
        return None

    def _note_changed(self, now: float) -> None:
        """Have those of the last files read again that are not as they were told."""
        if now < self._look_again_at:
            return
        self._look_again_at = now + SCAN
        for name, told in [*self._told.items()]:
            mark = self._mark_of(name)
            if mark is not None and mark != told.mark:
                self._waiting[name] = _Waiting(now, now, told=self._told.pop(name))

    def _mark_of(self, name: str) -> tuple[int, int] | None:
        """Return what changes when a file is written; None if it is gone. To move a file changes nothing of it."""
        try:
            found = os.stat(self._place_of(name) / name)
        except OSError:
            return None
        return found.st_size, found.st_mtime_ns

    def _is_old(self, name: str) -> bool:
        moment = face_moment(name)
        return self._oldest is not None and moment is not None and moment < self._clock() - self._oldest

    def _read(self, name: str, file: _Waiting) -> None:
        """Read a file that is due; what it says is found once two reads are equal, and that is a message."""
        try:
            file.mark = self._mark_of(name)  # before it is read: what is written meanwhile is a change
            content = read_whole(self._place_of(name) / name)
            before, file.digest = file.digest, sha256(content).digest()
            file.again_at = time.monotonic() + STEADY
            if file.digest == before:
                self._tell(name, file, self._answer(content), file.digest)
            elif before:
                self._later(name, file, STEADY, AnswerUnreadable("is still being written"))
        except AnswerUnreadable as error:
            self._later(name, file, _AGAIN, error)

    def _place_of(self, name: str) -> Path:
        return next((place for place in self._places if place.has(name)), self._places[0]).folder

    def _answer(self, content: bytes) -> Answer:
        """Return what a file says. Raises AnswerUnreadable for what may still be on its way."""
        try:
            answer, header, _ = read_answer(content)
            require_ours(header, self._institution, None)
        except AnswerUnreadable:
            raise
        except TerminalError as error:
            return failed_answer(error)
        return answer

    def _later(self, name: str, file: _Waiting, pause: float, error: TerminalError) -> None:
        """Have a file read again, for a bounded time."""
        now = time.monotonic()
        file.again_at = now + pause
        if now - file.since >= _SETTLED:
            self._tell(name, file, failed_answer(error), b"")

    def _tell(self, name: str, file: _Waiting, answer: Answer, digest: bytes) -> None:
        """Have what a file says found: once, unless it could not be read before, or says something else now."""
        del self._waiting[name]
        before = b"" if file.told is None else file.told.digest
        self._told[name] = _Told(digest, file.mark)
        while len(self._told) > _MOST_WATCHED:
            del self._told[next(iter(self._told))]
        if before and before != digest:
            answer = failed_answer(SeveralAnswers("its content has changed since it was read"))
        if file.told is None or before != digest:
            self._found.append(FaceFile(name, answer))
