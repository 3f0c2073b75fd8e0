"""Which files named members last, and which of them confirmed their data: one row for all whom the same files named.

A file that names everybody of such a group changes one row, and no member. If it names some of them, the smaller part
gets a row of its own. So members stay as they are when a file says the same again, however many they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, Update, bindparam, func, insert, select, update

from kiosk.store.schema import freshness, member
from kiosk.store.staging import matched

__all__ = ["Files", "forget_files", "name_matched", "new_group"]


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a group of members, by their numbers.

    Attributes:
        confirmed: the newest one that confirmed the data of the members.
        before: the one that had confirmed them before it, if any.
        named: the newest one of any kind that named the members; None for one of an older program.

    """

    confirmed: int
    before: int | None
    named: int | None

    def after(self, batch: int, *, confirms: bool) -> "Files":
        """Return the files of the members once another one has named them."""
        return Files(batch, self.confirmed, batch) if confirms else Files(self.confirmed, self.before, batch)

    def columns(self) -> dict[str, int | None]:
        """Return the values of a row of the table."""
        files = (self.confirmed, self.before, self.named)
        return dict(zip(("confirmed_batch_id", "confirmed_before_id", "named_batch_id"), files, strict=True))


def new_group(connection: Connection, files: Files) -> int:
    """Return the id of a new group, which has no members yet."""
    return int(connection.execute(_MAKE, files.columns()).scalar_one())


def name_matched(connection: Connection, batch: int, *, confirms: bool) -> None:
    """Write down that a file has named the members in `matched`.

    Args:
        connection: a writing transaction.
        batch: the number of the file.
        confirms: whether it confirms their data.

    """
    parts = dict[Files, int]()
    for group, *files, members, named in connection.execute(_GROUPS).all():
        before = Files(*files)
        after = before.after(batch, confirms=confirms)
        if 2 * named < members:
            _move(connection, _MOVE_NAMED, group, after, parts)
            continue
        if named < members:
            _move(connection, _MOVE_UNNAMED, group, before, parts)
        connection.execute(_RENEW, {"renewed": group, **after.columns()})


def forget_files(connection: Connection, files: Sequence[int], instead: ColumnElement[int]) -> None:
    """Take back that files have confirmed members: from then on it is the one before.

    Args:
        connection: a writing transaction.
        files: their numbers.
        instead: the file that confirms a row of `member` if the one before is none that stays.

    """
    for statement in (_FORGET_BEFORE, _CONFIRMED_BEFORE):
        connection.execute(statement, {"files": files})
    for group, named, confirmed in connection.execute(_forgotten(instead), {"files": files}).all():
        part = new_group(connection, Files(confirmed, None, named))
        connection.execute(_MOVE.where(instead == confirmed), {"left": group, "entered": part})


def _forgotten(instead: ColumnElement[int]) -> Select[int, int | None, int]:
    """Return the query for the groups that only these files have confirmed, with each file that confirms them now."""
    groups = select(freshness.c.id, freshness.c.named_batch_id, instead.label("instead")).distinct()
    return groups.join_from(member, freshness).where(_IS_CONFIRMED)


def _move(connection: Connection, statement: Update, group: int, files: Files, parts: dict[Files, int]) -> None:
    """Move a part of a group into a new one, which all parts with the same files share."""
    if files not in parts:
        parts[files] = new_group(connection, files)
    connection.execute(statement, {"left": group, "entered": parts[files]})


_MAKE = insert(freshness).returning(freshness.c.id)
_RENEW = update(freshness).where(freshness.c.id == bindparam("renewed"))
_MEMBERS = select(member.c.freshness_id, func.count().label("members")).group_by(member.c.freshness_id).subquery()
_NAMED = select(matched.c.freshness_id, func.count().label("named")).group_by(matched.c.freshness_id).subquery()
_GROUPS = (
    select(*freshness.columns, _MEMBERS.c.members, _NAMED.c.named)
    .join(_MEMBERS, _MEMBERS.c.freshness_id == freshness.c.id)
    .join(_NAMED, _NAMED.c.freshness_id == freshness.c.id)
    .order_by(freshness.c.id)
)
_IN_FILE = select(matched.c.member_id).where(matched.c.member_id == member.c.id).exists()
_MOVE = update(member).where(member.c.freshness_id == bindparam("left")).values(freshness_id=bindparam("entered"))
_MOVE_NAMED = _MOVE.where(_IN_FILE)
_MOVE_UNNAMED = _MOVE.where(~_IN_FILE)

_FILES: BindParameter[Sequence[int]] = bindparam("files", expanding=True)
_IS_CONFIRMED = freshness.c.confirmed_batch_id.in_(_FILES)
_CONFIRMED_BEFORE = (
    update(freshness)
    .where(_IS_CONFIRMED & freshness.c.confirmed_before_id.is_not(None))
    .values(confirmed_batch_id=freshness.c.confirmed_before_id, confirmed_before_id=None)
)
_FORGET_BEFORE = update(freshness).where(freshness.c.confirmed_before_id.in_(_FILES)).values(confirmed_before_id=None)
