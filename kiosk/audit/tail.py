"""The end of a journal after a power cut: finding what was only half written, and setting it aside."""

import os
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.chain import LONGEST_LINE, Link, MalformedLine, Seal


@dataclass(frozen=True, slots=True)
class Tail:
    """How a journal ends.

    Attributes:
        last: the last whole line; None when there is none.
        size: bytes up to and with that line.
        torn: what stands after it: the beginning of a line, or a line that is none.

    """

    last: Link | None
    size: int
    torn: bytes


def read_tail(descriptor: int, seal: Seal) -> Tail:
    """The end of an open journal, read without the lines before it. Raises OSError."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - 3 * LONGEST_LINE)
    data = os.pread(descriptor, size - start, start)
    whole = data.rfind(b"\n") + 1
    last = _last_line(data[:whole])
    try:
        return Tail(seal.read(last) if last else None, start + whole, data[whole:])
    except MalformedLine:
        return _before(data, whole - len(last), start, seal)


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
    with open(os.open(side, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(tail.torn + b"\n")
        file.flush()
        os.fsync(file.fileno())
    os.ftruncate(descriptor, tail.size)
    os.fsync(descriptor)
