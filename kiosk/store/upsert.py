"""Write a row that may be there already, in the dialect of either database: SQLAlchemy has no common one."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

__all__ = ["upsert"]


def upsert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return the database's own INSERT, to which it is said what to do where the key is there already."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
