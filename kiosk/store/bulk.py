"""Many rows at once into a table that ends with the transaction, to be taken from there by one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Table, delete, insert, text

from kiosk.store.transaction import plan_by_size

__all__ = ["fill", "working_table"]


@contextmanager
def working_table(connection: Connection, table: Table) -> Iterator[None]:
    """Make a temporary table for the block; statements in it may read other tables whole.

    The writers of other transactions find rows by key alone, see `transaction.writing`.
    """
    table.create(connection)
    plan_by_size(connection)
    yield
    table.drop(connection)  # the rollback of an error drops it too


def fill(connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
    """Replace what is in a working table by rows with a value for each of its columns."""
    connection.execute(delete(table))
    if connection.dialect.name == "postgresql":
        from kiosk.store.postgresql import copy_rows

        copy_rows(connection, table, rows)
        connection.execute(text(f"ANALYZE {table.name}"))
        return
    names = [column.name for column in table.columns]
    connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
