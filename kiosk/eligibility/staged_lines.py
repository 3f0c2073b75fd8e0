"""Lines of a file on their way into the database: good ones into `incoming`, bad ones into `refused`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, func, insert, select

from kiosk.eligibility.columns import Value
from kiosk.eligibility.doubtful import DoubtfulCharacters
from kiosk.eligibility.errors import BadLine
from kiosk.eligibility.file_parts import LINES_AT_ONCE, FilePart, StoredLine
from kiosk.eligibility.twins import SpelledTwice, Twins, key_of
from kiosk.store.staging import add_lines, incoming, refused

__all__ = ["StagedLines", "bad_lines", "count_bad", "refuse"]

_NUMBER, _KEY, _REFERENCE, _TEXT = map(list(incoming.columns.keys()).index, ("line", "key", "reference", "text"))


class StagedLines:
    """Takes the lines of one file.

    Args:
        connection: a writing transaction with the tables of `kiosk.store.staging`.
        twins: the members who are known by their key as given.

    Attributes:
        left_out: the columns that the file does not have, each with what a new member gets instead.
        doubtful: the characters that stand for others or cannot be printed.

    """

    def __init__(self, connection: Connection, twins: Twins) -> None:
        self.left_out: Mapping[str, Value] = {}
        self.doubtful = DoubtfulCharacters()
        self._connection = connection
        self._twins = twins

    def add(self, parts: Iterable[FilePart]) -> None:
        """Write all lines into the two tables."""
        for part in parts:
            self.doubtful.add(part.doubtful)
            refuse(self._connection, part.bad)
            if part.good:
                self.left_out = part.left_out
                add_lines(self._connection, self._told_apart(part.good) if self._twins else part.good)

    def _told_apart(self, lines: Iterable[StoredLine]) -> list[StoredLine]:
        """Return the lines with the key as given for one of twins; those that are about none of them are refused."""
        found, bad = list[StoredLine](), list[BadLine]()
        for line in lines:
            try:
                key = key_of(str(line[_KEY]), str(line[_REFERENCE]), self._twins)
                found.append((*line[:_KEY], key, *line[_KEY + 1 :]))
            except SpelledTwice as error:
                bad.append(BadLine(int(line[_NUMBER] or 0), "number", str(error), str(line[_TEXT])))
        refuse(self._connection, bad)
        return found


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
    for row in connection.execute(chosen, execution_options={"yield_per": LINES_AT_ONCE}):
        yield BadLine(row.line, row.column, row.message, row.text)
