"""Read the times of a journal's last entries: evidence of what the time must be at least."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.audit.chain import LONGEST_LINE, MalformedLine, Seal

MOST_STAMPS = 64
_WINDOW = LONGEST_LINE


@dataclass(frozen=True, slots=True)
class Stamp:
    """The number of an entry and its time (aware)."""

    sequence: int
    at: datetime


def newest(stamps: Iterable[Stamp], *, through: int = 0, after: datetime | None = None) -> Stamp | None:
    """Return the latest stamp, ignoring entries up to number ``through`` whose time is later than ``after``."""
    counted = [stamp for stamp in stamps if after is None or stamp.sequence > through or stamp.at <= after]
    return max(counted, key=lambda stamp: stamp.at, default=None)


def read_stamps(descriptor: int, seal: Seal) -> list[Stamp]:
    """Return the stamps of the genuine entries at the end of an open journal.

    Raises:
        OSError: The journal cannot be read.

    """
    size = os.fstat(descriptor).st_size
    start = max(0, size - _WINDOW)
    lines = os.pread(descriptor, size - start, start).splitlines()
    found = [_stamp(line, seal) for line in lines[-MOST_STAMPS:]]
    return [stamp for stamp in found if stamp is not None]


def journal_stamps(path: Path, key: bytes) -> list[Stamp]:
    """Return the stamps at the end of the journal at ``path``; an empty list if there is no journal.

    Another process may be writing to it.

    Raises:
        OSError: The journal cannot be read.

    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return []
    try:
        return read_stamps(descriptor, Seal.of(key))
    finally:
        os.close(descriptor)


def stamp_of(sequence: int, body: dict[str, Any]) -> Stamp | None:
    """Return the stamp of an entry's content; None if it names no time."""
    said = body.get("at")
    try:
        at = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return Stamp(sequence, at) if at is not None and at.tzinfo else None


def _stamp(line: bytes, seal: Seal) -> Stamp | None:
    try:
        link = seal.read(line)
    except MalformedLine:
        return None
    return stamp_of(link.sequence, link.body) if link.genuine else None
