"""A column that only narrows: SQLite goes by another index, the one that has the order of a list.

SQLite has no statistics here, so of two indexes it takes the one of a column that is compared, sorts what it found and
looks into the table for the rest. The unary plus keeps it from that (https://www.sqlite.org/queryplanner.html, 4.1).
PostgreSQL counts what each way costs, so for it nothing is added.
"""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

__all__ = ["not_by_index"]

_T = TypeVar("_T")


class _NotByIndex(FunctionElement[_T]):
    """The column, by whose index SQLite does not go."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[_T]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(_NotByIndex)
def _sql(element: _NotByIndex[Any], compiler: SQLCompiler, **options: Any) -> str:
    (column,) = element.clauses
    return f"{'+' if compiler.dialect.name == 'sqlite' else ''}{compiler.process(column, **options)}"


def not_by_index(column: ColumnElement[_T]) -> ColumnElement[_T]:
    """Return the column, to be compared with something that narrows what another index finds."""
    return _NotByIndex(column)
