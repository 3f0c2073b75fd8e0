"""One piece of work for the post that goes on in a thread, from its beginning to what came of it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias, TypeVar

from kiosk.documents import Printed
from kiosk.issuance import BatchDone, Enqueued
from kiosk.printing import PrinterTrouble
from kiosk.reception.post.problems import PostProblem, PostRefused
from kiosk.staff import StaffSession

__all__ = ["JobKind", "JobStage", "Outcome", "Planned", "PostJob", "PostProgress", "PostWork", "Sent"]

_Item = TypeVar("_Item")


class JobKind(StrEnum):
    """What is done; the journal has `KIND_begun` and `KIND_done`."""

    PLAN = "plan"
    ENQUEUE = "enqueue"
    PAPERS = "papers"
    PRINT = "print"
    ISSUE = "issue"


class JobStage(StrEnum):
    """How far a job is."""

    WORKING = "working"
    PROPOSED = "proposed"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan would do: notices and confirmations that are owed, and how many of them are no order yet."""

    notices: int
    confirmations: int
    enqueued: Enqueued
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """The files that were printed."""

    files: tuple[str, ...]


Outcome: TypeAlias = Planned | Enqueued | Printed | Sent | BatchDone


@dataclass(slots=True)
class PostProgress:
    """How far a work is: ``done`` of ``total`` in the pass ``doing``. The thread writes it and the pages read it.

    ``trouble`` is why the printer does not go on, ``closing`` says whether the service ends, and ``stopped`` whether
    nobody waits for it any more, or an officer stops it. ``since`` is when it began (seconds of the monotonic clock).
    """

    closing: Callable[[], bool]
    doing: str = ""
    done: int = 0
    total: int = 0
    trouble: PrinterTrouble | None = None
    stopped: bool = False
    since: float = field(default_factory=time.monotonic)

    def require_wanted(self) -> None:
        """Raise PostRefused if the service ends or nobody waits any more."""
        if self.stopped or self.closing():
            raise PostRefused(PostProblem.STOPPED)

    def tracked(self, items: Iterable[_Item], total: Callable[[], int], what: str) -> Iterator[_Item]:
        """Count items as they are taken. Raises PostRefused as `require_wanted` does."""
        self.doing, self.done, self.total = what, 0, total()
        for item in items:
            self.require_wanted()
            yield item
            self.done += 1

    def say(self, trouble: PrinterTrouble | None) -> None:
        """Note what keeps the printer."""
        self.trouble = trouble


class PostWork(Protocol):
    """What a job does. The methods block, so they are called in a thread."""

    @property
    def kind(self) -> JobKind:
        """What is done."""

    @property
    def detail(self) -> str:
        """What the journal says of it: the number of a batch, or which orders; nothing of a person."""

    def do(self, progress: PostProgress) -> Outcome:
        """Do it, whole or not at all."""

    def forget(self) -> None:
        """Remove what is kept for the work alone."""


@dataclass(slots=True, eq=False, repr=False)
class PostJob:
    """A job: the session that began it, its work, how far it is, and what came of it."""

    owner: StaffSession
    work: PostWork
    progress: PostProgress
    handle: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    stage: JobStage = JobStage.WORKING
    outcome: Outcome | None = None
    refusal: PostRefused | None = None

    def stop(self) -> None:
        """Stop printing, for the officer; what else goes on is not stopped."""
        if self.work.kind is JobKind.PRINT:
            self.progress.stopped = True

    def end(self, outcome: Outcome) -> None:
        """Say what came of it; a plan asks the officer."""
        self.outcome = outcome
        self.stage = JobStage.PROPOSED if isinstance(outcome, Planned) else JobStage.DONE

    def refuse(self, refusal: PostRefused) -> None:
        """Say why it is not done."""
        self.refusal, self.stage = refusal, JobStage.REFUSED
