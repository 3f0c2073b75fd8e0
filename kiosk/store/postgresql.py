"""Time limits for a PostgreSQL server that stops answering.

A frozen server process keeps its connections open, so neither TCP keep-alives nor a `statement_timeout`, which the
server itself would have to enforce, end the wait. So the client gives up too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from psycopg import Connection, Error, OperationalError
from psycopg.abc import PQGen
from psycopg.adapt import AdaptersMap
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection as Transaction
from sqlalchemy import Engine, Table, event
from sqlalchemy.exc import DBAPIError

from kiosk.store.limits import AT_ONCE

__all__ = ["bound", "copy_rows", "limited"]

Result = TypeVar("Result")


class BoundedConnection(Connection[TupleRow]):
    """A connection that closes itself if one statement takes longer than `limit` seconds."""

    limit = AT_ONCE

    def wait(self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        """Consume a generator of psycopg, as its own connection does.

        Raises:
            OperationalError: the server has not answered within `limit` seconds.

        """
        limit, began = self.limit, monotonic()
        try:
            return super().wait(gen, interval, limit)
        except OperationalError as error:
            if monotonic() - began < limit:
                raise
            self.close()
            raise OperationalError(f"the server has not answered within {limit:g} s") from error

    def rollback(self) -> None:
        """Roll back what was begun, if anything was: the pool asks for it after each look-up."""
        if self.pgconn.transaction_status != TransactionStatus.IDLE:
            super().rollback()


def bound(engine: Engine, seconds: int) -> None:
    """Make an engine open BoundedConnections only, whose statements the server ends after `seconds`.

    Their zone is UTC, whatever the server, the role or the address say: in a zone with summer time, a day after an
    instant is 23 or 25 hours later on two days of the year. Each statement of theirs commits itself unless a BEGIN was
    sent, so that a read alone is one message each way.
    """

    @event.listens_for(engine, "do_connect")
    def connect(
        _dialect: object, _record: object, arguments: list[str], options: dict[str, str | int | AdaptersMap]
    ) -> BoundedConnection:
        adapters = next((value for value in options.values() if isinstance(value, AdaptersMap)), None)
        parameters = {name: value for name, value in options.items() if isinstance(value, str | int)}
        address = make_conninfo("".join(arguments), **parameters)
        return BoundedConnection.connect(address, autocommit=True, context=adapters)

    @event.listens_for(engine, "connect")
    def prepare(connection: BoundedConnection, _record: object) -> None:
        connection.execute(f"SET statement_timeout = '{seconds}s'; SET TimeZone = 'UTC'".encode())


@contextmanager
def limited(transaction: Transaction, seconds: float) -> Iterator[None]:
    """Close the connection if a statement of the block takes longer than `seconds`."""
    connection = _bounded(transaction)
    connection.limit = seconds
    try:
        yield
    finally:
        connection.limit = AT_ONCE


def copy_rows(transaction: Transaction, table: Table, rows: Iterable[Sequence[object]]) -> None:
    """Add rows to a table by COPY, each with a value for every column of the table.

    Raises:
        DBAPIError: the server refused them or went away, as every statement of SQLAlchemy raises it.

    """
    names = SQL(", ").join(Identifier(column.name) for column in table.columns)
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table.name), names)
    try:
        with _bounded(transaction).cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except Error as error:
        raise DBAPIError(None, None, error) from None


def _bounded(transaction: Transaction) -> BoundedConnection:
    connection = transaction.connection.driver_connection
    if not isinstance(connection, BoundedConnection):
        raise TypeError("a connection of an engine whose statements have no time limit")
    return connection
