"""Bindings: which certificate belongs to which member. A binding is ended, never removed.

A live key belongs to one member, and a member has one live key, since a person holds one card with one
利用者証明用電子証明書. So a renewed certificate ends the binding of the one before. Unique indexes enforce both.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, insert, select, update

from kiosk.eligibility.errors import BindingRefused
from kiosk.eligibility.my_number import contains_my_number
from kiosk.store.errors import RegistryMismatch
from kiosk.store.schema import LONGEST_ACTOR, member, site
from kiosk.store.schema import certificate_binding as binding

_KEY_HEX_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Binding:
    """One binding between a certificate and a member, past or present.

    Attributes:
        last_day: the certificate's last valid day (Asia/Tokyo).
        bound_at: when the binding was made (UTC).
        bound_by: who made it.
        ended_at: when it ended (UTC); None while it is live.
        ended_by: who ended it; None while it is live.

    """

    last_day: date
    bound_at: datetime
    bound_by: str
    ended_at: datetime | None
    ended_by: str | None


def bind(connection: Connection, member_id: int, key: str, last_day: date, by: str, now: datetime) -> bool:
    """Bind the certificate with the binding key `key` to a member.

    Returns:
        False if that certificate is bound to that member already.

    Raises:
        BindingRefused: the key belongs to another member, or `key` or `by` is malformed.

    """
    _require_key(key)
    require_actor(by)
    holder = _live_holder(connection, key)
    if holder == member_id:
        return False
    if holder is not None:
        raise BindingRefused("the certificate is bound to another member; unbind it there first")
    _end(connection, member_id, by, now)
    values = {"binding_key": key, "member_id": member_id, "last_day": last_day, "bound_at": now, "bound_by": by}
    connection.execute(insert(binding).values(values))
    return True


def unbind(connection: Connection, member_id: int, by: str, now: datetime) -> None:
    """End the live binding of a member.

    Raises:
        BindingRefused: the member has no live binding, or `by` is malformed.

    """
    require_actor(by)
    if not _end(connection, member_id, by, now):
        raise BindingRefused("no certificate is bound to this member")


def anything_bound(connection: Connection) -> bool:
    """Return whether a binding was ever made, or the fingerprint of a site key is stored."""
    return bool(connection.execute(select(exists().select_from(binding) | exists().select_from(site))).scalar())


def check_site_key(connection: Connection, fingerprint: str) -> bool:
    """Return whether `fingerprint` is stored; False if no fingerprint is.

    Raises:
        RegistryMismatch: another one is stored, so no certificate would ever be found under this site key.

    """
    kept = connection.execute(select(site.c.key_fingerprint)).scalar()
    if kept not in (None, fingerprint):
        raise RegistryMismatch("this registry was bound under another site key; set site_key_file to that one")
    return kept is not None


def keep_site_key(connection: Connection, fingerprint: str) -> None:
    """Store the fingerprint of the site key if no fingerprint is stored yet. Raise as `check_site_key` does."""
    if not check_site_key(connection, fingerprint):
        connection.execute(insert(site).values(id=1, key_fingerprint=fingerprint))


def with_live_binding(members: Select[*tuple[Any, ...]], key: ColumnElement[str]) -> Select[*tuple[Any, ...]]:
    """Return the statement `members` for the holder of a key, with `last_day`, `bound_at` and `bound_by` at its end."""
    held = members.join(binding, binding.c.member_id == member.c.id).where(_is_live(binding.c.binding_key == key))
    return held.add_columns(binding.c.last_day, binding.c.bound_at, binding.c.bound_by)


def bindings_of(connection: Connection, member_id: int) -> list[Binding]:
    """Return every binding of a member, the oldest first."""
    columns = (binding.c.last_day, binding.c.bound_at, binding.c.bound_by, binding.c.ended_at, binding.c.ended_by)
    found = connection.execute(select(*columns).where(binding.c.member_id == member_id).order_by(binding.c.id))
    return [Binding(*row) for row in found]


def _live_holder(connection: Connection, key: str) -> int | None:
    return connection.execute(select(binding.c.member_id).where(_is_live(binding.c.binding_key == key))).scalar()


def _end(connection: Connection, member_id: int, by: str, now: datetime) -> bool:
    ended = update(binding).where(_is_live(binding.c.member_id == member_id)).values(ended_at=now, ended_by=by)
    return connection.execute(ended).rowcount > 0


def _is_live(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return condition & binding.c.ended_at.is_(None)


def _require_key(key: str) -> None:
    if len(key) != _KEY_HEX_DIGITS or not set(key) <= set("0123456789abcdef"):
        raise BindingRefused("a binding key is 64 hexadecimal digits")


def require_actor(by: str) -> None:
    """Raise BindingRefused if `by` cannot be the name of a person in a history."""
    if not 1 <= len(by) <= LONGEST_ACTOR or not by.isprintable():
        raise BindingRefused(
            f"the name of the person who does this must have 1 to {LONGEST_ACTOR} printable characters"
        )
    if contains_my_number(by):
        raise BindingRefused(
            "the name of the person who does this must not contain a number that passes as a マイナンバー"
        )
