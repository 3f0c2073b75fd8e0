"""The papers of a batch to the queues of CUPS, one file after another, each followed to its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import sleep

from kiosk.printing import (
    JobFollower,
    PrintFailed,
    PrintingError,
    PrintingQueues,
    PrintJob,
    called_off,
    destination_of,
    send,
)
from kiosk.reception.post.jobs import JobKind, PostProgress, Sent
from kiosk.reception.post.prints import Prints
from kiosk.reception.post.problems import PostProblem, PostRefused

__all__ = ["PrintWork"]

_ASK_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class PrintWork:
    """Print files of a batch in their order; ``name`` is the one that was asked for alone.

    ``check`` raises PostRefused if a paper of the batch must not go out any more; it is asked before each file, since
    the printer may take long for the one before.
    """

    batch: int
    files: Sequence[Path]
    queues: PrintingQueues
    prints: Prints
    check: Callable[[], None]
    name: str = ""

    @property
    def kind(self) -> JobKind:
        """Printing."""
        return JobKind.PRINT

    @property
    def detail(self) -> str:
        """The number of the batch, and the name of a file that is printed alone."""
        return f"{self.batch}.{self.name}" if self.name else str(self.batch)

    def do(self, progress: PostProgress) -> Sent:
        """Print them. A file that is not printed ends it; the page names that file."""
        names = tuple(file.name for file in self.files)
        with self.prints.noted(self.batch, names, progress):
            self._print_all(progress)
        return Sent(names)

    def _print_all(self, progress: PostProgress) -> None:
        try:
            for file in progress.tracked(self.files, lambda: len(self.files), "print"):
                self._print(file, progress)
        except PostRefused as error:
            if error.problem is PostProblem.STOPPED and progress.stopped:  # between two files
                raise PostRefused(PostProblem.PRINT_STOPPED) from None
            raise

    def _print(self, file: Path, progress: PostProgress) -> None:
        destination = destination_of(file.name, self.queues)
        if destination is None:
            raise PostRefused(PostProblem.NO_PRINTER)
        self._require_current(file)
        try:
            job = send(file, destination, f"kiosk {self.batch} {file.name}")
            JobFollower(self.queues.patience, progress.say, lambda: _wait(job, file, progress)).to_the_end(job)
        except PrintingError as error:
            raise PostRefused(PostProblem.NOT_SENT, file=file.name, left=error.left) from None
        except PrintFailed as error:
            raise PostRefused(PostProblem.NOT_PRINTED, file=file.name, trouble=error.trouble, left=error.left) from None

    def _require_current(self, file: Path) -> None:
        try:
            self.check()
        except PostRefused as error:
            raise PostRefused(error.problem, file=file.name) from None

    def forget(self) -> None:
        """Do nothing: the papers are kept by the batch."""


def _wait(job: PrintJob, file: Path, progress: PostProgress) -> None:
    """Wait until CUPS is asked again. Raises PostRefused if the officer stops it, or if the service ends.

    A job that the officer stops is cancelled. One that CUPS has when the service ends is printed.
    """
    if progress.stopped:
        raise PostRefused(PostProblem.PRINT_STOPPED, file=file.name, left=not called_off(job))
    progress.require_wanted()
    sleep(_ASK_EVERY)
