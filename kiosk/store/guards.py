"""What each use of a connection is guarded by: a limit in time, and errors of our own."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from kiosk.store.errors import RegistryBusy, RegistryError, RegistryFull, RegistrySilent
from kiosk.store.limits import BUSY_SECONDS
from kiosk.store.room import place_without_room

__all__ = ["STILL_WRITING", "limited", "translated"]

STILL_WRITING = f"another program writes to the register and did not end within {BUSY_SECONDS} s"

_BUSY = ("database is locked", "lock timeout", "could not obtain lock")
_SLOW = "statement timeout"
_SILENT = ("has not answered within", "timeout expired")


def limited(connection: Connection, seconds: float) -> AbstractContextManager[None]:
    """Return what ends the wait for a PostgreSQL server that does not answer any more; for SQLite it does nothing."""
    if connection.dialect.name != "postgresql":
        return nullcontext()
    from kiosk.store.postgresql import limited as bounded

    return bounded(connection, seconds)


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
        return RegistrySilent("the register did not answer in time")
    if any(words in said.lower() for words in _BUSY):
        return RegistryBusy(STILL_WRITING)
    cause = error.orig if isinstance(error, DBAPIError) else None
    name = str(vars(cause).get("sqlite_errorname", "")) if isinstance(cause, sqlite3.Error) else None
    if (place := place_without_room(said, name)) is not None:
        return RegistryFull(f"there is no room left on {place}")
    if isinstance(error, IntegrityError) or not said:
        return RegistryError(f"the register refused the operation ({type(error).__name__})")
    kind = RegistrySilent if any(words in said for words in _SILENT) else RegistryError
    return kind(f"the register cannot be used: {said}")
