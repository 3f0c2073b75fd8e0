"""Orders whose papers were made for the post, and whose members' data are withheld (自己情報提供不可) by now.

They were not when the papers were drawn, so these papers have an address that nobody may be told.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, exists, select

from kiosk.issuance import table
from kiosk.issuance.batch_refusals import PapersWithheld
from kiosk.issuance.order import named
from kiosk.store.chunks import chunks
from kiosk.store.codes import Pile
from kiosk.store.not_by_index import not_by_index
from kiosk.store.schema import is_current, issuance_order, member_version, post_batch

__all__ = ["IS_WITHHELD", "WITHHELD_MEMBERS", "refuse_withheld", "withheld_among", "withheld_in"]

_newer = member_version.alias("newer")
WITHHELD_MEMBERS = select(member_version.c.member_id).where(
    member_version.c.information_withheld,
    ~select(_newer.c.version)
    .where(_newer.c.member_id == member_version.c.member_id, _newer.c.version > member_version.c.version)
    .exists(),
)
"""The members whose data are withheld: few of them, by the index of such versions."""

IS_WITHHELD = not_by_index(issuance_order.c.member_id).in_(WITHHELD_MEMBERS)
"""Whether the data of an order's member are withheld now, where many orders are asked about."""

_WITHHELD = exists().where(is_current(issuance_order.c.member_id), member_version.c.information_withheld)
"""The same where a few are."""

_FOR_THE_POST = exists().where(
    post_batch.c.number == issuance_order.c.post_batch_number, post_batch.c.pile == Pile.POST
)


def withheld_in(connection: Connection, batch: int) -> list[int]:
    """Return the open orders of a batch that must not be posted any more, in order."""
    return _found(connection, issuance_order.c.post_batch_number == batch, IS_WITHHELD)


def withheld_among(connection: Connection, numbers: Iterable[int]) -> list[int]:
    """Return which of these orders are open and must not be posted any more."""
    named = (issuance_order.c.number.in_(chunk) for chunk in chunks(numbers))
    return [number for condition in named for number in _found(connection, condition, _WITHHELD)]


def _found(connection: Connection, *conditions: ColumnElement[bool]) -> list[int]:
    found = select(issuance_order.c.number).where(*conditions, table.IS_OPEN, _FOR_THE_POST)
    return list(connection.scalars(found.order_by(issuance_order.c.number)))


def refuse_withheld(withheld: list[int]) -> None:
    """Raise PapersWithheld if there are such orders; the message names them."""
    if withheld:
        raise PapersWithheld(f"{named(withheld)}: the data are withheld since the batch was made; cancel first")
