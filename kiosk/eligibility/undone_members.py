"""The members of a file that is taken back, in a table of the transaction's own, so that memory holds none of them.

A version is a file's own if it is the member's first with that file; a version of a person (an issued paper, a desk)
has the number of the file from which its other columns come. A later version does not count as a change if it is that
of a file that was taken back, or that of the taking back.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from kiosk.eligibility.feeds import FEEDS, FeedKind
from kiosk.store.columns import UtcInstant
from kiosk.store.schema import (
    DETAILS,
    MEMBERS,
    UNDO,
    certificate_binding,
    former_key,
    freshness,
    import_batch,
    issuance_order,
    member,
    member_version,
)

__all__ = ["COLLECT", "collect", "counted", "left", "take_back"]

_UNDOING = Table(
    "undoing",
    MetaData(),
    Column("member_id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("newest", Integer, nullable=False),
    Column("base", Integer),
    Column("stays", Boolean, nullable=False),
    prefixes=["TEMPORARY"],
)
"""Members of whom the file has written a version.

`version` is that version, `newest` the member's newest one, `base` the one whose data the member gets back (empty: the
file brought the member). A member who `stays` has changed since.
"""

_HAS_FILES = (member.c.id == _UNDOING.c.member_id) & (freshness.c.id == member.c.freshness_id)
_OTHER = member_version.alias("other")
_EARLIER = member_version.alias("earlier")
_BATCH: ColumnElement[int] = bindparam("batch", type_=Integer)
_UNDOING_BATCH: ColumnElement[int] = bindparam("undoing", type_=Integer)
_TAKEN_BACK = import_batch.c.undone_by_id.is_not(None)


def collect(connection: Connection, batch: int, undoing: int) -> None:
    """Make the table for a file that is marked as taken back.

    Args:
        connection: a writing transaction.
        batch: the number of the file.
        undoing: the number of the undoing, with which the file is marked, and every later import of the same file.

    """
    _UNDOING.create(connection)
    connection.execute(COLLECT, {"undoing": undoing})
    connection.execute(_KEEP_TIED)
    for (kind,) in connection.execute(_LATER_KINDS, {"batch": batch}).all():
        connection.execute(_keep_named(kind), {"batch": batch})


def counted(connection: Connection) -> tuple[int, int, int]:
    """Return how many members are to be removed, to be restored, and have changed since."""
    has_base = _UNDOING.c.base.is_not(None)
    counts = {
        (stays, restored): count
        for stays, restored, count in connection.execute(
            select(_UNDOING.c.stays, has_base, func.count()).group_by(_UNDOING.c.stays, has_base)
        )
    }
    there, gone = counts.get((False, True), 0), counts.get((False, False), 0)
    return gone, there, sum(counts.values()) - there - gone


def left(connection: Connection, most: int) -> list[str]:
    """Return the keys of the first members who have changed since."""
    named = select(member.c.reference).join_from(_UNDOING, member, member.c.id == _UNDOING.c.member_id)
    return list(connection.execute(named.where(_UNDOING.c.stays).order_by(member.c.reference).limit(most)).scalars())


def take_back(connection: Connection, undoing: int, now: datetime) -> None:
    """Remove the members whom the file brought, give the others the data from before, and remove the table.

    The further version has the day from which the data from before hold, and enters the register at `now` (UTC).
    """
    gone = select(_UNDOING.c.member_id).where(~_UNDOING.c.stays & _UNDOING.c.base.is_(None))
    connection.execute(delete(member_version).where(member_version.c.member_id.in_(gone)))
    connection.execute(delete(member).where(member.c.id.in_(gone)))
    connection.execute(_RESTORE, {"undoing": undoing, "now": now})
    _UNDOING.drop(connection)


def _keep_named(kind: str) -> Update:
    """Return what keeps members of whom a later file of this kind says what the wrong one has changed."""
    said = _named_by_file() if kind == MEMBERS else _named_by_feed(FeedKind(kind))
    return update(_UNDOING).where(~_UNDOING.c.stays & said).values(stays=True)


def _named_by_file() -> ColumnElement[bool]:
    """Return the condition that a later member file names the member."""
    later = select(import_batch.c.id).where(_LATER & (import_batch.c.kind == MEMBERS))
    files = (freshness.c.confirmed_batch_id, freshness.c.confirmed_before_id, freshness.c.named_batch_id)
    return exists().where(_HAS_FILES & or_(*(file.in_(later) for file in files)))


def _named_by_feed(kind: FeedKind) -> ColumnElement[bool]:
    """Return the condition that a later feed may name the member and has columns that the wrong file has changed.

    Feeds of other kinds follow within minutes, and of all that name a member only the last one is known.
    """
    later = select(func.min(import_batch.c.id)).where(_LATER & (import_batch.c.kind == kind.value))
    named = exists().where(_HAS_FILES & (freshness.c.named_batch_id >= later.scalar_subquery()))
    return named & or_(_UNDOING.c.base.is_(None), _differs(FEEDS[kind].names))


def _differs(names: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that the file has changed one of these columns."""
    of_member = (_OTHER.c.member_id == _UNDOING.c.member_id) & (_EARLIER.c.member_id == _UNDOING.c.member_id)
    both = (_OTHER.c.version == _UNDOING.c.version) & (_EARLIER.c.version == _UNDOING.c.base)
    other = or_(*(_OTHER.c[name].is_distinct_from(_EARLIER.c[name]) for name in names))
    return exists().where(of_member & both & other)


def _is_of(files: Select[*tuple[int]]) -> ColumnElement[bool]:
    """Return the condition that a version of a member is the own version of one of these files."""
    # The sum keeps PostgreSQL, which has no statistics yet, from looking through all versions of the file for each one.
    same = (_EARLIER.c.member_id == _OTHER.c.member_id) & (_EARLIER.c.batch_id + 0 == _OTHER.c.batch_id)
    return _OTHER.c.batch_id.in_(files) & ~exists().where(same & (_EARLIER.c.version < _OTHER.c.version))


_FILES = select(import_batch.c.id).where(import_batch.c.undone_by_id == _UNDOING_BATCH)
_MADE = (
    select(member_version.c.member_id, func.min(member_version.c.version).label("version"))
    .where(
        member_version.c.batch_id.in_(select(import_batch.c.id).where(import_batch.c.undone_by_id == _UNDOING_BATCH))
    )
    .group_by(member_version.c.member_id)
    .subquery("made")
)
_OF_MEMBER = _OTHER.c.member_id == _MADE.c.member_id
_NEWEST = select(func.max(_OTHER.c.version)).where(_OF_MEMBER)
_BASE = select(func.max(_OTHER.c.version)).where(
    _OF_MEMBER & (_OTHER.c.version < _MADE.c.version) & ~_is_of(select(import_batch.c.id).where(_TAKEN_BACK))
)
_WITHOUT_EFFECT = select(import_batch.c.id).where(or_(_TAKEN_BACK, import_batch.c.kind == UNDO))
_CHANGED = exists().where(_OF_MEMBER & (_OTHER.c.version > _MADE.c.version) & ~_is_of(_WITHOUT_EFFECT))
COLLECT = insert(_UNDOING).from_select(
    [column.name for column in _UNDOING.columns],
    select(_MADE.c.member_id, _MADE.c.version, _NEWEST.scalar_subquery(), _BASE.scalar_subquery(), _CHANGED),
)
"""Fills the table; `undoing` is the number of the undoing."""

_KEEP_TIED = (
    update(_UNDOING)
    .where(_UNDOING.c.base.is_(None))
    .where(
        or_(
            *(
                exists().where(of.c.member_id == _UNDOING.c.member_id)
                for of in (certificate_binding, issuance_order, former_key)
            )
        )
    )
    .values(stays=True)
)
"""A member whom the file brought stays with a certificate, an order or a former key."""

_LATER = (import_batch.c.id > _BATCH) & ~_TAKEN_BACK & (import_batch.c.kind != UNDO)
_LATER_KINDS = select(import_batch.c.kind).where(_LATER).distinct()
_RESTORE = insert(member_version).from_select(
    ["member_id", "version", "batch_id", *(column.name for column in DETAILS), "recorded_at", "valid_from"],
    select(
        _UNDOING.c.member_id,
        _UNDOING.c.newest + 1,
        _UNDOING_BATCH,
        *DETAILS,
        bindparam("now", type_=UtcInstant()),
        member_version.c.valid_from,
    )
    .join_from(_UNDOING, member_version, _UNDOING.c.member_id == member_version.c.member_id)
    .where(~_UNDOING.c.stays & (member_version.c.version == _UNDOING.c.base)),
)
