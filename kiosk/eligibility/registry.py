"""The register of members: everything that is read from and written to its database."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from functools import cache
from itertools import islice
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Engine, Select, bindparam, func, select

from kiosk.audit import Anchor
from kiosk.eligibility import anchors, bindings, keys
from kiosk.eligibility.bindings import Binding
from kiosk.eligibility.columns import KEY_COLUMNS, NAMES, Value
from kiosk.eligibility.csv_row import values_of
from kiosk.eligibility.errors import MemberChanged, UnknownMember
from kiosk.eligibility.imports import Imports
from kiosk.eligibility.key_lookup import KeyQuery
from kiosk.eligibility.keys import FormerKey
from kiosk.eligibility.lookup import MOST_FOUND, MemberQuery
from kiosk.eligibility.model import Member, MemberBinding, MemberId, Statistics
from kiosk.eligibility.search import MemberLine, MemberSearch, search
from kiosk.eligibility.standing import FileAge, WaitingOrders, file_ages, waiting_orders
from kiosk.eligibility.state import newest_file
from kiosk.eligibility.statistics import statistics
from kiosk.eligibility.version_sources import VersionSource, version_sources
from kiosk.store.engine import engine_for
from kiosk.store.errors import RegistryError
from kiosk.store.limits import StatementLimit
from kiosk.store.look_up import LookUp
from kiosk.store.revision import require_current
from kiosk.store.schema import (
    DETAILS,
    IS_CURRENT,
    KEY,
    KEY_NAMES,
    freshness,
    import_batch,
    member,
    member_version,
)
from kiosk.store.transaction import reading, writing
from kiosk.store.versions import current_versions, write_versions

_ROWS_AT_ONCE = 1_000

_MEMBER: Select[*tuple[Any, ...]] = (
    select(*KEY, *DETAILS, member_version.c.valid_from, member_version.c.recorded_at, import_batch.c.valid_from)
    .join_from(member, freshness, member.c.freshness_id == freshness.c.id)
    .join(import_batch, freshness.c.confirmed_batch_id == import_batch.c.id)
)
_CURRENT = _MEMBER.join(member_version, IS_CURRENT)
_BY_ID = LookUp(_CURRENT.where(keys.IS_MEMBER))
_BY_BINDING = LookUp(bindings.with_live_binding(_CURRENT, bindparam("key")))
_HISTORY = _MEMBER.join(member_version, member_version.c.member_id == member.c.id)


class Registry(Imports):
    """The members, their versions, and which certificate belongs to whom.

    Methods block, so call them from a thread. Each raises RegistryError if the database cannot serve.
    """

    @classmethod
    def open(cls, url: str, *, migrated: bool = True) -> Self:
        """Open the register at `url`.

        Args:
            url: `sqlite:///PATH` or `postgresql+psycopg://...`.
            migrated: refuse a database that is not at the schema of this program. With False the file of a SQLite
                register is made if it is missing, and `migrate` must be called before anything else.

        Raises:
            RegistryError: the register does not exist, cannot be reached, or is not at the schema of this program.

        """
        registry = cls(engine_for(url, create=not migrated))
        if migrated:
            try:
                require_current(registry._engine)
            except RegistryError:
                registry.close()
                raise
        return registry

    @classmethod
    def at(cls, url: str) -> Self:
        """Return the register at `url`, which need not exist yet.

        Raises:
            RegistryError: no register can have this address.

        """
        return cls(engine_for(url))

    @property
    def engine(self) -> Engine:
        """The database, for the rooms above that store something beside the members."""
        return self._engine

    def migrate(self) -> bool:
        """Bring the database to the schema of this program; return whether it was at an older one."""
        from kiosk.store.migrate import migrate

        return migrate(self._engine)

    def check(self, *, through: int = 0, after: datetime | None = None) -> tuple[int, datetime] | None:
        """Check that the register can serve now, and return when the last file was imported.

        Args:
            through: files up to this number are ignored if they say a time later than `after`, since they were
                imported under a wrong clock.
            after: the latest time (UTC) that those files may say; None ignores no file.

        Returns:
            The number and the instant (UTC) of the newest file; None if no file was ever imported.

        Raises:
            RegistryError: the database is gone, cannot be reached, or is at another schema.

        """
        return newest_file(self._engine, through, after)

    def last_import(self) -> int:
        """Return the number of the file that was imported last, whatever time it says; 0 if there is no file."""
        with reading(self._engine) as connection:
            return connection.execute(select(func.max(import_batch.c.id))).scalar() or 0

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def member(self, member_id: MemberId) -> Member | None:
        """Return the current version of a member; None if the register has no such member."""
        rows = _BY_ID(self._engine, keys.parameters_of(member_id))
        return _member(rows[0]) if rows else None

    def find(self, query: MemberQuery) -> list[Member]:
        """Return the current versions of the members sought, by 記号, 番号 and 枝番; at most MOST_FOUND of them."""
        if not query.kana:
            found = _found_by(query.condition())(self._engine, query.values())
            return [_member(row) for row in found]
        asked = _CURRENT.where(query.condition()).order_by(*KEY)
        with reading(self._engine) as connection:
            streamed = connection.execution_options(yield_per=_ROWS_AT_ONCE)
            with closing(streamed.execute(asked, query.values())) as rows:
                fitting = (one for one in map(_member, rows) if query.fits(one.kana))
                return list(islice(fitting, MOST_FOUND))

    def find_by_key(self, query: KeyQuery) -> list[Member]:
        """Return the current versions of the members whom a key names: one, but for keys without 枝番."""
        found = _found_by(query.condition())(self._engine, query.values())
        return query.best([_member(row) for row in found])

    def search(self, wanted: MemberSearch) -> list[MemberLine]:
        """Return the members sought, by フリガナ.

        Raises:
            TooManyFound: more than MOST_LISTED fit.

        """
        return search(self._engine, wanted)

    def history(self, member_id: MemberId) -> list[Member]:
        """Return every version of a member, the oldest first; empty if the register has no such member."""
        versions = _HISTORY.where(keys.is_member(member_id)).order_by(member_version.c.version)
        with reading(self._engine) as connection:
            return [_member(row) for row in connection.execute(versions)]

    def version_sources(self, member_id: MemberId) -> list[VersionSource]:
        """Return where each version of a member comes from, the oldest first. Raises UnknownMember."""
        with reading(self._engine) as connection:
            return version_sources(connection, _require(connection, member_id))

    def members(self) -> Iterator[Member]:
        """Yield the current version of every member, ordered by MemberId, in constant memory."""
        for row in self._current_rows():
            yield _member(row)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield what `members` does, as the values of a member file in the order of `columns.COLUMNS`."""
        for row in self._current_rows():
            yield tuple(row[: len(NAMES)])

    def _current_rows(self) -> Iterator[Any]:
        with reading(self._engine, StatementLimit.LONG) as connection:
            streamed = connection.execution_options(yield_per=_ROWS_AT_ONCE)
            with closing(streamed.execute(_CURRENT.order_by(*KEY))) as result:
                yield from result

    def take_over(self, seen: Member, changes: Mapping[str, Value], now: datetime, today: date, by: str) -> MemberId:
        """Write the next version of a member, with some columns as another source has them.

        The other columns, and the age of the insurer's data, stay as they are: nothing else was confirmed. With another
        key the member keeps history, bindings and orders.

        Args:
            seen: the member as they were when the changes were chosen.
            changes: values of columns by their names.
            now: the instant (UTC).
            today: the day from which they hold (Asia/Tokyo).
            by: the person who takes them over, for the history.

        Returns:
            The member's key from now on.

        Raises:
            KeyTaken: the new key is that of another member.
            DataRefused: the new key cannot be one of this insurer.
            UnknownMember: the register has no such member any more.
            MemberChanged: the member has changed since they were seen.
            RegistryError: the database cannot serve.

        """
        reference = str(seen.id)
        with writing(self._engine) as connection:
            current = current_versions(connection, [reference]).get(reference)
            if current is None:
                raise UnknownMember
            if current.details != values_of(seen)[KEY_COLUMNS:]:
                raise MemberChanged
            if (key := keys.changed_key(seen.id, changes)) != seen.id:
                keys.renumber(connection, current.member_id, seen.id, key, by, now)
            if changes.keys() - set(KEY_NAMES):
                write_versions(connection, [current.changed(changes)], now, today)
            return key

    def renumber(self, member_id: MemberId, to: MemberId, by: str, now: datetime) -> bool:
        """Give a member another key of the same insurer; the former one stays in the history.

        Args:
            member_id: the member; one of twins by their own spelling.
            to: the key from now on.
            by: the person who gives it, for the history.
            now: the instant (UTC).

        Returns:
            False if the member has this key already.

        Raises:
            UnknownMember: the register has no such member.
            KeyTaken: another member has the key.
            DataRefused: it cannot be a key of this insurer, or `by` is malformed.
            RegistryError: the database cannot serve.

        """
        with writing(self._engine) as connection:
            return keys.give_key(connection, member_id, to, by, now)

    def member_by_binding(self, key: str) -> MemberBinding | None:
        """Return the live binding of the certificate with this binding key; None if it is bound to nobody."""
        rows = _BY_BINDING(self._engine, {"key": key})
        if not rows:
            return None
        (row,) = rows
        return MemberBinding(_member(row[:-3]), row[-3], row[-2], row[-1])

    def needs_site_key(self) -> bool:
        """Return whether a certificate is or was bound, so that the site key of that time is needed."""
        with reading(self._engine) as connection:
            return bindings.anything_bound(connection)

    def check_site_key(self, fingerprint: str) -> bool:
        """Return whether certificates are bound under this site key; False if no site key is known yet.

        Args:
            fingerprint: `kiosk.identity.site_key_fingerprint` of the site key.

        Raises:
            RegistryMismatch: the certificates are bound under another site key.

        """
        with reading(self._engine) as connection:
            return bindings.check_site_key(connection, fingerprint)

    def bind(
        self, member_id: MemberId, key: str, last_day: date, by: str, now: datetime, *, fingerprint: str | None = None
    ) -> bool:
        """Bind a certificate to a member, and end the binding of the member's earlier certificate.

        Args:
            member_id: the member whose certificate it is.
            key: `kiosk.identity.binding_key` of the certificate.
            last_day: its last valid day (Asia/Tokyo).
            by: the person who binds it, for the history.
            now: the instant (UTC).
            fingerprint: `kiosk.identity.site_key_fingerprint` of the site key that made `key`. The first one is stored,
                and every other one is refused from then on. None: it is not compared.

        Returns:
            False if the certificate is bound to this member already.

        Raises:
            UnknownMember: the register has no such member.
            BindingRefused: the certificate belongs to another member, or an argument is malformed.
            RegistryMismatch: the certificates are bound under another site key.

        """
        with writing(self._engine) as connection:
            if fingerprint is not None:
                bindings.keep_site_key(connection, fingerprint)
            return bindings.bind(connection, _require(connection, member_id), key, last_day, by, now)

    def unbind(self, member_id: MemberId, by: str, now: datetime, *, fingerprint: str | None = None) -> None:
        """End the live binding of a member; the history stays.

        Args:
            member_id: the member whose certificate it was.
            by: the person who unbinds it, for the history.
            now: the instant (UTC).
            fingerprint: that of the site key, as for `bind`.

        Raises:
            UnknownMember: the register has no such member.
            BindingRefused: no certificate is bound to this member, or `by` is malformed.
            RegistryMismatch: the certificates are bound under another site key.

        """
        with writing(self._engine) as connection:
            if fingerprint is not None:
                bindings.check_site_key(connection, fingerprint)
            bindings.unbind(connection, _require(connection, member_id), by, now)

    def bindings(self, member_id: MemberId) -> list[Binding]:
        """Return every binding that a member ever had, the oldest first.

        Raises:
            UnknownMember: the register has no such member.

        """
        with reading(self._engine) as connection:
            return bindings.bindings_of(connection, _require(connection, member_id))

    def former_keys(self, member_id: MemberId) -> list[FormerKey]:
        """Return the keys that a member had before, the oldest first.

        Raises:
            UnknownMember: the register has no such member.

        """
        with reading(self._engine) as connection:
            return keys.former_keys(connection, _require(connection, member_id))

    def anchor(self, kiosk: str) -> Anchor | None:
        """Return the anchor of a kiosk's journal, genuine or not; None if the kiosk has no anchor."""
        with reading(self._engine) as connection:
            return anchors.anchor_of(connection, kiosk)

    def keep_anchor(self, anchor: Anchor) -> None:
        """Replace the anchor of a kiosk."""
        with writing(self._engine) as connection:
            anchors.keep_anchor(connection, anchor)

    def standing(self) -> tuple[Sequence[WaitingOrders], Sequence[FileAge]]:
        """Return what waits to be issued, the oldest first, and the newest file of each kind."""
        with reading(self._engine) as connection:
            return waiting_orders(connection), file_ages(connection)

    def member_count(self) -> int:
        """Return how many members the register has."""
        with reading(self._engine, StatementLimit.LONG) as connection:
            return connection.execute(select(func.count()).select_from(member)).scalar_one()

    def stats(self, on: date) -> Statistics:
        """Count what is in the register; the insured members are those of the day `on` (Asia/Tokyo)."""
        with reading(self._engine, StatementLimit.LONG) as connection:
            return statistics(connection, on)


@cache
def _found_by(condition: ColumnElement[bool]) -> LookUp[*tuple[Any, ...]]:
    """Return the look-up of the first members that meet the condition; each is built once."""
    return LookUp(_CURRENT.where(condition).order_by(*KEY).limit(MOST_FOUND))


def _require(connection: Connection, member_id: MemberId) -> int:
    found = connection.execute(select(member.c.id).where(keys.is_member(member_id))).scalar()
    if found is None:
        raise UnknownMember("there is no such member in the register")
    return int(found)


def _member(row: Any) -> Member:
    return Member(MemberId(*row[:KEY_COLUMNS]), *row[KEY_COLUMNS:])
