"""The time by the clock that the kiosks of a register share."""

from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

__all__ = ["register_now"]


def register_now(connection: Connection, now: datetime) -> datetime:
    """Return the time by the register's clock; a SQLite register is on this machine, whose clock says ``now``."""
    if connection.dialect.name != "postgresql":
        return now
    there: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return there.astimezone(UTC)
