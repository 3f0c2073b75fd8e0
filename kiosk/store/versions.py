"""Versions of members: reading the current ones and writing the next. Every change of a member's data is made here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from kiosk.store.schema import DETAIL_NAMES, DETAILS, IS_CURRENT, member, member_version


@dataclass(frozen=True, slots=True, repr=False)
class NewVersion:
    """A version to write.

    Attributes:
        member_id: the member's id in the database.
        version: the number of the version, from 1.
        batch_id: the file from which its data come.
        details: one value for each of DETAIL_NAMES.

    """

    member_id: int
    version: int
    batch_id: int
    details: tuple[Any, ...]


@dataclass(frozen=True, slots=True, repr=False)
class CurrentVersion:
    """The current version of a member."""

    member_id: int
    version: int
    batch_id: int
    details: tuple[Any, ...]

    def next(self, details: tuple[Any, ...], batch_id: int) -> NewVersion:
        """Return the next version, with other data from a file."""
        return NewVersion(self.member_id, self.version + 1, batch_id, details)

    def changed(self, changes: Mapping[str, Any]) -> NewVersion:
        """Return the next version, with some columns changed; the others still come from the same file."""
        return self.next(with_changes(self.details, changes), self.batch_id)


def with_changes(details: Sequence[Any], changes: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the values of DETAIL_NAMES with those of some columns changed."""
    return tuple(changes.get(name, value) for name, value in zip(DETAIL_NAMES, details, strict=True))


def current_versions(connection: Connection, references: Iterable[str]) -> dict[str, CurrentVersion]:
    """Return the current versions of members by reference (MemberId as text); unknown references are missing."""
    rows = connection.execute(_CURRENT, {"keys": list(references)})
    return {row[0]: CurrentVersion(row[1], row[2], row[3], tuple(row[4:])) for row in rows}


def write_versions(
    connection: Connection, versions: Sequence[NewVersion], recorded_at: datetime, valid_from: date
) -> None:
    """Write versions that enter the register at `recorded_at` (UTC) and hold from `valid_from` (Asia/Tokyo) on."""
    if not versions:
        return
    common = {"recorded_at": recorded_at, "valid_from": valid_from}
    connection.execute(insert(member_version), [_row(version) | common for version in versions])


def _row(version: NewVersion) -> dict[str, Any]:
    return {
        "member_id": version.member_id,
        "version": version.version,
        "batch_id": version.batch_id,
        **dict(zip(DETAIL_NAMES, version.details, strict=True)),
    }


_CURRENT = (
    select(member.c.reference, member.c.id, member_version.c.version, member_version.c.batch_id, *DETAILS)
    .join_from(member, member_version, IS_CURRENT)
    .where(member.c.reference.in_(bindparam("keys", expanding=True)))
)
