"""Finishing orders inside a transaction of the caller, and writing into the register what was issued."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, select

from kiosk.decision import Document
from kiosk.eligibility import MemberId
from kiosk.issuance import table
from kiosk.issuance.order import Order, OrderRefused, OrderState, tokyo_day
from kiosk.store.chunks import chunks
from kiosk.store.issued import COLUMNS_OF
from kiosk.store.schema import post_batch
from kiosk.store.versions import current_versions, write_versions

__all__ = ["DayRefused", "by_day", "finish", "refuse_day"]


class DayRefused(OrderRefused):
    """Papers cannot be issued on that day."""


def finish(connection: Connection, found: Mapping[int, Order], issued_on: date, by: str, now: datetime) -> None:
    """Finish open orders and write a version of each member with what was issued.

    Args:
        connection: the transaction.
        found: the orders by number; at least one.
        issued_on: 交付年月日 (Asia/Tokyo).
        by: the person who says that they are issued.
        now: the instant (UTC).

    Raises:
        DayRefused: the day lies after today, or before the request for one of them.

    """
    refuse_day(issued_on, found.values(), tokyo_day(now))
    versions = _write_back(connection, found.values(), issued_on, now)
    done = {"state": OrderState.DONE, "ended_at": now, "ended_by": by, "issued_on": issued_on}
    rows = [{"which": number, "version": versions[order.member], **done} for number, order in found.items()]
    table.update_orders(connection, rows)


def by_day(
    connection: Connection, found: Mapping[int, Order], issued_on: date | None, today: date
) -> Sequence[tuple[date, Mapping[int, Order]]]:
    """Return orders by the day on which they are issued, the earliest first, so that the versions have that order.

    Args:
        connection: the transaction.
        found: the orders by number; at least one.
        issued_on: the day of all of them; None for the day on the papers of their batch, and today without a batch.
        today: the day in Asia/Tokyo.

    """
    if issued_on is not None:
        return [(issued_on, found)]
    numbers = {order.batch for order in found.values() if order.batch is not None}
    days: dict[int, date] = {}
    for chunk in chunks(numbers):
        batches = select(post_batch.c.number, post_batch.c.issued_on).where(post_batch.c.number.in_(chunk))
        days.update((number, day) for number, day in connection.execute(batches))
    sorted_out: dict[date, dict[int, Order]] = {}
    for number, order in found.items():
        sorted_out.setdefault(today if order.batch is None else days[order.batch], {})[number] = order
    return sorted(sorted_out.items(), key=lambda one: one[0])


def refuse_day(issued_on: date, finished: Iterable[Order], today: date) -> None:
    """Raise DayRefused if the orders cannot be issued on that day: it lies after today, or before one was asked for."""
    if issued_on > today:
        raise DayRefused("the day of issue must not lie after today")
    for order in finished:
        if issued_on < tokyo_day(order.requested_at):
            raise DayRefused(f"order {order.number} was asked for after that day of issue")


def _write_back(
    connection: Connection, finished: Iterable[Order], issued_on: date, now: datetime
) -> dict[MemberId, int]:
    """Write for each member a version with what was issued; return the versions' numbers."""
    changes: dict[MemberId, dict[str, date | None]] = {}
    for order in finished:
        days = (issued_on,) if order.document is Document.NOTICE else (order.valid_from, order.valid_until)
        changes.setdefault(order.member, {}).update(zip(COLUMNS_OF[order.document], days, strict=True))
    numbers: dict[MemberId, int] = {}
    for chunk in chunks(changes):
        current = current_versions(connection, map(str, chunk))
        versions = [current[str(member)].changed(changes[member]) for member in chunk]
        write_versions(connection, versions, now, issued_on)
        numbers.update(zip(chunk, (version.version for version in versions), strict=True))
    return numbers
