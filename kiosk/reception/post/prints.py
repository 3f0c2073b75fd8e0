"""What is printed now, and how the last printing of each batch ended, in a file: a restart ends no job of CUPS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from kiosk.failures import place_of
from kiosk.files import FileError, read_bounded
from kiosk.kept_files import keep_directory_entry, replace_whole
from kiosk.reception.post.jobs import PostProgress
from kiosk.reception.post.problems import PostProblem, refusal_of

__all__ = ["LastPrint", "Prints"]

_NAME: Final = "post-prints.json"
_LARGEST: Final = 64 * 1024
_MOST: Final = 100
"""Batches whose last printing is kept; none of them is larger than 300 bytes."""

_log = structlog.get_logger(__name__)


class LastPrint(BaseModel):
    """The last printing of a batch. Until it has ``ended``, it goes on, or the service ended before it.

    The first ``printed`` of the ``files`` are on paper. ``problem`` is why it ended early, and ``left`` whether the
    next file may still be in the queue of CUPS.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    batch: int
    at: AwareDatetime
    files: tuple[str, ...]
    printed: int = 0
    ended: bool = False
    problem: PostProblem | None = None
    left: bool = False


_FORM = TypeAdapter(tuple[LastPrint, ...])


class Prints:
    """The file in ``data_dir``, and what is printed now. No name of a person is in it."""

    def __init__(self, data_dir: Path, now: Callable[[], datetime]) -> None:
        self._path, self._now = data_dir / _NAME, now
        self._working: tuple[int, PostProgress] | None = None

    def last(self, batch: int) -> LastPrint | None:
        """Return the last printing of a batch; None if there was none, or if it is long ago."""
        return next((one for one in self._read() if one.batch == batch), None)

    def going_on(self, batch: int) -> PostProgress | None:
        """Return how far the printing of a batch is that goes on, whichever session began it; None if none does."""
        return self._working[1] if self._working and self._working[0] == batch else None

    def stop(self, batch: int) -> None:
        """Stop the printing of a batch; if none goes on, this does nothing."""
        if progress := self.going_on(batch):
            progress.stopped = True

    @contextmanager
    def noted(self, batch: int, files: Sequence[str], progress: PostProgress) -> Iterator[None]:
        """Note that files of a batch are printed in the block, and how it ends.

        Raises OSError if it cannot be written, before anything is printed.
        """
        begun = LastPrint(batch=batch, at=self._now(), files=tuple(files))
        try:
            self._write(begun)
        except OSError:
            self._end(begun, printed=0, problem=PostProblem.DISK)
            raise
        self._working = batch, progress
        try:
            yield
            self._end(begun, printed=len(files))
        except Exception as error:
            refusal = refusal_of(error)
            if refusal.problem is not PostProblem.STOPPED:  # then the service ends, and CUPS goes on
                self._end(begun, printed=progress.done, problem=refusal.problem, left=refusal.left)
            raise refusal from error
        finally:
            self._working = None

    def _end(self, begun: LastPrint, *, printed: int, problem: PostProblem | None = None, left: bool = False) -> None:
        changes = {"ended": True, "printed": printed, "problem": problem, "left": left}
        try:
            self._write(begun.model_copy(update=changes))
        except OSError as error:  # the page says then that nobody knows, and the work's own page says how it ended
            _log.error("how a printing ended cannot be kept", place=place_of(error))

    def _read(self) -> tuple[LastPrint, ...]:
        try:
            return _FORM.validate_json(read_bounded(self._path, _LARGEST))
        except (FileError, ValidationError):
            return ()

    def _write(self, newest: LastPrint) -> None:
        others = [one for one in self._read() if one.batch != newest.batch]
        replace_whole(self._path, _FORM.dump_json((newest, *others[: _MOST - 1])))
        keep_directory_entry(self._path.parent)
