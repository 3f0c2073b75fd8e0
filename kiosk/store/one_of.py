"""`one_of`: a column has one of several values, in statements that are built once.

The number of parameters is rounded up, so that few statements serve every number of values: the text of each is
written once, and PostgreSQL keeps its plan. As one array, or as one list in JSON, the databases would plan badly: they
would not know how few the values are.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam

__all__ = ["one_of", "rounded", "values_of"]

_STEP = 8


def rounded(count: int) -> int:
    """Return how many parameters serve `count` values."""
    return -(-count // _STEP) * _STEP


def one_of(column: ColumnElement[Any], name: str, count: int) -> ColumnElement[bool]:
    """Return the condition that a column has one of the values of `count` parameters."""
    return column.in_([bindparam(f"{name}_{place}", type_=column.type) for place in range(count)])


def values_of(name: str, values: Sequence[object], count: int) -> dict[str, object]:
    """Return the parameters of `one_of`: the values, the last one as often as there are parameters left."""
    return {f"{name}_{place}": values[min(place, len(values) - 1)] for place in range(count)}
