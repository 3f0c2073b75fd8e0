"""The guide for people without a card that can be read."""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Code, Failure
from kiosk.reception.actions import OpenGuide, SayBelonging, SayPhoneCard, SayWhereabouts
from kiosk.reception.guidance import Belonging, Whereabouts, phone_may_help
from kiosk.reception.visit.closing import hides_the_day
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import AtGuide, Failed, GuideAdvice, GuideBelongings, GuideCard, GuidePhone, Idle
from kiosk.reception.visit.table import IGNORED, Moment, Reaction, Transition
from kiosk.reception.visit.visit import Visit, renewed

__all__ = [
    "UNREADABLE",
    "open_guide",
    "open_guide_after_failure",
    "open_guide_anew",
    "say_belonging",
    "say_phone_card",
    "say_whereabouts",
]

UNREADABLE = {
    Code.CARD_LEFT,
    Code.CARD_UNREADABLE,
    Code.CARD_SILENT,
    Code.CARD_DATA_BAD,
    Code.CARD_REFUSED,
    Code.READER_FAULT,
    Code.READER_BUSY,
    Code.WORKER_LOST,
}
"""Failures that say nothing against the card but that it could not be read: the guide is the way on."""


def open_guide(at: Moment[Idle, OpenGuide]) -> Reaction:
    """Open the guide."""
    return _opened(at.visit, GuideCard())


def open_guide_after_failure(at: Moment[Failed, OpenGuide]) -> Reaction:
    """Open the guide after a card that could not be read; no other failure leads there."""
    failure = at.state.failure
    if failure.code not in UNREADABLE and not hides_the_day(at.visit.service):
        return IGNORED
    return _opened(at.visit, _after_whereabouts(Whereabouts.UNREADABLE, failure, at.rules))


def open_guide_anew(at: Moment[AtGuide, OpenGuide]) -> Reaction:
    """Go back to the guide's beginning; after an unreadable card its whereabouts are not asked."""
    if not isinstance(at.state, GuideCard) and at.state.card is Whereabouts.UNREADABLE:
        return _opened(at.visit, _after_whereabouts(Whereabouts.UNREADABLE, at.state.failure, at.rules))
    return _opened(at.visit, GuideCard(at.state.failure))


def _after_whereabouts(card: Whereabouts, failure: Failure | None, rules: Rules) -> GuidePhone | GuideBelongings:
    """Return what to ask next: of the smartphone only where its answer changes the advice."""
    asks = rules.takes_phone_card and phone_may_help(card)
    return GuidePhone(card, failure) if asks else GuideBelongings(card, failure)


def _opened(visit: Visit, guide: GuideCard | GuidePhone | GuideBelongings) -> Transition:
    """Open the guide, unless the day is unknown: even its advice would be wrong then."""
    closed = visit.service if hides_the_day(visit.service) else None
    return Transition(renewed(visit, Failed(closed) if closed else guide))


def say_whereabouts(at: Moment[GuideCard, SayWhereabouts]) -> Reaction:
    """Take where the card is."""
    asked = _after_whereabouts(Whereabouts(at.event.card), at.state.failure, at.rules)
    return Transition(replace(at.visit, state=replace(asked, patience=at.state.patience.renewed)))


def say_phone_card(at: Moment[GuidePhone, SayPhoneCard]) -> Reaction:
    """Give the advice for a マイナ保険証 in the smartphone; who has none there is asked what else is along."""
    state, patience = at.state, at.state.patience.renewed
    if at.event.phone_card:
        advice = GuideAdvice(state.card, Belonging.NOTHING, state.failure, patience, phone_card=True)
        return Transition(replace(at.visit, state=advice))
    return Transition(replace(at.visit, state=GuideBelongings(state.card, state.failure, patience)))


def say_belonging(at: Moment[GuideBelongings, SayBelonging]) -> Reaction:
    """Take what the visitor has along, and give the advice for it."""
    state = GuideAdvice(at.state.card, at.event.belonging, at.state.failure, at.state.patience.renewed)
    return Transition(replace(at.visit, state=state))
