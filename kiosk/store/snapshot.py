"""One view of the register for several processes: each has a connection of its own, and all see the same data.

PostgreSQL exports a snapshot that others can join. SQLite cannot: there, everybody begins a read transaction, and
whatever was written meanwhile makes them all begin again. Once they have begun, others may write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from kiosk.store.errors import RegistryBusy
from kiosk.store.limits import StatementLimit
from kiosk.store.transaction import alone, reading

__all__ = ["joined_snapshot", "shared_snapshot"]

_TRIES = 20
_NOT_BY_KEY = ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort")
"""The planner takes a part of the register for much larger or smaller than it is, and would then read all of it."""

_NO_NAME = ""
"""A snapshot that nobody can join by a name."""


@contextmanager
def shared_snapshot(engine: Engine, join: Callable[[str], object]) -> Iterator[Connection]:
    """Open a transaction that only reads, and have others open one with the same data.

    Args:
        engine: the database.
        join: has the others call `joined_snapshot` with this name, and returns when they have. It may be called more
            than once; they must end the transaction that they had then.

    Raises:
        RegistryBusy: others wrote each time that it was tried.
        RegistryError: the database cannot serve.

    """
    with _witness(engine) as writes_seen:
        for _ in range(_TRIES):
            before = writes_seen()
            with joined_snapshot(engine) as connection:
                join(_name(connection))
                if writes_seen() == before:
                    yield connection
                    return
    raise RegistryBusy("others go on writing to the register; try again later")


@contextmanager
def joined_snapshot(engine: Engine, name: str = _NO_NAME) -> Iterator[Connection]:
    """Open a transaction that only reads, with the data of the snapshot of that name; without one, as they are now.

    In PostgreSQL it finds rows by key: each of those who share the register reads a small part of it at a time.

    Raises:
        RegistryError: the database cannot serve, or the snapshot has ended.

    """
    with reading(engine, StatementLimit.LONG) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            if re.fullmatch(r"[0-9A-F-]+", name):
                connection.execute(text(f"SET TRANSACTION SNAPSHOT '{name}'"))
            for way in _NOT_BY_KEY:
                connection.execute(text(f"SET LOCAL enable_{way} = off"))
        else:
            connection.execute(text("SELECT count(*) FROM site"))  # BEGIN alone reads nothing, so sees what comes later
        yield connection


def _name(connection: Connection) -> str:
    if connection.dialect.name != "postgresql":
        return _NO_NAME
    return str(connection.execute(text("SELECT pg_export_snapshot()")).scalar())


@contextmanager
def _witness(engine: Engine) -> Iterator[Callable[[], object]]:
    """Yield what returns another value once somebody has written to a SQLite file; for PostgreSQL always the same."""
    if engine.dialect.name == "postgresql":
        yield lambda: None
        return
    with alone(engine) as connection:
        yield lambda: connection.execute(text("PRAGMA data_version")).scalar()
