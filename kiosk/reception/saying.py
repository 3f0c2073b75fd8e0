"""From a visitor's button to the event of the machine, for all that is said beside the card."""

from __future__ import annotations

from datetime import date

from kiosk.decision import Need, Policy
from kiosk.reception.actions import (
    AskForDocument,
    OpenGuide,
    OpenPage,
    SayBelonging,
    SayNeeds,
    SaySmartphone,
    SayWhereabouts,
)
from kiosk.reception.events import Event, EventName, Said
from kiosk.reception.guidance import Whereabouts
from kiosk.reception.union_office import Browsing

__all__ = ["Saying", "said_by"]

Saying = SayNeeds | SaySmartphone | OpenGuide | SayWhereabouts | SayBelonging | OpenPage | AskForDocument


def said_by(action: Saying, visit: int, on: date, policy: Policy) -> Event:
    """Return the event of ``action`` for the visit of that number, on the day ``on`` (Asia/Tokyo)."""
    match action:
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
