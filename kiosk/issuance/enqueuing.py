"""The lines of a plan as orders: a few statements for many lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import islice

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Insert,
    Integer,
    MetaData,
    Table,
    Text,
    exists,
    func,
    insert,
    literal,
    select,
)

from kiosk.issuance.order import OrderRefused, OrderState
from kiosk.issuance.plan import PlanLine
from kiosk.store.bulk import fill, working_table
from kiosk.store.chunks import CHUNK
from kiosk.store.schema import issuance_order, member

__all__ = ["Enqueued", "PlanMoved", "enqueue_lines"]

LINES_AT_ONCE = 20_000


@dataclass(slots=True)
class Enqueued:
    """How many lines of a plan became an order, and for how many an order was open already.

    ``which`` is a digest of whom the new orders are for and of their documents, if a preview is made or compared; it
    tells two plans apart that add as many.
    """

    added: int = 0
    already_open: int = 0
    which: str = field(default="", repr=False)


class PlanMoved(Exception):
    """A plan would do something else than its preview has said; ``report`` is what it would do now."""

    def __init__(self, report: Enqueued) -> None:
        super().__init__("the queue has changed since the preview")
        self.report = report


def enqueue_lines(
    connection: Connection, lines: Iterable[PlanLine], by: str, now: datetime, *, seen: bool = False
) -> Enqueued:
    """Add an order for each line whose member has no open one for the same document, in the order of the lines.

    Args:
        connection: the transaction.
        lines: the plan.
        by: the person who requests the documents.
        now: the instant (UTC).
        seen: whether the report says which orders these are, so that it is compared with another one.

    Raises:
        OrderRefused: a line names a member whom the register does not have.

    """
    report, rows = Enqueued(), map(_row, enumerate(lines, start=1))
    before = (connection.scalar(select(func.max(issuance_order.c.number))) or 0) if seen else 0
    with working_table(connection, _lines):
        while chunk := list(islice(rows, LINES_AT_ONCE)):
            fill(connection, _lines, chunk)
            _refuse_unknown(connection)
            added = connection.execute(_orders(by, now), execution_options={"preserve_rowcount": True}).rowcount
            report.added += added
            report.already_open += len(chunk) - added
    report.which = _which(connection, before) if seen else ""
    return report


def _which(connection: Connection, before: int) -> str:
    """Return a digest of the orders with a number above ``before``, read once, a part in memory at a time."""
    digest = sha256()
    new = select(issuance_order.c.member_id, issuance_order.c.document).where(issuance_order.c.number > before)
    ordered = new.order_by(issuance_order.c.number)
    with connection.execute(ordered, execution_options={"yield_per": CHUNK}) as result:
        for member_id, document in result:
            digest.update(f"{member_id} {document}\n".encode())
    return digest.hexdigest()


_lines = Table(
    "plan_line",
    MetaData(),
    Column("line", Integer, primary_key=True),
    Column("canonical_key", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_until", Date),
    prefixes=["TEMPORARY"],
)


def _row(numbered: tuple[int, PlanLine]) -> tuple[object, ...]:
    """Return the values of a row of `_lines`, as the database stores them."""
    number, line = numbered
    days = (line.validity.valid_from, line.validity.valid_until) if line.validity else (None, None)
    member_id = line.member
    return (number, member_id.canonical, str(member_id), line.issue.value, " ".join(line.reasons), *days)


# A twin has no canonical key: only the way in which it is written tells it from the other one.
_twin = member.alias("twin")
_MEMBER_ID = func.coalesce(member.c.id, _twin.c.id)
_named = (
    select(_lines, _MEMBER_ID.label("member_id"))
    .join_from(_lines, member, member.c.canonical_key == _lines.c.canonical_key, isouter=True)
    .join(_twin, _twin.c.canonical_key.is_(None) & (_twin.c.reference == _lines.c.reference), isouter=True)
)


def _refuse_unknown(connection: Connection) -> None:
    named = _named.subquery()
    unknown = connection.execute(select(func.min(named.c.line)).where(named.c.member_id.is_(None))).scalar()
    if unknown is not None:
        raise OrderRefused(f"line {unknown}: there is no such member in the register")


def _orders(by: str, now: datetime) -> Insert:
    """Return what adds the orders; of several lines for the same document of one member the first one counts."""
    named = _named.subquery()
    place = func.row_number().over(partition_by=(named.c.member_id, named.c.document), order_by=named.c.line)
    placed = select(named, place.label("place")).subquery()
    same = (issuance_order.c.member_id == placed.c.member_id) & (issuance_order.c.document == placed.c.document)
    common = {"requested_at": now, "requested_by": by, "state": OrderState.OPEN}
    new = (
        select(
            *[placed.c[name] for name in _FROM_LINE],
            *[literal(value, issuance_order.c[name].type) for name, value in common.items()],
        )
        .where((placed.c.place == 1) & ~exists().where(same & issuance_order.c.ended_at.is_(None)))
        .order_by(placed.c.line)
    )
    return insert(issuance_order).from_select([*_FROM_LINE, *common], new)


_FROM_LINE = ("member_id", "document", "reasons", "valid_from", "valid_until")
