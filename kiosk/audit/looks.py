"""Read from a journal who looked at members: when, from which part of the staff port, and what for.

No account is read. Whether entries are genuine is not asked here: `verify` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, BaseModel, ValidationError

from kiosk.audit.journal_lines import JournalPlace, lines_after
from kiosk.roles import Part

__all__ = ["MOST_LOOKS_AT_ONCE", "JournaledLook", "LookPurpose", "LookReason", "looks_after"]

MOST_LOOKS_AT_ONCE: Final = 500
"""The most looks that are read at a time."""

_STAFF: Final = b'"kind":"staff"'


class LookReason(StrEnum):
    """Why an officer looks at a person, as they choose it; the journal has it."""

    INQUIRY = "inquiry"
    POSTING = "posting"
    CORRECTION = "correction"
    OTHER = "other"


class LookPurpose(StrEnum):
    """What a look was for, as the member reads it: the reason of an officer, or what the desk did."""

    INQUIRY = LookReason.INQUIRY.value
    POSTING = LookReason.POSTING.value
    CORRECTION = LookReason.CORRECTION.value
    OTHER = LookReason.OTHER.value
    ELIGIBILITY = "eligibility"
    CARD = "card"
    PAPER = "paper"


_OFFICE: Final = frozenset({"looked_at", "supposed"})
_REASONS: Final[Mapping[str, LookPurpose]] = {reason.value: LookPurpose(reason.value) for reason in LookReason}
"""What each reason was for. One that a newer program has written is OTHER; one of ours that has no purpose is refused
as soon as this is imported.
"""

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
    looks: list[JournaledLook] = []
    with lines_after(path, read) as lines:
        for line in lines:
            look = _look(line) if _STAFF in line else None
            if look is not None and look.at >= since:
                looks.append(look)
            if len(looks) == MOST_LOOKS_AT_ONCE:
                break
    return looks, lines.place


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
