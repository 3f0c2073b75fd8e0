"""Keys of members: a new 記号, 番号 or 枝番 of the same person, and the ones that they had before.

Versions, bindings and orders belong to the member's row, so they go with the person.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, exists, insert, or_, select, update

from kiosk.eligibility.bindings import require_actor
from kiosk.eligibility.columns import Value
from kiosk.eligibility.errors import DataRefused, KeyTaken, UnknownMember
from kiosk.eligibility.member_keys import is_symbol_or_number
from kiosk.eligibility.model import MemberId
from kiosk.eligibility.twins import settled
from kiosk.store.schema import KEY, KEY_NAMES, former_key, member

_AS_GIVEN = member.c.canonical_key.is_(None) & (member.c.reference == bindparam("reference"))
IS_MEMBER = (member.c.canonical_key == bindparam("canonical")) | _AS_GIVEN
"""The condition that a row of `member` is one member: in any spelling, but for twins. See `parameters_of`."""


@dataclass(frozen=True, slots=True)
class FormerKey:
    """A key that a member had: until when (UTC), and who took the next one over."""

    id: MemberId
    ended_at: datetime
    ended_by: str


def changed_key(before: MemberId, changes: Mapping[str, Value]) -> MemberId:
    """Return a key with some of its columns changed.

    Raises:
        DataRefused: it is not well formed, or it is of another insurer.

    """
    after = replace(before, **{name: str(changes[name]) for name in KEY_NAMES if name in changes})
    parts_fit = is_symbol_or_number(after.number) and (after.symbol == "" or is_symbol_or_number(after.symbol))
    if not parts_fit or not after.is_well_formed() or after.insurer_number != before.insurer_number:
        raise DataRefused("this cannot be a number of the same insurer")
    return after


def renumber(connection: Connection, member_id: int, before: MemberId, after: MemberId, by: str, now: datetime) -> None:
    """Give a member another key, and keep the one before.

    Raises:
        KeyTaken: another member has it.
        DataRefused: `by` is malformed.

    """
    require_actor(by)
    if after.canonical in settled(connection) or _has_another(connection, after, member_id):
        raise KeyTaken("another member has this number")
    kept = {"member_id": member_id, "ended_at": now, "ended_by": by}
    connection.execute(insert(former_key).values(**_columns(before), **kept))
    given = {"reference": str(after), "canonical_key": after.canonical, "twin_key": None, **_columns(after)}
    connection.execute(update(member).where(member.c.id == member_id).values(**given))
    settled(connection)


def give_key(connection: Connection, whose: MemberId, to: MemberId, by: str, now: datetime) -> bool:
    """Give a member another key of the same insurer, unless they have it already; return whether it is another one.

    Raises:
        UnknownMember: the register has no such member.
        KeyTaken: another member has it.
        DataRefused: it cannot be a key of this insurer, or `by` is malformed.

    """
    found = connection.execute(select(member.c.id, *KEY).where(is_member(whose))).one_or_none()
    if found is None:
        raise UnknownMember("there is no such member in the register")
    before = MemberId(*found[1:])
    if (after := changed_key(before, _columns(to))) == before:
        return False
    renumber(connection, found[0], before, after, by, now)
    return True


def _has_another(connection: Connection, key: MemberId, member_id: int) -> bool:
    taken = exists().where((member.c.canonical_key == key.canonical) & (member.c.id != member_id))
    return bool(connection.execute(select(taken)).scalar())


def is_member(whose: MemberId) -> ColumnElement[bool]:
    """Return the condition that a row of `member` is this one."""
    as_given = member.c.canonical_key.is_(None) & (member.c.reference == str(whose))
    return (member.c.canonical_key == whose.canonical) | as_given


def parameters_of(whose: MemberId) -> dict[str, str]:
    """Return the parameters of IS_MEMBER for one member."""
    return {"canonical": whose.canonical, "reference": str(whose)}


def ids_of(connection: Connection, members: Collection[MemberId]) -> dict[MemberId, int]:
    """Return the ids of members; those whom the register does not have are missing."""
    asked = {"keys": [one.canonical for one in members], "references": [str(one) for one in members]}
    found = {(key, None if key else reference): id_ for id_, key, reference in connection.execute(_IDS, asked)}
    ids = {one: found.get((one.canonical, None), found.get((None, str(one)))) for one in members}
    return {one: id_ for one, id_ in ids.items() if id_ is not None}


def former_keys(connection: Connection, member_id: int) -> list[FormerKey]:
    """Return the keys that a member had before, the oldest first."""
    columns = (*(former_key.c[name] for name in KEY_NAMES), former_key.c.ended_at, former_key.c.ended_by)
    found = connection.execute(select(*columns).where(former_key.c.member_id == member_id).order_by(former_key.c.id))
    return [FormerKey(MemberId(*row[:4]), row[4], row[5]) for row in found]


def _columns(key: MemberId) -> dict[str, str]:
    return dict(zip(KEY_NAMES, (key.insurer_number, key.symbol, key.number, key.branch), strict=True))


_IDS = select(member.c.id, member.c.canonical_key, member.c.reference).where(
    or_(
        member.c.canonical_key.in_(bindparam("keys", expanding=True)),
        member.c.canonical_key.is_(None) & member.c.reference.in_(bindparam("references", expanding=True)),
    )
)
