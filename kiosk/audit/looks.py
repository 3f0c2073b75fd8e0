"""Read from a journal who looked at members: when, from which part of the staff port, and what for.

No account is read. Whether entries are genuine is not asked here: `verify` says so.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from pydantic import AwareDatetime, BaseModel, ValidationError

from kiosk.audit.chain import LONGEST_LINE
from kiosk.files import FileError, open_regular
from kiosk.roles import Part

__all__ = ["MOST_LOOKS_AT_ONCE", "JournaledLook", "LookPurpose", "JournalPlace", "looks_after"]

MOST_LOOKS_AT_ONCE: Final = 500
"""The most looks that are read at a time."""

_STAFF: Final = b'"kind":"staff"'


class LookPurpose(StrEnum):
    """What a look was for; the first four are the reasons that an officer chooses."""

    INQUIRY = "inquiry"
    POSTING = "posting"
    CORRECTION = "correction"
    OTHER = "other"
    ELIGIBILITY = "eligibility"
    CARD = "card"
    PAPER = "paper"


_OFFICE: Final = frozenset({"looked_at", "supposed"})
_REASONS: Final[Mapping[str, LookPurpose]] = {purpose.value: purpose for purpose in tuple(LookPurpose)[:4]}
_DESK: Final[Mapping[str, LookPurpose]] = {
    "looked_up": LookPurpose.ELIGIBILITY,
    "sought": LookPurpose.ELIGIBILITY,
    "result_chosen": LookPurpose.ELIGIBILITY,
    "bound": LookPurpose.CARD,
    "unbound": LookPurpose.CARD,
    "taken_over": LookPurpose.CORRECTION,
    "printed": LookPurpose.PAPER,
}
"""The acts of staff that open the data of one member, and what they are for."""


@dataclass(frozen=True, slots=True)
class JournaledLook:
    """One look at a member.

    Attributes:
        sequence: the number of its entry in the journal.
        at: when it was (aware).
        member: the ``Journal.reference`` of the member.
        part: where the person who looked was at work.
        purpose: what for.

    """

    sequence: int
    at: datetime
    member: str
    part: Part
    purpose: LookPurpose


@dataclass(frozen=True, slots=True)
class JournalPlace:
    """How far a journal was read: device and inode of the file, and the byte after the last line."""

    file: tuple[int, int]
    offset: int


class _Line(BaseModel):
    """What is read of an entry of staff; nothing else of it is kept."""

    at: AwareDatetime
    sequence: int
    act: str
    detail: str | None = None
    member: str | None = None


def looks_after(path: Path, read: JournalPlace | None, since: datetime) -> tuple[list[JournaledLook], JournalPlace]:
    """Return the looks that come after what was read, at most MOST_LOOKS_AT_ONCE, and how far they reach.

    A file that took the place of another one is read from its beginning. A line that cannot be read is passed over.

    Args:
        path: the journal.
        read: where the last call ended; None: at the beginning.
        since: looks before this moment (aware) are left out.

    Raises:
        FileError: The journal is not a regular file, or cannot be read.

    """
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            found = os.fstat(file.fileno())
            this = found.st_dev, found.st_ino
            goes_on = read is not None and read.file == this and read.offset <= found.st_size
            looks, offset = _from(file, read.offset if read and goes_on else 0, since)
            return looks, JournalPlace(this, offset)
    except OSError as error:
        raise FileError(error.strerror or "cannot be read") from None


def _from(file: BinaryIO, offset: int, since: datetime) -> tuple[list[JournaledLook], int]:
    looks: list[JournaledLook] = []
    file.seek(offset)
    while len(looks) < MOST_LOOKS_AT_ONCE and (line := file.readline(LONGEST_LINE + 1)):
        if not line.endswith(b"\n") and len(line) <= LONGEST_LINE:
            break  # it is being written now
        offset += len(line)
        look = _look(line) if _STAFF in line else None
        if look is not None and look.at >= since:
            looks.append(look)
    return looks, offset


def _look(line: bytes) -> JournaledLook | None:
    try:
        said = _Line.model_validate_json(line)
    except ValidationError:
        return None
    if said.member is None:
        return None
    if said.act in _OFFICE:
        purpose = _REASONS.get(said.detail or "", LookPurpose.OTHER)
        return JournaledLook(said.sequence, said.at, said.member, Part.OFFICE, purpose)
    if said.act in _DESK:
        return JournaledLook(said.sequence, said.at, said.member, Part.DESK, _DESK[said.act])
    return None
