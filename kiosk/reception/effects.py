"""What the machine asks to be carried out: read, prove, answer, record, release."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.decision import Purpose
from kiosk.identity import CertificateCheck, Level
from kiosk.reception.visit import StaffAct

__all__ = ["Effect", "GiveAnswer", "Prove", "Read", "Record", "Release"]


@dataclass(frozen=True, slots=True)
class Read:
    """Read and check the card."""

    visit: int
    reader: str


@dataclass(frozen=True, slots=True)
class Prove:
    """Have the card judge the 暗証番号 and sign a fresh challenge."""

    visit: int
    reader: str
    check: CertificateCheck
    pin: bytearray = field(repr=False)


@dataclass(frozen=True, slots=True)
class GiveAnswer:
    """Look the member up, decide, and write the journal before anything is shown."""

    visit: int
    check: CertificateCheck
    level: Level
    staff: StaffAct | None = None
    purpose: Purpose = Purpose.VISIT


@dataclass(frozen=True, slots=True)
class Record:
    """Write a visit that ended without an answer into the journal."""

    visit: int
    level: Level | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Release:
    """Power the card off."""

    visit: int
    reader: str


Effect = Read | Prove | GiveAnswer | Record | Release
