"""Transactions in SQLite and PostgreSQL. No exception of SQLAlchemy or of a driver leaves this module."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, RootTransaction, text
from sqlalchemy.exc import DBAPIError

from kiosk.store.engine import ALONE, WRITES
from kiosk.store.errors import RegistryBusy, RegistryUnsure
from kiosk.store.guards import STILL_WRITING, limited, translated
from kiosk.store.limits import BUSY_SECONDS, GRACE, StatementLimit

_AT_LEAST = 0.1
"""Seconds that are left where a wait has used up the rest; PostgreSQL would take 0 as no limit."""

_TURNS = WeakKeyDictionary[Engine, Lock]()
_WRITES = WeakKeyDictionary[Engine, int]()

_UNSURE = (
    "the register was lost while it ended this change, so it is not known whether the change is there:"
    " look before you repeat it"
)
_WRITER_LOCK = 0x6B696F736B
_WHOLE_TABLES = ("seqscan", "hashjoin", "mergejoin")


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """Open a connection for statements that each see what is written by then, without a transaction around them.

    Raises:
        RegistryError: the database cannot serve.

    """
    with translated(), engine.connect() as connection:
        yield connection.execution_options(**{ALONE: True})


@contextmanager
def one_commit(connection: Connection) -> Iterator[None]:
    """Make what a connection of `alone` writes in the block one change of SQLite, which waits for the disk once.

    In PostgreSQL each statement still commits itself, so that none waits for an import.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


@contextmanager
def reading(engine: Engine, limit: StatementLimit = StatementLimit.READ) -> Iterator[Connection]:
    """Open a transaction that only reads.

    Args:
        engine: the database.
        limit: how long a statement may take.

    Raises:
        RegistryError: the database cannot serve; with StatementLimit.READ this is known within 5 s.

    """
    with translated(), _transaction(engine, limit) as connection:
        if connection.dialect.name == "postgresql" and limit is not StatementLimit.READ:
            connection.execute(text(f"SET LOCAL statement_timeout = '{limit:d}s'"))
        yield connection


@contextmanager
def writing(engine: Engine, limit: StatementLimit = StatementLimit.WRITE) -> Iterator[Connection]:
    """Open a transaction that writes; there is only one at a time. An exception in the block rolls it back.

    Args:
        engine: the database.
        limit: how long a statement may take.

    Raises:
        RegistryBusy: another writer did not end within BUSY_SECONDS.
        RegistryUnsure: the database was lost in the COMMIT.
        RegistryError: the database cannot serve; nothing was written.

    """
    with translated(), _turn(engine) as patience:
        try:
            with _transaction(engine, limit, **{WRITES: True}) as connection:
                if connection.dialect.name == "postgresql":
                    _prepare_postgresql(connection, limit, patience)
                yield connection
                _commit(connection)
        finally:  # also where nobody knows whether a commit has arrived
            _WRITES[engine] = writes(engine) + 1


def writes(engine: Engine) -> int:
    """Return how many transactions of `writing` this program has ended, so that what is kept can be asked for anew."""
    return _WRITES.get(engine, 0)


@contextmanager
def _turn(engine: Engine) -> Iterator[float]:
    """Let one thread of this program write at a time, so that those who wait hold no connection.

    Yields:
        The seconds that are left to wait for writers of other programs.

    """
    end, turn = monotonic() + BUSY_SECONDS, _TURNS.setdefault(engine, Lock())
    if not turn.acquire(timeout=BUSY_SECONDS):
        raise RegistryBusy(STILL_WRITING)
    try:
        yield max(end - monotonic(), _AT_LEAST)
    finally:
        turn.release()


@contextmanager
def _transaction(engine: Engine, limit: StatementLimit, **options: bool) -> Iterator[Connection]:
    begun = _begun(engine, options)
    with begun.connection as connection, limited(connection, limit + GRACE), begun:
        yield connection


def _begun(engine: Engine, options: Mapping[str, bool]) -> RootTransaction:
    """Begin a transaction; a connection that has died since it was used last is replaced."""
    try:
        return _begin(engine, options)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    return _begin(engine, options)


def _begin(engine: Engine, options: Mapping[str, bool]) -> RootTransaction:
    connection = engine.connect().execution_options(**options)
    try:
        return connection.begin()
    except BaseException:
        connection.close()
        raise


def _commit(connection: Connection) -> None:
    try:
        connection.commit()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise RegistryUnsure(_UNSURE) from None
        raise


def _prepare_postgresql(connection: Connection, limit: StatementLimit, patience: float) -> None:
    """Allow one writer at a time, as SQLite does, and make it find its rows by key.

    While a transaction fills the tables, the planner has no statistics about them and would read whole tables for each
    chunk of rows.
    """
    connection.execute(text(f"SET LOCAL statement_timeout = '{limit:d}s'"))
    connection.execute(text(f"SET LOCAL lock_timeout = '{round(patience * 1000)}ms'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITER_LOCK})
    for way in _WHOLE_TABLES:
        connection.execute(text(f"SET LOCAL enable_{way} = off"))


def plan_by_size(connection: Connection) -> None:
    """Let PostgreSQL read whole tables in the rest of a writing transaction, where the planner knows their sizes."""
    if connection.dialect.name == "postgresql":
        for way in _WHOLE_TABLES:
            connection.execute(text(f"SET LOCAL enable_{way} = on"))
