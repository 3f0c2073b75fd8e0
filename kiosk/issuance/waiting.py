"""The open orders as a list that the database filters, sorts and cuts into pages. Nothing of a person is in it."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from kiosk import TOKYO
from kiosk.decision import Document
from kiosk.eligibility import Registry
from kiosk.issuance import table
from kiosk.issuance.withheld import WITHHELD_MEMBERS
from kiosk.store.chunks import chunks
from kiosk.store.codes import Pile
from kiosk.store.limits import StatementLimit
from kiosk.store.not_by_index import not_by_index
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
    """Some rows of the list, the place of the first (from 0), and how many fit and are open in all."""

    rows: Sequence[WaitingOrder]
    first: int
    fitting: int
    whole: int


class OrderList:
    """The list of one register. Methods block, and raise RegistryError if the database cannot serve."""

    def __init__(self, registry: Registry) -> None:
        self._engine = registry.engine

    def page(self, wanted: Waited, sort: OrderSort, *, down: bool, first: int, most: int) -> WaitingPage:
        """Return at most ``most`` rows from the place ``first`` (from 0) of those that fit.

        Where there are none, the last rows are returned that a page of so many begins with.
        """
        with reading(self._engine, StatementLimit.LONG) as connection:
            whole = _count(connection, Waited())
            parts = _parts(connection, wanted, sort, whole, down=down)
            fitting = sum(part.count for part in parts)
            if first >= fitting:
                first = max(0, fitting - 1) // most * most
            numbers, start = list[int](), first
            for part in parts:
                numbers += _slice(connection, part, sort, first=first, most=most - len(numbers), down=down)
                first = max(0, first - part.count)
            return WaitingPage(_rows(connection, numbers), start, fitting, whole)

    def numbers(self, wanted: Waited, sort: OrderSort, *, down: bool) -> Sequence[int]:
        """Return the numbers of all orders that fit, sorted: eight bytes each."""
        with reading(self._engine, StatementLimit.LONG) as connection:
            found = array("q")
            for pile in _piles(wanted, sort, down=down):
                found.extend(connection.scalars(sorted_numbers(replace(wanted, pile=pile), sort, down=down)))
            return found

    def rows(self, numbers: Iterable[int]) -> Iterator[Sequence[WaitingOrder]]:
        """Yield the orders of these numbers that are open still, in the order given, a chunk in memory at a time."""
        for chunk in chunks(numbers):
            with reading(self._engine, StatementLimit.LONG) as connection:
                found = _rows(connection, chunk)
            yield found

    def oldest(self, document: Document | None, most: int | None) -> list[int]:
        """Return the numbers of the orders without papers, the oldest first; ``most`` of them, or all (None)."""
        wanted = Waited(document=document, made=False)
        with reading(self._engine, StatementLimit.LONG) as connection:
            return list(connection.scalars(sorted_numbers(wanted, OrderSort.ASKED, down=False).limit(most)))

    def asked_last(self, batch: int) -> datetime | None:
        """Return when (UTC) the newest open order of a batch was asked for; None if none is open."""
        with reading(self._engine, StatementLimit.LONG) as connection:
            newest = select(func.max(_ORDER.requested_at)).where(table.IS_OPEN, _ORDER.post_batch_number == batch)
            found: datetime | None = connection.scalar(newest)
            return found


_PILE = case((member_version.c.information_withheld, Pile.ASIDE.value), else_=Pile.POST.value)
_COLUMNS = (_ORDER.number, _ORDER.document, _ORDER.requested_at, _ORDER.requested_by, _ORDER.post_batch_number)
_KEYS: Mapping[OrderSort, ColumnElement[object]] = {
    OrderSort.NUMBER: _ORDER.number,
    OrderSort.DOCUMENT: _ORDER.document,
    OrderSort.ASKED: _ORDER.requested_at,
    OrderSort.DUE: _ORDER.requested_at,
    OrderSort.BY: _ORDER.requested_by,
    OrderSort.PILE: _ORDER.number,
    OrderSort.BATCH: _ORDER.post_batch_number,
}
"""Each has an index of the open orders, which has all that a filter asks for; the piles are sorted one by one."""


def sorted_numbers(wanted: Waited, sort: OrderSort, *, down: bool) -> "Select[int]":
    """Return the statement for the numbers of the orders that fit, sorted; of one pile if it is sorted by pile."""
    keys = dict.fromkeys([_KEYS[sort], _ORDER.number])
    ordered = [key.desc() if down else key.asc() for key in keys]
    if sort is OrderSort.BATCH:  # where the databases differ: in PostgreSQL what is empty would be the last
        ordered[0] = ordered[0].nulls_last() if down else ordered[0].nulls_first()
    return select(_ORDER.number).where(*_conditions(wanted)).order_by(*ordered)


def counted(wanted: Waited) -> "Select[int]":
    """Return the statement that counts the orders that fit.

    It counts along an index that has all that is asked for, which each database has to be led to: SQLite would go by a
    smaller one and look into the table for the filter, PostgreSQL would read the table.
    """
    listed = sorted_numbers(wanted, OrderSort.NUMBER, down=False)
    if wanted == Waited():
        listed = select(_ORDER.document).where(table.IS_OPEN).order_by(_ORDER.document, _ORDER.requested_at)
    return select(func.count()).select_from(listed.limit(table.HIGHEST).subquery())


def _count(connection: Connection, wanted: Waited) -> int:
    return connection.scalar(counted(wanted)) or 0


def _piles(wanted: Waited, sort: OrderSort, *, down: bool) -> Sequence[Pile | None]:
    """Return what is sorted on its own, one after another: the piles, or (None) everything."""
    if sort is not OrderSort.PILE or wanted.pile is not None:
        return [wanted.pile]
    return [Pile.POST, Pile.ASIDE] if down else [Pile.ASIDE, Pile.POST]


@dataclass(frozen=True, slots=True)
class _Part:
    """Orders that are sorted on their own, how many they are, and their numbers if they were read."""

    wanted: Waited
    count: int
    numbers: Sequence[int] | None = None


def _parts(connection: Connection, wanted: Waited, sort: OrderSort, whole: int, *, down: bool) -> Sequence[_Part]:
    """Return the parts of the list. Which orders are set aside takes the database long, so it is asked once."""
    piles = _piles(wanted, sort, down=down)
    either = replace(wanted, pile=None)
    every = whole if either == Waited() else _count(connection, either)
    if piles == [None]:
        return [_Part(wanted, every)]
    few = connection.scalars(sorted_numbers(replace(wanted, pile=Pile.ASIDE), sort, down=down)).all()
    aside = _Part(replace(wanted, pile=Pile.ASIDE), len(few), few)
    post = _Part(replace(wanted, pile=Pile.POST), every - len(few))
    return [aside if pile is Pile.ASIDE else post for pile in piles]


def _slice(connection: Connection, part: _Part, sort: OrderSort, *, first: int, most: int, down: bool) -> Sequence[int]:
    """Return the numbers from a place, read from the nearer end: the entries before it have to be passed one by one."""
    most = min(most, part.count - first)
    if most <= 0:
        return []
    if part.numbers is not None:
        return part.numbers[first : first + most]
    behind = part.count - first - most
    back = behind < first
    found = sorted_numbers(part.wanted, sort, down=down ^ back).offset(behind if back else first).limit(most)
    numbers = list(connection.scalars(found))
    return numbers[::-1] if back else numbers


def _rows(connection: Connection, numbers: Sequence[int]) -> Sequence[WaitingOrder]:
    """Return the orders of these numbers that are open, in the order of the numbers."""
    found = select(*_COLUMNS, _PILE).join_from(issuance_order, member_version, is_current(_ORDER.member_id))
    rows = connection.execute(found.where(_ORDER.number.in_(numbers), table.IS_OPEN))
    by_number = {row[0]: _order(*row) for row in rows}
    return [by_number[number] for number in numbers if number in by_number]


def _order(number: int, document: Document, at: datetime, by: str, batch: int | None, pile: str) -> WaitingOrder:
    return WaitingOrder(number, document, at, by, batch, Pile(pile))


def _conditions(wanted: Waited) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [table.IS_OPEN]
    if wanted.document is not None:
        found.append(not_by_index(_ORDER.document) == wanted.document)
    if wanted.until is not None:
        midnight = datetime.combine(date.fromordinal(wanted.until.toordinal() + 1), time(), TOKYO)
        found.append(not_by_index(_ORDER.requested_at) < midnight)
    if wanted.pile is not None:
        aside = not_by_index(_ORDER.member_id).in_(WITHHELD_MEMBERS)
        found.append(aside if wanted.pile is Pile.ASIDE else ~aside)
    if wanted.made is not None:
        made = not_by_index(_ORDER.post_batch_number).is_not(None)
        found.append(made if wanted.made else ~made)
    return found
