"""Where the documents of a batch come from: the lines of a plan, or the orders that are open in the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol

from kiosk.decision import Confirmation
from kiosk.issuance import Order, PlanLine, Queue, read_plan

__all__ = ["BatchSource", "OpenOrders", "PlanFile", "RequestedDocument"]


@dataclass(frozen=True, slots=True)
class RequestedDocument:
    """One document that a plan or the queue asks for.

    Attributes:
        kind: what asks for it: a line of a plan, or an order of the queue.
        number: the number of that line or order.
        line: which document, for whom, and why.
        change: what has changed since it was asked for, so that it should not go out; None if nothing has.

    """

    kind: Literal["line", "order"]
    number: int
    line: PlanLine
    change: str | None = None

    def to_json(self) -> dict[str, object]:
        """Return the line of the plan, with the number of the line or order."""
        return self.line.to_json() | {str(self.kind): self.number}


class BatchSource(Protocol):
    """The documents of a batch, in their order. Each call of `requested` yields the same ones."""

    @property
    def orders(self) -> Sequence[int]:
        """The numbers of the orders that are to be printed; empty for a plan."""

    def requested(self, what: str) -> Iterator[RequestedDocument]:
        """Yield the documents, one in memory at a time.

        Args:
            what: the name of this pass, for a progress bar.

        Raises:
            DataRefused: a line is not one of a plan.
            RegistryError: the database cannot serve.
            OSError: the plan cannot be read.

        """


@dataclass(frozen=True, slots=True)
class PlanFile:
    """The lines of a plan.

    Attributes:
        opened: opens the plan from its beginning; its argument is the name of the pass, for a progress bar.

    """

    opened: Callable[[str], AbstractContextManager[BinaryIO]]

    @property
    def orders(self) -> Sequence[int]:
        """A plan has no orders."""
        return ()

    def requested(self, what: str) -> Iterator[RequestedDocument]:
        """Yield the lines in the order of the file. Errors are those of `BatchSource.requested`."""
        with self.opened(what) as stream:
            for number, line in enumerate(read_plan(stream), 1):
                yield RequestedDocument("line", number, line)


def _untracked(orders: Iterable[Order], _total: Callable[[], int], _what: str) -> Iterable[Order]:
    return orders


@dataclass(frozen=True, slots=True)
class OpenOrders:
    """The orders that were open at one moment. An order that has ended since then is yielded with that as its change.

    Attributes:
        queue: the queue that has them.
        orders: their numbers.
        tracked: shows how far the orders are, given how many there are and the name of the pass.

    """

    queue: Queue
    orders: Sequence[int]
    tracked: Callable[[Iterable[Order], Callable[[], int], str], Iterable[Order]] = _untracked

    def requested(self, what: str) -> Iterator[RequestedDocument]:
        """Yield the orders in the order of the queue. Errors are those of `BatchSource.requested`."""
        for order in self.tracked(self.queue.numbered(self.orders), lambda: len(self.orders), what):
            yield RequestedDocument("order", order.number, _plan_line(order), self.queue.change_since(order))


def _plan_line(order: Order) -> PlanLine:
    validity = order.valid_from and order.valid_until and Confirmation(order.valid_from, order.valid_until)
    return PlanLine(order.member, order.document, order.reasons, validity or None)
