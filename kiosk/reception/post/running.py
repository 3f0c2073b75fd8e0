"""How jobs of the post go on: one at a time and printing beside it, each in the journal before it and after it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from kiosk.documents import Printed
from kiosk.issuance import BatchDone
from kiosk.reception.desk import DeskRefused, LookingUp
from kiosk.reception.job_book import JobBook, Settle, cleaned
from kiosk.reception.post.jobs import JobKind, JobStage, Outcome, Planned, PostJob, PostProgress, PostWork
from kiosk.reception.post.journal_ends import journal_end
from kiosk.reception.post.making import PapersWork
from kiosk.reception.post.papers import PapersFolder
from kiosk.reception.post.problems import PostProblem, PostRefused, refusal_of
from kiosk.staff import StaffSession

__all__ = ["KEPT_PAPERS", "LEFT_OUT_WISH", "PostJobs"]

KEPT_PAPERS: Final = 12 * 3600.0
"""Seconds after which the papers of a batch are removed that nobody has marked as issued: a working day."""

LEFT_OUT_WISH: Final = f"{JobKind.PAPERS}.without."
"""How a wish begins for what was refused, without the papers that cannot be made; the handle of that follows."""

_KEPT_JOBS: Final = 3600.0
"""Seconds after which a job is forgotten that has ended, and a plan to which nobody has agreed."""

_log = structlog.get_logger(__name__)


class PostJobs:
    """The jobs of one kiosk.

    Args:
        looking_up: the journal and the clock.
        papers: the files that jobs make, read and remove.
        closing: says whether the service ends.

    """

    def __init__(self, looking_up: LookingUp, papers: PapersFolder, closing: Callable[[], bool]) -> None:
        self._looking_up, self._papers, self._closing = looking_up, papers, closing
        self.book: JobBook[PostJob] = JobBook(looking_up.service.now, lambda: _KEPT_JOBS, self._expire_late)
        self._late: list[tuple[int, Path]] = []
        self._worker, self._printer = ThreadPoolExecutor(1, "office-post"), ThreadPoolExecutor(1, "office-print")

    def require_idle(self, kind: JobKind, batch: int | None = None) -> None:
        """Raise PostRefused if something goes on already, or the folder of papers is not ours yet.

        Printing and other work do not wait for each other, but with the files of one batch only one thing is done.
        """
        if not self._looking_up.service.books.are_open:
            raise PostRefused(PostProblem.JOURNAL_DOWN)
        for job in self.book.working:
            if (job.work.kind is JobKind.PRINT) is (kind is JobKind.PRINT):
                raise PostRefused(PostProblem.BUSY, at_work=job.at_work)
            if batch is not None and batch == job.work.batch:
                raise PostRefused(PostProblem.BATCH_IN_WORK, at_work=job.at_work)

    def uses(self, batch: int) -> bool:
        """Return whether something reads, replaces or removes the files of a batch now."""
        return any(job.work.batch == batch for job in self.book.working)

    async def once(self, owner: StaffSession, wish: str, begin: Callable[[], Awaitable[PostJob]]) -> PostJob:
        """Begin work; of a second click return what the first one has begun. Raises what ``begin`` does."""
        try:
            return await begin()
        except PostRefused:
            same = [job for job in self.book.of(owner) if job.wish == wish and _answers(job)]
            if same:
                return same[-1]
            raise

    def begin(self, owner: StaffSession, work: PostWork, wish: str) -> PostJob:
        """Begin work; ``wish`` is what was asked for."""
        progress, now = PostProgress(self._closing), self._looking_up.service.now()
        job = PostJob(work, progress, account=owner.account, sessions=[owner], began_at=now, wish=wish)
        self.run(job)
        return job

    def run(self, job: PostJob) -> None:
        """Do the work that a job has now."""
        job.stage, job.progress = JobStage.WORKING, PostProgress(self._closing)
        threads = self._printer if job.work.kind is JobKind.PRINT else self._worker
        self.book.begin(job, threads, lambda: self._done(job))

    def _done(self, job: PostJob) -> Settle:
        """Do the work, which the journal has before; how it ended the journal has as far as it can be written."""
        by, work = job.account.name, job.work
        if work.kind is not JobKind.PRINT:
            self._require_clock()
        self._looking_up.write(f"{work.kind}_begun", by, detail=work.detail)
        try:
            outcome = work.do(job.progress)
        except Exception as error:
            refusal = refusal_of(error)
            journal_end(self._looking_up, f"{work.kind}_refused", by, f"{work.detail}.{refusal.problem}")
            raise refusal from error
        moved = isinstance(outcome, Planned) and outcome.moved
        journal_end(self._looking_up, f"{work.kind}_{'refused' if moved else 'done'}", by, _detail(work, outcome))
        return partial(self._settle, job, outcome)

    def _require_clock(self) -> None:
        """Raise PostRefused if the clock is wrong: orders, papers and what is issued would have another day."""
        try:
            self._looking_up.require_clock()
        except DeskRefused:
            raise PostRefused(PostProblem.CLOCK) from None

    def _settle(self, job: PostJob, outcome: Outcome) -> None:
        """Say what came of it; then keep the papers that were made, and remove those that were issued."""
        job.end(outcome)
        if isinstance(outcome, Printed) and isinstance(job.work, PapersWork):
            folder = job.work.folder
            cleaned(lambda: self._papers.keep(folder, outcome.batches))
            for batch in job.batches:
                asyncio.get_running_loop().call_later(KEPT_PAPERS, self._expire, batch, folder)
        if isinstance(outcome, BatchDone):
            cleaned(lambda: self._papers.remove(outcome.batch.number))

    def _expire(self, batch: int, folder: Path) -> None:
        """Remove papers that were here for their time, once nothing is done with them any more."""
        if self.uses(batch):
            self._late.append((batch, folder))
        else:
            cleaned(lambda: self._papers.expire(batch, folder))

    def _expire_late(self) -> None:
        late, self._late = self._late, []
        for batch, folder in late:
            self._expire(batch, folder)


def _answers(job: PostJob) -> bool:
    """Return whether a second click that wished the same goes to the job: it goes on, or nothing more is to do."""
    once = job.work.kind is JobKind.ISSUE or job.wish.startswith(LEFT_OUT_WISH)
    return job.is_working or (once and job.stage is JobStage.DONE)


def _detail(work: PostWork, outcome: Outcome) -> str:
    """Return what the journal says at the end: the batches that were made, or what it said at the beginning."""
    if isinstance(outcome, Printed):
        made = [number for number in (outcome.batches.post, outcome.batches.aside) if number is not None]
        return ".".join(map(str, made)) or "none"
    if isinstance(outcome, Planned) and outcome.moved:
        return f"{work.detail}.moved"
    return work.detail
