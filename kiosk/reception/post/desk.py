"""The post of one register for officers at one kiosk: what waits, and the work that goes on in threads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from kiosk import tokyo_day
from kiosk.decision import Document
from kiosk.decision.linkage import usual_time
from kiosk.documents import Stationery
from kiosk.eligibility import MemberId
from kiosk.issuance import (
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
from kiosk.printing import PrintingQueues, destination_of
from kiosk.reception.desk import DeskProblem, DeskRefused, LookingUp
from kiosk.reception.desk.within import within
from kiosk.reception.job_book import cleaned
from kiosk.reception.post.current import require_current, spoilt_papers
from kiosk.reception.post.jobs import JobKind, JobStage, Planned, PostJob
from kiosk.reception.post.making import IssueWork, PapersWork, PostStores
from kiosk.reception.post.papers import PapersFolder
from kiosk.reception.post.plans import EnqueueWork, PlanWork
from kiosk.reception.post.printing import PrintWork
from kiosk.reception.post.prints import Prints
from kiosk.reception.post.problems import PostProblem, PostRefused
from kiosk.reception.post.running import LEFT_OUT_WISH, PostJobs
from kiosk.reception.post.single import SingleOrders
from kiosk.staff import StaffSession

__all__ = ["PostDesk"]

MOST_BATCHES: Final = 1000
"""The most batches that the list has; older ones are found by their orders."""

_LIMIT: Final = 10.0
_LONGEST_WAIT: Final = 60
"""Days within which 「概ね3～4日後」 comes, whatever the holidays."""

_T = TypeVar("_T")


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
        self._orders = OrderList(service.registry)
        batches, papers = PostBatches(service.registry, service.policy), PapersFolder(folder)
        service.books.when_open(papers.remove_left)
        self._stores = PostStores(service.registry, queue, batches, papers, stationery, service.now)
        self.prints = Prints(folder.parent, service.now)
        self._jobs = PostJobs(looking_up, papers, closing)
        self._askers = ThreadPoolExecutor(2, "office-post-lists")
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
        return await self._asked(lambda: spoilt_papers(self._stores, batch))

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
        """Return a job of the session's account; None if it is gone or another's."""
        return self._jobs.book.find(handle, owner)

    def jobs_of(self, owner: StaffSession) -> list[PostJob]:
        """Return the jobs of the session's account, and what others work on now; the oldest first."""
        return self._jobs.book.shown(owner)

    async def plan(self, owner: StaffSession) -> PostJob:
        """Begin to plan today. Raises PostRefused if other work goes on."""

        async def begin() -> PostJob:
            self._jobs.require_idle(JobKind.PLAN)
            service = self._service
            work = PlanWork(service.registry, self._queue, service.policy, self.today, self._new_path(), service.now)
            return self._jobs.begin(owner, work, JobKind.PLAN)

        return await self._jobs.once(owner, JobKind.PLAN, begin)

    def enqueue(self, job: PostJob) -> None:
        """Begin to put a plan into the queue, as was shown; for a job that is past that, this does nothing."""
        if job.stage is not JobStage.PROPOSED or not isinstance(job.outcome, Planned):
            return
        self._jobs.require_idle(JobKind.ENQUEUE)
        plan = job.work.plan if isinstance(job.work, EnqueueWork) else job.work
        if isinstance(plan, PlanWork):
            job.work = EnqueueWork(plan, job.outcome, job.account.name)
            self._jobs.run(job)

    def drop(self, job: PostJob) -> None:
        """Remove a job that is only proposed or at an end; work that goes on goes on."""
        if job.stage is JobStage.WORKING:
            if job.work.kind is JobKind.PLAN:
                job.stop()
            return
        self._jobs.book.remove(job)

    async def make(self, owner: StaffSession, document: Document | None, most: int | None, day: date) -> PostJob:
        """Begin to make the papers of orders that have none: of a kind or all, the oldest so many or all.

        Raises:
            PostRefused: there is no such order, one was asked for after the day, or other work goes on.

        """
        wish = f"{JobKind.PAPERS}.{document}.{most}.{day}"

        async def begin() -> PostJob:
            self._jobs.require_idle(JobKind.PAPERS)
            numbers = await self._asked(lambda: self._orders.oldest(document, most))
            if not numbers:
                raise PostRefused(PostProblem.NOTHING_FREE)
            await self._asked(lambda: self._require_day_of(numbers[-1], day))
            self._jobs.require_idle(JobKind.PAPERS)
            work = PapersWork(self._stores, numbers, day, owner.account.name, self._new_path())
            return self._jobs.begin(owner, work, wish)

        return await self._jobs.once(owner, wish, begin)

    def _require_day_of(self, newest: int, day: date) -> None:
        """Raise PostRefused if the newest order of some was asked for after the day of their papers."""
        order = next(self._queue.numbered([newest]), None)
        if order is not None and day < tokyo_day(order.requested_at):
            raise PostRefused(PostProblem.PAPERS_DAY)

    async def make_again(self, owner: StaffSession, number: int) -> PostJob:
        """Begin to make the papers of the open orders of a batch once more."""
        wish = f"{JobKind.PAPERS}.again.{number}"

        async def begin() -> PostJob:
            self._jobs.require_idle(JobKind.PAPERS, number)
            batch = await self.batch(number)
            if not (orders := await self._asked(lambda: self._stores.batches.open_orders(number))):
                raise PostRefused(PostProblem.BATCH_ENDED)
            self._jobs.require_idle(JobKind.PAPERS, number)
            made = (orders, batch.issued_on, owner.account.name, self._new_path(), batch)
            return self._jobs.begin(owner, PapersWork(self._stores, *made), wish)

        return await self._jobs.once(owner, wish, begin)

    async def leave_out(self, job: PostJob, owner: StaffSession) -> PostJob:
        """Begin anew what was refused since some papers cannot be made, without those. Raises PostRefused."""
        refusal, work, wish = job.refusal, job.work, f"{LEFT_OUT_WISH}{job.handle}"
        if refusal is None or refusal.problem is not PostProblem.UNMAKEABLE or not isinstance(work, PapersWork):
            return job

        async def begin() -> PostJob:
            self._jobs.require_idle(JobKind.PAPERS, work.batch)
            return self._jobs.begin(owner, replace(work, skip_bad=True, folder=self._new_path()), wish)

        return await self._jobs.once(owner, wish, begin)

    async def print(self, owner: StaffSession, number: int, name: str = "") -> PostJob:
        """Begin to print one file of a batch, or all that have a printer (no name).

        Raises:
            PostRefused: the papers are not here, one of them must not go out any more, or they have no printer.

        """
        wish = f"{JobKind.PRINT}.{number}.{name}"

        async def begin() -> PostJob:
            await self.batch(number)
            if await self.withheld(number):
                raise PostRefused(PostProblem.WITHHELD)
            if self.files(number):
                await self._require_current(number)
            self._jobs.require_idle(JobKind.PRINT, number)
            files = self._to_print(number, name)
            check = partial(require_current, self._stores, number)
            work = PrintWork(number, files, self._queues, self.prints, check, name)
            return self._jobs.begin(owner, work, wish)

        return await self._jobs.once(owner, wish, begin)

    def _to_print(self, number: int, name: str) -> list[Path]:
        wanted = [name] if name else self.printable(number)
        there = [file for file in (self._stores.papers.file(number, one) for one in wanted) if file]
        if len(there) < len(wanted) or not self.files(number):
            raise PostRefused(PostProblem.PAPERS_GONE)
        if not wanted or not {*wanted} <= {*self.printable(number)}:
            raise PostRefused(PostProblem.NO_PRINTER)
        return there

    async def stop_printing(self, number: int, by: str) -> None:
        """Stop the printing of a batch, whoever began it; if none goes on, this does nothing. Raises DeskRefused."""
        if self.prints.going_on(number) is None:
            return
        await self._asked(lambda: self._looking_up.write("print_stopped", by, detail=str(number)))
        self.prints.stop(number)

    async def issue(self, owner: StaffSession, number: int, day: date | None) -> PostJob:
        """Begin to say that a batch is issued.

        Raises:
            PostRefused: no order of it is open any more, it cannot be issued on that day, or other work goes on.

        """
        wish = f"{JobKind.ISSUE}.{number}.{day}"

        async def begin() -> PostJob:
            if not (await self.batch(number)).open:
                raise PostRefused(PostProblem.BATCH_ENDED)
            if day is not None:
                await self._asked(lambda: self._require_day(number, day))
            self._jobs.require_idle(JobKind.ISSUE, number)
            return self._jobs.begin(owner, IssueWork(self._stores, number, day, owner.account.name), wish)

        return await self._jobs.once(owner, wish, begin)

    def _require_day(self, number: int, day: date) -> None:
        """Raise PostRefused if a batch cannot be issued on a day: it is to come, or before one of its open orders."""
        asked_last = self._orders.asked_last(number)
        if day > self.today or (asked_last is not None and day < tokyo_day(asked_last)):
            raise PostRefused(PostProblem.DAY)

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
        with suppress(DeskRefused):
            if self.files(number) and not await self._asked(lambda: self._stores.batches.is_open(number)):
                if not self._jobs.uses(number):
                    cleaned(lambda: self._stores.papers.remove(number))

    def _new_path(self) -> Path:
        try:
            return self._stores.papers.new()
        except OSError as error:
            raise PostRefused(PostProblem.DISK) from error

    async def _asked(self, work: Callable[[], _T]) -> _T:
        return await within(_LIMIT, self._askers, work, DeskProblem.REGISTER_DOWN)
