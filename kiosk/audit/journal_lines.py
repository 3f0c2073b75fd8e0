"""Read a journal from where the last reading ended, so that a journal of years is read once.

Whether entries are genuine is not asked here: `verify` says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from kiosk.audit.chain import LONGEST_LINE
from kiosk.files import FileError, open_regular

__all__ = ["JournalLines", "JournalPlace", "lines_after"]


@dataclass(frozen=True, slots=True)
class JournalPlace:
    """How far a journal was read: device and inode of the file, and the byte after the last line."""

    file: tuple[int, int]
    offset: int


class JournalLines:
    """The lines after a place, each once.

    Attributes:
        begin_anew: whether they are from the beginning: nothing was read before, or another file took the place of
            that one, or it was shortened.
        place: how far was read: behind the line that was returned last.

    """

    def __init__(self, file: BinaryIO, read: JournalPlace | None) -> None:
        found = os.fstat(file.fileno())
        this = found.st_dev, found.st_ino
        goes_on = read is not None and read.file == this and read.offset <= found.st_size
        self.begin_anew = not goes_on
        self.place = read if read is not None and goes_on else JournalPlace(this, 0)
        self._file = file
        file.seek(self.place.offset)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines that are whole; one that is too long comes in pieces, none of which can be an entry."""
        while line := self._file.readline(LONGEST_LINE + 1):
            if not line.endswith(b"\n") and len(line) <= LONGEST_LINE:
                return  # it is being written now
            self.place = replace(self.place, offset=self.place.offset + len(line))
            yield line


@contextmanager
def lines_after(path: Path, read: JournalPlace | None) -> Iterator[JournalLines]:
    """Open a journal and give its lines after a place; None: from the beginning.

    Raises:
        FileError: The journal is not a regular file, or cannot be read.

    """
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            yield JournalLines(file, read)
    except OSError as error:
        raise FileError(error.strerror or "cannot be read") from None
