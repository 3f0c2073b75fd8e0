"""`one_of`: a column has one of several values, in statements that are built once. `unindexed`: no index serves it.

Each value is a parameter of its own. As one array, or as one list in JSON, the databases would plan badly: they would
not know how few the values are.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func

__all__ = ["one_of", "unindexed", "values_of"]


def one_of(column: ColumnElement[Any], name: str, count: int) -> ColumnElement[bool]:
    """Return the condition that a column has one of the values of `count` parameters."""
    return column.in_([bindparam(f"{name}_{place}", type_=column.type) for place in range(count)])


def values_of(name: str, values: Sequence[object]) -> dict[str, object]:
    """Return the parameters of `one_of`."""
    return {f"{name}_{place}": value for place, value in enumerate(values)}


def unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the value of a column in a form that no database finds by an index of the column.

    It is for a condition beside a better one. SQLite has no statistics, so of two indexes it may choose the worse.
    """
    return func.coalesce(column, column)
