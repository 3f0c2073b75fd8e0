"""Find what a power cut left unfinished at the end of a journal, and move it aside."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.chain import LONGEST_LINE, ChainLink, MalformedLine, Seal

_CHUNK = 3 * LONGEST_LINE
_MOST = 16 << 20
"""Most bytes that are read of the end: a power cut leaves zeros for blocks that were never written."""

_SIDE = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Tail:
    """How a journal ends.

    Attributes:
        last: The last complete line; None if there is none.
        size: The number of bytes up to the end of that line.
        torn: The bytes after it: the beginning of a line, or a line that is not an entry.

    """

    last: ChainLink | None
    size: int
    torn: bytes


def read_tail(descriptor: int, seal: Seal) -> Tail:
    """Return the end of an open journal, without reading the lines before it.

    Raises:
        OSError: The journal cannot be read.

    """
    start, data = _end_of(descriptor)
    whole = data.rfind(b"\n") + 1
    last = _last_line(data[:whole])
    try:
        return Tail(seal.read(last) if last else None, start + whole, data[whole:])
    except MalformedLine:
        return _before(data, whole - len(last), start, seal)


def hash_at(descriptor: int, sequence: int, seal: Seal) -> str | None:
    """Return the hash of the genuine entry with this number; None if it is not among the last megabytes.

    Raises:
        OSError: The journal cannot be read.

    """
    size, length = os.fstat(descriptor).st_size, _CHUNK
    while True:
        start = max(0, size - length)
        for link in _links_from_the_end(os.pread(descriptor, size - start, start), seal):
            if link.sequence <= sequence:
                return link.hash if link.sequence == sequence else None
        if start == 0 or length >= _MOST:
            return None
        length *= 4


def _links_from_the_end(data: bytes, seal: Seal) -> Iterator[ChainLink]:
    for line in reversed(data.splitlines()):
        with suppress(MalformedLine):
            link = seal.read(line)
            if link.genuine:
                yield link


def _end_of(descriptor: int) -> tuple[int, bytes]:
    """Return where the end begins and its bytes: enough for two lines, however many zeros follow them.

    Raises:
        OSError: The journal cannot be read.

    """
    start = os.fstat(descriptor).st_size
    data = b""
    while start > 0 and len(data) < _MOST and len(data) - data.count(0) < _CHUNK:
        before, start = start, max(0, start - max(_CHUNK, len(data)))
        data = os.pread(descriptor, before - start, start) + data
    return start, data


def _before(data: bytes, end: int, start: int, seal: Seal) -> Tail:
    """Return the tail when the last complete line is not ours: only one line can be unfinished, so look once more."""
    last = _last_line(data[:end])
    try:
        return Tail(seal.read(last) if last else None, start + end, data[end:])
    except MalformedLine:
        return Tail(None, start + end, data[end:])


def _last_line(data: bytes) -> bytes:
    return data[data.rfind(b"\n", 0, -1) + 1 :]


def set_aside(descriptor: int, tail: Tail, journal: Path) -> None:
    """Append the torn bytes to ``JOURNAL.torn`` and cut them off the journal.

    Raises:
        OSError: A file cannot be written.

    """
    side = journal.with_name(journal.name + ".torn")
    with open(os.open(side, _SIDE, 0o600), "wb") as file:
        file.write(tail.torn + b"\n")
        file.flush()
        os.fsync(file.fileno())
    os.ftruncate(descriptor, tail.size)
    os.fsync(descriptor)
