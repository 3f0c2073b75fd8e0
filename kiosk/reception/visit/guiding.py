"""The guide for people without a card that can be read."""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Code, Failure
from kiosk.reception.actions import OpenGuide, SayBelonging, SayWhereabouts
from kiosk.reception.guidance import Whereabouts
from kiosk.reception.visit.closing import hides_the_day
from kiosk.reception.visit.states import AtGuide, Failed, GuideAdvice, GuideBelongings, GuideCard, Idle
from kiosk.reception.visit.table import IGNORED, Moment, Reaction, Transition
from kiosk.reception.visit.visit import Visit, renewed

__all__ = [
    "UNREADABLE",
    "open_guide",
    "open_guide_after_failure",
    "open_guide_anew",
    "say_belonging",
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
    return _unreadable(at.visit, failure)


def open_guide_anew(at: Moment[AtGuide, OpenGuide]) -> Reaction:
    """Go back to the guide's beginning; after an unreadable card its whereabouts are not asked."""
    if not isinstance(at.state, GuideCard) and at.state.card is Whereabouts.UNREADABLE:
        return _unreadable(at.visit, at.state.failure)
    return _opened(at.visit, GuideCard(at.state.failure))


def _unreadable(visit: Visit, failure: Failure | None) -> Transition:
    return _opened(visit, GuideBelongings(Whereabouts.UNREADABLE, failure))


def _opened(visit: Visit, guide: GuideCard | GuideBelongings) -> Transition:
    """Open the guide, unless the day is unknown: even its advice would be wrong then."""
    closed = visit.service if hides_the_day(visit.service) else None
    return Transition(renewed(visit, Failed(closed) if closed else guide))


def say_whereabouts(at: Moment[GuideCard, SayWhereabouts]) -> Reaction:
    """Take where the card is."""
    state = GuideBelongings(Whereabouts(at.event.card), at.state.failure, at.state.patience.renewed)
    return Transition(replace(at.visit, state=state))


def say_belonging(at: Moment[GuideBelongings, SayBelonging]) -> Reaction:
    """Take what the visitor has along, and give the advice for it."""
    state = GuideAdvice(at.state.card, at.event.belonging, at.state.failure, at.state.patience.renewed)
    return Transition(replace(at.visit, state=state))
