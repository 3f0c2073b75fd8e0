"""What can happen to a visit: a closed union of frozen dataclasses, and of the actions that people take."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.worker.client import Proof
from kiosk.decision import Purpose
from kiosk.eligibility.terminal import Answer, Awaited, Enquiry, FaceFile
from kiosk.failures import Failure
from kiosk.identity import CertificateCheck
from kiosk.reception.actions import VisitorAction
from kiosk.reception.union_office import PersonalPages
from kiosk.reception.visit.card import StaffAct
from kiosk.reception.visit.eligibility import AskedSource, Eligibility

__all__ = [
    "CardBound",
    "CardFailed",
    "CardPut",
    "CardRead",
    "CardTaken",
    "Determined",
    "FaceCompared",
    "LookedUp",
    "NotDetermined",
    "OfVisit",
    "OrderFailed",
    "OrderPlaced",
    "Proved",
    "ReaderAwaited",
    "ReaderWanted",
    "ResultChosen",
    "ResultFound",
    "ResultToChoose",
    "ServiceChanged",
    "StaffCame",
    "Suspended",
    "TerminalAnswered",
    "TerminalNeeded",
    "TimedOut",
    "VisitEvent",
]


@dataclass(frozen=True, slots=True)
class CardPut:
    """A card lies on a reader. ``failure``: why it must not be read again, because of what it did before."""

    reader: str
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class CardTaken:
    """The card left a reader."""

    reader: str


@dataclass(frozen=True, slots=True)
class ServiceChanged:
    """The readers that work now, and why nobody can be served, if so."""

    readers: frozenset[str]
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class Suspended:
    """The machine was suspended."""


@dataclass(frozen=True, slots=True)
class CardRead:
    """The card was read. ``check`` is None for a card that shows its certificate only after the 暗証番号."""

    visit: int
    check: CertificateCheck | None
    tries_left: int | None
    without_pin: bool = False


@dataclass(frozen=True, slots=True)
class CardFailed:
    """Card or reader failed while it was read, proved or probed."""

    visit: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class Proved:
    """The card answered to the 暗証番号; ``signature_valid``: its signature fits certificate and challenge.

    ``check`` is that of a certificate which only the 暗証番号 has opened.
    """

    visit: int
    proof: Proof
    signature_valid: bool
    check: CertificateCheck | None = None


@dataclass(frozen=True, slots=True)
class Determined:
    """Register and decision have answered, and the journal has the answer."""

    visit: int
    eligibility: Eligibility = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotDetermined:
    """No answer could be given. ``last_known`` is what the 資格確認端末, which does not answer, said the last time."""

    visit: int
    failure: Failure
    last_known: AskedSource | None = None


@dataclass(frozen=True, slots=True)
class TerminalNeeded:
    """The register knows the person, and the 資格確認端末 has to confirm it."""

    visit: int
    enquiry: Enquiry = field(repr=False)


@dataclass(frozen=True, slots=True)
class TerminalAnswered:
    """The 資格確認端末 has answered, or its time is over; ``answer`` says which."""

    visit: int
    answer: Answer = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReaderAwaited:
    """What the visit knows of the person who uses the 顔認証付きカードリーダー was looked up."""

    visit: int
    awaited: Awaited = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReaderWanted:
    """Staff send a person whom they have looked up to the 顔認証付きカードリーダー."""

    visit: int
    awaited: Awaited = field(repr=False)


@dataclass(frozen=True, slots=True)
class ResultFound:
    """The 顔認証付きカードリーダー has a result that fits the visit, and no other does."""

    visit: int
    face: FaceFile = field(repr=False)


@dataclass(frozen=True, slots=True)
class ResultToChoose:
    """There are results, and staff have to choose; ``several``: more than one fits the visit."""

    visit: int
    several: bool = False


@dataclass(frozen=True, slots=True)
class ResultChosen:
    """Staff have chosen the result of the person at the kiosk."""

    visit: int
    face: FaceFile = field(repr=False)
    staff: StaffAct


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """The document that the visitor asked for is in the queue."""

    visit: int
    pages: PersonalPages = field(repr=False)


@dataclass(frozen=True, slots=True)
class OrderFailed:
    """The document could not be asked for, or nobody knows whether it was."""

    visit: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The time of the present screen is over.

    ``card_may_stay``: it is no My Number card, the screen has said so, and another reader is free.
    """

    visit: int
    card_may_stay: bool = False


@dataclass(frozen=True, slots=True)
class FaceCompared:
    """目視確認: a member of staff compared the face with the card."""

    visit: int
    act: StaffAct


@dataclass(frozen=True, slots=True)
class StaffCame:
    """A member of staff has answered the call."""

    visit: int


@dataclass(frozen=True, slots=True)
class CardBound:
    """Staff have bound the card that lies there to a member."""

    visit: int


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Staff put an answer on the screen, for somebody whom they have identified and looked up.

    ``identifier`` names the visit that begins so; its receipt has it already.
    """

    visit: int
    eligibility: Eligibility = field(repr=False)
    staff: StaffAct
    purpose: Purpose = Purpose.VISIT
    identifier: str = ""


OfVisit = (
    CardRead
    | CardFailed
    | Proved
    | Determined
    | NotDetermined
    | TerminalNeeded
    | TerminalAnswered
    | ReaderAwaited
    | ReaderWanted
    | ResultFound
    | ResultToChoose
    | ResultChosen
    | OrderPlaced
    | OrderFailed
    | TimedOut
    | FaceCompared
    | StaffCame
    | CardBound
    | LookedUp
)
"""Events that carry the number of their visit; one of an earlier visit is ignored."""

VisitEvent = CardPut | CardTaken | ServiceChanged | Suspended | OfVisit | VisitorAction
