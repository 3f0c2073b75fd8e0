"""The results of the 顔認証付きカードリーダー of the last minutes, for the visits that wait for theirs.

They are in memory alone, and no longer than a visit may need them: a face file says who was at that reader, which is
nobody's business here but that of the person's own visit, and of the staff who choose it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from kiosk.eligibility.terminal.face import FaceFile, FaceFolder
from kiosk.eligibility.terminal.file_names import face_moment
from kiosk.eligibility.terminal.folder_watch import FolderWatch
from kiosk.eligibility.terminal.matching import Awaited, face_file_of
from kiosk.failures import Failure

__all__ = ["RECENT", "OfficialReader"]

_log = structlog.get_logger(__name__)

RECENT: Final = timedelta(minutes=10)
"""How long a result that no visit has taken is kept."""

_MOST: Final = 100
"""Results that are kept at most; the oldest goes first."""


def _tell_nobody() -> None:
    """Be called for a new result while nobody waits."""


class OfficialReader:
    """Watches the folder of face files in a thread of its own, from `start` to `stop`. Any thread may ask it."""

    def __init__(
        self,
        folder: Path,
        institution: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        trash: Path | None = None,
    ) -> None:
        self._clock = clock
        self._watch = FolderWatch(folder)
        self._folder = FaceFolder(folder, institution, clock, trash=trash, oldest=RECENT, before_scan=self._watch.renew)
        self._results: dict[str, FaceFile] = {}
        self._trouble: Failure | None = None
        self._on_new: Callable[[], None] = _tell_nobody
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="face-files", daemon=True)

    def start(self, on_new: Callable[[], None]) -> None:
        """Begin to watch. ``on_new`` is called in the thread of the watch, after each new result."""
        self._on_new = on_new
        self._thread.start()

    def stop(self, patience: float) -> None:
        """End the watch; a share that hangs is waited for ``patience`` seconds at most."""
        self._ending.set()
        self._watch.wake()
        self._folder.close()
        if self._thread.ident is None:
            self._watch.close()
            return
        self._thread.join(patience)
        if not self._thread.is_alive():
            self._watch.close()

    def results(self) -> tuple[FaceFile, ...]:
        """Return the results that no visit has taken, the newest first."""
        with self._lock:
            self._forget_old()
            return tuple(self._results[name] for name in sorted(self._results, key=_moment, reverse=True))

    def has_results_since(self, moment: datetime) -> bool:
        """Return whether a result of ``moment`` (aware), or a later one, is there that no visit has taken."""
        return any(_moment(face.name or "") >= moment for face in self.results())

    def result_for(self, awaited: Awaited) -> FaceFile | None:
        """Return the one result that fits a visit; None if there is none.

        Raises:
            SeveralAnswers: More than one fits: staff choose.

        """
        return face_file_of(awaited, self.results())

    def take(self, name: str) -> bool:
        """Give a result to a visit; return False if another visit has it already, or it is too old."""
        with self._lock:
            self._forget_old()
            return self._results.pop(name, None) is not None

    def troubles(self) -> tuple[Failure, ...]:
        """Return N-11 while the folder cannot be read."""
        trouble = self._trouble
        return (trouble,) if trouble else ()

    def _run(self) -> None:
        while not self._ending.is_set():
            found = self._folder.look()
            self._trouble = self._folder.trouble
            if any([self._noted(face) for face in found]):
                self._on_new()
            self._watch.wait(self._folder.pause())

    def _noted(self, face: FaceFile) -> bool:
        """Keep a result that may be somebody's; one that cannot be used is nobody's, and the log says why.

        Of a file whose content has changed not even the first content is anybody's any more.
        """
        if face.name is None:
            return False
        if face.answer.failure is not None:
            _log.warning("face file not taken", code=face.answer.failure.value, reason=face.answer.reason)
            return self.take(face.name)
        with self._lock:
            self._forget_old()
            self._results[face.name] = face
            while len(self._results) > _MOST:
                del self._results[min(self._results, key=_moment)]
        return True

    def _forget_old(self) -> None:
        oldest = self._clock() - RECENT
        for name in [name for name in self._results if _moment(name) < oldest]:
            del self._results[name]


def _moment(name: str) -> datetime:
    return face_moment(name) or datetime.min.replace(tzinfo=UTC)
