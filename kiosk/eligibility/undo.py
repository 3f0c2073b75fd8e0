"""Taking one imported file back: members who were new go, those who changed get the data from before.

The versions that the file wrote stay in the history; a version with the data from before is added. Members whom the
file brought are removed, since nothing is known about them without it. What a later file, an issue or a person has
changed since, or a later file has said again, is not taken back.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from kiosk.eligibility import undone_members
from kiosk.eligibility.bindings import require_actor
from kiosk.eligibility.errors import DataRefused
from kiosk.eligibility.feeds import FEEDS
from kiosk.eligibility.kept_reports import without_keys
from kiosk.store.freshness import forget_files
from kiosk.store.schema import MEMBERS, UNDO, freshness, import_batch, issuance_order, member, member_version

NAMED = 20
"""How many members an UndoRefused names. All of them are counted."""

MOST_LEFT = 10_000
"""How many members who are left as they are a report names. All of them are counted."""


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
        repeated: the numbers of later imports of the very same file, which were taken back with it.
        batch: the number of the undoing.
        removed: members whom the file had brought.
        restored: members who have the data from before again.
        left: members who have changed since, and were left as they are.
        members: the first of these (MOST_LEFT), by their keys.

    """

    undone: int
    repeated: list[int]
    batch: int
    removed: int
    restored: int
    left: int
    members: list[str] = field(default_factory=list, repr=False)

    def says_the_same(self, other: "UndoReport") -> bool:
        """Return whether two reports of one file agree in all but the number of the undoing."""
        return {**self.to_json(), "batch": None} == {**other.to_json(), "batch": None}

    def to_json(self) -> dict[str, Any]:
        """Return the object that `kiosk registry undo --json` prints (docs/formats.md)."""
        return {
            "batch": self.batch,
            "undone": self.undone,
            "repeated": self.repeated,
            "removed": self.removed,
            "restored": self.restored,
            "left": self.left,
            "members": self.members,
        }


class UndoNotAsPreviewed(DataRefused):
    """A file would be taken back in another way than the preview has said, since the register has changed.

    Attributes:
        report: what would be taken back now.

    """

    def __init__(self, report: UndoReport) -> None:
        super().__init__("the register has changed since the preview; nothing was taken back")
        self.report = report


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
    undoing = _open(connection, _undoable(connection, batch), now)
    repeated = _mark(connection, batch, undoing)
    undone_members.collect(connection, batch, undoing)
    removed, restored, left = undone_members.counted(connection)
    if left and not leave_changed:
        message = (
            f"{left:,} member(s) of file {batch} have changed since or are in a later file; nothing was taken back"
        )
        raise UndoRefused(message, tuple(undone_members.left(connection, NAMED)))
    report = UndoReport(batch, repeated, undoing, removed, restored, left, undone_members.left(connection, MOST_LEFT))
    undone_members.take_back(connection, undoing, now)
    _forget(connection, undoing)
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


def _mark(connection: Connection, batch: int, undoing: int) -> list[int]:
    """Mark a file, and all later imports of the same one, as taken back; return the numbers of those."""
    same = connection.execute(_SAME, {"batch": batch}).scalars().all()
    these = import_batch.c.id.in_([batch, *same])
    connection.execute(update(import_batch).where(these).values(undone_by_id=undoing))
    return list(same)


def _close(connection: Connection, report: UndoReport, by: str) -> None:
    kept = json.dumps(without_keys(connection, {**report.to_json(), "by": by}), ensure_ascii=False)
    done = {"updated": report.restored, "report": kept}
    connection.execute(update(import_batch).where(import_batch.c.id == report.batch).values(done))


def _forget(connection: Connection, undoing: int) -> None:
    """Take back what the file has confirmed: the data of its members, and documents that were issued."""
    files = connection.execute(_FILES, {"undoing": undoing}).scalars().all()
    forget_files(connection, files, func.coalesce(_STILL_SAYING, _FIRST))
    connection.execute(_FORGET_DOCUMENTS, {"undoing": undoing})


_ONE, _OTHER = import_batch.alias("one"), import_batch.alias("other")
_SAME = (
    select(_OTHER.c.id)
    .join_from(_ONE, _OTHER, (_ONE.c.kind == _OTHER.c.kind) & (_ONE.c.content_sha256 == _OTHER.c.content_sha256))
    .where((_ONE.c.id == bindparam("batch")) & (_OTHER.c.id > _ONE.c.id) & _OTHER.c.undone_by_id.is_(None))
    .order_by(_OTHER.c.id)
)
_SAYING = (MEMBERS, *(kind for kind, feed in FEEDS.items() if feed.confirms))
"""The kinds of files whose day is that of a member's data."""

_FILES = select(import_batch.c.id).where(import_batch.c.undone_by_id == bindparam("undoing"))
_OF_MEMBER = select(member_version.c.batch_id).where(member_version.c.member_id == member.c.id)
_STILL_SAYING = (
    _OF_MEMBER.join(import_batch, import_batch.c.id == member_version.c.batch_id)
    .where(import_batch.c.kind.in_(_SAYING) & import_batch.c.undone_by_id.is_(None))
    .order_by(member_version.c.version.desc())
    .limit(1)
    .scalar_subquery()
)
_FIRST = _OF_MEMBER.where(member_version.c.version == 1).scalar_subquery()
_NAMES_MEMBER = import_batch.c.id.in_(
    [freshness.c.confirmed_batch_id, freshness.c.confirmed_before_id, freshness.c.named_batch_id]
)
_STILL_HAVING = (
    select(func.min(import_batch.c.id))
    .join_from(member, freshness)
    .join(import_batch, _NAMES_MEMBER)
    .where(member.c.id == issuance_order.c.member_id)
    .where((import_batch.c.kind == MEMBERS) & import_batch.c.undone_by_id.is_(None))
    .where(import_batch.c.id > issuance_order.c.file_batch_id)
    .scalar_subquery()
)
"""A later member file about the member of an order: it was taken as one that has the document."""

_FORGET_DOCUMENTS = (
    update(issuance_order).where(issuance_order.c.file_batch_id.in_(_FILES)).values(file_batch_id=_STILL_HAVING)
)
