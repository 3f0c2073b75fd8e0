"""Write beside the visits without a long wait: what is not written now is written a little later."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from kiosk.store.limits import BUSY_SECONDS

__all__ = ["impatient"]

_PATIENCE = 1


@contextmanager
def impatient(connection: Connection) -> Iterator[None]:
    """Wait a second at most for another writer of SQLite, so that a kiosk that ends is not kept by it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
