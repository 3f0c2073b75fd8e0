"""Transactions in SQLite and PostgreSQL. No exception of SQLAlchemy or of a driver leaves this module."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from kiosk.store.engine import WRITES
from kiosk.store.errors import RegistryBusy, RegistryError, RegistryFull
from kiosk.store.limits import BUSY_SECONDS, StatementLimit

_WRITER_LOCK = 0x6B696F736B
_BUSY = ("database is locked", "lock timeout", "could not obtain lock")
_SLOW = "statement timeout"
_FULL = ("disk is full", "no space left", "sqlite_ioerr_shmsize")
"""The last one: on a disk without a free page SQLite cannot make the index of its log, not even for a reader."""


@contextmanager
def reading(engine: Engine, limit: StatementLimit = StatementLimit.READ) -> Iterator[Connection]:
    """Open a transaction that only reads.

    Args:
        engine: the database.
        limit: how long a statement may take.

    Raises:
        RegistryError: the database cannot serve; with StatementLimit.READ this is known within 5 s.

    """
    with _translated(), engine.connect() as connection, _limited(connection, limit), connection.begin():
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
        RegistryError: the database cannot serve.

    """
    with _translated(), engine.connect() as connection, _limited(connection, limit):
        connection = connection.execution_options(**{WRITES: True})
        with connection.begin():
            if connection.dialect.name == "postgresql":
                _prepare_postgresql(connection, limit)
            yield connection


def _limited(connection: Connection, limit: StatementLimit) -> AbstractContextManager[None]:
    """Return what ends the wait for a PostgreSQL server that does not answer any more; for SQLite it does nothing."""
    if connection.dialect.name != "postgresql":
        return nullcontext()
    from kiosk.store.postgresql import limited

    return limited(connection, limit)


def _prepare_postgresql(connection: Connection, limit: StatementLimit) -> None:
    """Allow one writer at a time, as SQLite does, and make it find its rows by key.

    While a transaction fills the tables, the planner has no statistics about them and would read whole tables for each
    chunk of an import (280 s for 400,000 members instead of 30).
    """
    connection.execute(text(f"SET LOCAL statement_timeout = '{limit:d}s'"))
    connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITER_LOCK})
    for way in ("seqscan", "hashjoin", "mergejoin"):
        connection.execute(text(f"SET LOCAL enable_{way} = off"))


@contextmanager
def _translated() -> Iterator[None]:
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
