"""How members are found by the beginning of a text: the form in which フリガナ, 氏名 and 事業所名 have an index.

Each is written without the blanks that one file has and another has not, and is ordered by its bytes. The expressions
of the indexes (schema 0012) and those of the queries have to be the same to the letter.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from kiosk.store.schema import member_version

__all__ = ["key_of", "key_sql", "range_of", "without_blanks"]

_AFTER_ALL: Final = "\U0010ffff"
"""The last character: every text that begins with ``p`` comes before ``p`` and this."""

_BLANKS = " \u3000"
LEFT_OUT: Final = {"name": _BLANKS, "kana": f"{_BLANKS}\u30fc\uff70\u30fb\uff65", "employer": _BLANKS}
"""What each column is compared without: blanks, and of a フリガナ 長音 and 中黒 in both widths."""


class _Key(FunctionElement[str]):
    """A column in the form that has an index."""

    inherit_cache = True
    type = String()


@compiles(_Key)
def _sql(element: _Key, compiler: SQLCompiler, **options: Any) -> str:
    (column,) = element.clauses
    return key_sql(column.name, compiler.process(column, **options), compiler.dialect.name)


def key_sql(name: str, column: str, dialect: str) -> str:
    """Return the SQL for the column of that name, written as ``column`` in the statement."""
    for character in LEFT_OUT[name]:
        column = f"replace({column}, '{character}', '')"
    return f'({column} COLLATE "C")' if dialect == "postgresql" else column


def key_of(name: str) -> ColumnElement[str]:
    """Return a column of a version (``name``, ``kana``, ``employer``) in the form that has an index."""
    return _Key(member_version.c[name])


def without_blanks(name: str, text: str) -> str:
    """Return a text as the database has the column of that name."""
    return text.translate(dict.fromkeys(map(ord, LEFT_OUT[name])))


def range_of(beginning: str) -> tuple[str, str]:
    """Return the range of an index in which the texts are that begin so: a first text and the one after the last."""
    return beginning, f"{beginning}{_AFTER_ALL}"
