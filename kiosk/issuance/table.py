"""Orders in the database: reading, adding and changing them inside a transaction of the caller."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from kiosk.decision import Document, Policy
from kiosk.eligibility import MemberId
from kiosk.issuance.order import Order, due_days
from kiosk.store.chunks import CHUNK, chunks
from kiosk.store.schema import KEY, issuance_order, member

__all__ = [
    "IS_OPEN",
    "add",
    "open_documents",
    "orders",
    "orders_numbered",
    "update_orders",
]

HIGHEST = 2**31 - 1
"""The highest number that an order can have: the highest INTEGER of PostgreSQL."""

IS_OPEN = issuance_order.c.ended_at.is_(None)

_COLUMNS = (
    "number document reasons requested_at requested_by valid_from valid_until"
    " state ended_at ended_by ended_why issued_on"
).split()
_BATCH = issuance_order.c.post_batch_number
_ORDERS = select(*(issuance_order.c[name] for name in _COLUMNS), _BATCH, *KEY).join_from(issuance_order, member)


def orders(connection: Connection, policy: Policy, *conditions: ColumnElement[bool]) -> Iterator[Order]:
    """Yield the orders that meet the conditions, by number, in constant memory."""
    found = _ORDERS.where(*conditions).order_by(issuance_order.c.number)
    # On the statement, since the connection would also stream what the caller executes next.
    with connection.execute(found, execution_options={"yield_per": CHUNK}) as result:
        for row in result:
            yield _order(row, policy)


def orders_numbered(connection: Connection, policy: Policy, numbers: Iterable[int]) -> dict[int, Order]:
    """Return the orders with these numbers; unknown numbers are missing."""
    possible = (number for number in numbers if 1 <= number <= HIGHEST)
    return {
        order.number: order
        for chunk in chunks(possible)
        for order in orders(connection, policy, issuance_order.c.number.in_(chunk))
    }


def open_documents(connection: Connection, ids: Collection[int]) -> dict[tuple[int, Document], int]:
    """Return the numbers of the open orders of members, by member id and document."""
    columns = (issuance_order.c.member_id, issuance_order.c.document, issuance_order.c.number)
    found = connection.execute(select(*columns).where(IS_OPEN & issuance_order.c.member_id.in_(ids)))
    return {(id_, document): number for id_, document, number in found}


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert orders."""
    if rows:
        connection.execute(insert(issuance_order), rows)


def update_orders(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set columns of orders. Each row has the order's number as `which`, and the same columns as the other rows."""
    names = [name for name in rows[0] if name != "which"]
    changed = update(issuance_order).where(issuance_order.c.number == bindparam("which"))
    connection.execute(changed.values({name: bindparam(name) for name in names}), rows)


def _order(row: Any, policy: Policy) -> Order:
    *values, batch, insurer_number, symbol, number, branch = row
    earliest, latest = due_days(row.requested_at, policy)
    return Order(
        member=MemberId(insurer_number, symbol, number, branch),
        batch=batch,
        due_earliest=earliest,
        due_latest=latest,
        **dict(zip(_COLUMNS, values, strict=True)),
    )
