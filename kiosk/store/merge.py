"""Merging the lines of a file into the register: a few statements for all of them, the same in both databases.

A line that changes nothing writes no version, and the row of its member stays as it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Executable,
    Insert,
    Integer,
    Select,
    Update,
    bindparam,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from kiosk.store.columns import UtcInstant
from kiosk.store.freshness import Files, name_matched, new_group
from kiosk.store.issued import IS_UNKNOWN, keep_issued
from kiosk.store.schema import (
    DETAIL_NAMES,
    DETAILS,
    IS_CURRENT,
    KEY_NAMES,
    issuance_order,
    member,
    member_version,
)
from kiosk.store.staging import incoming, matched

__all__ = ["Merge", "NewFile", "Step", "differs", "new_lines", "with_versions"]

SLICE = 100_000
"""How many lines one statement writes, so that it ends in time whatever the size of the file."""

_IS_LINE = matched.c.line == incoming.c.line
_IS_VERSION = (member_version.c.member_id == matched.c.member_id) & (member_version.c.version == matched.c.version)
_IN_SLICE = incoming.c.line.between(bindparam("first"), bindparam("last"))

_IS_NEW = ~exists().where(_IS_LINE)


@dataclass(frozen=True, slots=True)
class NewFile:
    """The file whose lines are merged.

    Attributes:
        batch: its number.
        recorded_at: the instant at which its versions enter the register (UTC).
        valid_from: the day from which they hold (Asia/Tokyo).
        left_out: the columns that it does not have, each with what a new member gets instead.
        confirms: whether it makes the data of its members newer.

    """

    batch: int
    recorded_at: datetime
    valid_from: date
    left_out: Mapping[str, object]
    confirms: bool

    @property
    def names(self) -> list[str]:
        """The columns that it has, without those of the key."""
        return [name for name in DETAIL_NAMES if name not in self.left_out]


def differs(names: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a line has another value than a version in one of these columns."""
    return or_(*(incoming.c[name].is_distinct_from(member_version.c[name]) for name in names))


def new_lines(column: ColumnElement[int] = incoming.c.line) -> Select[int]:
    """Return the query for the lines about members whom the register does not have, or for a column of these."""
    return select(column).select_from(incoming).where(_IS_NEW)


def with_versions(*columns: Any) -> Select[Any]:
    """Return the query for columns of lines, each with the current version of its member."""
    joined = select(*columns).join_from(matched, incoming, _IS_LINE)
    return joined.join(member_version, _IS_VERSION)


Step = tuple[Executable, dict[str, object]]
"""A statement and its parameters."""


class Merge:
    """The merge of the lines in `incoming`: `match` first, then `steps`, then `name`."""

    def __init__(self, connection: Connection, file: NewFile) -> None:
        self._connection = connection
        self._file = file

    def match(self, *, twins: bool, corrected: bool) -> None:
        """Find the members whom the lines are about, and whether the lines change them.

        Args:
            twins: whether the register has members who are known by their key as given only.
            corrected: whether documents that were issued, and that the file does not know yet, stay.

        """
        self._connection.execute(self._matching(member.c.canonical_key == incoming.c.key))
        if twins:
            as_given = member.c.canonical_key.is_(None) & (member.c.reference == incoming.c.key)
            self._connection.execute(self._matching(as_given))
        if corrected and keep_issued(self._connection, self._file.batch):
            self._connection.execute(self._matching_again())

    def steps(self, *, new: bool, changed: bool) -> list[Step]:
        """Return what writes the new members, and the versions of those who are new or change, if there are such."""
        common = {"batch": self._file.batch, "at": self._file.recorded_at, "day": self._file.valid_from}
        statements: list[Step] = []
        if new:
            group = new_group(self._connection, Files(self._file.batch, None, self._file.batch))
            statements += [(_NEW_MEMBERS, {"group": group}), (self._first_versions(), common)]
        if changed:
            statements.append((self._next_versions(), common))
        return [(one, parameters | part) for part in self._slices() for one, parameters in statements]

    def name(self) -> None:
        """Write down that the file has named the members whom the register had."""
        name_matched(self._connection, self._file.batch, confirms=self._file.confirms)

    def _slices(self) -> list[dict[str, int]]:
        first, last = self._connection.execute(_ENDS).one()
        begins = range(first, last + 1, SLICE) if first is not None else ()
        return [{"first": begin, "last": begin + SLICE - 1} for begin in begins]

    def _matching(self, is_member: ColumnElement[bool]) -> Insert:
        columns = (incoming.c.line, member.c.id, member_version.c.version, member.c.freshness_id)
        found = select(*columns, differs(self._file.names)).join_from(incoming, member, is_member)
        return insert(matched).from_select(list(matched.columns.keys()), found.join(member_version, IS_CURRENT))

    def _matching_again(self) -> Update:
        """Return what looks again at the members for whom a line was corrected."""
        is_corrected = matched.c.member_id.in_(select(issuance_order.c.member_id).where(IS_UNKNOWN))
        again = update(matched).where(_IS_LINE & _IS_VERSION & is_corrected)
        return again.values(changes=differs(self._file.names))

    def _first_versions(self) -> Insert:
        values = [
            literal(self._file.left_out[column.name], column.type)
            if column.name in self._file.left_out
            else incoming.c[column.name]
            for column in DETAILS
        ]
        chosen = select(member.c.id, literal(1), _BATCH, *values, _AT, _DAY)
        chosen = chosen.join_from(incoming, member, member.c.canonical_key == incoming.c.key)
        return insert(member_version).from_select(_VERSION_COLUMNS, chosen.where(_IN_SLICE & _IS_NEW))

    def _next_versions(self) -> Insert:
        values = [(member_version if name in self._file.left_out else incoming).c[name] for name in DETAIL_NAMES]
        changed = with_versions(matched.c.member_id, matched.c.version + 1, _BATCH, *values, _AT, _DAY)
        return insert(member_version).from_select(_VERSION_COLUMNS, changed.where(_IN_SLICE & matched.c.changes))


_BATCH: ColumnElement[int] = bindparam("batch", type_=Integer)
_AT: ColumnElement[datetime] = bindparam("at", type_=UtcInstant())
_DAY: ColumnElement[date] = bindparam("day", type_=Date)
_VERSION_COLUMNS = [column.name for column in member_version.columns if column.name not in DETAIL_NAMES]
_VERSION_COLUMNS[3:3] = DETAIL_NAMES
_ENDS = select(func.min(incoming.c.line), func.max(incoming.c.line))
_NEW_MEMBERS = insert(member).from_select(
    ["reference", *KEY_NAMES, "freshness_id", "canonical_key"],
    select(
        incoming.c.reference,
        *(incoming.c[name] for name in KEY_NAMES),
        bindparam("group", type_=Integer),
        incoming.c.key,
    ).where(_IN_SLICE & _IS_NEW),
)
