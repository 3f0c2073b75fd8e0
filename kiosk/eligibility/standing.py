"""How a register stands today: what waits to be issued since when, and how old the files of each kind are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from kiosk import tokyo_day
from kiosk.decision import Document
from kiosk.store.schema import UNDO, import_batch, issuance_order

__all__ = ["FileAge", "WaitingOrders", "file_ages", "waiting_orders"]


@dataclass(frozen=True, slots=True)
class WaitingOrders:
    """How many open orders of a document were asked for on a day (Asia/Tokyo)."""

    document: Document
    asked_on: date
    count: int


@dataclass(frozen=True, slots=True)
class FileAge:
    """The newest file of a kind that was not taken back.

    Attributes:
        kind: `members` or the kind of a feed.
        batch: its number.
        recorded_at: when it was imported (UTC).
        valid_from: the day from which its data hold (Asia/Tokyo).

    """

    kind: str
    batch: int
    recorded_at: datetime
    valid_from: date


def waiting_orders(connection: Connection) -> list[WaitingOrders]:
    """Return the open orders by day and document, the oldest first; a plan is one group for the database."""
    columns = (issuance_order.c.document, issuance_order.c.requested_at)
    asked = select(*columns, func.count()).where(issuance_order.c.ended_at.is_(None)).group_by(*columns)
    counts: dict[tuple[date, Document], int] = {}
    for document, requested_at, count in connection.execute(asked):
        key = tokyo_day(requested_at), document
        counts[key] = counts.get(key, 0) + count
    return [WaitingOrders(document, day, count) for (day, document), count in sorted(counts.items())]


def file_ages(connection: Connection) -> Sequence[FileAge]:
    """Return the newest file of each kind that there was, by kind."""
    stands = (import_batch.c.kind != UNDO) & import_batch.c.undone_by_id.is_(None)
    newest = select(func.max(import_batch.c.id)).where(stands).group_by(import_batch.c.kind)
    columns = (import_batch.c.kind, import_batch.c.id, import_batch.c.recorded_at, import_batch.c.valid_from)
    found = connection.execute(select(*columns).where(import_batch.c.id.in_(newest)).order_by(import_batch.c.kind))
    return [FileAge(*row) for row in found]
