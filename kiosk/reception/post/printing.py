"""The papers of a batch to the queues of CUPS, one file after another, each followed to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Protocol

from kiosk.printing import Destination, JobFollower, PrintFailed, PrintingError, send
from kiosk.reception.post.jobs import JobKind, PostProgress, Sent
from kiosk.reception.post.problems import PostProblem, PostRefused

__all__ = ["PrintWork", "PrintingQueues", "destination_of"]

_ASK_EVERY = 1.0


class PrintingQueues(Protocol):
    """``[printing]``."""

    @property
    def a4_queue(self) -> str:
        """Queue for notices and 台紙; empty: none."""

    @property
    def a4_media(self) -> str:
        """Its paper."""

    @property
    def card_queue(self) -> str:
        """Queue of the card printer; empty: none."""

    @property
    def card_media(self) -> str:
        """Its card."""

    @property
    def patience(self) -> float:
        """Seconds that a printer may not be ready."""


def destination_of(name: str, queues: PrintingQueues) -> Destination | None:
    """Return the queue of a file; None if the settings name none, or if the file is a list."""
    if not name.endswith(".pdf"):
        return None
    card = name.endswith("confirmation.pdf")
    queue, media = (queues.card_queue, queues.card_media) if card else (queues.a4_queue, queues.a4_media)
    return Destination(queue, media) if queue else None


@dataclass(frozen=True, slots=True)
class PrintWork:
    """Print files of a batch in their order; ``name`` is the one that was asked for alone."""

    batch: int
    files: Sequence[Path]
    queues: PrintingQueues
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
        for file in progress.tracked(self.files, lambda: len(self.files), "print"):
            self._print(file, progress)
        return Sent(tuple(file.name for file in self.files))

    def _print(self, file: Path, progress: PostProgress) -> None:
        destination = destination_of(file.name, self.queues)
        if destination is None:
            raise PostRefused(PostProblem.NO_PRINTER)

        def wait() -> None:
            progress.require_wanted()
            sleep(_ASK_EVERY)

        try:
            job = send(file, destination, f"kiosk {self.batch} {file.name}")
            JobFollower(self.queues.patience, progress.say, wait).to_the_end(job)
        except PrintingError:
            raise PostRefused(PostProblem.NOT_SENT, file=file.name) from None
        except PrintFailed as error:
            raise PostRefused(PostProblem.NOT_PRINTED, file=file.name, trouble=error.trouble) from None

    def forget(self) -> None:
        """Do nothing: the papers are kept by the batch."""
