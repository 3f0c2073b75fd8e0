"""What a visitor can say beside the card: answers to questions, the way without a card, the pages of the union.

Handlers of the machine's table, as pure as the rest of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kiosk.decision import Purpose
from kiosk.failures import Code
from kiosk.reception.closing import hides_the_day
from kiosk.reception.effects import GiveAnswer, PlaceOrder
from kiosk.reception.events import Event, EventName, Handler, Said, Step
from kiosk.reception.guidance import Guide, Whereabouts, advise
from kiosk.reception.questions import Question, Told
from kiosk.reception.states import State
from kiosk.reception.union_office import Browsing, Page
from kiosk.reception.visit import Answer, Rules, Visit, end

__all__ = ["FLOWS", "UNREADABLE", "answered", "card_taken_from_guide"]

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
"""Failures that say nothing against the card but that it could not be read: the page's exception is the way on."""


def answered(visit: Visit, answer: Answer, rules: Rules) -> Visit:
    """Return the visit with its answer, or with what must be asked before it is shown."""
    question = answer.inquiry.next(visit.told, ask_purpose=rules.union_office)
    return replace(visit, state=State.RESULT, answer=answer, question=question, browsing=Browsing(), warned=False)


def card_taken_from_guide(visit: Visit) -> Visit:
    """Return the guide, open as before: it is what sends people to the desk with their card."""
    return end(visit, State.GUIDE, guide=visit.guide, failure=visit.failure)


def _purpose_chosen(visit: Visit, event: Event, rules: Rules) -> Step:
    return _said(visit, rules, Question.PURPOSE, visit.told, event.payload)


def _needs_said(visit: Visit, event: Event, rules: Rules) -> Step:
    return _said(visit, rules, Question.NEEDS, replace(visit.told, needs=event.payload), visit.purpose)


def _smartphone_said(visit: Visit, event: Event, rules: Rules) -> Step:
    return _said(visit, rules, Question.SMARTPHONE, replace(visit.told, smartphone=event.payload), visit.purpose)


def _said(visit: Visit, rules: Rules, question: Question, told: Told, purpose: Purpose) -> Step:
    """Answer once more where new facts were said; the first answer stands in the journal under the old number."""
    if visit.check is None or visit.level is None or visit.answer is None:
        return visit, ()
    asked = replace(told, asked=told.asked | {question})
    if (told.needs, told.smartphone, purpose) == (visit.told.needs, visit.told.smartphone, visit.purpose):
        return (visit if visit.question is None else answered(replace(visit, told=asked), visit.answer, rules)), ()
    again = replace(visit, number=visit.number + 1, state=State.CHECKING, purpose=purpose, told=asked)
    again = replace(again, answer=None, question=None, browsing=Browsing(), warned=False)
    return again, (GiveAnswer(again.number, visit.check, visit.level, visit.staff, purpose, asked),)


def _guide_opened(visit: Visit, event: Event, rules: Rules) -> Step:
    """Open the guide, or go back to its beginning. Of a failure only one that left the card unread leads there."""
    failure = visit.failure
    if hides_the_day(visit.service):
        return end(visit, State.FAILURE, failure=visit.service), ()
    if visit.state is State.FAILURE and (failure is None or failure.code not in UNREADABLE):
        return visit, ()
    unread = visit.state is State.FAILURE or (visit.guide and visit.guide.card is Whereabouts.UNREADABLE)
    guide = Guide(Whereabouts.UNREADABLE) if unread else Guide()
    return end(visit, State.GUIDE, guide=guide, failure=failure), ()


def _whereabouts_said(visit: Visit, event: Event, rules: Rules) -> Step:
    if visit.guide is None or visit.guide.card is not None:
        return visit, ()
    return replace(visit, guide=Guide(event.payload), warned=False), ()


def _belonging_said(visit: Visit, event: Event, rules: Rules) -> Step:
    said: Said = event.payload
    if visit.guide is None or visit.guide.card is None or visit.guide.decision:
        return visit, ()
    return replace(visit, guide=advise(visit.guide.card, said.belonging, said.on, said.policy), warned=False), ()


def _page_opened(visit: Visit, event: Event, rules: Rules) -> Step:
    """Open a page of the union's terminal; without its own side there is none, and one order is waited for."""
    own = visit.answer.own if visit.answer else None
    if own is None or visit.question or visit.browsing.ordering:
        return visit, ()
    return replace(visit, browsing=event.payload, warned=False), ()


def _order_wanted(visit: Visit, event: Event, rules: Rules) -> Step:
    own, browsing = visit.answer.own if visit.answer else None, visit.browsing
    if own is None or own.wanted is None or browsing.page is not Page.DOCUMENT_REQUEST or browsing.ordering:
        return visit, ()
    return replace(visit, browsing=replace(browsing, ordering=True), warned=False), (PlaceOrder(visit.number, own),)


def _ordered(visit: Visit, event: Event, rules: Rules) -> Step:
    if visit.answer is None:
        return visit, ()
    return replace(visit, answer=replace(visit.answer, own=event.payload), browsing=Browsing(Page.ORDERS)), ()


def _order_failed(visit: Visit, event: Event, rules: Rules) -> Step:
    return replace(visit, browsing=Browsing(Page.DOCUMENT_REQUEST, failure=event.payload)), ()


FLOWS: Mapping[tuple[State, EventName], Handler] = {
    (State.IDLE, EventName.GUIDE_OPENED): _guide_opened,
    (State.FAILURE, EventName.GUIDE_OPENED): _guide_opened,
    (State.GUIDE, EventName.GUIDE_OPENED): _guide_opened,
    (State.GUIDE, EventName.WHEREABOUTS_SAID): _whereabouts_said,
    (State.GUIDE, EventName.BELONGING_SAID): _belonging_said,
    (State.RESULT, EventName.PURPOSE_CHOSEN): _purpose_chosen,
    (State.RESULT, EventName.NEEDS_SAID): _needs_said,
    (State.RESULT, EventName.SMARTPHONE_SAID): _smartphone_said,
    (State.RESULT, EventName.PAGE_OPENED): _page_opened,
    (State.RESULT, EventName.ORDER_WANTED): _order_wanted,
    (State.RESULT, EventName.ORDERED): _ordered,
    (State.RESULT, EventName.ORDER_FAILED): _order_failed,
}
"""The part of the machine's table that is told here."""
