"""The post of one register for officers at one kiosk: what waits, and the work that goes on in threads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final, TypeVar

import structlog

from kiosk.audit import JournalError
from kiosk.decision import Document
from kiosk.decision.linkage import usual_time
from kiosk.documents import Printed, Stationery
from kiosk.eligibility import MemberId
from kiosk.issuance import (
    BatchDone,
    NoSuchBatch,
    Order,
    OrderList,
    OrderSort,
    PostBatch,
    PostBatches,
    Queue,
    Waited,
    WaitingOrder,
    WaitingPage,
)
from kiosk.reception.desk import DeskProblem, DeskRefused, LookingUp
from kiosk.reception.desk.within import within
from kiosk.reception.post.current import require_current, spoilt_papers
from kiosk.reception.post.jobs import JobKind, JobStage, Outcome, Planned, PostJob, PostProgress, PostWork
from kiosk.reception.post.making import IssueWork, PapersWork, PostStores
from kiosk.reception.post.papers import PapersFolder
from kiosk.reception.post.plans import EnqueueWork, PlanWork
from kiosk.reception.post.printing import PrintingQueues, PrintWork, destination_of
from kiosk.reception.post.problems import PostProblem, PostRefused, refusal_of
from kiosk.reception.post.single import SingleOrders
from kiosk.staff import StaffSession

__all__ = ["KEPT_PAPERS", "PostDesk"]

KEPT_PAPERS: Final = 12 * 3600.0
"""Seconds after which the papers of a batch are removed that nobody has marked as issued: a working day."""

MOST_BATCHES: Final = 1000
"""The most batches that the list has; older ones are found by their orders."""

_KEPT_JOBS: Final = 3600.0
_LIMIT: Final = 10.0
_LONGEST_WAIT: Final = 60
"""Days within which 「概ね3～4日後」 comes, whatever the holidays."""

_T = TypeVar("_T")

_log = structlog.get_logger(__name__)


class PostDesk:
    """The post. Questions raise DeskRefused if the register or journal cannot serve; acts raise PostRefused.

    Args:
        looking_up: the register and the journal.
        queue: its queue.
        folder: for plans and papers.
        stationery: returns what all papers share.
        queues: the settings' queues of CUPS.
        closing: says whether the service ends.

    """

    def __init__(
        self,
        looking_up: LookingUp,
        queue: Queue,
        folder: Path,
        stationery: Callable[[], Stationery],
        queues: PrintingQueues,
        closing: Callable[[], bool],
    ) -> None:
        service = looking_up.service
        self._looking_up, self._service, self._queue, self._queues = looking_up, service, queue, queues
        self._closing, self._orders = closing, OrderList(service.registry)
        batches, papers = PostBatches(service.registry, service.policy), PapersFolder(folder)
        service.books.when_open(papers.remove_left)
        self._stores = PostStores(service.registry, queue, batches, papers, stationery, service.now)
        self._jobs: dict[str, PostJob] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._askers, self._worker = ThreadPoolExecutor(2, "office-post-lists"), ThreadPoolExecutor(1, "office-post")
        self._printer = ThreadPoolExecutor(1, "office-print")
        self._single = SingleOrders(looking_up, queue, batches, service.now, self._askers)

    @property
    def today(self) -> date:
        """The day in Asia/Tokyo."""
        return self._service.today

    def asked_until(self, *, overdue: bool) -> date:
        """Return the last day of asking (Asia/Tokyo) whose documents are late today, or at least expected by today."""
        for days in range(_LONGEST_WAIT):
            asked_on = self.today - timedelta(days=days)
            expected = usual_time(asked_on, self._service.policy)
            if expected and (expected.latest < self.today if overdue else expected.earliest <= self.today):
                return asked_on
        return self.today - timedelta(days=_LONGEST_WAIT)

    # What waits

    async def waiting(self, wanted: Waited, sort: OrderSort, *, down: bool, first: int, most: int) -> WaitingPage:
        """Return a part of the list of open orders."""
        return await self._asked(lambda: self._orders.page(wanted, sort, down=down, first=first, most=most))

    async def all_waiting(
        self, wanted: Waited, sort: OrderSort, *, down: bool
    ) -> AsyncIterator[Sequence[WaitingOrder]]:
        """Return the whole list of open orders that fit, in parts. Only their numbers are in memory all at once."""
        numbers = await self._asked(lambda: self._orders.numbers(wanted, sort, down=down))
        return self._waiting_parts(self._orders.rows(numbers))

    async def _waiting_parts(self, parts: Iterator[Sequence[WaitingOrder]]) -> AsyncIterator[Sequence[WaitingOrder]]:
        while (part := await self._asked(lambda: next(parts, None))) is not None:
            yield part

    async def batches(self) -> Sequence[PostBatch]:
        """Return the newest MOST_BATCHES batches, the newest first."""
        return await self._asked(lambda: self._stores.batches.newest(MOST_BATCHES))

    async def batch(self, number: int) -> PostBatch:
        """Return one batch. Raises PostRefused if there is none."""
        try:
            return await self._asked(lambda: self._stores.batches.numbered(number))
        except NoSuchBatch:
            raise PostRefused(PostProblem.NO_SUCH_BATCH) from None

    async def withheld(self, number: int) -> Sequence[int]:
        """Return the open orders of a batch that must not be posted any more; the batch must be there."""
        return await self._asked(lambda: self._stores.batches.withheld(number))

    async def spoilt(self, batch: PostBatch) -> Sequence[int]:
        """Return of which orders the papers that this kiosk has must not go out any more; then none of them does.

        Of a batch that has ended nothing is kept.
        """
        if not batch.open:
            await self._remove_ended(batch.number)
        return await self._asked(lambda: spoilt_papers(self._stores, batch.number))

    def files(self, batch: int) -> list[str]:
        """Return the names of the files of a batch that this kiosk has."""
        return self._stores.papers.files(batch)

    def printable(self, batch: int) -> list[str]:
        """Return the names of the papers of the batch that are here and have a printer."""
        return [name for name in self.files(batch) if destination_of(name, self._queues)]

    async def taken_file(self, batch: int, name: str, by: str) -> Path:
        """Return where a file lies, once the journal has that it is taken.

        Raises:
            PostRefused: it is gone, the batch has ended, or a paper of it must not go out any more.

        """
        if self._stores.papers.file(batch, name) is None:
            raise PostRefused(PostProblem.PAPERS_GONE)
        await self._require_current(batch)
        await self._asked(lambda: self._looking_up.write("papers_taken", by, detail=f"{batch}.{name}"))
        if (path := self._stores.papers.file(batch, name)) is None:
            raise PostRefused(PostProblem.PAPERS_GONE)
        return path

    async def _require_current(self, batch: int) -> None:
        try:
            await self._asked(lambda: require_current(self._stores, batch))
        except PostRefused as error:
            if error.problem is PostProblem.BATCH_ENDED:
                await self._remove_ended(batch)
            raise

    # Work

    def job_of(self, handle: str, owner: StaffSession) -> PostJob | None:
        """Return a job of the session; None if it is gone or another's."""
        self._sweep()
        job = self._jobs.get(handle)
        return job if job is not None and job.owner is owner else None

    def going_on(self, owner: StaffSession) -> list[PostJob]:
        """Return the jobs of the session that are not at their end, the oldest first."""
        self._sweep()
        open_still = {JobStage.WORKING, JobStage.PROPOSED}
        return [job for job in self._jobs.values() if job.owner is owner and job.stage in open_still]

    def plan(self, owner: StaffSession) -> PostJob:
        """Begin to plan today. Raises PostRefused if other work goes on."""
        self._require_idle(JobKind.PLAN)
        service = self._service
        work = PlanWork(service.registry, self._queue, service.policy, self.today, self._new_path(), service.now)
        return self._begin(owner, work)

    def enqueue(self, job: PostJob) -> None:
        """Begin to put a plan into the queue, as was shown; for a job that is past that, this does nothing."""
        if job.stage is not JobStage.PROPOSED or not isinstance(job.outcome, Planned):
            return
        self._require_idle(JobKind.ENQUEUE)
        plan = job.work.plan if isinstance(job.work, EnqueueWork) else job.work
        if isinstance(plan, PlanWork):
            job.work = EnqueueWork(plan, job.outcome, job.owner.account.name)
            self._run(job)

    def drop(self, job: PostJob) -> None:
        """Remove a job that is only proposed or at an end; work that goes on goes on."""
        if job.stage is JobStage.WORKING:
            job.progress.stopped = job.progress.stopped or job.work.kind is JobKind.PLAN
            return
        self._jobs.pop(job.handle, None)
        job.work.forget()

    async def make(self, owner: StaffSession, document: Document | None, most: int | None, day: date) -> PostJob:
        """Begin to make the papers of orders that have none: of a kind or all, the oldest so many or all."""
        self._require_idle(JobKind.PAPERS)
        numbers = await self._asked(lambda: self._orders.oldest(document, most))
        if not numbers:
            raise PostRefused(PostProblem.NOTHING_FREE)
        self._require_idle(JobKind.PAPERS)
        return self._begin(owner, PapersWork(self._stores, numbers, day, owner.account.name, self._new_path()))

    async def make_again(self, owner: StaffSession, number: int) -> PostJob:
        """Begin to make the papers of the open orders of a batch once more."""
        self._require_idle(JobKind.PAPERS, number)
        batch = await self.batch(number)
        if not (orders := await self._asked(lambda: self._stores.batches.open_orders(number))):
            raise PostRefused(PostProblem.BATCH_ENDED)
        self._require_idle(JobKind.PAPERS, number)
        made = (orders, batch.issued_on, owner.account.name, self._new_path(), batch)
        return self._begin(owner, PapersWork(self._stores, *made))

    def leave_out(self, job: PostJob) -> PostJob:
        """Begin anew what was refused since some papers cannot be made, without those. Raises PostRefused."""
        refusal, work = job.refusal, job.work
        if refusal is None or refusal.problem is not PostProblem.UNMAKEABLE or not isinstance(work, PapersWork):
            return job
        self._require_idle(JobKind.PAPERS)
        return self._begin(job.owner, replace(work, skip_bad=True, folder=self._new_path()))

    async def print(self, owner: StaffSession, number: int, name: str = "") -> PostJob:
        """Begin to print one file of a batch, or all that have a printer (no name).

        Raises:
            PostRefused: the papers are not here, one of them must not go out any more, or they have no printer.

        """
        await self.batch(number)
        if await self.withheld(number):
            raise PostRefused(PostProblem.WITHHELD)
        if self.files(number):
            await self._require_current(number)
        self._require_idle(JobKind.PRINT, number)
        wanted = [name] if name else self.printable(number)
        there = [file for file in (self._stores.papers.file(number, one) for one in wanted) if file]
        if len(there) < len(wanted) or not self.files(number):
            raise PostRefused(PostProblem.PAPERS_GONE)
        if not wanted or not {*wanted} <= {*self.printable(number)}:
            raise PostRefused(PostProblem.NO_PRINTER)
        return self._begin(owner, PrintWork(number, there, self._queues, name))

    async def issue(self, owner: StaffSession, number: int, day: date | None) -> PostJob:
        """Begin to say that a batch is issued. Raises PostRefused if no order of it is open any more."""
        if not (await self.batch(number)).open:
            raise PostRefused(PostProblem.BATCH_ENDED)
        self._require_idle(JobKind.ISSUE, number)
        return self._begin(owner, IssueWork(self._stores, number, day, owner.account.name))

    async def scanned(self, number: int, by: str) -> Order:
        """Say that the paper with this order's number is issued. Raises PostRefused."""
        order = await self._single.issue(number, by)
        if order.batch is not None:
            await self._remove_ended(order.batch)
        return order

    async def cancel(self, of: int | MemberId, number: int, reason: str, by: str) -> None:
        """Cancel one order of a batch or of a member. Raises PostRefused."""
        order = await self._single.cancel(of, number, reason, by)
        if order.batch is not None:
            await self._remove_ended(order.batch)

    async def _remove_ended(self, number: int) -> None:
        """Remove the files of a batch that has no open order. What is not removed is not given out either."""
        with suppress(DeskRefused, OSError):
            if self.files(number) and not await self._asked(lambda: self._stores.batches.is_open(number)):
                working = [job.work for job in self._jobs.values() if job.stage is JobStage.WORKING]
                if number not in map(_batch_of, working):
                    self._stores.papers.remove(number)

    def _require_idle(self, kind: JobKind, batch: int | None = None) -> None:
        """Raise PostRefused if something goes on already.

        Printing and other work do not wait for each other, but with the files of one batch only one thing is done.
        """
        self._sweep()
        printing = kind is JobKind.PRINT
        working = [job.work for job in self._jobs.values() if job.stage is JobStage.WORKING]
        if any((work.kind is JobKind.PRINT) is printing for work in working):
            raise PostRefused(PostProblem.BUSY)
        if batch is not None and batch in map(_batch_of, working):
            raise PostRefused(PostProblem.BATCH_IN_WORK)

    def _new_path(self) -> Path:
        try:
            return self._stores.papers.new()
        except OSError as error:
            raise PostRefused(PostProblem.DISK) from error

    def _begin(self, owner: StaffSession, work: PostWork) -> PostJob:
        job = PostJob(owner, work, PostProgress(self._closing))
        self._jobs[job.handle] = job
        self._run(job)
        return job

    def _run(self, job: PostJob) -> None:
        job.stage, job.progress = JobStage.WORKING, PostProgress(self._closing)
        task = asyncio.get_running_loop().create_task(self._worked(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _worked(self, job: PostJob) -> None:
        loop = asyncio.get_running_loop()
        threads = self._printer if job.work.kind is JobKind.PRINT else self._worker
        try:
            self._settle(job, await loop.run_in_executor(threads, lambda: self._done(job)))
        except Exception as error:
            job.refuse(refusal_of(error))
        if job.stage is not JobStage.PROPOSED:
            job.work.forget()
        elif job.progress.stopped:
            self.drop(job)
        loop.call_later(_KEPT_JOBS, self.drop, job)

    def _settle(self, job: PostJob, outcome: Outcome) -> None:
        """Keep the papers that were made, and remove those that were issued."""
        papers = self._stores.papers
        if isinstance(outcome, Printed) and isinstance(job.work, PapersWork):
            papers.keep(job.work.folder, outcome.batches)
            for batch in (outcome.batches.post, outcome.batches.aside):
                if batch is not None:
                    asyncio.get_running_loop().call_later(KEPT_PAPERS, papers.expire, batch, job.work.folder)
        if isinstance(outcome, BatchDone):
            papers.remove(outcome.batch.number)
        job.end(outcome)

    def _done(self, job: PostJob) -> Outcome:
        """Do the work, which the journal has before; that it is done the journal has as far as it can be written."""
        by, work = job.owner.account.name, job.work
        if work.kind is not JobKind.PRINT:
            self._require_clock()
        self._looking_up.write(f"{work.kind}_begun", by, detail=work.detail)
        outcome = work.do(job.progress)
        self._journal_end(work.kind, by, _detail(work, outcome))
        return outcome

    def _require_clock(self) -> None:
        """Raise PostRefused if the clock is wrong: orders, papers and what is issued would have another day."""
        try:
            self._looking_up.require_clock()
        except DeskRefused:
            raise PostRefused(PostProblem.CLOCK) from None

    def _journal_end(self, kind: JobKind, by: str, detail: str) -> None:
        try:
            self._looking_up.write(f"{kind}_done", by, detail=detail)
        except JournalError:  # it is done, and the register itself has it
            _log.error("the journal has no end of work for the post", problem=kind.value)

    def _sweep(self) -> None:
        """Drop plans of sessions that have ended or are locked."""
        for job in [*self._jobs.values()]:
            if job.owner.locked:
                self.drop(job)

    async def _asked(self, work: Callable[[], _T]) -> _T:
        return await within(_LIMIT, self._askers, work, DeskProblem.REGISTER_DOWN)


def _batch_of(work: PostWork) -> int | None:
    """Return the batch whose files the work reads, replaces or removes."""
    if isinstance(work, PapersWork):
        return work.again.number if work.again else None
    return work.batch if isinstance(work, PrintWork | IssueWork) else None


def _detail(work: PostWork, outcome: Outcome) -> str:
    """Return what the journal says at the end: the batches that were made, or what it said at the beginning."""
    if isinstance(outcome, Printed):
        made = [number for number in (outcome.batches.post, outcome.batches.aside) if number is not None]
        return ".".join(map(str, made)) or "none"
    return work.detail
