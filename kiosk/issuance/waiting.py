"""The open orders as a list that the database filters, sorts and cuts into pages. Nothing of a person is in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, case, func, select

from kiosk import TOKYO
from kiosk.decision import Document
from kiosk.eligibility import Registry
from kiosk.issuance import table
from kiosk.store.chunks import CHUNK
from kiosk.store.codes import Pile
from kiosk.store.kept_answer import KeptAnswer
from kiosk.store.limits import StatementLimit
from kiosk.store.schema import is_current, issuance_order, member_version
from kiosk.store.transaction import reading

__all__ = ["OrderList", "OrderSort", "Waited", "WaitingOrder", "WaitingPage"]

_ORDER = issuance_order.c


class OrderSort(StrEnum):
    """By what the list is sorted; orders that are equal in it are in the order of their numbers."""

    NUMBER = "number"
    DOCUMENT = "document"
    ASKED = "asked"
    DUE = "due"
    BY = "by"
    PILE = "pile"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Waited:
    """Which open orders are listed; None: it does not matter.

    Attributes:
        document: notices or confirmations alone.
        until: those asked for on this day (Asia/Tokyo) or before it.
        pile: those for the post, or those of people whose data are withheld.
        made: whether their papers were made.

    """

    document: Document | None = None
    until: date | None = None
    pile: Pile | None = None
    made: bool | None = None


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An open order: number, document, when (UTC) and by whom it was asked for, its batch if there is one, and pile."""

    number: int
    document: Document
    requested_at: datetime
    requested_by: str
    batch: int | None
    pile: Pile


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """Some rows of the list, and how many fit and are open in all."""

    rows: Sequence[WaitingOrder]
    fitting: int
    whole: int


class OrderList:
    """The list of one register. Methods block, and raise RegistryError if the database cannot serve."""

    def __init__(self, registry: Registry) -> None:
        self._engine = registry.engine
        self._whole = KeptAnswer(registry.engine, self._count)

    def page(self, wanted: Waited, sort: OrderSort, *, down: bool, first: int, most: int) -> WaitingPage:
        """Return at most ``most`` rows from the place ``first`` (from 0) of those that fit.

        The number of all may lack what other programs have written in the last seconds (`KeptAnswer`).
        """
        with reading(self._engine, StatementLimit.LONG) as connection:
            found = connection.execute(_sorted(wanted, sort, down=down).offset(first).limit(most))
            rows = [_order(*row) for row in found]
            fitting = None if wanted == Waited() else connection.scalar(_counted(wanted)) or 0
        whole = self._whole.get()
        return WaitingPage(rows, whole if fitting is None else fitting, whole)

    def _count(self) -> int:
        with reading(self._engine, StatementLimit.LONG) as connection:
            return connection.scalar(_counted(Waited())) or 0

    def every(self, wanted: Waited, sort: OrderSort, *, down: bool) -> Iterator[WaitingOrder]:
        """Yield all rows that fit, some in memory at a time."""
        with reading(self._engine, StatementLimit.LONG) as connection:
            found = _sorted(wanted, sort, down=down)
            with connection.execute(found, execution_options={"yield_per": CHUNK}) as rows:
                for row in rows:
                    yield _order(*row)

    def oldest(self, document: Document | None, most: int | None) -> list[int]:
        """Return the numbers of the orders without papers, the oldest first; ``most`` of them, or all (None)."""
        statement = select(_ORDER.number).where(*_conditions(Waited(document=document, made=False)))
        with reading(self._engine, StatementLimit.LONG) as connection:
            return list(connection.scalars(statement.order_by(_ORDER.requested_at, _ORDER.number).limit(most)))


_PILE = case((member_version.c.information_withheld, Pile.ASIDE.value), else_=Pile.POST.value)
_COLUMNS = (_ORDER.number, _ORDER.document, _ORDER.requested_at, _ORDER.requested_by, _ORDER.post_batch_number)
_KEYS = {
    OrderSort.NUMBER: _ORDER.number,
    OrderSort.DOCUMENT: _ORDER.document,
    OrderSort.ASKED: _ORDER.requested_at,
    OrderSort.DUE: _ORDER.requested_at,
    OrderSort.BY: _ORDER.requested_by,
    OrderSort.PILE: _PILE,
    OrderSort.BATCH: func.coalesce(_ORDER.post_batch_number, 0),
}


def _sorted(wanted: Waited, sort: OrderSort, *, down: bool) -> "Select[int, Document, datetime, str, int, str]":
    found = select(*_COLUMNS, _PILE).join_from(issuance_order, member_version, is_current(_ORDER.member_id))
    keys = dict.fromkeys([_KEYS[sort], _ORDER.number])
    return found.where(*_conditions(wanted)).order_by(*(key.desc() if down else key.asc() for key in keys))


def _order(number: int, document: Document, at: datetime, by: str, batch: int | None, pile: str) -> WaitingOrder:
    return WaitingOrder(number, document, at, by, batch, Pile(pile))


def _counted(wanted: Waited) -> "Select[int]":
    """Count what fits; the versions of the members are looked at for their pile alone."""
    found = select(func.count()).select_from(issuance_order)
    if wanted.pile is not None:
        found = found.join(member_version, is_current(_ORDER.member_id))
    return found.where(*_conditions(wanted))


def _conditions(wanted: Waited) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [table.IS_OPEN]
    if wanted.document is not None:
        found.append(_ORDER.document == wanted.document)
    if wanted.until is not None:
        midnight = datetime.combine(date.fromordinal(wanted.until.toordinal() + 1), time(), TOKYO)
        found.append(_ORDER.requested_at < midnight)
    if wanted.pile is not None:
        found.append(_PILE == wanted.pile.value)
    if wanted.made is not None:
        made = _ORDER.post_batch_number.is_not(None)
        found.append(made if wanted.made else ~made)
    return found
