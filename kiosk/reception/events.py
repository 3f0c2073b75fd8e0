"""What can happen to a visit, and what a step asks to be carried out: the closed lists around the machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from drivers.worker.client import Proof
from kiosk.decision import Policy, Purpose
from kiosk.failures import Failure
from kiosk.identity import CertificateCheck, Level
from kiosk.reception.guidance import Belonging
from kiosk.reception.questions import Told
from kiosk.reception.union_office import OwnSide
from kiosk.reception.visit import Rules, StaffAct, Visit

__all__ = [
    "Effect",
    "Event",
    "EventName",
    "GiveAnswer",
    "Handler",
    "PlaceOrder",
    "Prove",
    "Proved",
    "Read",
    "ReadResult",
    "Record",
    "Release",
    "Said",
    "Served",
    "Step",
]


class EventName(StrEnum):
    """Everything that can happen to a visit."""

    CARD_PUT = "card_put"
    CARD_TAKEN = "card_taken"
    SERVICE_CHANGED = "service_changed"
    CARD_READ = "card_read"
    CARD_FAILED = "card_failed"
    PIN_ENTERED = "pin_entered"
    PIN_MALFORMED = "pin_malformed"
    PROVED = "proved"
    STAFF_WANTED = "staff_wanted"
    STAFF_CONFIRMED = "staff_confirmed"
    PURPOSE_CHOSEN = "purpose_chosen"
    ANSWERED = "answered"
    ANSWER_FAILED = "answer_failed"
    CONTINUED = "continued"
    FINISHED = "finished"
    TIMED_OUT = "timed_out"
    NEEDS_SAID = "needs_said"
    SMARTPHONE_SAID = "smartphone_said"
    GUIDE_OPENED = "guide_opened"
    WHEREABOUTS_SAID = "whereabouts_said"
    BELONGING_SAID = "belonging_said"
    PAGE_OPENED = "page_opened"
    ORDER_WANTED = "order_wanted"
    ORDERED = "ordered"
    ORDER_FAILED = "order_failed"


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``visit`` is the number of the visit it belongs to; None: hardware, which belongs to none."""

    name: EventName
    visit: int | None = None
    reader: str = ""
    payload: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ReadResult:
    """Payload of CARD_READ."""

    check: CertificateCheck
    tries_left: int | None


@dataclass(frozen=True, slots=True)
class Proved:
    """Payload of PROVED: the card's answer, and whether the signature fits certificate and challenge."""

    proof: Proof
    signature_valid: bool


@dataclass(frozen=True, slots=True)
class Served:
    """Payload of SERVICE_CHANGED: the readers that work, and what is wrong when there is none."""

    readers: frozenset[str]
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class Said:
    """Payload of BELONGING_SAID: what the visitor has along, and the day and the rules to advise by."""

    belonging: Belonging
    on: date
    policy: Policy


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
    told: Told = Told()


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


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Put the document that the visitor wants into the queue of issuance."""

    visit: int
    own: OwnSide = field(repr=False)


Effect = Read | Prove | GiveAnswer | Record | Release | PlaceOrder
Step = tuple[Visit, tuple[Effect, ...]]
Handler = Callable[[Visit, Event, Rules], Step]
