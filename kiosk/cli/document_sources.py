"""What `kiosk document batch` prints: the lines of a plan, or the orders that are open in the queue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from kiosk.cli.answers import tracked
from kiosk.cli.register import opened_input
from kiosk.decision import Confirmation
from kiosk.issuance import Order, PlanLine, Queue, read_plan

__all__ = ["Asked", "OpenOrders", "PlanFile", "Source", "ranges"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One document that is asked for.

    Attributes:
        kind: by what: a line of a plan, or an order.
        number: of the line or the order.
        line: the document, for whom, and why.
        change: what has changed since, so that it should not go out; None when nothing has.

    """

    kind: Literal["line", "order"]
    number: int
    line: PlanLine
    change: str | None = None


class Source(Protocol):
    """Documents that are asked for, in their order; asked twice, they are the same ones."""

    def asked(self, what: str) -> Iterator[Asked]:
        """Yield the documents; `what` names the progress bar. Raises DataRefused, RegistryError, OSError."""


@dataclass(frozen=True, slots=True)
class PlanFile:
    """The lines of a plan."""

    path: Path

    def asked(self, what: str) -> Iterator[Asked]:
        """Yield the lines in the order of the file."""
        with opened_input(str(self.path), what) as stream:
            for number, line in enumerate(read_plan(stream), 1):
                yield Asked("line", number, line)


@dataclass(frozen=True, slots=True)
class OpenOrders:
    """The orders with these numbers: those that were open at one moment. One that has ended since is a change."""

    queue: Queue
    numbers: Sequence[int]

    def asked(self, what: str) -> Iterator[Asked]:
        """Yield the orders in the order of the queue."""
        for order in tracked(self.queue.numbered(self.numbers), lambda: len(self.numbers), what):
            yield Asked("order", order.number, _line(order), self.queue.change_since(order))


def _line(order: Order) -> PlanLine:
    held = order.valid_from and order.valid_until and Confirmation(order.valid_from, order.valid_until)
    return PlanLine(order.member, order.document, order.reasons, held or None)


def ranges(numbers: Sequence[int]) -> list[str]:
    """Numbers in their order as `issuance done` takes them: `101-180`, `182`."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return [str(first) if first == last else f"{first}-{last}" for first, last in found]
