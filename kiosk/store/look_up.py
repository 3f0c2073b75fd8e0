"""Look-ups: the statements that a visit waits for. Each is one message to the database, without a transaction.

SQLAlchemy makes the SQL of each once, and says how the values of its columns are converted; the driver runs it on a
connection of the pool. Run by SQLAlchemy, a row of forty columns would take two to five times as long, most of it to
look the statement up in a cache and to make a description of the columns, which are the same each time.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVarTuple

from sqlalchemy import Connection, Dialect, Engine, Select
from sqlalchemy.engine.interfaces import DBAPIModule
from sqlalchemy.exc import DBAPIError

from kiosk.store.guards import limited, translated
from kiosk.store.limits import AT_ONCE, LOOK_UP_SECONDS

__all__ = ["LookUp"]

Fields = TypeVarTuple("Fields")

_AT_LEAST = 0.1
"""Seconds that are left for a second try in any case."""


class LookUp(Generic[*Fields]):
    """A statement that only reads a few rows, built once for all its uses."""

    def __init__(self, statement: Select[*Fields]) -> None:
        self._statement = statement
        self._compiled = dict[str, _Compiled]()

    def __call__(self, engine: Engine, parameters: Mapping[str, object]) -> list[tuple[*Fields]]:
        """Return the rows for these values of the statement's parameters.

        A connection that has died since it was used last (a server was restarted) is replaced, and the statement is
        sent once more.

        Raises:
            RegistryError: the database cannot serve; this is known within 5 s.

        """
        began = monotonic()
        with translated():
            try:
                return self._tried(engine, parameters, began + AT_ONCE)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
            return self._tried(engine, parameters, began + LOOK_UP_SECONDS)

    def _tried(self, engine: Engine, parameters: Mapping[str, object], until: float) -> list[tuple[*Fields]]:
        with engine.connect() as connection, limited(connection, max(until - monotonic(), _AT_LEAST)):
            compiled = self._for(connection.dialect)
            rows = run(connection, compiled.sql, compiled.sent(parameters))
        return [compiled.converted(row) for row in rows]

    def _for(self, dialect: Dialect) -> "_Compiled":
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _compiled(self._statement, dialect)
        return self._compiled[dialect.name]


Parameters = Sequence[Any] | Mapping[str, Any]
"""Values of parameters as a driver takes them: in their order or by their names."""

Convert = Callable[[Any], Any]


def run(connection: Connection, sql: str, parameters: Parameters) -> Sequence[Any]:
    """Have the driver run one statement; return its rows.

    Raises:
        DBAPIError: the database refused it or has gone away, as every statement of SQLAlchemy raises it.

    """
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(None, None, error, connection_invalidated=_is_dead(connection, error)) from None
    finally:
        cursor.close()


def _is_dead(connection: Connection, error: DBAPIModule.Error) -> bool:
    """Return whether the connection has died; if so, no other one of its time is used again."""
    if not connection.dialect.is_disconnect(error, connection.connection, None):
        return False
    with suppress(DBAPIError):
        connection.begin()  # SQLAlchemy finds out by a statement of its own, and then replaces them all
    return True


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement for one kind of database.

    Attributes:
        sql: the statement.
        order: the names of its parameters in their order; None if the driver takes them by name.
        own: the values of the parameters that the statement itself gives, such as those of LIMIT.
        bound: the names of the parameters whose values are converted, and how.
        read: the places of the columns whose values are converted, and how.

    """

    sql: str
    order: tuple[str, ...] | None
    own: Mapping[str, object]
    bound: tuple[tuple[str, Convert], ...]
    read: tuple[tuple[int, Convert], ...]

    def sent(self, parameters: Mapping[str, object]) -> Parameters:
        values = {**self.own, **parameters}
        for name, convert in self.bound:
            values[name] = convert(values[name])
        return values if self.order is None else [values[name] for name in self.order]

    def converted(self, row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for place, convert in self.read:
            values[place] = convert(values[place])
        return tuple(values)


def _compiled(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    names = compiled.bind_names
    binders = ((name, one.type.dialect_impl(dialect).bind_processor(dialect)) for one, name in names.items())
    readers = (one.type.dialect_impl(dialect).result_processor(dialect, None) for one in statement.selected_columns)
    return _Compiled(
        sql=compiled.string,
        order=tuple(compiled.positiontup) if compiled.positiontup is not None else None,
        own={name: one.value for one, name in names.items() if not one.required},
        bound=tuple((name, convert) for name, convert in binders if convert is not None),
        read=tuple((place, convert) for place, convert in enumerate(readers) if convert is not None),
    )
