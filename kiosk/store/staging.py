"""The lines of a file in tables of the transaction's own, so that a few statements can merge all of them at once.

The tables are temporary: nobody else sees them, and they end with the transaction. The lines go in through the driver
itself, since SQLAlchemy's work for each parameter would be a third of the time of an import.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from kiosk.store.schema import DETAILS, KEY, member
from kiosk.store.transaction import plan_by_size

__all__ = [
    "StoredValue",
    "add_lines",
    "drop_refused",
    "incoming",
    "matched",
    "prepare_merge",
    "refuse_lines",
    "refused",
    "repeated_lines",
    "staging",
]

StoredValue = str | int | None
"""A value as both drivers take it: a day as ISO text, a code as text, a boolean as 0 or 1."""

_tables = MetaData()
_TEMPORARY = ["TEMPORARY"]

incoming = Table(
    "incoming",
    _tables,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("key", member.c.canonical_key.type, nullable=False),
    Column("reference", member.c.reference.type, nullable=False),
    *(Column(column.name, column.type) for column in (*KEY, *DETAILS)),
    Column("text", Text, nullable=False),
    prefixes=_TEMPORARY,
)
"""The good lines of a file, by their number.

`key` is what `kiosk.eligibility.twins.key_of` gives, `reference` the MemberId as the file has it, `text` the line. A
column that the file leaves out is empty.
"""

matched = Table(
    "matched",
    _tables,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("member_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("freshness_id", Integer, nullable=False),
    Column("changes", Boolean, nullable=False),
    prefixes=_TEMPORARY,
)
"""The lines about members whom the register has: with their current version, and whether the line changes it."""

refused = Table(
    "refused",
    _tables,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("column", String(32)),
    Column("message", Text, nullable=False),
    Column("text", Text, nullable=False),
    prefixes=_TEMPORARY,
)
"""The bad lines of a file, by their number."""

_INSERT = f"INSERT INTO incoming VALUES ({', '.join('?' * len(incoming.columns))})"  # noqa: S608 - question marks only


@contextmanager
def staging(connection: Connection) -> Iterator[None]:
    """Have the tables, empty, in the block; an exception in it must roll the transaction back."""
    _tables.create_all(connection, checkfirst=False)
    yield
    _tables.drop_all(connection, checkfirst=False)


def add_lines(connection: Connection, lines: Sequence[Sequence[StoredValue]]) -> None:
    """Add lines to `incoming`, each with a value for every column of it.

    Raises:
        DBAPIError: the database cannot take them.

    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        from kiosk.store.postgresql import copy_rows

        copy_rows(connection, incoming, lines)
        return
    try:
        driver.executemany(_INSERT, lines)
    except sqlite3.Error as error:
        raise DBAPIError(_INSERT, None, error, hide_parameters=True) from None


def refuse_lines(connection: Connection, lines: Select[int], message: str) -> None:
    """Move lines from `incoming` to `refused`."""
    wanted = select(incoming.c.line, literal(message), incoming.c.text).where(incoming.c.line.in_(lines))
    moved = connection.execute(insert(refused).from_select(["line", "message", "text"], wanted))
    if moved.rowcount:
        drop_refused(connection)


def drop_refused(connection: Connection) -> None:
    """Remove the lines from `incoming` and `matched` that are in `refused`."""
    for table in (incoming, matched):
        connection.execute(delete(table).where(table.c.line.in_(select(refused.c.line))))


def repeated_lines() -> Select[int]:
    """Return the query for the lines whose member an earlier line is about."""
    nth = func.row_number().over(partition_by=incoming.c.key, order_by=incoming.c.line).label("nth")
    numbered = select(incoming.c.line, nth).subquery()
    return select(numbered.c.line).where(numbered.c.nth > 1)


def prepare_merge(connection: Connection) -> None:
    """Let lines be found by their key, and PostgreSQL plan by the size of what is to be merged."""
    connection.execute(text("CREATE INDEX incoming_key ON incoming (key)"))
    connection.execute(text("CREATE INDEX matched_member ON matched (member_id)"))
    plan_by_size(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE incoming (line, key)"))
