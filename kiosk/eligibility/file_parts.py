"""Lines of a file in the form in which the database takes them, some at a time, and what was noticed about them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from operator import itemgetter
from typing import Any

from sqlalchemy import Enum as Code
from sqlalchemy import String

from kiosk.eligibility.columns import KEY_COLUMNS, NAMES, ColumnLeftOut, Value
from kiosk.eligibility.csv_row import CsvRow
from kiosk.eligibility.doubtful import CharacterCheck, DoubtfulCharacters
from kiosk.eligibility.errors import BadLine
from kiosk.eligibility.member_keys import canonical
from kiosk.store.chunks import chunks
from kiosk.store.staging import StoredValue, incoming

__all__ = ["LINES_AT_ONCE", "FilePart", "PartMaker", "StoredLine", "parts_of"]

LINES_AT_ONCE = 2_000
"""How many lines a part has."""

_MOST_STORED = 65_536

StoredLine = tuple[StoredValue, ...]
"""A value for each column of `incoming`."""

_Values = Callable[[tuple[Any, ...]], StoredLine]


@dataclass(frozen=True, slots=True, repr=False)
class FilePart:
    """Some lines of a file.

    Attributes:
        good: the well-formed ones, in their order.
        bad: the others, in their order.
        left_out: the columns that the file does not have, each with what a new member gets instead.
        doubtful: the characters that stand for others or cannot be printed.

    """

    good: list[StoredLine]
    bad: list[BadLine] = field(default_factory=list)
    left_out: Mapping[str, Value] = field(default_factory=dict)
    doubtful: DoubtfulCharacters = field(default_factory=DoubtfulCharacters)


class PartMaker:
    """Makes the parts of one file; all its lines leave out the same columns.

    Args:
        characters: looks at the characters of the lines; None: nothing does.

    """

    def __init__(self, characters: CharacterCheck | None = None) -> None:
        self._characters = characters
        self._values: _Values | None = None
        self._left_out: dict[str, Value] = {}

    def part(self, rows: Iterable[CsvRow | BadLine]) -> FilePart:
        """Return a part of these lines."""
        good, bad = list[StoredLine](), list[BadLine]()
        for row in self._characters.rows(rows) if self._characters else rows:
            if isinstance(row, BadLine):
                bad.append(row)
            else:
                good.append(self._stored_line(row))
        doubtful = self._characters.taken() if self._characters else DoubtfulCharacters()
        return FilePart(good, bad, self._left_out, doubtful)

    def _stored_line(self, row: CsvRow) -> StoredLine:
        insurer, symbol, number, branch = row.values[:KEY_COLUMNS]
        key = reference = f"{insurer}:{symbol}:{number}:{branch}"
        if not reference.isascii():
            key = f"{insurer}:{canonical(symbol)}:{canonical(number)}:{branch}"
        stored = self._values = self._values or self._values_of_file(row)
        return (row.line, key, reference, *stored(row.values), row.text)

    def _values_of_file(self, first: CsvRow) -> _Values:
        """Return what gives the values of a row as the database has them, for rows like the first one."""
        missing = [place for place, value in enumerate(first.values) if value is ColumnLeftOut.LEFT_OUT]
        self._left_out = {NAMES[place]: first.completed(None).values[place] for place in missing}
        places = sorted({*_CODED, *missing})
        changed = itemgetter(*places)
        arranged = itemgetter(*(len(NAMES) + places.index(i) if i in places else i for i in range(len(NAMES))))
        stored = _Stored().__getitem__
        return lambda values: arranged((*values, *map(stored, changed(values))))


def parts_of(rows: Iterable[CsvRow | BadLine]) -> Iterator[FilePart]:
    """Yield the parts of a file whose rows were read already."""
    maker = PartMaker()
    return map(maker.part, chunks(rows, LINES_AT_ONCE))


def _is_plain(name: str) -> bool:
    kind = incoming.c[name].type
    return isinstance(kind, String) and not isinstance(kind, Code)


_CODED = [place for place, name in enumerate(NAMES) if not _is_plain(name)]
"""The columns whose values the database has in another form than the program."""


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
