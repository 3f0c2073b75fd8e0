"""From a button, or an act at the desk, to the event of the machine."""

from __future__ import annotations

from datetime import date

from kiosk.decision import Need, Policy
from kiosk.pin import pin_digits
from kiosk.reception.actions import (
    Action,
    AskForDocument,
    ChoosePurpose,
    Continue,
    EnterPin,
    Finish,
    NeedStaff,
    OpenGuide,
    OpenPage,
    SayBelonging,
    SayNeeds,
    SaySmartphone,
    SayWhereabouts,
    StaffConfirm,
)
from kiosk.reception.events import Event, EventName, Said
from kiosk.reception.guidance import Whereabouts
from kiosk.reception.union_office import Browsing
from kiosk.reception.visit import StaffAct

__all__ = ["event_of"]


def event_of(action: Action, visit: int, on: date, policy: Policy) -> Event:
    """Return the event of ``action`` for the visit of that number, on the day ``on`` (Asia/Tokyo)."""
    match action:
        case EnterPin(pin=text):
            digits = pin_digits(text)
            return Event(EventName.PIN_ENTERED if digits else EventName.PIN_MALFORMED, visit, payload=digits)
        case NeedStaff():
            return Event(EventName.STAFF_WANTED, visit)
        case Continue():
            return Event(EventName.CONTINUED, visit)
        case Finish():
            return Event(EventName.FINISHED, visit)
        case ChoosePurpose(purpose=purpose):
            return Event(EventName.PURPOSE_CHOSEN, visit, payload=purpose)
        case StaffConfirm(staff=staff, reason=reason):
            return Event(EventName.STAFF_CONFIRMED, visit, payload=StaffAct(staff, reason))
        case SayNeeds(needs=needs):
            return Event(EventName.NEEDS_SAID, visit, payload=tuple(need for need in Need if need in needs))
        case SaySmartphone(smartphone=has_one):
            return Event(EventName.SMARTPHONE_SAID, visit, payload=has_one)
        case OpenGuide():
            return Event(EventName.GUIDE_OPENED, visit)
        case SayWhereabouts(card=card):
            return Event(EventName.WHEREABOUTS_SAID, visit, payload=Whereabouts(card))
        case SayBelonging(belonging=belonging):
            return Event(EventName.BELONGING_SAID, visit, payload=Said(belonging, on, policy))
        case OpenPage(page=page, event=event):
            return Event(EventName.PAGE_OPENED, visit, payload=Browsing(page, event))
        case AskForDocument():
            return Event(EventName.ORDER_WANTED, visit)
