"""One piece of work for the post that goes on in a thread, from its beginning to what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias, TypeVar

import structlog

from kiosk.documents import Printed
from kiosk.issuance import BatchDone, Enqueued
from kiosk.printing import PrinterTrouble
from kiosk.reception.job_book import AtWork, OfficeJob
from kiosk.reception.post.problems import PostProblem, PostRefused, refusal_of

__all__ = ["JobKind", "JobStage", "Outcome", "Planned", "PostJob", "PostProgress", "PostWork", "Sent"]

_Item = TypeVar("_Item")

_log = structlog.get_logger(__name__)


class JobKind(StrEnum):
    """What is done; the journal has `KIND_begun`, and then `KIND_done` or `KIND_refused`."""

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

    @property
    def batch(self) -> int | None:
        """The batch whose files it reads, replaces or removes; None if there is none yet."""

    def do(self, progress: PostProgress) -> Outcome:
        """Do it. Of what is written to the register all is done or nothing; printing may end between two pages."""

    def forget(self) -> None:
        """Remove what is kept for the work alone."""


@dataclass(slots=True, eq=False, repr=False)
class PostJob(OfficeJob):
    """A job: its work, how far it is, and what came of it."""

    work: PostWork
    progress: PostProgress
    stage: JobStage = JobStage.WORKING
    outcome: Outcome | None = None
    refusal: PostRefused | None = None

    @property
    def is_working(self) -> bool:
        """Whether a thread is at it."""
        return self.stage is JobStage.WORKING

    @property
    def is_undecided(self) -> bool:
        """Whether it is a plan to which nobody has agreed."""
        return self.stage is JobStage.PROPOSED or (self.is_working and self.work.kind is JobKind.PLAN)

    @property
    def at_work(self) -> AtWork:
        """Who does what, and since when."""
        return AtWork(self.account.display, self.work.kind.value, self.began_at)

    @property
    def batches(self) -> tuple[int, ...]:
        """The numbers of the batches that it is about, or has made."""
        if self.refusal is not None and self.refusal.batches:
            return self.refusal.batches
        if isinstance(self.outcome, Printed):
            made = self.outcome.batches
            return tuple(number for number in (made.post, made.aside) if number is not None)
        return () if self.work.batch is None else (self.work.batch,)

    def end(self, outcome: Outcome) -> None:
        """Say what came of it; a plan asks the officer, if somebody waits for it still."""
        if isinstance(outcome, Planned) and self.progress.stopped:
            self.fail(PostRefused(PostProblem.STOPPED))
            return
        self.outcome = outcome
        self.stage = JobStage.PROPOSED if isinstance(outcome, Planned) else JobStage.DONE

    def fail(self, error: Exception) -> None:
        """Say why it is not done, in the log too."""
        self.refusal, self.stage = refusal_of(error), JobStage.REFUSED
        problem, kind = self.refusal.problem.value, self.work.kind.value
        _log.warning("work for the post was refused", problem=problem, effect=kind)

    def stop(self) -> None:
        """Let the thread end as soon as it can."""
        self.progress.stopped = True

    def forget(self) -> None:
        """Remove what is kept for the work alone. Raises OSError."""
        self.work.forget()
