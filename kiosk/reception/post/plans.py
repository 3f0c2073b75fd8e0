"""The plan of the day for the whole register, and its lines as orders."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from kiosk.decision import Document, Policy
from kiosk.eligibility import Registry
from kiosk.issuance import Enqueued, OrderRefused, PlanLine, PlanMoved, Queue, plan_parts, read_plan
from kiosk.reception.office_folder import require_space
from kiosk.reception.post.jobs import JobKind, Planned, PostProgress
from kiosk.reception.post.problems import PostProblem, PostRefused

__all__ = ["EnqueueWork", "PlanWork"]


@dataclass(frozen=True, slots=True)
class PlanWork:
    """Write the plan of the day ``on`` to ``path``, and find out what it would add to the queue."""

    registry: Registry
    queue: Queue
    policy: Policy
    on: date
    path: Path
    now: Callable[[], datetime]

    @property
    def kind(self) -> JobKind:
        """A plan."""
        return JobKind.PLAN

    @property
    def detail(self) -> str:
        """The day of the plan."""
        return self.on.isoformat()

    @property
    def batch(self) -> None:
        """None: a plan has no papers."""

    def do(self, progress: PostProgress) -> Planned:
        """Return what is owed, and how much of it is no order yet. Nothing is written to the register.

        Raises:
            PostRefused: REGISTER_MOVED: a member of the plan is gone by now.

        """
        counts: Counter[str] = Counter()
        progress.doing, progress.total = "plan", self.registry.member_count()
        with _new_file(self.path) as stream, closing(plan_parts(self.registry, self.on, self.policy)) as parts:
            for part in parts:
                progress.require_wanted()
                require_space(self.path.parent)
                stream(part.text)
                counts.update(part.counts)
                progress.done += part.members
        with _lines(self.path) as lines, _members_there():
            enqueued = self.queue.preview_plan(lines, self.now())
        return Planned(counts[Document.NOTICE], counts[Document.CONFIRMATION], enqueued)

    def forget(self) -> None:
        """Remove the plan."""
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class EnqueueWork:
    """Put the lines of a plan into the queue if that does what was shown; else show what it would do now."""

    plan: PlanWork
    seen: Planned
    by: str

    @property
    def kind(self) -> JobKind:
        """The queue gets orders."""
        return JobKind.ENQUEUE

    @property
    def detail(self) -> str:
        """The day of the plan."""
        return self.plan.detail

    @property
    def batch(self) -> None:
        """None: a plan has no papers."""

    def do(self, progress: PostProgress) -> Enqueued | Planned:
        """Add the orders, all or none. Raises PostRefused: REGISTER_MOVED, as a plan does."""
        progress.doing, progress.done, progress.total = "enqueue", 0, 0
        progress.require_wanted()
        seen = self.seen
        try:
            with _lines(self.plan.path) as lines, _members_there():
                return self.plan.queue.enqueue_plan(lines, self.by, self.plan.now(), previewed=seen.enqueued)
        except PlanMoved as error:
            return Planned(seen.notices, seen.confirmations, error.report, moved=True)

    def forget(self) -> None:
        """Remove the plan."""
        self.plan.forget()


@contextmanager
def _new_file(path: Path) -> Iterator[Callable[[str], object]]:
    """Make a file that the service alone reads; yield what writes text to it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        yield stream.write


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[PlanLine]]:
    with path.open("rb") as stream:
        yield read_plan(stream)


@contextmanager
def _members_there() -> Iterator[None]:
    """Turn the queue's refusal of a member who is gone (a file was taken back, say) into ours."""
    try:
        yield
    except OrderRefused as error:
        raise PostRefused(PostProblem.REGISTER_MOVED) from error
