"""What the facts of a member are made from, without name and address, and members by ranges of their keys.

For a whole register this is read several times faster than `Member`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, Integer, bindparam, select, tuple_

from kiosk.decision import CardStatus, Certificate, Registration
from kiosk.eligibility.model import MemberId
from kiosk.store.schema import KEY, freshness, import_batch, is_current, member, member_version

__all__ = ["Circumstances", "KeyRange", "circumstances_in", "key_ranges"]


class Circumstances(NamedTuple):
    """The columns of a member that facts are made from; each is that of `Member`. Its `repr` shows nothing of them."""

    insurer_number: str
    symbol: str
    number: str
    branch: str
    birth_date: date
    acquired_on: date
    lost_on: date | None
    filed_on: date | None
    my_number_reported: bool | None
    linked_on: date | None
    card: CardStatus
    certificate: Certificate | None
    certificate_valid_until: date | None
    registration: Registration
    registration_ends_on: date | None
    confirmation_requested: bool | None
    notice_issued_on: date | None
    confirmation_valid_from: date | None
    confirmation_valid_until: date | None
    legacy_card_until: date | None
    information_withheld: bool
    special_consideration: bool
    pays_in_full: bool
    card_without_pin: bool
    stay_until: date | None
    confirmed_on: date

    @property
    def id(self) -> MemberId:
        """The key of the member."""
        return MemberId(self.insurer_number, self.symbol, self.number, self.branch)

    def __repr__(self) -> str:
        return "Circumstances(...)"


@dataclass(frozen=True, slots=True, repr=False)
class KeyRange:
    """The next so many members after a key; fewer at the end of the register."""

    after: MemberId
    size: int

    def __repr__(self) -> str:
        return "KeyRange(...)"


def key_ranges(connection: Connection, size: int) -> Iterator[KeyRange]:
    """Yield ranges of so many members each, the last one of fewer; together they are the register, in its order."""
    after = _BEFORE_ALL
    while (until := _end_after(connection, after, size)) is not None:
        yield KeyRange(after, size)
        after = until


def circumstances_in(connection: Connection, keys: KeyRange) -> list[Circumstances]:
    """Return the members of a range in the order of their keys."""
    asked = {**_after(keys.after), "size": keys.size}
    return [Circumstances._make(row) for row in connection.execute(_IN_RANGE, asked)]


_BEFORE_ALL = MemberId("", "", "", "")


def _end_after(connection: Connection, after: MemberId, size: int) -> MemberId | None:
    """Return the key of the member who is so many after another one, or the last key; None if nobody is."""
    bounds = _after(after)
    found = connection.execute(_KEYS_AFTER.offset(size - 1), bounds).first()
    found = found or connection.execute(_LAST_KEY, bounds).first()
    return None if found is None else MemberId(*found)


def _after(key: MemberId) -> dict[str, str]:
    parts = (key.insurer_number, key.symbol, key.number, key.branch)
    return {f"after_{column.name}": part for column, part in zip(KEY, parts, strict=True)}


_KEY = tuple_(*KEY)
_IS_AFTER = _KEY > tuple_(*[bindparam(f"after_{column.name}", type_=column.type) for column in KEY])
_KEYS_AFTER = select(*KEY).where(_IS_AFTER).order_by(*KEY).limit(1)
_LAST_KEY = select(*KEY).where(_IS_AFTER).order_by(*[column.desc() for column in KEY]).limit(1)

_DETAILS = [member_version.c[name] for name in Circumstances._fields[len(KEY) : -1]]
_RANGE = (
    select(member.c.id, member.c.freshness_id, *KEY)
    .where(_IS_AFTER)
    .order_by(*KEY)
    .limit(bindparam("size", type_=Integer))
    .subquery("range")
)
"""It has no last key: PostgreSQL would read its index to the end to find the members that are not after it."""

_KEY_IN_RANGE = [_RANGE.c[column.name] for column in KEY]
_IN_RANGE = (
    select(*_KEY_IN_RANGE, *_DETAILS, import_batch.c.valid_from)
    .join_from(_RANGE, freshness, _RANGE.c.freshness_id == freshness.c.id)
    .join(import_batch, freshness.c.confirmed_batch_id == import_batch.c.id)
    .join(member_version, is_current(_RANGE.c.id))
    .order_by(*_KEY_IN_RANGE)
)
