"""One order at a time: issued, since its paper was scanned, or cancelled. The journal has it first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from kiosk.eligibility import MemberId, RegistryBusy, RegistryError, RegistryFull
from kiosk.issuance import DayRefused, Order, OrderRefused, OrderState, PapersWithheld, PostBatches, Queue, sentence
from kiosk.reception.desk import DeskProblem, DeskRefused, LookingUp
from kiosk.reception.desk.within import within
from kiosk.reception.post.journal_ends import journal_end
from kiosk.reception.post.problems import PostProblem, PostRefused, refusal_of

__all__ = ["SingleOrders"]

_LIMIT: Final = 10.0
_NOTHING_WRITTEN: Final = (RegistryBusy, RegistryFull)

_PROBLEMS: Final[Mapping[DeskProblem, PostProblem]] = {
    DeskProblem.CLOCK_WRONG: PostProblem.CLOCK,
    DeskProblem.JOURNAL_DOWN: PostProblem.JOURNAL_DOWN,
    DeskProblem.REGISTER_DOWN: PostProblem.REGISTER_DOWN,
}

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SingleOrders:
    """The orders of one register; work with it goes on in ``threads``.

    Both methods raise PostRefused: nothing was changed, except that with UNSURE and CANCEL_UNSURE nobody knows.
    """

    looking_up: LookingUp
    queue: Queue
    batches: PostBatches
    now: Callable[[], datetime]
    threads: ThreadPoolExecutor

    async def issue(self, number: int, by: str) -> Order:
        """Say that the paper with this order's number is issued, on the day that it bears.

        Raises:
            PostRefused: there is no such order, it has ended, has no papers yet, or must not be posted; or the register
                or journal cannot serve. UNSURE: no answer came in time.

        """
        day = await self._begun(lambda: self._begin_issue(number, by))
        return await self._done(lambda: self._issue(number, day, by), PostProblem.UNSURE)

    async def cancel(self, of: int | MemberId, number: int, reason: str, by: str) -> Order:
        """Cancel an order of a batch or of a member.

        Raises:
            PostRefused: there is no such order, it has ended, is not theirs, or the reason cannot be kept; or the
                register or journal cannot serve. CANCEL_UNSURE: no answer came in time.

        """
        await self._begun(lambda: self._begin_cancel(number, of, reason, by))
        return await self._done(lambda: self._cancel(number, reason, by), PostProblem.CANCEL_UNSURE)

    async def _begun(self, begin: Callable[[], _T]) -> _T:
        try:
            self.looking_up.require_clock()
            return await within(_LIMIT, self.threads, lambda: _refusing(begin), DeskProblem.REGISTER_DOWN)
        except DeskRefused as error:
            raise PostRefused(_PROBLEMS[error.problem]) from error

    async def _done(self, act: Callable[[], _T], unsure: PostProblem) -> _T:
        try:
            return await within(_LIMIT, self.threads, act, DeskProblem.UNSURE)
        except DeskRefused as error:
            raise PostRefused(_PROBLEMS.get(error.problem, unsure)) from error

    def _begin_issue(self, number: int, by: str) -> date:
        """Write into the journal that an open order is to be issued; return 交付年月日 on its paper."""
        order = self._open(number)
        if order.batch is None:
            raise PostRefused(PostProblem.NO_PAPERS_YET)
        if self.batches.withheld_among([number]):
            raise PostRefused(PostProblem.WITHHELD)
        day = self.batches.day_on_papers(order.batch)
        self.looking_up.write("issue_begun", by, detail=f"order.{number}")
        return day

    def _issue(self, number: int, day: date, by: str) -> Order:
        return self._ended("issue", by, number, lambda: self.queue.complete([number], day, by, self.now()))

    def _begin_cancel(self, number: int, of: int | MemberId, reason: str, by: str) -> None:
        """Write into the journal that an open order is to be cancelled."""
        try:
            sentence(reason)
        except OrderRefused:
            raise PostRefused(PostProblem.REASON) from None
        order = self._open(number)
        if of not in (order.batch, order.member):
            raise PostRefused(PostProblem.NOT_HERE)
        self.looking_up.write("cancel_begun", by, detail=f"order.{number}")

    def _cancel(self, number: int, reason: str, by: str) -> Order:
        return self._ended("cancel", by, number, lambda: self.queue.cancel([number], by, reason, self.now()))

    def _ended(self, what: str, by: str, number: int, act: Callable[[], Sequence[Order]]) -> Order:
        """Do it, and write into the journal how it ended."""
        try:
            (order,) = act()
        except Exception as error:
            refusal = self._refusal(error, number)
            journal_end(self.looking_up, f"{what}_refused", by, f"order.{number}.{refusal.problem}")
            if isinstance(error, RegistryError) and not isinstance(error, _NOTHING_WRITTEN):
                raise  # nobody knows, as where no answer comes in time
            raise refusal from error
        journal_end(self.looking_up, f"{what}_done", by, f"order.{number}")
        return order

    def _refusal(self, error: Exception, number: int) -> PostRefused:
        """Return why it was not done; of an order that has ended meanwhile, how it ended."""
        if isinstance(error, DayRefused):
            return PostRefused(PostProblem.DAY_ON_PAPER)
        if isinstance(error, OrderRefused) and not isinstance(error, PapersWithheld):
            try:
                self._open(number)
            except PostRefused as ended:
                return ended
        return refusal_of(error)

    def _open(self, number: int) -> Order:
        order = next(self.queue.numbered([number]), None)
        if order is None:
            raise PostRefused(PostProblem.NO_SUCH_ORDER)
        if order.state is not OrderState.OPEN:
            done = order.state is OrderState.DONE
            raise PostRefused(PostProblem.ORDER_DONE if done else PostProblem.ORDER_CANCELLED)
        return order


def _refusing(begin: Callable[[], _T]) -> _T:
    """Do it; where another program writes to the register, or its disk is full, that is said and not «it is down»."""
    try:
        return begin()
    except _NOTHING_WRITTEN as error:
        raise refusal_of(error) from error
