"""The answer on the screen: what is asked before it, what is asked anew, and the pages of the union's terminal."""

from __future__ import annotations

from dataclasses import replace

from kiosk.decision import Need
from kiosk.reception.actions import AskForDocument, ChoosePurpose, OpenPage, SayLimitConsent, SayNeeds, SaySmartphone
from kiosk.reception.questions import Question
from kiosk.reception.union_office import GENERAL_PAGES, UnionPage
from kiosk.reception.visit.closing import forbids_answers
from kiosk.reception.visit.coming_and_going import leaving
from kiosk.reception.visit.effects import PlaceOrder
from kiosk.reception.visit.eligibility import Eligibility
from kiosk.reception.visit.events import Determined, LookedUp, OrderFailed, OrderPlaced
from kiosk.reception.visit.identifying import determine, let_go
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import (
    AtGuide,
    AwaitingReader,
    Determining,
    Failed,
    Idle,
    Information,
    OnPage,
    Ordering,
    OutOfService,
    Questioning,
    Result,
    ShownByStaff,
    StaffCheck,
    TakeCard,
)
from kiosk.reception.visit.table import IGNORED, Moment, Reaction, Transition
from kiosk.reception.visit.visit import Visit, following, renewed

__all__ = [
    "ask_for_document",
    "choose_purpose",
    "determined",
    "looked_up",
    "open_information",
    "open_page",
    "order_failed",
    "order_placed",
    "say_limit_consent",
    "say_needs",
    "say_smartphone",
]

_Answered = Questioning | Result | OnPage


def determined(at: Moment[Determining, Determined]) -> Reaction:
    """Show the answer, or ask first what changes it; the card is let go."""
    state = _shown(at.state, at.event.eligibility, at.rules)
    return Transition(replace(at.visit, state=state), let_go(at.visit))


def _shown(asked: Determining, eligibility: Eligibility, rules: Rules) -> Questioning | Result:
    question = eligibility.inquiry.next(asked.replies, ask_purpose=rules.union_office)
    result = Result(asked.person, asked.purpose, asked.replies, eligibility)
    return Questioning(asked.person, asked.purpose, asked.replies, eligibility, question) if question else result


# Questions


def choose_purpose(at: Moment[_Answered, ChoosePurpose]) -> Reaction:
    """Take what the answer is for."""
    known = _known(at.state)
    return _said(at, replace(known, purpose=at.event.purpose), Question.PURPOSE)


def say_needs(at: Moment[_Answered, SayNeeds]) -> Reaction:
    """Take which of the needs the visit has."""
    known = _known(at.state)
    needs = tuple(need for need in Need if need in at.event.needs)
    return _said(at, replace(known, replies=replace(known.replies, needs=needs)), Question.NEEDS)


def say_smartphone(at: Moment[_Answered, SaySmartphone]) -> Reaction:
    """Take whether マイナポータル can be shown."""
    known = _known(at.state)
    return _said(
        at, replace(known, replies=replace(known.replies, smartphone=at.event.smartphone)), Question.SMARTPHONE
    )


def say_limit_consent(at: Moment[Questioning, SayLimitConsent]) -> Reaction:
    """Ask the terminal anew with the consent to the 限度額; without it the answer stays. Unasked it is ignored."""
    if at.state.question is not Question.LIMIT_CONSENT:
        return IGNORED
    known = _known(at.state)
    if not at.event.limit_consent:
        return _said(at, known, Question.LIMIT_CONSENT)
    agreed = replace(known.replies, limit_consent=True)
    return _said(at, replace(known, replies=agreed, answer=None, before=known.answer), Question.LIMIT_CONSENT)


def _known(state: _Answered) -> Determining:
    answered = state.result if isinstance(state, OnPage) else state
    return Determining(answered.person, answered.purpose, answered.replies, answered.eligibility.answer)


def _said(
    at: Moment[_Answered, ChoosePurpose | SayNeeds | SaySmartphone] | Moment[Questioning, SayLimitConsent],
    now: Determining,
    question: Question,
) -> Reaction:
    """Answer again with the new facts, as a visit with a new number: the first answer keeps its journal entry."""
    asked = replace(now, replies=replace(now.replies, asked=now.replies.asked | {question}))
    if now != _known(at.state):
        return determine(replace(at.visit, number=at.visit.number + 1), asked)
    if not isinstance(at.state, Questioning):
        return IGNORED
    return Transition(replace(at.visit, state=_shown(asked, at.state.eligibility, at.rules)))


# The pages of the union's terminal


def open_page(at: Moment[Result | OnPage, OpenPage]) -> Reaction:
    """Open a page of the union's terminal, or go back to the answer; without personal pages there is none."""
    result = at.state.result if isinstance(at.state, OnPage) else at.state
    pages = at.state.pages if isinstance(at.state, OnPage) else result.eligibility.pages
    if pages is None:
        return IGNORED
    calm = replace(result, patience=result.patience.renewed)
    if at.event.page is UnionPage.ANSWER:
        return Transition(replace(at.visit, state=calm))
    return Transition(replace(at.visit, state=OnPage(calm, pages, at.event.page, at.event.event)))


def open_information(at: Moment[Idle | Information, OpenPage]) -> Reaction:
    """Open a page of the union's terminal without a card; one that is about a person stays shut."""
    if not at.rules.union_office or at.event.page not in GENERAL_PAGES:
        return IGNORED
    if isinstance(at.state, Idle):
        return Transition(renewed(at.visit, Information(at.event.page, at.event.event)))
    patience = at.state.patience.renewed
    return Transition(replace(at.visit, state=Information(at.event.page, at.event.event, patience)))


def ask_for_document(at: Moment[OnPage, AskForDocument]) -> Reaction:
    """Ask for the document that the open page offers."""
    pages = at.state.pages
    if pages.wanted is None or at.state.page is not UnionPage.DOCUMENT_REQUEST:
        return IGNORED
    result = replace(at.state.result, patience=at.state.patience.renewed)
    return Transition(replace(at.visit, state=Ordering(result, pages)), (PlaceOrder(at.visit.number, pages),))


def order_placed(at: Moment[Ordering, OrderPlaced]) -> Reaction:
    """Show what is on its way."""
    eligibility = replace(at.state.result.eligibility, pages=at.event.pages)
    result = replace(at.state.result, eligibility=eligibility)
    return Transition(replace(at.visit, state=OnPage(result, at.event.pages, UnionPage.ORDERS)))


def order_failed(at: Moment[Ordering, OrderFailed]) -> Reaction:
    """Say on the same page that it was not asked for, or that nobody knows."""
    page = OnPage(at.state.result, at.state.pages, UnionPage.DOCUMENT_REQUEST, failure=at.event.failure)
    return Transition(replace(at.visit, state=page))


# What staff have looked up


def looked_up(
    at: Moment[
        Idle | OutOfService | TakeCard | StaffCheck | Failed | ShownByStaff | AtGuide | Information | AwaitingReader,
        LookedUp,
    ],
) -> Reaction:
    """Show what staff have looked up; it never takes the place of an answer for a card."""
    if forbids_answers(at.visit.service):
        return IGNORED
    state = ShownByStaff(at.event.eligibility, at.event.staff, at.event.purpose)
    before = at.visit
    shown = Visit(before.number + 1, state, before.service, before.reader, before.card_present)
    return Transition(following(before, replace(shown, identifier=at.event.identifier)), leaving(at.visit, "replaced"))
