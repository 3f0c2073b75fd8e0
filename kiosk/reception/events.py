"""What can happen to a visit: a closed enum of events, and what each of them carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from drivers.worker.client import Proof
from kiosk.decision import Policy, Purpose
from kiosk.failures import Failure
from kiosk.identity import CertificateCheck
from kiosk.reception.effects import Effect
from kiosk.reception.guidance import Belonging
from kiosk.reception.visit import Answer, Rules, StaffAct, Visit

__all__ = ["Event", "EventName", "Handler", "LookedUp", "Proved", "ReadResult", "Said", "Served", "Step"]


class EventName(StrEnum):
    """Everything that can happen to a visit."""

    CARD_PUT = "card_put"
    CARD_TAKEN = "card_taken"
    SERVICE_CHANGED = "service_changed"
    SUSPENDED = "suspended"
    CARD_READ = "card_read"
    CARD_FAILED = "card_failed"
    PIN_ENTERED = "pin_entered"
    PIN_MALFORMED = "pin_malformed"
    PROVED = "proved"
    STAFF_WANTED = "staff_wanted"
    STAFF_CONFIRMED = "staff_confirmed"
    STAFF_CAME = "staff_came"
    CARD_BOUND = "card_bound"
    LOOKED_UP = "looked_up"
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
    """One event. ``visit`` is the number of the visit it belongs to; None: hardware, which belongs to none.

    CARD_PUT carries the Failure of a card that cost its worker and was not moved since.
    """

    name: EventName
    visit: int | None = None
    reader: str = ""
    payload: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ReadResult:
    """Payload of CARD_READ. ``check`` is None for a card that shows its certificate only after the 暗証番号."""

    check: CertificateCheck | None
    tries_left: int | None
    without_pin: bool = False


@dataclass(frozen=True, slots=True)
class Proved:
    """Payload of PROVED: the card's answer, and whether the signature fits certificate and challenge.

    ``check`` is that of a certificate which only the 暗証番号 has opened.
    """

    proof: Proof
    signature_valid: bool
    check: CertificateCheck | None = None


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Payload of LOOKED_UP: an answer for somebody whom staff have identified and looked up, to be shown."""

    answer: Answer
    staff: StaffAct
    purpose: Purpose = Purpose.VISIT


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


Step = tuple[Visit, tuple[Effect, ...]]
Handler = Callable[[Visit, Event, Rules], Step]
