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
from kiosk.store.schema import is_current, issuance_order, member_version, post_batch

__all__ = ["IS_WITHHELD", "refuse_withheld", "withheld_among", "withheld_where"]

IS_WITHHELD = exists().where(is_current(issuance_order.c.member_id), member_version.c.information_withheld)
"""Whether the data of an order's member are withheld now."""

_FOR_THE_POST = exists().where(
    post_batch.c.number == issuance_order.c.post_batch_number, post_batch.c.pile == Pile.POST
)


def withheld_where(connection: Connection, condition: ColumnElement[bool]) -> list[int]:
    """Return the numbers of the open orders that meet a condition and must not be posted any more, in order."""
    found = select(issuance_order.c.number).where(condition, table.IS_OPEN, _FOR_THE_POST, IS_WITHHELD)
    return list(connection.scalars(found.order_by(issuance_order.c.number)))


def withheld_among(connection: Connection, numbers: Iterable[int]) -> list[int]:
    """Return which of these orders are open and must not be posted any more."""
    named = (issuance_order.c.number.in_(chunk) for chunk in chunks(numbers))
    return [number for condition in named for number in withheld_where(connection, condition)]


def refuse_withheld(withheld: list[int]) -> None:
    """Raise PapersWithheld if there are such orders; the message names them."""
    if withheld:
        raise PapersWithheld(f"{named(withheld)}: the data are withheld since the batch was made; cancel first")
