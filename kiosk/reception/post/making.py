"""The papers of chosen orders, and the end of a batch that was posted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from kiosk.documents import OpenOrders, PapersLost, PostPrinter, Printed, Stationery
from kiosk.eligibility import Registry
from kiosk.issuance import BatchDone, Order, PostBatch, PostBatches, Queue
from kiosk.reception.post.jobs import JobKind, PostProgress
from kiosk.reception.post.papers import PapersFolder

__all__ = ["IssueWork", "PapersWork", "PostStores"]


@dataclass(frozen=True, slots=True)
class PostStores:
    """What the work needs: register, queue, batches, folder of papers, stationery and clock (UTC)."""

    registry: Registry
    queue: Queue
    batches: PostBatches
    papers: PapersFolder
    stationery: Callable[[], Stationery]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class PapersWork:
    """Make the papers of orders.

    Attributes:
        stores: where they come from and go to.
        orders: their numbers.
        issued_on: 交付年月日.
        by: who makes them.
        folder: where the files go.
        again: the batch whose papers are made once more; None for a new one.
        skip_bad: whether orders whose papers cannot be made are left out; otherwise one of them refuses them all.

    """

    stores: PostStores
    orders: Sequence[int]
    issued_on: date
    by: str
    folder: Path
    again: PostBatch | None = None
    skip_bad: bool = False

    @property
    def kind(self) -> JobKind:
        """Papers."""
        return JobKind.PAPERS

    @property
    def detail(self) -> str:
        """The batch that is made again, or how many orders there are."""
        return f"again.{self.again.number}" if self.again else f"orders.{len(self.orders)}"

    @property
    def batch(self) -> int | None:
        """The batch that is made again."""
        return self.again.number if self.again else None

    def do(self, progress: PostProgress) -> Printed:
        """Make the papers and take the orders into batches, or do nothing of that.

        Raises:
            PapersLost: the orders were taken, but the papers did not get their place; none of them is left.

        """
        progress.require_wanted()
        stores = self.stores
        if self.again is None:
            stores.batches.require_makeable(self.orders, self.issued_on, stores.now())
        source = OpenOrders(stores.queue, self.orders, self._tracked(progress))
        stationery = stores.stationery()
        made = (source, stationery, self.issued_on, self.by, stores.now(), self.again, True)
        printer = PostPrinter(stores.registry, stores.batches, *made)
        try:
            return printer.print_good(self.folder, nullcontext()) if self.skip_bad else printer.print_all(self.folder)
        except PapersLost:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _tracked(self, progress: PostProgress) -> Callable[[Iterable[Order], Callable[[], int], str], Iterator[Order]]:
        """Return what counts the orders, and sees that their papers leave the journal its part of the disk."""

        def tracked(orders: Iterable[Order], total: Callable[[], int], what: str) -> Iterator[Order]:
            for order in progress.tracked(orders, total, what):
                self.stores.papers.require_space()
                yield order

        return tracked

    def forget(self) -> None:
        """Do nothing: a folder is there whole, or not at all."""


@dataclass(frozen=True, slots=True)
class IssueWork:
    """Say of all open orders of a batch that their papers are issued; ``issued_on`` None: the day on the papers."""

    stores: PostStores
    batch: int
    issued_on: date | None
    by: str

    @property
    def kind(self) -> JobKind:
        """Issued papers."""
        return JobKind.ISSUE

    @property
    def detail(self) -> str:
        """The number of the batch."""
        return str(self.batch)

    def do(self, progress: PostProgress) -> BatchDone:
        """Finish the orders, all or none, and write into the register what was issued."""
        progress.doing = "issue"
        progress.require_wanted()
        return self.stores.batches.complete(self.batch, self.issued_on, self.by, self.stores.now())

    def forget(self) -> None:
        """Do nothing: there is nothing beside the register."""
