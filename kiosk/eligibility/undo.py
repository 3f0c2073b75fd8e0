"""Taking one imported file back: members who were new go, those who changed get the data from before.

The versions that the file wrote stay in the history; a version with the data from before is added. Members whom the
file brought are removed, since nothing is known about them without it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from kiosk.eligibility.bindings import require_actor
from kiosk.eligibility.errors import DataRefused
from kiosk.store.chunks import chunks
from kiosk.store.schema import (
    DETAILS,
    UNDO,
    certificate_binding,
    former_key,
    import_batch,
    issuance_order,
    member,
    member_version,
)
from kiosk.store.versions import NewVersion, write_versions

NAMED = 20
"""How many members an UndoRefused names. All of them are counted."""


class UndoRefused(DataRefused):
    """A file cannot be taken back.

    Attributes:
        members: the first members who have changed since, by their keys; empty if it is not for their sake.

    """

    def __init__(self, message: str, members: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.members = members


@dataclass(slots=True)
class UndoReport:
    """What was taken back.

    Attributes:
        undone: the number of the file.
        batch: the number of the undoing.
        removed: members whom the file had brought.
        restored: members who have the data from before again.
        left: members who have changed since, and were left as they are.

    """

    undone: int
    batch: int = 0
    removed: int = 0
    restored: int = 0
    left: list[str] = field(default_factory=list, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the object that `kiosk registry undo --json` prints (docs/formats.md)."""
        return {
            "batch": self.batch,
            "undone": self.undone,
            "removed": self.removed,
            "restored": self.restored,
            "left": self.left,
        }


@dataclass(frozen=True, slots=True)
class _Written:
    """A member of whom the file has written a version; `changed_since` by a later file, an issue or a person."""

    member_id: int
    reference: str
    version: int
    changed_since: bool


def undo(connection: Connection, batch: int, by: str, now: datetime, *, leave_changed: bool) -> UndoReport:
    """Take an imported file back, whole or not at all.

    Args:
        connection: a writing transaction.
        batch: the number of the file.
        by: the person who takes it back, for the history.
        now: the instant (UTC).
        leave_changed: leave members as they are who have changed since, instead of refusing all.

    Raises:
        UndoRefused: there is no such file, it was taken back already, or members have changed since.
        DataRefused: `by` is malformed.

    """
    require_actor(by)
    valid_from = _undoable(connection, batch)
    written = list(_written(connection, batch))
    left = [one.reference for one in written if one.changed_since]
    if left and not leave_changed:
        message = f"{len(left):,} member(s) of file {batch} have changed since, and nothing was taken back"
        raise UndoRefused(message, tuple(left[:NAMED]))
    report = UndoReport(batch, left=left)
    report.batch = _open(connection, valid_from, now)
    for chunk in chunks(one for one in written if not one.changed_since):
        _remove(connection, [one.member_id for one in chunk if one.version == 1], report)
        _restore(connection, batch, [one for one in chunk if one.version > 1], report, now, valid_from)
    _forget(connection, batch)
    _close(connection, report, by)
    return report


def _undoable(connection: Connection, batch: int) -> date:
    """Return the day from which the data of a file hold. Raises UndoRefused for one that cannot be taken back."""
    found = connection.execute(select(import_batch).where(import_batch.c.id == batch)).one_or_none()
    if found is None:
        raise UndoRefused(f"there is no file {batch}")
    if found.kind == UNDO:
        raise UndoRefused(f"{batch} is itself an undoing; import the file again")
    if found.undone_by_id is not None:
        raise UndoRefused(f"file {batch} was taken back already, by {found.undone_by_id}")
    if found.report is None:
        raise UndoRefused(f"file {batch} was imported by an earlier program, which kept too little to take it back")
    day: date = found.valid_from
    return day


def _written(connection: Connection, batch: int) -> Iterator[_Written]:
    for row in connection.execute(_WRITTEN, {"batch": batch}):
        tied = row.version == 1 and (row.bound or row.ordered or row.renumbered)
        yield _Written(row.member_id, row.reference, row.version, bool(tied) or row.newest > row.version)


def _open(connection: Connection, valid_from: date, now: datetime) -> int:
    values = {
        "recorded_at": now,
        "valid_from": valid_from,
        "file_name_sha256": "",
        "content_sha256": "",
        "kind": UNDO,
        **dict.fromkeys(("inserted", "updated", "unchanged", "refused"), 0),
    }
    made = connection.execute(insert(import_batch).values(values).returning(import_batch.c.id))
    return int(made.scalar_one())


def _close(connection: Connection, report: UndoReport, by: str) -> None:
    kept = json.dumps({**report.to_json(), "by": by}, ensure_ascii=False)
    done = {"updated": report.restored, "report": kept}
    connection.execute(update(import_batch).where(import_batch.c.id == report.batch).values(done))
    undone = update(import_batch).where(import_batch.c.id == report.undone)
    connection.execute(undone.values(undone_by_id=report.batch))


def _remove(connection: Connection, ids: Sequence[int], report: UndoReport) -> None:
    if ids:
        connection.execute(delete(member_version).where(member_version.c.member_id.in_(ids)))
        connection.execute(delete(member).where(member.c.id.in_(ids)))
        report.removed += len(ids)


def _restore(
    connection: Connection, batch: int, written: Sequence[_Written], report: UndoReport, now: datetime, valid_from: date
) -> None:
    if not written:
        return
    ids = [one.member_id for one in written]
    before = connection.execute(_BEFORE, {"batch": batch, "ids": ids})
    versions = [NewVersion(row[0], row[1] + 2, report.batch, tuple(row[2:])) for row in before]
    write_versions(connection, versions, now, valid_from)
    report.restored += len(versions)


def _forget(connection: Connection, batch: int) -> None:
    """Take back what the file has confirmed: the data of its members, and documents that were issued."""
    connection.execute(_FORGET_CONFIRMED, {"batch": batch})
    connection.execute(_FORGET_BEFORE, {"batch": batch})
    connection.execute(_FORGET_DOCUMENTS, {"batch": batch})


_MADE = member_version.alias("made")
_ALL = member_version.alias("all_versions")
_NEWEST = select(func.max(_ALL.c.version)).where(_ALL.c.member_id == member.c.id).scalar_subquery()
_WRITTEN = (
    select(
        member.c.id.label("member_id"),
        member.c.reference,
        func.min(_MADE.c.version).label("version"),
        _NEWEST.label("newest"),
        exists().where(certificate_binding.c.member_id == member.c.id).label("bound"),
        exists().where(issuance_order.c.member_id == member.c.id).label("ordered"),
        exists().where(former_key.c.member_id == member.c.id).label("renumbered"),
    )
    .join_from(_MADE, member, _MADE.c.member_id == member.c.id)
    .where(_MADE.c.batch_id == bindparam("batch"))
    .group_by(member.c.id, member.c.reference)
    .order_by(member.c.reference)
)
_BEFORE = (
    select(member_version.c.member_id, member_version.c.version, *DETAILS)
    .join_from(
        member_version,
        _MADE,
        (_MADE.c.member_id == member_version.c.member_id) & (_MADE.c.version == member_version.c.version + 1),
    )
    .where((_MADE.c.batch_id == bindparam("batch")) & _MADE.c.member_id.in_(bindparam("ids", expanding=True)))
)
_OLDEST_SAYING = (
    select(_ALL.c.batch_id)
    .where(_ALL.c.member_id == member.c.id)
    .order_by(_ALL.c.version.desc())
    .limit(1)
    .scalar_subquery()
)
_FORGET_CONFIRMED = (
    update(member)
    .where(member.c.confirmed_batch_id == bindparam("batch"))
    .values(confirmed_batch_id=func.coalesce(member.c.confirmed_before_id, _OLDEST_SAYING), confirmed_before_id=None)
)
_FORGET_BEFORE = (
    update(member).where(member.c.confirmed_before_id == bindparam("batch")).values(confirmed_before_id=None)
)
_FORGET_DOCUMENTS = (
    update(issuance_order).where(issuance_order.c.file_batch_id == bindparam("batch")).values(file_batch_id=None)
)
