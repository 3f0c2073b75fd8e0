"""Member files: CSV (RFC 4180, no line breaks inside cells), read and written in constant memory.

A record is one physical line, so an error in one line does not affect how the next one is read. What spreadsheets and
host systems add is passed over: a byte order mark, rows and columns without content, 0x1A at the end.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, BinaryIO

from kiosk.eligibility.columns import (
    COLUMNS,
    MAY_BE_LEFT_OUT,
    NAMES,
    CellRefused,
    Column,
    ColumnLeftOut,
    Value,
)
from kiosk.eligibility.csv_row import CsvRow, impossible
from kiosk.eligibility.encodings import MARK, Decoder
from kiosk.eligibility.errors import BadLine, EndlessFile, HeaderRefused
from kiosk.eligibility.my_number import contains_my_number
from kiosk.spreadsheet import SpreadsheetWriter

LONGEST_LINE = 16_384
"""The most bytes that a line may have, its line end included."""

MOST_DROPPED = 2**30
"""The most bytes of a longer line that are read to find its end: standard input may never come to one."""

MOST_LINES = 20_000_000
"""The most lines that a file may have."""

FIRST_LINE = 2
"""The number of the line after the header row."""

_REMEMBERED = 16_384
"""How many cells of a column are remembered with their values."""

_END_OF_FILE = b"\x1a"
"""What CP/M and its heirs put at the end of a text; some host systems still do."""

_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_CELL = r'(?:[^",]*|="[^",]*"|"(?:[^"]|"")*")'
_QUOTED_RECORD = re.compile(f"{_CELL}(?:,{_CELL})*")
_NO_CONTENT = ', "\N{IDEOGRAPHIC SPACE}'


class _LineRefused(ValueError):
    """A line is malformed. `column` is the one at fault, if that is known; `marked` has a MARK for what is no text."""

    def __init__(self, column: str | None, message: str, marked: str = "") -> None:
        super().__init__(message)
        self.column = column
        self.marked = marked


@dataclass(frozen=True, slots=True)
class FileColumns:
    """The columns of one kind of file: those that it must have, those that it may leave out, and its name in words."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    name: str = "a member file"


MEMBER_FILE = FileColumns(tuple(name for name in NAMES if name not in MAY_BE_LEFT_OUT), tuple(MAY_BE_LEFT_OUT))


class _Known(dict[str, Value]):
    """The values of the cells of one column, by the cells that were read."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self._column = column

    def __missing__(self, cell: str) -> Value:
        value = self._column.parse(cell)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[cell] = value
        return value


def _reader(column: Column, place: int | None) -> Callable[[str], Value | ColumnLeftOut]:
    """Return what reads the cells of a column in one file."""
    if place is None:
        return lambda _: ColumnLeftOut.LEFT_OUT
    return _Known(column).__getitem__ if column.recurs else column.parse


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a file has its columns.

    Attributes:
        places: the place of each of COLUMNS in a line; None for one that the file leaves out.
        unnamed: the places of columns without a name, which may hold nothing.
        width: how many cells the header row has.
        least: how many cells a line must have; those after it have no name.

    """

    places: tuple[int | None, ...]
    unnamed: tuple[int, ...]
    width: int
    least: int

    def refuse_shape(self, cells: Sequence[str]) -> None:
        """Raise _LineRefused if a line has too few or too many cells, or one that has no name."""
        if not self.least <= len(cells) <= self.width:
            raise _LineRefused(None, f"has {len(cells)} cells where the header has {self.width}")
        for place in self.unnamed:
            if place < len(cells) and cells[place].strip():
                raise _LineRefused(None, f"has something in column {place + 1}, which has no name in the header row")


class LineReader:
    """Reads the lines of a file with one layout; it remembers what the cells mean that recur."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._arranged: Callable[[list[str]], tuple[str, ...]] = itemgetter(
            *(-1 if place is None else place for place in layout.places)
        )
        self._readers = tuple(map(_reader, COLUMNS, layout.places))

    def row(self, number: int, raw: bytes, decoder: Decoder) -> CsvRow | BadLine | None:
        """Return a line as a row; None if it has no content."""
        try:
            text = _decoded(raw, decoder)
            if not text.strip(_NO_CONTENT):
                return None
            return CsvRow(number, self._values(_cells(text)), text)
        except _LineRefused as error:
            column = error.column or self._marked_column(error.marked)
            return BadLine(number, column, str(error), _harmless(raw, decoder))

    def _values(self, cells: list[str]) -> tuple[Any, ...]:
        """Return the values of a line in the order of COLUMNS. Raises _LineRefused."""
        self._layout.refuse_shape(cells)
        arranged = self._arranged([*cells, ""])
        try:
            values = tuple([read(cell) for read, cell in zip(self._readers, arranged, strict=True)])
        except CellRefused:
            raise self._first_fault(arranged) from None
        if (fault := impossible(values)) is not None:
            raise _LineRefused(*fault)
        return values

    def _marked_column(self, marked: str) -> str | None:
        """Return the first column with a mark in it; None if there is none, or the line has not the right cells."""
        try:
            cells = _cells(marked)
            self._layout.refuse_shape(cells)
        except _LineRefused:
            return None
        arranged = self._arranged([*cells, ""])
        return next((name for name, cell in zip(NAMES, arranged, strict=True) if MARK in cell), None)

    def _first_fault(self, arranged: Iterable[str]) -> _LineRefused:
        """Return what is wrong with the first cell that cannot be read."""
        for column, read, cell in zip(COLUMNS, self._readers, arranged, strict=True):
            try:
                read(cell)
            except CellRefused as error:
                return _LineRefused(column.name, str(error) if cell else "must not be empty")
        raise RuntimeError("a cell that could not be read can be read now")


def read_rows(
    stream: BinaryIO,
    on_bytes: Callable[[bytes], object] = len,
    decoder: Decoder | None = None,
    columns: FileColumns = MEMBER_FILE,
) -> Iterator[CsvRow | BadLine]:
    """Yield the lines of a member file, good and bad, in order. Lines without content are skipped.

    Args:
        stream: the file, opened in binary mode; it is read once, a line at a time.
        on_bytes: called with every piece as it is read, for progress and for a digest.
        decoder: decodes the lines; None finds the encoding.
        columns: what the file has; a row has LEFT_OUT for every other column.

    Raises:
        HeaderRefused: the file is empty, or its header row does not have each required column once (in any order; the
            optional ones at most once).
        EncodingRefused: the encoding of the file cannot be told.
        EndlessFile: a line has no end within MOST_DROPPED bytes, or there are more than MOST_LINES lines.
        OSError: the stream cannot be read.

    """
    decoder = decoder or Decoder()
    layout, lines = header_and_lines(stream, on_bytes, decoder, columns)
    reader = LineReader(layout)
    for number, raw in enumerate(lines, start=FIRST_LINE):
        if (row := reader.row(number, raw, decoder)) is not None:
            yield row


def header_and_lines(
    stream: BinaryIO, on_bytes: Callable[[bytes], object], decoder: Decoder, columns: FileColumns
) -> tuple[Layout, Iterator[bytes]]:
    """Return what the header row says, and the lines from FIRST_LINE on as bytes; see `read_rows`."""
    lines = decoder.lines(_physical_lines(stream, on_bytes), lambda line: len(line) <= LONGEST_LINE)
    return _layout_of(next(lines, b""), decoder, columns), lines


def _physical_lines(stream: BinaryIO, on_bytes: Callable[[bytes], object]) -> Iterator[bytes]:
    """Yield lines of at most LONGEST_LINE + 1 bytes; the rest of a longer line is read and dropped.

    Raises:
        EndlessFile: a line or the file is too long.

    """
    for number in range(1, MOST_LINES + 1):
        if not (line := stream.readline(LONGEST_LINE + 1)):
            return
        on_bytes(line)
        yield line
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            _drop_rest(number, stream, on_bytes)
    if stream.readline(1):
        raise EndlessFile(f"has more than {MOST_LINES:,} lines; nothing was imported")


def _drop_rest(number: int, stream: BinaryIO, on_bytes: Callable[[bytes], object]) -> None:
    dropped = 0
    while rest := stream.readline(LONGEST_LINE):
        on_bytes(rest)
        dropped += len(rest)
        if rest.endswith(b"\n"):
            return
        if dropped > MOST_DROPPED:
            raise EndlessFile(f"line {number}: has no end within 1 GiB; nothing was imported")


def _without_end(raw: bytes) -> bytes:
    """Return a line without its end, and without the end of the file."""
    line = raw.removesuffix(b"\n").removesuffix(b"\r")
    only_the_end = not line.rstrip(_END_OF_FILE)
    return line.rstrip(_END_OF_FILE) if only_the_end or not raw.endswith(b"\n") else line


def _layout_of(raw: bytes, decoder: Decoder, columns: FileColumns) -> Layout:
    """Return the layout that a header row gives.

    Raises:
        HeaderRefused: the header is wrong. The message repeats no unknown cell, which could be somebody's data.

    """
    if not raw:
        raise HeaderRefused("the file is empty")
    try:
        header = [unicodedata.normalize("NFKC", cell) for cell in _cells(_decoded(raw, decoder))]
    except _LineRefused as error:
        raise HeaderRefused(f"header row: {error}") from None
    _refuse_header(header, columns)
    places = {name: place for place, name in enumerate(header) if name}
    unnamed = tuple(place for place, name in enumerate(header) if not name)
    return Layout(tuple(map(places.get, NAMES)), unnamed, len(header), max(places.values()) + 1)


def _refuse_header(header: Sequence[str], columns: FileColumns) -> None:
    known = {"", *columns.required, *columns.optional}
    for place, cell in enumerate(header, start=1):
        if cell not in known:
            raise HeaderRefused(f"header row: column {place} is not a column of {columns.name}")
    counted = Counter(header)
    repeated = [name for name in NAMES if counted[name] > 1]
    missing = [name for name in columns.required if name not in counted]
    if repeated:
        raise HeaderRefused(f"header row: {', '.join(repeated)} appears more than once")
    if missing:
        raise HeaderRefused(f"header row: {', '.join(missing)} is missing")


def _decoded(raw: bytes, decoder: Decoder) -> str:
    if len(raw) > LONGEST_LINE:
        raise _LineRefused(None, f"is longer than {LONGEST_LINE} bytes")
    line = _without_end(raw)
    try:
        text = decoder.decode(line)
    except ValueError as error:
        raise _LineRefused(None, str(error), decoder.marked(line)) from None
    if not text.isprintable() and _FORBIDDEN.search(text):  # nothing forbidden is printable, and this is faster
        raise _LineRefused(None, "contains a control character", _FORBIDDEN.sub(MARK, text))
    return text


def _cells(text: str) -> list[str]:
    if '"' not in text:
        return text.split(",")
    if not _QUOTED_RECORD.fullmatch(text):
        raise _LineRefused(None, "has a quotation mark out of place, or a line break inside a cell")
    return next(csv.reader([text], strict=True))


def _harmless(raw: bytes, decoder: Decoder) -> str:
    """Return the line for the person who corrects it; empty if it may have a マイナンバー in it."""
    text = decoder.readable(raw[:LONGEST_LINE]).rstrip("\r\n")
    if contains_my_number(text) or contains_my_number(_FORBIDDEN.sub("", text)):
        return ""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def write_rows(stream: io.TextIOBase, rows: Iterable[Sequence[Value]]) -> int:
    """Write a member file for programs, which can be imported again.

    The same rows give the same bytes: columns in a fixed order, quotation marks only where needed, LF as line end.
    Cells that a spreadsheet would take for formulas are written as they are.

    Args:
        stream: the file, opened as UTF-8 text without newline translation.
        rows: values in the order of COLUMNS.

    Returns:
        How many rows were written, without the header.

    """
    return _written(csv.writer(stream, lineterminator="\n").writerow, rows)


def write_spreadsheet(stream: io.TextIOBase, rows: Iterable[Sequence[Value]]) -> int:
    """Write the table of `write_rows` for people: no spreadsheet takes a cell of it for a formula.

    It begins with a byte order mark, without which Excel takes Japanese text for Shift_JIS. It cannot be imported.
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
