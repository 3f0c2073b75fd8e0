"""The end of a journal after a power cut: finding what was only half written, and setting it aside."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.chain import LONGEST_LINE, ChainLink, MalformedLine, Seal

_CHUNK = 3 * LONGEST_LINE
_MOST = 16 << 20
"""Bytes that are read of an end at most: what a power cut leaves of blocks that were never written is zeros."""

_SIDE = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Tail:
    """How a journal ends.

    Attributes:
        last: the last whole line; None when there is none.
        size: bytes up to and with that line.
        torn: what stands after it: the beginning of a line, or a line that is none.

    """

    last: ChainLink | None
    size: int
    torn: bytes


def read_tail(descriptor: int, seal: Seal) -> Tail:
    """The end of an open journal, read without the lines before it. Raises OSError."""
    start, data = _end_of(descriptor)
    whole = data.rfind(b"\n") + 1
    last = _last_line(data[:whole])
    try:
        return Tail(seal.read(last) if last else None, start + whole, data[whole:])
    except MalformedLine:
        return _before(data, whole - len(last), start, seal)


def hash_at(descriptor: int, sequence: int, seal: Seal) -> str | None:
    """The hash of the genuine entry with this number among the last megabytes; None: there is none. Raises OSError."""
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
    """Where the end begins and what it holds: enough for two lines beside whatever zeros are there. Raises OSError."""
    start = os.fstat(descriptor).st_size
    data = b""
    while start > 0 and len(data) < _MOST and len(data) - data.count(0) < _CHUNK:
        before, start = start, max(0, start - max(_CHUNK, len(data)))
        data = os.pread(descriptor, before - start, start) + data
    return start, data


def _before(data: bytes, end: int, start: int, seal: Seal) -> Tail:
    """The tail when the last line with an end is none of ours: only one line can be half written, so look once more."""
    last = _last_line(data[:end])
    try:
        return Tail(seal.read(last) if last else None, start + end, data[end:])
    except MalformedLine:
        return Tail(None, start + end, data[end:])


def _last_line(data: bytes) -> bytes:
    return data[data.rfind(b"\n", 0, -1) + 1 :]


def set_aside(descriptor: int, tail: Tail, journal: Path) -> None:
    """Move what is torn to `JOURNAL.torn` (added at its end) and cut it off the journal. Raises OSError."""
    side = journal.with_name(journal.name + ".torn")
    with open(os.open(side, _SIDE, 0o600), "wb") as file:
        file.write(tail.torn + b"\n")
        file.flush()
        os.fsync(file.fileno())
    os.ftruncate(descriptor, tail.size)
    os.fsync(descriptor)
