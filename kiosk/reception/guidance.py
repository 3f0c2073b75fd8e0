"""What to do without a card that can be read, for somebody of whom nothing is known.

No register is asked and nobody is named: the decision is made for an invented person in the same position, so that
these screens follow the same rules on the same day as every other (an old 保険証 stops counting by itself). What it
says of eligibility is never shown: only what to show at the desk, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.decision import (
    CardStatus,
    CardToday,
    Confirmation,
    Decision,
    Facts,
    LifeEvent,
    Policy,
    Registration,
    decide,
)

__all__ = ["Belonging", "Guide", "Whereabouts", "advise", "belongings", "phone_may_help"]


class Whereabouts(StrEnum):
    """Where the マイナンバーカード is, as the visitor says."""

    AT_HOME = "at_home"
    LOST = "lost"
    NEVER_ISSUED = "never_issued"
    RETURNED = "returned"
    UNREADABLE = "unreadable"
    """It is here, but the reader could not read it. Known from the failure, never asked."""


class Belonging(StrEnum):
    """What the visitor has along today."""

    SMARTPHONE = "smartphone"
    NOTICE = "notice"
    CONFIRMATION = "confirmation"
    LEGACY_CARD = "legacy_card"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Guide:
    """What the visitor has answered so far; ``decision`` is about an invented person, once all is answered.

    ``phone_card``: the マイナ保険証 is in their smartphone, and this desk takes it.
    """

    card: Whereabouts | None = None
    belonging: Belonging | None = None
    decision: Decision | None = None
    phone_card: bool = False


_USEFUL_WITH_CARD = tuple(Belonging)
_USEFUL_WITHOUT = (
    Belonging.CONFIRMATION,
    Belonging.NOTICE,
    Belonging.SMARTPHONE,
    Belonging.LEGACY_CARD,
    Belonging.NOTHING,
)
_STATUS = {
    Whereabouts.LOST: CardStatus.LOST,
    Whereabouts.NEVER_ISSUED: CardStatus.NEVER_ISSUED,
    Whereabouts.RETURNED: CardStatus.RETURNED,
}
_EVENTS = {Whereabouts.LOST: LifeEvent.CARD_LOST, Whereabouts.RETURNED: LifeEvent.CARD_RETURNED}
_TODAY = {Whereabouts.AT_HOME: CardToday.NOT_HERE, Whereabouts.UNREADABLE: CardToday.UNREADABLE}


def belongings(card: Whereabouts) -> tuple[Belonging, ...]:
    """Return what to offer, the most useful first (rows 3b, and 3c with 3e, of the decision).

    The old 保険証 is the last of the papers, since none has been valid after 2025-12-01.
    """
    return _USEFUL_WITH_CARD if card is Whereabouts.UNREADABLE else _USEFUL_WITHOUT


def phone_may_help(card: Whereabouts) -> bool:
    """Return whether a マイナ保険証 in a smartphone could serve: it goes with a card that the person still has."""
    return card not in _STATUS


def advise(card: Whereabouts, belonging: Belonging, on: date, policy: Policy, *, phone_card: bool = False) -> Guide:
    """Return the advice for somebody whose card is there and who has this along, on the day ``on`` (Asia/Tokyo)."""
    # Who has a smartphone along may have the マイナ保険証 in it, which was not asked at a desk that does not take it.
    may_have_it = belonging is Belonging.SMARTPHONE and not policy.desk_takes_phone_card
    decision = decide(_somebody(card, belonging, on, phone_card=phone_card or may_have_it), policy)
    return Guide(card, belonging, decision, phone_card)


def _somebody(card: Whereabouts, belonging: Belonging, on: date, *, phone_card: bool) -> Facts:
    """Return the facts of an insured person of middle age whose papers are in order."""
    joined = date(on.year - 10, 4, 1)
    status = _STATUS.get(card, CardStatus.HELD)
    never = status is CardStatus.NEVER_ISSUED
    return Facts.checked(
        on=on,
        birth_date=date(on.year - 45, 4, 1),
        acquired_on=joined,
        filed_on=joined,
        linked_on=joined,
        card=status,
        registration=Registration.UNREGISTERED if never else Registration.REGISTERED,
        card_today=_TODAY.get(card, CardToday.READ),
        smartphone=belonging is Belonging.SMARTPHONE,
        notice_held=belonging is Belonging.NOTICE,
        confirmation_held=_in_force(on) if belonging is Belonging.CONFIRMATION else None,
        legacy_card_until=on if belonging is Belonging.LEGACY_CARD else None,
        event=_EVENTS.get(card),
        phone_card=phone_card,
    )


def _in_force(on: date) -> Confirmation:
    return Confirmation(date(on.year - 1, 4, 1), date(on.year + 3, 3, 31))
