"""What a visit asks to be carried out; each effect carries the number of its visit."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.eligibility.terminal import Awaited, Enquiry
from kiosk.identity import CertificateCheck, Level, Revocation
from kiosk.reception.union_office import PersonalPages
from kiosk.reception.visit.card import CheckedCard
from kiosk.reception.visit.states import Determining

__all__ = [
    "AskTerminal",
    "AwaitReader",
    "Determine",
    "Effect",
    "PlaceOrder",
    "Probe",
    "Prove",
    "Read",
    "Record",
    "Release",
    "Renew",
    "SeekResult",
]


@dataclass(frozen=True, slots=True)
class Read:
    """Read and check the card."""

    visit: int
    reader: str


@dataclass(frozen=True, slots=True)
class Prove:
    """Have the card judge the 暗証番号 and sign a fresh challenge. ``pin`` is overwritten once it was sent."""

    visit: int
    reader: str
    check: CertificateCheck | None
    pin: bytearray = field(repr=False)


@dataclass(frozen=True, slots=True)
class Determine:
    """Look the member up, decide, and write the journal before anything is shown.

    ``identifier`` names the visit in its receipt; ``began`` is the beginning of the visit (`Visit.began`).
    """

    visit: int
    asked: Determining
    identifier: str = field(default="", compare=False)
    began: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AskTerminal:
    """Ask the 資格確認端末 about the person."""

    visit: int
    enquiry: Enquiry = field(repr=False)


@dataclass(frozen=True, slots=True)
class AwaitReader:
    """Find out what is known of the person who uses the 顔認証付きカードリーダー: the holder of ``card``, or nothing.

    ``by_name``: the numbers in the register are in doubt, and only name and birthday count.
    """

    visit: int
    card: CheckedCard | None
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class SeekResult:
    """Find the result of the 顔認証付きカードリーダー that fits the visit."""

    visit: int
    awaited: Awaited = field(repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """Write a visit that ended without an answer into the journal; ``began`` is its beginning (`Visit.began`)."""

    visit: int
    level: Level | None
    outcome: str
    revocation: Revocation = Revocation.NOT_CHECKED
    began: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Release:
    """Power the card off."""

    visit: int
    reader: str


@dataclass(frozen=True, slots=True)
class Probe:
    """Find out whether the reader service still waits for the card that cost its worker."""

    visit: int
    reader: str


@dataclass(frozen=True, slots=True)
class Renew:
    """Look at all readers anew."""


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Put the document that the visitor wants into the queue of issuance."""

    visit: int
    pages: PersonalPages = field(repr=False)


Effect = (
    Read | Prove | Determine | AskTerminal | AwaitReader | SeekResult | Record | Release | Probe | Renew | PlaceOrder
)
