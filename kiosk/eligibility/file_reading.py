"""Reading a file about members in several processes; the one that asks for it reads the bytes, and gets the parts.

A small file is read by this process alone, because a process takes as long to start as some thousand lines take.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

from kiosk.crew import Crew, cores
from kiosk.eligibility.csv_io import FIRST_LINE, FileColumns, Layout, LineReader, header_and_lines
from kiosk.eligibility.csv_row import CsvRow
from kiosk.eligibility.doubtful import CharacterCheck
from kiosk.eligibility.encodings import Decoder
from kiosk.eligibility.errors import BadLine
from kiosk.eligibility.file_parts import LINES_AT_ONCE, FilePart, PartMaker

__all__ = ["read_parts"]

MOST_PROCESSES = 3
"""How many processes can read before the one that writes cannot keep up."""

_MOST_BYTES = 1_048_576
"""About how many bytes a part may have, so that long lines do not fill the memory."""

_SMALL_FILE = 8
"""How many parts a file may have for which no process is started."""

_WHILE_OTHERS_START = 8
"""How many parts this process reads while the others start."""


@dataclass(frozen=True, slots=True, repr=False)
class _RawLines:
    """Some lines as bytes, the number of the first one, and what decodes them."""

    first: int
    lines: list[bytes]
    decoder: Decoder


@dataclass(frozen=True, slots=True)
class _Reading:
    """What each process does: it makes parts of the lines of one file."""

    layout: Layout
    is_writable: Callable[[str], bool]

    @contextmanager
    def __call__(self) -> Iterator[Callable[[_RawLines], FilePart]]:
        """Begin to read the file."""
        reader, maker = LineReader(self.layout), PartMaker(CharacterCheck(self.is_writable))
        yield lambda raw: maker.part(_rows(reader, raw))


def read_parts(
    stream: BinaryIO,
    on_bytes: Callable[[bytes], object],
    decoder: Decoder,
    columns: FileColumns,
    is_writable: Callable[[str], bool],
    *,
    processes: int | None = None,
    lines_at_once: int = LINES_AT_ONCE,
) -> Generator[FilePart, None, None]:
    """Yield the lines of a file, good and bad, in order. Lines without content are skipped.

    Close the generator when it is no longer needed: that ends the processes.

    Args:
        stream: the file, opened in binary mode; it is read once, a line at a time.
        on_bytes: called with every piece as it is read, for progress and for a digest.
        decoder: decodes the lines.
        columns: what the file has.
        is_writable: whether the documents can print a character; a function that has a name in a module.
        processes: how many read beside this one from the first line on (0: none); None: as many as there are cores, if
            the file is so long that it is worth it.
        lines_at_once: how many lines a part has, unless they are very long.

    Raises:
        HeaderRefused: the file is empty, or its header row is wrong.
        EncodingRefused: the encoding of the file cannot be told.
        EndlessFile: a line or the file is too long.
        OSError: the stream cannot be read.
        ChildProcessError: one of the processes was ended from outside.

    """
    layout, lines = header_and_lines(stream, on_bytes, decoder, columns)
    parts, reading = _raw_parts(lines, decoder, lines_at_once), _Reading(layout, is_writable)
    alone, beside = (_SMALL_FILE, _WHILE_OTHERS_START) if processes is None else (0, 0)
    count = _processes() if processes is None else processes
    with reading() as read:
        yield from map(read, islice(parts, alone) if count else parts)
        if (following := next(parts, None)) is None:
            return
        with Crew(reading, count) as crew:
            parts = chain([following], parts)
            yield from map(read, islice(parts, beside))
            yield from crew.in_order(parts)


def _processes() -> int:
    return 0 if cores() == 1 else min(cores(), MOST_PROCESSES)


def _raw_parts(lines: Iterable[bytes], decoder: Decoder, most: int) -> Iterator[_RawLines]:
    number, held, size = FIRST_LINE, list[bytes](), 0
    for line in lines:
        held.append(line)
        size += len(line)
        if len(held) == most or size >= _MOST_BYTES:
            yield _RawLines(number, held, decoder)
            number, held, size = number + len(held), [], 0
    if held:
        yield _RawLines(number, held, decoder)


def _rows(reader: LineReader, raw: _RawLines) -> Iterator[CsvRow | BadLine]:
    for number, line in enumerate(raw.lines, raw.first):
        if (row := reader.row(number, line, raw.decoder)) is not None:
            yield row
