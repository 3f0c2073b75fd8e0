"""What is sent to a database, by SQLAlchemy or, for a look-up, by its driver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, Engine, event

from kiosk.store import look_up

__all__ = ["Sent", "sent_to"]

Sent = list[tuple[str, look_up.Parameters]]
"""Statements with their parameters, as the driver takes them."""


@contextmanager
def sent_to(engine: Engine) -> Iterator[Sent]:
    """Yield the list of what is sent in the block."""
    sent: Sent = []
    run = look_up.run

    def keep(_connection: object, _cursor: object, statement: str, parameters: look_up.Parameters, *_: object) -> None:
        sent.append((statement, parameters))

    def kept(connection: Connection, sql: str, parameters: look_up.Parameters) -> Sequence[Any]:
        if connection.engine is engine:
            sent.append((sql, parameters))
        return run(connection, sql, parameters)

    event.listen(engine, "before_cursor_execute", keep)
    try:
        with patch.object(look_up, "run", kept):
            yield sent
    finally:
        event.remove(engine, "before_cursor_execute", keep)
