"""A PostgreSQL server that falls silent: no thread and no connection waits for it longer than its work may take.

A frozen server process keeps its connections up, so that neither TCP's keep-alives nor a `statement_timeout`, which it
would have to enforce itself, end the wait. The client gives up too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from psycopg import Connection, OperationalError
from psycopg.abc import PQGen
from psycopg.adapt import AdaptersMap
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from sqlalchemy import Connection as Transaction
from sqlalchemy import Engine, event

__all__ = ["bound", "limited"]

Result = TypeVar("Result")

_GRACE = 1.0
"""Seconds by which the client waits longer than the server works: one that lives says itself what was wrong."""

_AT_ONCE = 1.5
"""Seconds for what takes no work: is the connection alive, end a transaction."""


class BoundedConnection(Connection[TupleRow]):
    """A connection that closes itself when one statement takes longer than `limit` seconds."""

    limit = _AT_ONCE

    def wait(self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        """Consume a generator of psycopg, as its own connection does. Raises OperationalError after `limit`."""
        try:
            return super().wait(_until(gen, self.limit), interval, timeout)
        except _Silent:
            self.close()
            raise


class _Silent(OperationalError):
    pass


def _until(gen: PQGen[Result], limit: float) -> PQGen[Result]:
    """The generator, which ends when nothing has come of it after `limit` seconds."""
    end = monotonic() + limit
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and monotonic() > end:
                raise _Silent(f"the server has not answered within {limit:g} s")
            wanted = gen.send(ready)
    except StopIteration as done:
        found: Result = done.value
        return found


def bound(engine: Engine, seconds: int) -> None:
    """Make every connection of an engine a bounded one, whose statements the server ends after so many seconds."""

    @event.listens_for(engine, "do_connect")
    def connect(
        _dialect: object, _record: object, arguments: list[str], options: dict[str, str | int | AdaptersMap]
    ) -> BoundedConnection:
        adapters = next((value for value in options.values() if isinstance(value, AdaptersMap)), None)
        parameters = {name: value for name, value in options.items() if isinstance(value, str | int)}
        return BoundedConnection.connect(make_conninfo("".join(arguments), **parameters), context=adapters)

    @event.listens_for(engine, "connect")
    def prepare(connection: BoundedConnection, _record: object) -> None:
        connection.execute(f"SET statement_timeout = '{seconds}s'".encode())
        connection.commit()


@contextmanager
def limited(transaction: Transaction, seconds: int) -> Iterator[None]:
    """Give each statement of the block so many seconds, and the server a moment more to say that they are over."""
    connection = transaction.connection.driver_connection
    if not isinstance(connection, BoundedConnection):
        raise TypeError("a connection of another engine than one that is bound")
    connection.limit = seconds + _GRACE
    try:
        yield
    finally:
        connection.limit = _AT_ONCE
