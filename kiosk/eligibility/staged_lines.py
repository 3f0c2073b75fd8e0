"""Lines of a file on their way into the database: good ones into `incoming`, bad ones into `refused`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, String, func, insert, select
from sqlalchemy import Enum as Code

from kiosk.eligibility.columns import KEY_COLUMNS, NAMES, ColumnLeftOut, Value
from kiosk.eligibility.csv_row import CsvRow
from kiosk.eligibility.errors import BadLine
from kiosk.eligibility.member_keys import canonical
from kiosk.eligibility.twins import SpelledTwice, Twins, key_of
from kiosk.store.chunks import chunks
from kiosk.store.staging import StoredValue, add_lines, incoming, refused

__all__ = ["StagedLines", "bad_lines", "count_bad", "refuse"]

_AT_ONCE = 2_000
"""How many lines are in memory."""

_MOST_STORED = 65_536


def _is_plain(name: str) -> bool:
    kind = incoming.c[name].type
    return isinstance(kind, String) and not isinstance(kind, Code)


_CODED = [place for place, name in enumerate(NAMES) if not _is_plain(name)]
"""The columns whose values the database has in another form than the program."""


_Line = tuple[StoredValue, ...]
_Values = Callable[[tuple[Any, ...]], _Line]


class _Stored(dict[Value | ColumnLeftOut, StoredValue]):
    """The values of columns as the database has them; those that are not texts have few different ones."""

    def __missing__(self, value: Value | ColumnLeftOut) -> StoredValue:
        if len(self) >= _MOST_STORED:
            self.clear()
        self[value] = stored = _stored(value)
        return stored


def _stored(value: Value | ColumnLeftOut) -> StoredValue:
    if value is None or isinstance(value, ColumnLeftOut):
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return str(value.value)
    return int(value) if isinstance(value, bool) else value


class StagedLines:
    """Takes the lines of one file; all of them leave out the same columns, as those of a file do.

    Args:
        connection: a writing transaction with the tables of `kiosk.store.staging`.
        twins: the members who are known by their key as given.

    Attributes:
        left_out: the columns that the file does not have, each with what a new member gets instead.

    """

    def __init__(self, connection: Connection, twins: Twins) -> None:
        self.left_out: dict[str, Value] = {}
        self._connection = connection
        self._twins = twins
        self._bad: list[BadLine] = []

    def add(self, lines: Iterable[CsvRow | BadLine]) -> None:
        """Write all lines into the two tables."""
        for chunk in chunks(self._good(lines), _AT_ONCE):
            add_lines(self._connection, chunk)
        self._refuse()

    def _good(self, lines: Iterable[CsvRow | BadLine]) -> Iterator[_Line]:
        stored: _Values | None = None
        for line in lines:
            if isinstance(line, BadLine):
                self._refuse(line)
                continue
            stored = stored or self._values_of_file(line)
            try:
                yield self._staged(line, stored)
            except SpelledTwice as error:
                self._refuse(BadLine(line.line, "number", str(error), line.text))

    def _refuse(self, *lines: BadLine) -> None:
        """Write bad lines, many at a time; all that are left if there is no further one."""
        self._bad += lines
        if len(self._bad) >= _AT_ONCE or not lines:
            refuse(self._connection, self._bad)
            self._bad = []

    def _staged(self, row: CsvRow, stored: _Values) -> _Line:
        insurer, symbol, number, branch = row.values[:KEY_COLUMNS]
        key = reference = f"{insurer}:{symbol}:{number}:{branch}"
        if not reference.isascii():
            key = f"{insurer}:{canonical(symbol)}:{canonical(number)}:{branch}"
        if self._twins:
            key = key_of(key, reference, self._twins)
        return (row.line, key, reference, *stored(row.values), row.text)

    def _values_of_file(self, first: CsvRow) -> _Values:
        """Return what gives the values of a row as the database has them, for rows like the first one."""
        missing = [place for place, value in enumerate(first.values) if value is ColumnLeftOut.LEFT_OUT]
        self.left_out = {NAMES[place]: first.completed(None).values[place] for place in missing}
        places = sorted({*_CODED, *missing})
        changed = itemgetter(*places)
        arranged = itemgetter(*(len(NAMES) + places.index(i) if i in places else i for i in range(len(NAMES))))
        stored = _Stored().__getitem__
        return lambda values: arranged((*values, *map(stored, changed(values))))


def refuse(connection: Connection, lines: Sequence[BadLine]) -> None:
    """Write bad lines into their table."""
    if lines:
        values = [{"line": bad.line, "column": bad.column, "message": bad.message, "text": bad.text} for bad in lines]
        connection.execute(insert(refused), values)


def count_bad(connection: Connection) -> int:
    """Return how many lines are bad."""
    return connection.execute(select(func.count()).select_from(refused)).scalar_one()


def bad_lines(connection: Connection, most: int | None = None) -> Iterator[BadLine]:
    """Yield the bad lines in the order of the file: the first ones, or all in constant memory."""
    chosen = select(refused).order_by(refused.c.line).limit(most)
    for row in connection.execute(chosen, execution_options={"yield_per": _AT_ONCE}):
        yield BadLine(row.line, row.column, row.message, row.text)
