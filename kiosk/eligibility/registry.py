"""The register of members: the one door to its database. Methods block; call them from a thread."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import date, datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, select

from kiosk.audit import Anchor
from kiosk.eligibility import anchors, bindings
from kiosk.eligibility.columns import KEY_COLUMNS, NAMES
from kiosk.eligibility.csv_io import CsvRow
from kiosk.eligibility.errors import BadLine, UnknownMember
from kiosk.eligibility.importer import Import, ImportReport, Source
from kiosk.eligibility.lookup import MOST_FOUND, MemberQuery
from kiosk.eligibility.model import Bound, Member, MemberId, Statistics
from kiosk.eligibility.statistics import statistics
from kiosk.store.engine import Patience, engine_for, reading, writing
from kiosk.store.errors import RegistryError
from kiosk.store.revision import require_current, require_present
from kiosk.store.schema import (
    DETAILS,
    IS_CURRENT,
    KEY,
    import_batch,
    member,
    member_version,
)

_ROWS_AT_ONCE = 1_000

_MEMBER: Select[Any] = select(
    *KEY, *DETAILS, member_version.c.valid_from, member_version.c.recorded_at, import_batch.c.valid_from
).join_from(member, import_batch, member.c.confirmed_batch_id == import_batch.c.id)
_CURRENT = _MEMBER.join(member_version, IS_CURRENT)
_HISTORY = _MEMBER.join(member_version, member_version.c.member_id == member.c.id)


class Registry:
    """The members, their versions, and which certificate is whose."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str, *, migrated: bool = True) -> Self:
        """The register at `url` (`sqlite:///PATH` or `postgresql+psycopg://...`).

        Args:
            url: where it is.
            migrated: refuse a database that is not at the schema of this program. With False the file of a SQLite
                register is made when missing, and nothing but `migrate` may be called first.

        Raises:
            RegistryError: it is not there, not reachable, or not at the schema of this program.

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
        """The register at `url`, which need not be there yet. Raises RegistryError for an address of no register."""
        return cls(engine_for(url))

    @property
    def engine(self) -> Engine:
        """The database, for what the floors above keep beside the members."""
        return self._engine

    def migrate(self) -> bool:
        """Bring the schema to that of this program; returns whether there was anything to do. Raises RegistryError."""
        from kiosk.store.migrate import migrate

        return migrate(self._engine)

    def check(self, *, through: int = 0, after: datetime | None = None) -> tuple[int, datetime] | None:
        """Return the number and the instant (UTC) of the file that was taken last; None if none ever was.

        Of the files up to number ``through`` those do not count that say a time later than ``after``: they were taken
        under a wrong clock. Raises RegistryError where the register cannot serve now: gone, unreachable, or at another
        schema.
        """
        require_present(self._engine)
        require_current(self._engine)
        latest = select(import_batch.c.id, import_batch.c.recorded_at).order_by(import_batch.c.recorded_at.desc())
        if after is not None:
            latest = latest.where((import_batch.c.id > through) | (import_batch.c.recorded_at <= after))
        with reading(self._engine) as connection:
            found = connection.execute(latest.limit(1)).one_or_none()
        return None if found is None else (found[0], found[1])

    def last_import(self) -> int:
        """Return the number of the file that came last, whatever time it says; 0 if none ever did."""
        with reading(self._engine) as connection:
            return connection.execute(select(func.max(import_batch.c.id))).scalar() or 0

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def member(self, member_id: MemberId) -> Member | None:
        """The current version of a member; None when unknown. Raises RegistryError."""
        with reading(self._engine) as connection:
            row = connection.execute(_CURRENT.where(_is(member_id))).one_or_none()
        return None if row is None else _member(row)

    def find(self, query: MemberQuery) -> list[Member]:
        """The current versions of the members with this 記号番号 and day of birth, by 枝番. Raises RegistryError."""
        found = _CURRENT.where(query.condition()).order_by(*KEY).limit(MOST_FOUND)
        with reading(self._engine) as connection:
            return [_member(row) for row in connection.execute(found)]

    def history(self, member_id: MemberId) -> list[Member]:
        """Every version of a member, the oldest first; empty when unknown. Raises RegistryError."""
        versions = _HISTORY.where(_is(member_id)).order_by(member_version.c.version)
        with reading(self._engine) as connection:
            return [_member(row) for row in connection.execute(versions)]

    def members(self) -> Iterator[Member]:
        """The current version of every member, ordered by MemberId, in constant memory. Raises RegistryError."""
        for row in self._current_rows():
            yield _member(row)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """As `members`, but the values of a member file in the order of `columns.COLUMNS`: what an export writes."""
        for row in self._current_rows():
            yield tuple(row[: len(NAMES)])

    def _current_rows(self) -> Iterator[Any]:
        with reading(self._engine, Patience.LONG) as connection:
            streamed = connection.execution_options(yield_per=_ROWS_AT_ONCE)
            with closing(streamed.execute(_CURRENT.order_by(*KEY))) as result:
                yield from result

    def import_members(
        self,
        lines: Iterable[CsvRow | BadLine],
        source: Source,
        *,
        bad_lines: AbstractContextManager[Callable[[BadLine], object]] | None = None,
    ) -> ImportReport:
        """Insert or update members in one transaction.

        Args:
            lines: what `csv_io.read_rows` yields.
            source: where they come from.
            bad_lines: what it gives gets every bad line, and these are left out; it is left before the members are
                committed, so that none is taken when the bad lines cannot be kept. None: one bad line refuses all.

        Raises:
            ImportRefused: a line was bad and `bad_lines` is None; nothing was written.
            RegistryError: the database cannot serve; nothing was written.

        """
        with writing(self._engine, Patience.LONG) as connection:
            with bad_lines or nullcontext() as on_bad:
                return Import(connection, source, on_bad).take(lines)

    def member_by_binding(self, key: str) -> Bound | None:
        """The member to whom the certificate with this binding key is tied now. Raises RegistryError."""
        with reading(self._engine) as connection:
            tie = bindings.live_tie(connection, key)
            if tie is None:
                return None
            row = connection.execute(_CURRENT.where(member.c.id == tie.member_id)).one()
        return Bound(_member(row), tie.last_day, tie.bound_at, tie.bound_by)

    def needs_site_key(self) -> bool:
        """Whether a certificate is or was bound, so that the site key of that day is needed. Raises RegistryError."""
        with reading(self._engine) as connection:
            return bindings.anything_bound(connection)

    def check_site_key(self, fingerprint: str) -> bool:
        """Whether certificates are bound under this site key; False where none is bound under a key that is known.

        Args:
            fingerprint: `kiosk.identity.site_key_fingerprint` of the site key.

        Raises:
            RegistryError: they are bound under another one, or the database cannot serve.

        """
        with reading(self._engine) as connection:
            return bindings.check_site_key(connection, fingerprint)

    def bind(
        self, member_id: MemberId, key: str, last_day: date, by: str, now: datetime, *, fingerprint: str | None = None
    ) -> bool:
        """Tie a certificate to a member, ending the tie of the one before; False when it was so already.

        Args:
            member_id: whose it is.
            key: `kiosk.identity.binding_key` of the certificate.
            last_day: its last valid day (Asia/Tokyo).
            by: who says so; kept in the history.
            now: the instant (UTC).
            fingerprint: `kiosk.identity.site_key_fingerprint` of the site key that made `key`; the first one is kept,
                and from then on no other is taken. None: not compared.

        Raises:
            UnknownMember: there is no such member.
            BindingRefused: the certificate belongs to another member, or an argument is malformed.
            RegistryError: bound under another site key, or the database cannot serve.

        """
        with writing(self._engine) as connection:
            if fingerprint is not None:
                bindings.keep_site_key(connection, fingerprint)
            return bindings.bind(connection, _require(connection, member_id), key, last_day, by, now)

    def unbind(self, member_id: MemberId, by: str, now: datetime, *, fingerprint: str | None = None) -> None:
        """End the live tie of a member; the history stays. `fingerprint` as for `bind`.

        Raises:
            UnknownMember: there is no such member.
            BindingRefused: nothing is tied to this member, or `by` is malformed.
            RegistryError: bound under another site key, or the database cannot serve.

        """
        with writing(self._engine) as connection:
            if fingerprint is not None:
                bindings.check_site_key(connection, fingerprint)
            bindings.unbind(connection, _require(connection, member_id), by, now)

    def ties(self, member_id: MemberId) -> list[bindings.Tie]:
        """Every tie a member ever had, the oldest first. Raises UnknownMember, RegistryError."""
        with reading(self._engine) as connection:
            return bindings.ties_of(connection, _require(connection, member_id))

    def anchor(self, kiosk: str) -> Anchor | None:
        """The anchor of a kiosk's journal, genuine or not; None where there is none. Raises RegistryError."""
        with reading(self._engine) as connection:
            return anchors.anchor_of(connection, kiosk)

    def keep_anchor(self, anchor: Anchor) -> None:
        """Put an anchor in the place of the kiosk's old one. Raises RegistryError."""
        with writing(self._engine) as connection:
            anchors.keep_anchor(connection, anchor)

    def stats(self, on: date) -> Statistics:
        """Counts of what the register holds; `on` (Asia/Tokyo) is the day for who is insured. Raises RegistryError."""
        with reading(self._engine, Patience.LONG) as connection:
            return statistics(connection, on)


def _is(member_id: MemberId) -> ColumnElement[bool]:
    return member.c.reference == str(member_id)


def _require(connection: Connection, member_id: MemberId) -> int:
    found = connection.execute(select(member.c.id).where(_is(member_id))).scalar()
    if found is None:
        raise UnknownMember("there is no such member in the register")
    return int(found)


def _member(row: Any) -> Member:
    return Member(MemberId(*row[:KEY_COLUMNS]), *row[KEY_COLUMNS:])
