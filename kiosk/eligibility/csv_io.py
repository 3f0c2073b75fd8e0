"""Member files: UTF-8 CSV (RFC 4180, no line breaks inside cells), read and written in constant memory.

A record is one physical line: whatever is wrong with one line, the next is read as if nothing had happened.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from kiosk.decision import Certificate
from kiosk.eligibility.columns import COLUMNS, KEY_COLUMNS, NAMES, CellRefused, Value
from kiosk.eligibility.errors import BadLine, HeaderRefused
from kiosk.eligibility.model import Member, MemberId
from kiosk.eligibility.my_number import contains_my_number
from kiosk.spreadsheet import SpreadsheetWriter

LONGEST_LINE = 16_384
"""Bytes of a line, its end included."""

_BOM = b"\xef\xbb\xbf"
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_QUOTED_RECORD = re.compile(r'(?:[^",]*|"(?:[^"]|"")*")(?:,(?:[^",]*|"(?:[^"]|"")*"))*')
_POSITION = {name: index for index, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True, repr=False)
class CsvRow:
    """One line of a member file that can be taken.

    Attributes:
        line: its number in the file, the header being line 1.
        values: one value for each of COLUMNS, in that order.
        text: the line as it stood; empty when the row comes from no file.

    """

    line: int
    values: tuple[Any, ...]
    text: str = ""

    @classmethod
    def of(cls, member: Member, line: int = 0) -> "CsvRow":
        """The row that a file with this member would hold."""
        return cls(line, values_of(member))

    def with_details(self, details: Sequence[Any]) -> "CsvRow":
        """The row with other values than the four of the key."""
        return replace(self, values=self.values[:KEY_COLUMNS] + tuple(details))

    @property
    def key(self) -> MemberId:
        """Whose row it is."""
        return MemberId(*self.values[:KEY_COLUMNS])


class _LineRefused(ValueError):
    """A line cannot be taken; `column` is None when it is the line as a whole."""

    def __init__(self, column: str | None, message: str) -> None:
        super().__init__(message)
        self.column = column


def values_of(member: Member) -> tuple[Value, ...]:
    """The values of a member in the order of COLUMNS."""
    key = (member.id.insurer_number, member.id.symbol, member.id.number, member.id.branch)
    return key + tuple(getattr(member, name) for name in NAMES[KEY_COLUMNS:])


def read_rows(stream: BinaryIO, on_bytes: Callable[[bytes], object] = len) -> Iterator[CsvRow | BadLine]:
    """The lines of a member file, good and bad, in order; empty lines are passed over.

    Args:
        stream: the file, opened in binary; read once, a line at a time.
        on_bytes: told every piece as it is read (for progress and for a digest).

    Raises:
        HeaderRefused: the file is empty, or the header row is not the set of COLUMNS, each once, in any order.
        OSError: the stream cannot be read.

    """
    lines = _physical_lines(stream, on_bytes)
    order = _column_order(next(lines, b"").removeprefix(_BOM))
    for number, raw in enumerate(lines, start=2):
        if raw.rstrip(b"\r\n"):
            yield _row(number, raw, order)


def _physical_lines(stream: BinaryIO, on_bytes: Callable[[bytes], object]) -> Iterator[bytes]:
    """Lines of at most LONGEST_LINE + 1 bytes: the rest of a longer one is read and dropped."""
    while line := stream.readline(LONGEST_LINE + 1):
        on_bytes(line)
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE + 1)
            on_bytes(line)


def _column_order(raw: bytes) -> list[int]:
    """For each of COLUMNS, the place of its cell in a line. Cells of an unknown header may be data: not repeated."""
    if not raw:
        raise HeaderRefused("the file is empty")
    try:
        header = _cells(_decoded(raw))
    except _LineRefused as error:
        raise HeaderRefused(f"header row: {error}") from None
    for place, cell in enumerate(header, start=1):
        if cell not in _POSITION:
            raise HeaderRefused(f"header row: column {place} is not a column of a member file")
    repeated = [name for name in NAMES if header.count(name) > 1]
    missing = [name for name in NAMES if name not in header]
    if repeated:
        raise HeaderRefused(f"header row: {', '.join(repeated)} stands there more than once")
    if missing:
        raise HeaderRefused(f"header row: {', '.join(missing)} is missing")
    return [header.index(name) for name in NAMES]


def _row(number: int, raw: bytes, order: Sequence[int]) -> CsvRow | BadLine:
    try:
        text = _decoded(raw)
        cells = _cells(text)
        if len(cells) != len(order):
            raise _LineRefused(None, f"has {len(cells)} cells where the header has {len(order)}")
        return CsvRow(number, _values([cells[place] for place in order]), text)
    except _LineRefused as error:
        return BadLine(number, error.column, str(error), _harmless(raw))


def _decoded(raw: bytes) -> str:
    if len(raw) > LONGEST_LINE:
        raise _LineRefused(None, f"is longer than {LONGEST_LINE} bytes")
    try:
        text = raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise _LineRefused(None, "is not UTF-8") from None
    if _FORBIDDEN.search(text):
        raise _LineRefused(None, "holds a control character")
    return text


def _cells(text: str) -> list[str]:
    if '"' not in text:
        return text.split(",")
    if not _QUOTED_RECORD.fullmatch(text):
        raise _LineRefused(None, "has a quotation mark out of place, or a line break inside a cell")
    return next(csv.reader([text], strict=True))


def _values(cells: Sequence[str]) -> tuple[Value, ...]:
    values: list[Value] = []
    for column, cell in zip(COLUMNS, cells, strict=True):
        try:
            values.append(column.parse(cell))
        except CellRefused as error:
            raise _LineRefused(column.name, "must not be empty" if not cell else str(error)) from None
    _refuse_impossible(values)
    return tuple(values)


def _refuse_impossible(values: Sequence[Any]) -> None:
    """The combinations that no facts could be made from and the others that docs/formats.md names."""
    if values[_ACQUIRED] < values[_BIRTH]:
        raise _LineRefused("acquired_on", "lies before birth_date")
    if values[_LOST] is not None and values[_LOST] < values[_ACQUIRED]:
        raise _LineRefused("lost_on", "lies before acquired_on")
    if values[_CERTIFICATE] is Certificate.EXPIRED and values[_CERTIFICATE_UNTIL] is None:
        raise _LineRefused("certificate_valid_until", "must not be empty when certificate is expired")
    first, last = values[_CONFIRMATION_FROM], values[_CONFIRMATION_UNTIL]
    if (first is None) != (last is None):
        empty = "confirmation_valid_from" if first is None else "confirmation_valid_until"
        raise _LineRefused(empty, "must not be empty when the other date of the confirmation is given")
    if first is not None and last < first:
        raise _LineRefused("confirmation_valid_until", "lies before confirmation_valid_from")


_BIRTH = _POSITION["birth_date"]
_ACQUIRED = _POSITION["acquired_on"]
_LOST = _POSITION["lost_on"]
_CERTIFICATE = _POSITION["certificate"]
_CERTIFICATE_UNTIL = _POSITION["certificate_valid_until"]
_CONFIRMATION_FROM = _POSITION["confirmation_valid_from"]
_CONFIRMATION_UNTIL = _POSITION["confirmation_valid_until"]


def _harmless(raw: bytes) -> str:
    """The line for the eyes of the person who mends it, or nothing when a マイナンバー may stand in it."""
    text = raw[:LONGEST_LINE].decode("utf-8", errors="backslashreplace").rstrip("\r\n")
    if contains_my_number(text) or contains_my_number(_FORBIDDEN.sub("", text)):
        return ""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def write_rows(stream: io.TextIOBase, rows: Iterable[Sequence[Value]]) -> int:
    """Write a header row and `rows` (values in the order of COLUMNS); returns how many rows there were.

    The same rows give the same bytes: fixed order of columns, quotation marks only where needed, one LF a line. The
    cells are true to the register, formulas too: the file is for programs, which read it again.
    """
    return _written(csv.writer(stream, lineterminator="\n").writerow, rows)


def write_spreadsheet(stream: io.TextIOBase, rows: Iterable[Sequence[Value]]) -> int:
    """Write the same table as `write_rows` for people, whose spreadsheet takes no cell of it for a formula.

    It begins with a byte order mark, without which Excel takes Japanese text for Shift_JIS. It is not read again.
    """
    stream.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    return _written(SpreadsheetWriter(stream).writerow, rows)


def _written(writerow: Callable[[Sequence[str]], object], rows: Iterable[Sequence[Value]]) -> int:
    writerow(NAMES)
    count = 0
    for values in rows:
        writerow([column.text(value) for column, value in zip(COLUMNS, values, strict=True)])
        count += 1
    return count
