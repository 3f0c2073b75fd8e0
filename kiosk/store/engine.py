"""Engines and transactions for SQLite and PostgreSQL. No exception of SQLAlchemy or of a driver leaves this module."""

import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import IntEnum
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError

from kiosk.store.errors import RegistryBusy, RegistryError, RegistryFull

BUSY_SECONDS = 10
"""How long a writer waits for another one to end."""


class Patience(IntEnum):
    """How many seconds one statement may take."""

    READ = 3
    WRITE = BUSY_SECONDS + 2
    LONG = 120
    """For an import, a plan, an export or a count. No statement of theirs takes so long, but a dead server would."""


_CONNECT_SECONDS = 2
"""The shortest time that psycopg accepts."""

# Without these the client waits for a network that has gone away as long as TCP does: a quarter of an hour.
_NETWORK = {
    "connect_timeout": _CONNECT_SECONDS,
    "keepalives_idle": BUSY_SECONDS,
    "keepalives_interval": BUSY_SECONDS,
    "keepalives_count": 2,
    "tcp_user_timeout": 3 * BUSY_SECONDS * 1000,
}

_SQLITE = "sqlite:///"
_UNCLEAR = {
    "%[0-9A-Fa-f]{2}": "%XX is no character of it",
    "[?]": "takes no ? and no options",
    "^~": "~ is no folder of it",
    "^file:": "file: is no part of it",
    r"^\s|\s$|[\x00-\x1f\x7f]": "holds no blank at either end and no control character",
}
"""Parts of a SQLite path that programs read in different ways, and what the error says about each."""

_WRITER_LOCK = 0x6B696F736B
_CACHE_KIBIBYTES = 65_536
_WRITES = "kiosk_writes"
_BUSY = ("database is locked", "lock timeout", "could not obtain lock")
_SLOW = "statement timeout"
_FULL = ("disk is full", "no space left", "sqlite_ioerr_shmsize")
"""The last one: on a disk without a free page SQLite cannot make the index of its log, not even for a reader."""


def engine_for(url: str, *, create: bool = False) -> Engine:
    """Return an engine. It connects later, so a missing register raises at the first transaction.

    Args:
        url: `sqlite:///PATH` or `postgresql+psycopg://...`.
        create: make the SQLite file (mode 0600) and its folder (mode 0700) if they are missing.

    Raises:
        RegistryError: the address is of another kind, the file cannot be made, or the driver for PostgreSQL is not
            installed. The message does not repeat a password in the address.

    """
    parsed = _parsed(url)
    if parsed.drivername == "sqlite":
        if create:
            _make_file(Path(str(parsed.database)))
        return _sqlite(parsed)
    return _postgresql(parsed)


def place_of(url: str) -> str:
    """Return where a register is, for people: its file's absolute path, or its server's address without password.

    Raises:
        RegistryError: no register can have this address.

    """
    parsed = _parsed(url)
    return str(Path(str(parsed.database)).absolute()) if parsed.drivername == "sqlite" else parsed.render_as_string()


def files_of(url: str) -> list[Path]:
    """Return the files of a SQLite register, with its log and lock; empty for PostgreSQL or a wrong address."""
    try:
        parsed = _parsed(url)
    except RegistryError:
        return []
    path = str(parsed.database)
    return [Path(path + end) for end in ("", "-wal", "-shm", "-journal")] if parsed.drivername == "sqlite" else []


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise RegistryError("the database address is not a URL such as sqlite:///register.db") from None
    if parsed.drivername not in ("sqlite", "postgresql+psycopg") or not parsed.database:
        raise RegistryError("the database must be sqlite:///PATH or postgresql+psycopg://HOST/NAME")
    if parsed.database == ":memory:":
        raise RegistryError("the register must be a file: one in memory is lost with the program")
    if parsed.drivername == "sqlite":
        _require_plain(url.removeprefix(_SQLITE), parsed)
    return parsed


def _require_plain(path: str, parsed: URL) -> None:
    """Raise RegistryError for a path that programs read in different ways.

    Some read `%20` as a space and the text after `?` as options, others as parts of the file's name.
    """
    for unclear, what in _UNCLEAR.items():
        if re.search(unclear, path):
            raise RegistryError(f"the path of a SQLite register is written as it is, and {what}")
    if path != parsed.database:
        raise RegistryError(f"the address of a SQLite register must be {_SQLITE}PATH")


def _make_file(path: Path) -> None:
    if path.is_file():
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise RegistryError(f"cannot make {path}: {error.strerror}") from None


def _postgresql(url: URL) -> Engine:
    try:
        from kiosk.store.postgresql import bound

        engine = create_engine(
            url, hide_parameters=True, pool_pre_ping=True, pool_timeout=Patience.READ, connect_args=_NETWORK
        )
    except ImportError:
        raise RegistryError("PostgreSQL needs psycopg; install it with script/install --postgresql") from None
    bound(engine, Patience.READ)
    return engine


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    path = Path(str(url.database))
    event.listen(engine, "do_connect", lambda *_: _require_file(path))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _require_file(path: Path) -> None:
    """Raise RegistryError if there is no file: SQLite would make an empty database."""
    if not path.is_file():
        raise RegistryError(f"there is no register at {path}; make it with `kiosk registry init`")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Set up a connection: WAL lets visits read while an import writes, and FULL lets writes survive a power cut.

    In WAL mode NORMAL could lose the last ties and imports. Writes are rare, so the additional fsync does not matter.
    """
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; a writer takes the write lock at once, since waiting for it after a read could deadlock."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine, patience: Patience = Patience.READ) -> Iterator[Connection]:
    """Open a transaction that only reads.

    Args:
        engine: the database.
        patience: how long a statement may take.

    Raises:
        RegistryError: the database cannot serve; with Patience.READ this is known within 5 s.

    """
    with translated(), engine.connect() as connection, _limited(connection, patience), connection.begin():
        if connection.dialect.name == "postgresql" and patience is not Patience.READ:
            connection.execute(text(f"SET LOCAL statement_timeout = '{patience:d}s'"))
        yield connection


@contextmanager
def writing(engine: Engine, patience: Patience = Patience.WRITE) -> Iterator[Connection]:
    """Open a transaction that writes; there is only one at a time. An exception in the block rolls it back.

    Args:
        engine: the database.
        patience: how long a statement may take.

    Raises:
        RegistryBusy: another writer did not end within BUSY_SECONDS.
        RegistryError: the database cannot serve.

    """
    with translated(), engine.connect() as connection, _limited(connection, patience):
        connection = connection.execution_options(**{_WRITES: True})
        with connection.begin():
            if connection.dialect.name == "postgresql":
                _prepare_postgresql(connection, patience)
            yield connection


def _limited(connection: Connection, patience: Patience) -> AbstractContextManager[None]:
    """Return what ends the wait for a PostgreSQL server that does not answer any more; for SQLite it does nothing."""
    if connection.dialect.name != "postgresql":
        return nullcontext()
    from kiosk.store.postgresql import limited

    return limited(connection, patience)


def _prepare_postgresql(connection: Connection, patience: Patience) -> None:
    """Allow one writer at a time, as SQLite does, and make it find its rows by key.

    While a transaction fills the tables, the planner has no statistics about them and would read whole tables for each
    chunk of an import (280 s for 400,000 members instead of 30).
    """
    connection.execute(text(f"SET LOCAL statement_timeout = '{patience:d}s'"))
    connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITER_LOCK})
    for way in ("seqscan", "hashjoin", "mergejoin"):
        connection.execute(text(f"SET LOCAL enable_{way} = off"))


@contextmanager
def translated() -> Iterator[None]:
    """Turn every exception of SQLAlchemy into a RegistryError whose message has no data of the register."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _translation(error) from None


def _translation(error: SQLAlchemyError) -> RegistryError:
    said = str(error.orig).strip().partition("\n")[0] if isinstance(error, DBAPIError) else ""
    if _SLOW in said.lower():
        return RegistryError("the register did not answer in time")
    if any(words in said.lower() for words in _BUSY):
        return RegistryBusy(f"another program writes to the register and did not end within {BUSY_SECONDS} s")
    name = str(getattr(getattr(error, "orig", None), "sqlite_errorname", ""))
    if any(words in f"{said} {name}".lower() for words in _FULL):
        return RegistryFull("there is no room left on the disk of the register")
    if isinstance(error, IntegrityError) or not said:
        return RegistryError(f"the register refused the operation ({type(error).__name__})")
    return RegistryError(f"the register cannot be used: {said}")
