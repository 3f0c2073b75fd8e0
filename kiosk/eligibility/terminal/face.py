"""Watching the folder of the 顔認証付きカードリーダー: each new face file of today, once.

A face file says who was at the reader, not who is in front of this kiosk: nobody takes «the next one» for a person.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from kiosk import tokyo_day
from kiosk.eligibility.terminal.answers import read_answer
from kiosk.eligibility.terminal.bounded import Bounded
from kiosk.eligibility.terminal.checks import require_ours
from kiosk.eligibility.terminal.errors import AnswerUnreadable, FolderUnusable, TerminalError
from kiosk.eligibility.terminal.file_names import face_day
from kiosk.eligibility.terminal.folders import read_steady, unusable
from kiosk.eligibility.terminal.model import Answer
from kiosk.eligibility.terminal.terminal import failed_answer

__all__ = ["FaceFile", "FaceFolder"]

_POLL: Final = 0.02
"""Seconds between two looks at the folder's time of change."""

_SCAN: Final = 0.9
"""Seconds after which its names are read even if it seems unchanged: a share's times are coarse, and may be cached."""

_AGAIN: Final = 0.2
_SETTLED: Final = 5.0
_HANGS: Final = 5.0


@dataclass(frozen=True, slots=True)
class FaceFile:
    """One face file of today; ``name`` is None where it is the folder that failed."""

    name: str | None
    answer: Answer


@dataclass(slots=True)
class _Waiting:
    """A file that could not be read yet."""

    since: float
    again_at: float


class FaceFolder:
    """The folder of face files. What is old costs nothing: no file is opened or asked for but those of today."""

    def __init__(
        self, folder: Path, institution: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._folder = folder
        self._institution = institution
        self._clock = clock
        self._files = Bounded("terminal-face")
        self._day: date | None = None
        self._seen: set[str] = set()
        self._waiting: dict[str, _Waiting] = {}
        self._changed = -1
        self._scan_at = 0.0
        self._down = False

    def close(self) -> None:
        """End the thread that works in the folder."""
        self._files.close()

    def watch(self, pause: Callable[[float], object] = time.sleep) -> Iterator[FaceFile]:
        """Yield the face files of today, those that are there first, and each failure of the folder once, for ever."""
        while True:
            yield from self.look()
            pause(_POLL)

    def look(self) -> list[FaceFile]:
        """Return what is new since the last look."""
        try:
            found = self._files.do(self._look, _HANGS)
        except FolderUnusable as error:
            was_down, self._down = self._down, True
            return [] if was_down else [FaceFile(None, failed_answer(error))]
        self._down = False
        return found

    def _look(self) -> list[FaceFile]:
        now = time.monotonic()
        self._begin_day()
        fresh = self._new_names(now)
        due = [name for name, waiting in self._waiting.items() if waiting.again_at <= now]
        return [face for name in (*fresh, *due) if (face := self._read(name, now))]

    def _begin_day(self) -> None:
        if (today := tokyo_day(self._clock())) != self._day:
            self._day, self._changed = today, -1
            self._seen.clear()
            self._waiting.clear()

    def _new_names(self, now: float) -> list[str]:
        try:
            changed = os.stat(self._folder).st_mtime_ns
            if changed == self._changed and now < self._scan_at:
                return []
            # A file that comes while the names are read may leave the same time behind: look at them once more.
            self._scan_at = now + (_SCAN if changed == self._changed else _POLL)
            self._changed = changed
            with os.scandir(self._folder) as entries:
                days = f"_{self._day:%Y%m%d}"
                names = [entry.name for entry in entries if days in entry.name and face_day(entry.name) == self._day]
        except OSError as error:
            raise unusable("face", error) from None
        fresh = sorted(name for name in names if name not in self._seen)
        self._seen.update(fresh)
        return fresh

    def _read(self, name: str, now: float) -> FaceFile | None:
        """Return what a file says; None while it may still be on its way, for a bounded time."""
        try:
            content = read_steady(self._folder / name)
            if content is None:
                raise AnswerUnreadable("is still being written")
            answer, header, _ = read_answer(content)
            require_ours(header, self._institution, None)
        except AnswerUnreadable as error:
            return self._later(name, now, error)
        except TerminalError as error:
            answer = failed_answer(error)
        self._waiting.pop(name, None)
        return FaceFile(name, answer)

    def _later(self, name: str, now: float, error: TerminalError) -> FaceFile | None:
        waiting = self._waiting.setdefault(name, _Waiting(now, now))
        waiting.again_at = now + _AGAIN
        if now - waiting.since < _SETTLED:
            return None
        del self._waiting[name]
        return FaceFile(name, failed_answer(error))
