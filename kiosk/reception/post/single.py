"""One order at a time: issued, since its paper was scanned, or cancelled. The journal has it first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

import structlog

from kiosk.audit import JournalError
from kiosk.eligibility import MemberId
from kiosk.issuance import DayRefused, Order, OrderRefused, OrderState, PapersWithheld, PostBatches, Queue, sentence
from kiosk.reception.desk import DeskProblem, DeskRefused, LookingUp
from kiosk.reception.desk.within import within
from kiosk.reception.post.problems import PostProblem, PostRefused

__all__ = ["SingleOrders"]

_LIMIT: Final = 10.0

_T = TypeVar("_T")

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SingleOrders:
    """The orders of one register; work with it goes on in ``threads``.

    Both methods raise DeskRefused if the register or journal cannot serve, and PostRefused if there is no such order,
    or if it has ended; nothing was changed then.
    """

    looking_up: LookingUp
    queue: Queue
    batches: PostBatches
    now: Callable[[], datetime]
    threads: ThreadPoolExecutor

    async def issue(self, number: int, by: str) -> Order:
        """Say that the paper with this order's number is issued, on the day that it bears.

        Raises:
            PostRefused: also if it has no papers yet, or must not be posted. UNSURE: no answer came in time.

        """
        day = await self._begun(lambda: self._begin_issue(number, by))
        return await self._done(lambda: self._issue(number, day, by), PostProblem.UNSURE)

    async def cancel(self, of: int | MemberId, number: int, reason: str, by: str) -> Order:
        """Cancel an order of a batch or of a member.

        Raises:
            PostRefused: also if it is not theirs, or the reason cannot be kept. CANCEL_UNSURE: no answer came in time.

        """
        await self._begun(lambda: self._begin_cancel(number, of, reason, by))
        return await self._done(lambda: self._cancel(number, reason, by), PostProblem.CANCEL_UNSURE)

    async def _begun(self, begin: Callable[[], _T]) -> _T:
        self.looking_up.require_clock()
        return await within(_LIMIT, self.threads, begin, DeskProblem.REGISTER_DOWN)

    async def _done(self, act: Callable[[], _T], unsure: PostProblem) -> _T:
        try:
            return await within(_LIMIT, self.threads, act, DeskProblem.UNSURE)
        except DeskRefused as error:
            if error.problem is DeskProblem.UNSURE:
                raise PostRefused(unsure) from error
            raise

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
        try:
            (order,) = self.queue.complete([number], day, by, self.now())
        except PapersWithheld:
            raise PostRefused(PostProblem.WITHHELD) from None
        except DayRefused:
            raise PostRefused(PostProblem.DAY_ON_PAPER) from None
        except OrderRefused:
            self._open(number)
            raise
        self._note("issue_done", by, number)
        return order

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
        try:
            (order,) = self.queue.cancel([number], by, reason, self.now())
        except OrderRefused:
            self._open(number)
            raise
        self._note("cancel_done", by, number)
        return order

    def _open(self, number: int) -> Order:
        order = next(self.queue.numbered([number]), None)
        if order is None:
            raise PostRefused(PostProblem.NO_SUCH_ORDER)
        if order.state is not OrderState.OPEN:
            done = order.state is OrderState.DONE
            raise PostRefused(PostProblem.ORDER_DONE if done else PostProblem.ORDER_CANCELLED)
        return order

    def _note(self, act: str, by: str, number: int) -> None:
        try:
            self.looking_up.write(act, by, detail=f"order.{number}")
        except JournalError:  # it is done, and the register itself has it
            _log.error("the journal has no end of work for the post", problem=act)
