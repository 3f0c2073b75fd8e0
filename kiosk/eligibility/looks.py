"""The looks at members, as the member may read them: copied into the register from the journals of its kiosks.

A row has the member's pseudonym of the journals, which is made with the site key that all kiosks of a register share.
It has no account, no name and no number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from sqlalchemy import Connection, Engine, and_, delete, or_, select

from kiosk.audit import JournaledLook, LookPurpose
from kiosk.eligibility.keys import former_keys, is_member
from kiosk.eligibility.model import MemberId
from kiosk.roles import Part
from kiosk.store.impatience import impatient
from kiosk.store.register_clock import register_now
from kiosk.store.schema import member, member_look, member_version
from kiosk.store.transaction import alone, one_commit, reading
from kiosk.store.upsert import upsert

__all__ = ["LOOKS_KEPT", "MOST_LOOKS", "MemberLook", "keep_looks", "looks_at"]

LOOKS_KEPT: Final = timedelta(days=365)
"""How long looks are kept in the register; the journals keep them on."""

MOST_LOOKS: Final = 6
"""The most looks that a member is shown, the newest."""


@dataclass(frozen=True, slots=True)
class MemberLook:
    """One look at a member: when (UTC), where the person who looked was at work, and what for."""

    at: datetime
    part: Part
    purpose: LookPurpose


@dataclass(frozen=True, slots=True)
class _Key:
    """A key of a member, and from when until when it was theirs (None: still)."""

    id: MemberId
    since: datetime
    until: datetime | None


def keep_looks(engine: Engine, kiosk: str, looks: Sequence[JournaledLook], now: datetime) -> None:
    """Copy looks of a kiosk's journal into the register, each once, and drop those older than LOOKS_KEPT.

    They are older by the register's clock too: a kiosk whose clock is ahead does not drop what others have copied.

    Args:
        engine: the database.
        kiosk: whose journal they are from.
        looks: what was read there; those that the register has already are passed over.
        now: the time (aware).

    Raises:
        RegistryBusy: SQLite has one writer at a time, and another program writes; to copy them later is soon enough.
        RegistryError: the database cannot serve.

    """
    rows = [
        {
            "kiosk": kiosk,
            "sequence": look.sequence,
            "looked_at": look.at,
            "member": look.member,
            "part": look.part.value,
            "purpose": look.purpose.value,
        }
        for look in looks
    ]
    with alone(engine) as connection, impatient(connection), one_commit(connection):
        if rows:
            connection.execute(upsert(connection, member_look).on_conflict_do_nothing(), rows)
        latest = min(now, register_now(connection, now))
        connection.execute(delete(member_look).where(member_look.c.looked_at < latest - LOOKS_KEPT))


def looks_at(engine: Engine, whose: MemberId, reference: Callable[[str], str], now: datetime) -> tuple[MemberLook, ...]:
    """Return the newest looks at a member, the newest first; none of them is of anybody who had the number before.

    A look whose part or purpose only a newer program knows is left out.

    Args:
        engine: the database.
        whose: the member.
        reference: ``Journal.reference``.
        now: the time (aware).

    Raises:
        RegistryError: the database cannot serve.

    """
    look = member_look.c
    keys = _keys_of(engine, whose)
    if not keys:
        return ()
    theirs = [
        and_(
            look.member == reference(str(key.id)),
            look.looked_at >= max(key.since, now - LOOKS_KEPT),
            *((look.looked_at < key.until,) if key.until else ()),
        )
        for key in keys
    ]
    known = look.part.in_([*Part]) & look.purpose.in_([*LookPurpose])
    newest = select(look.looked_at, look.part, look.purpose).where(known, or_(*theirs)).order_by(look.looked_at.desc())
    with alone(engine) as connection:
        found = connection.execute(newest.limit(MOST_LOOKS))
        return tuple(MemberLook(at, Part(part), LookPurpose(purpose)) for at, part, purpose in found)


def _keys_of(engine: Engine, whose: MemberId) -> list[_Key]:
    """Return the keys that a member had, one after another, and the present one; none if the member is gone."""
    with reading(engine) as connection:
        id_ = connection.execute(select(member.c.id).where(is_member(whose))).scalar_one_or_none()
        since = None if id_ is None else _since(connection, id_)
        if id_ is None or since is None:
            return []
        keys = []
        for former in former_keys(connection, id_):
            keys.append(_Key(former.id, since, former.ended_at))
            since = max(since, former.ended_at)
        return [*keys, _Key(whose, since, None)]


def _since(connection: Connection, id_: int) -> datetime | None:
    """Return since when the data of a member are of this person; None if there are none.

    A file may give a number that somebody had to somebody else, which is a change of that member's data. Who was born
    on another day is another person; after a day that was only mended, the looks from before it are not shown either.
    """
    version = member_version.c
    found = select(version.birth_date, version.recorded_at).where(version.member_id == id_)
    newest_first = connection.execute(found.order_by(version.version.desc())).all()
    same = takewhile(lambda row: row.birth_date == newest_first[0].birth_date, newest_first)
    return min((row.recorded_at for row in same), default=None)
