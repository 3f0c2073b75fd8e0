"""`kiosk issuance done`: orders by number, as scanned, or a whole batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

import typer

from kiosk.cli.answers import refuse, standard_input
from kiosk.cli.order_numbers import numbers_of, ranges
from kiosk.decision import Policy
from kiosk.eligibility import Registry
from kiosk.issuance import PostBatches, Queue
from kiosk.outputs import STANDARD

__all__ = ["batch_done", "orders_done", "said_days"]

_LONGEST_LINE = 80
"""Bytes of a scanned line; a number has at most 10 digits."""


def orders_done(
    registry: Registry, policy: Policy, texts: Sequence[str], day: date | None, by: str
) -> dict[str, object]:
    """Finish orders that are named, or scanned; return the answer of the command.

    `day` is 交付年月日; None: the day on the papers of an order that is in a batch, and today for another one.
    """
    scanned = not texts or list(texts) == [STANDARD]
    wanted = _scanned() if scanned else numbers_of(texts)
    done = Queue(registry, policy).complete(wanted, day, by, datetime.now(UTC))
    days = Counter(order.issued_on.isoformat() for order in done if order.issued_on)
    if len(days) == 1:
        return {"done": len(done), "issued_on": next(iter(days))}
    return {"done": len(done), "issued_on": None, "days": dict(sorted(days.items()))}


def said_days(answer: Mapping[str, object]) -> str:
    """Return the day or the days of an answer as a person reads them."""
    days = answer.get("days")
    if not isinstance(days, dict):
        return str(answer["issued_on"])
    return ", ".join(f"{day} ({count})" for day, count in days.items())


def batch_done(registry: Registry, policy: Policy, number: int, day: date | None, by: str) -> dict[str, object]:
    """Finish every open order of a batch, and name those that ended before; return the answer of the command."""
    done = PostBatches(registry, policy).complete(number, day, by, datetime.now(UTC))
    before = ranges(done.ended_before)
    if before:
        typer.echo(f"batch {number}: ended before: {', '.join(before)}", err=True)
    return {"done": done.done, "issued_on": done.issued_on.isoformat(), "batch": number, "ended_before": before}


def _scanned() -> Iterator[int]:
    """Yield the numbers on standard input, one a line; one that is scanned again counts once.

    A line of another form ends the command with status 2.
    """
    stream, seen = standard_input(), set[int]()
    if stream.isatty():
        typer.echo("scan the papers; end with Ctrl+D", err=True)
    line = 0
    while raw := stream.readline(_LONGEST_LINE):
        line += 1
        text = raw.strip().decode("ascii", "replace")
        if text and not (text.isascii() and text.isdigit() and len(text) <= 10):
            refuse(f"standard input: line {line}: is not the number of an order")
        if text and int(text) not in seen:
            seen.add(int(text))
            yield int(text)
