"""What is said beside the card: questions, the way without a card, the pages of the union, a card left behind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kiosk.decision import DEFAULT_POLICY, CardStatus, Document, Event, Facts, Need, Purpose, Registration, decide
from kiosk.eligibility import MemberId, RegistryError
from kiosk.failures import Code, Failure
from kiosk.identity import CertificateCheck, Chain, Level
from kiosk.issuance import OrderRefused
from kiosk.reception.answering import Answering, AnswerRefused
from kiosk.reception.effects import GiveAnswer, PlaceOrder, Release
from kiosk.reception.events import Event as Happening
from kiosk.reception.events import EventName, Said
from kiosk.reception.failing import failure_of
from kiosk.reception.flows import UNREADABLE
from kiosk.reception.guidance import Belonging, Guide, Whereabouts
from kiosk.reception.machine import step
from kiosk.reception.questions import Inquiry, Question, Told
from kiosk.reception.states import Alert, Screen, State
from kiosk.reception.union_office import (
    Brings,
    Browsing,
    OwnRecord,
    OwnSide,
    Page,
    Procedure,
    UnderWay,
    UnionOffice,
    place_order,
)
from kiosk.reception.visit import Answer, Rules, Visit, screen_of, time_limit, view_of

TODAY = date(2026, 11, 25)
NOTHING_TOLD = Told()
READER = "Reader A"
GOOD = CertificateCheck(None, Chain.TRUSTED)
CLINIC, UNION = Rules(), Rules(union_office=True)
DECISION = decide(
    Facts.checked(
        on=TODAY,
        birth_date=date(1980, 4, 1),
        acquired_on=date(2020, 4, 1),
        linked_on=date(2020, 4, 5),
        card=CardStatus.HELD,
        registration=Registration.REGISTERED,
    )
)
MEMBER = MemberId("133033", "71-0001", "000101", "00")
RECORD = OwnRecord(MEMBER, "組合", "土木 太郎", "ドボク タロウ", date(1980, 4, 1), "male", "self", TODAY, 30, "")
OWN = OwnSide(
    RECORD,
    tuple(Procedure(event, Brings.UNSAID) for event in Event),
    wanted=Document.CONFIRMATION,
    reasons=DECISION.reasons,
    orders=(),
    if_filed_today=None,
)


def at(state: State, **known: Any) -> Visit:
    usual = {"reader": READER, "card_present": True} if state is not State.IDLE else {}
    return Visit(7, state, **(usual | known))


def result(**known: Any) -> Visit:
    answer = Answer(DECISION, "ト＊＊", own=known.pop("own", None))
    return at(State.RESULT, check=GOOD, level=Level.CONFIRMED, answer=answer, **known)


def happens(before: Visit, name: EventName, payload: Any = None, rules: Rules = CLINIC) -> tuple[Visit, Any]:
    hardware = name in {EventName.CARD_PUT, EventName.CARD_TAKEN}
    outcome = step(before, Happening(name, None if hardware else before.number, READER, payload), rules)
    assert outcome is not None
    return outcome


def answered(inquiry: Inquiry, rules: Rules, told: Told = NOTHING_TOLD) -> Visit:
    before = at(State.CHECKING, check=GOOD, level=Level.CONFIRMED, told=told)
    return happens(before, EventName.ANSWERED, Answer(DECISION, "ト＊＊", inquiry), rules)[0]


# Questions


@pytest.mark.parametrize(
    ("questions", "rules", "screen"),
    [
        ((), UNION, Screen.RESULT_CARD),
        ((Question.PURPOSE,), CLINIC, Screen.RESULT_CARD),
        ((Question.PURPOSE, Question.NEEDS), UNION, Screen.QUESTION_PURPOSE),
        ((Question.PURPOSE, Question.NEEDS), CLINIC, Screen.QUESTION_NEEDS),
        ((Question.SMARTPHONE,), CLINIC, Screen.QUESTION_SMARTPHONE),
    ],
)
def test_a_question_stands_before_the_answer_only_where_it_changes_it(
    questions: tuple[Question, ...], rules: Rules, screen: Screen
) -> None:
    after = answered(Inquiry(questions, tuple(Need)), rules)
    assert (after.state, screen_of(after)) == (State.RESULT, screen)


def test_new_facts_are_decided_and_journaled_under_a_number_of_their_own() -> None:
    before = answered(Inquiry((Question.NEEDS,), tuple(Need)), CLINIC)
    after, effects = happens(before, EventName.NEEDS_SAID, (Need.HIGH_COST,))
    told = Told((Need.HIGH_COST,), asked=frozenset({Question.NEEDS}))
    assert (after.state, after.number, after.answer, after.told) == (State.CHECKING, 8, None, told)
    assert effects == (GiveAnswer(8, GOOD, Level.CONFIRMED, None, Purpose.VISIT, told),)


def test_nothing_of_it_is_an_answer_too_and_needs_no_second_decision() -> None:
    before = answered(Inquiry((Question.NEEDS,), tuple(Need)), CLINIC)
    after, effects = happens(before, EventName.NEEDS_SAID, ())
    assert (screen_of(after), after.number, effects) == (Screen.RESULT_CARD, before.number, ())


def test_the_usual_purpose_leads_on_to_the_next_question() -> None:
    before = answered(Inquiry((Question.PURPOSE, Question.NEEDS), tuple(Need)), UNION)
    after, effects = happens(before, EventName.PURPOSE_CHOSEN, Purpose.VISIT, UNION)
    assert (screen_of(after), effects) == (Screen.QUESTION_NEEDS, ())


def test_what_was_said_is_not_asked_again() -> None:
    asked = Told((Need.HIGH_COST,), asked=frozenset({Question.NEEDS}))
    assert screen_of(answered(Inquiry((Question.NEEDS,), tuple(Need)), CLINIC, asked)) is Screen.RESULT_CARD


def test_the_screen_offers_the_needs_that_count_and_no_other() -> None:
    view = view_of(
        answered(Inquiry((Question.NEEDS,), (Need.HIGH_COST,)), CLINIC),
        kiosk="1",
        sequence=1,
        rules=CLINIC,
        simulation=False,
    )
    assert view.needs == (Need.HIGH_COST,)


# Without a card


def test_from_the_idle_screen_to_the_advice_and_home_again() -> None:
    asked, _ = happens(at(State.IDLE), EventName.GUIDE_OPENED)
    assert screen_of(asked) is Screen.GUIDE_CARD
    placed, _ = happens(asked, EventName.WHEREABOUTS_SAID, Whereabouts.LOST)
    assert screen_of(placed) is Screen.GUIDE_BELONGINGS
    told, effects = happens(placed, EventName.BELONGING_SAID, Said(Belonging.NOTHING, TODAY, DEFAULT_POLICY))
    assert (screen_of(told), effects, told.answer) == (Screen.GUIDE_ADVICE, (), None)
    assert happens(told, EventName.FINISHED)[0].state is State.IDLE


@pytest.mark.parametrize("code", Code)
def test_only_a_card_that_could_not_be_read_leads_to_the_exception(code: Code) -> None:
    failed = at(State.FAILURE, failure=Failure(code))
    after, _ = happens(failed, EventName.GUIDE_OPENED)
    if code in UNREADABLE:
        assert (screen_of(after), after.failure) == (Screen.GUIDE_BELONGINGS, Failure(code))
    else:
        assert after == failed


def test_the_guide_stays_when_the_card_is_taken_to_the_desk() -> None:
    guide = Guide(Whereabouts.UNREADABLE)
    after, effects = happens(at(State.GUIDE, guide=guide), EventName.CARD_TAKEN)
    assert (after.state, after.guide, after.card_present, effects) == (State.GUIDE, guide, False, ())


def test_a_call_made_in_the_guide_outlives_the_card() -> None:
    called = at(State.GUIDE, guide=Guide(Whereabouts.UNREADABLE), staff_called=True)
    assert happens(called, EventName.CARD_TAKEN)[0].staff_called


def test_a_card_put_down_ends_the_guide() -> None:
    after, _ = happens(at(State.GUIDE, guide=Guide()), EventName.CARD_PUT)
    assert (after.state, after.guide) == (State.READING, None)


def test_choosing_anew_begins_at_the_beginning() -> None:
    after, _ = happens(at(State.GUIDE, guide=Guide(Whereabouts.LOST)), EventName.GUIDE_OPENED)
    assert after.guide == Guide()


@pytest.mark.parametrize(
    ("guide", "name", "payload"),
    [
        (Guide(Whereabouts.LOST), EventName.WHEREABOUTS_SAID, Whereabouts.AT_HOME),
        (Guide(), EventName.BELONGING_SAID, Said(Belonging.NOTICE, TODAY, DEFAULT_POLICY)),
        (
            Guide(Whereabouts.LOST, Belonging.NOTICE, DECISION),
            EventName.BELONGING_SAID,
            Said(Belonging.NOTHING, TODAY, DEFAULT_POLICY),
        ),
    ],
)
def test_what_is_said_twice_or_out_of_turn_changes_nothing(guide: Guide, name: EventName, payload: Any) -> None:
    before = at(State.GUIDE, guide=guide)
    assert happens(before, name, payload) == (before, ())


def test_who_leaves_the_guide_standing_is_warned_and_then_gone() -> None:
    warned, _ = happens(at(State.GUIDE, guide=Guide(), card_present=False), EventName.TIMED_OUT)
    assert (screen_of(warned), time_limit(warned, CLINIC)) == (Screen.STILL_THERE, 20)
    assert happens(warned, EventName.TIMED_OUT)[0].state is State.IDLE


# The union's terminal


@pytest.mark.parametrize("page", [page for page in Page if page is not Page.ANSWER])
def test_without_an_own_side_no_page_opens(page: Page) -> None:
    before = result()
    assert happens(before, EventName.PAGE_OPENED, Browsing(page), UNION) == (before, ())


def test_the_own_side_is_seen_only_while_one_of_its_pages_is_open() -> None:
    closed, looks = result(own=OWN), {"kiosk": "1", "sequence": 1, "rules": UNION, "simulation": False}
    opened, _ = happens(closed, EventName.PAGE_OPENED, Browsing(Page.OWN_RECORD), UNION)
    assert [view_of(visit, **looks).own for visit in (closed, opened)] == [None, OWN]
    warned, _ = happens(opened, EventName.TIMED_OUT, rules=UNION)
    assert view_of(warned, **looks).own is None
    gone, _ = happens(opened, EventName.CARD_TAKEN, rules=UNION)
    assert (gone.state, gone.answer, view_of(gone, **looks).own) == (State.FAREWELL, None, None)
    assert "土木" not in repr(opened)


def test_a_document_is_asked_for_once_however_often_the_button_is_pressed() -> None:
    before = result(own=OWN, browsing=Browsing(Page.DOCUMENT_REQUEST))
    asked, effects = happens(before, EventName.ORDER_WANTED, rules=UNION)
    assert effects == (PlaceOrder(7, OWN),)
    assert happens(asked, EventName.ORDER_WANTED, rules=UNION) == (asked, ())
    assert happens(asked, EventName.PAGE_OPENED, Browsing(Page.MENU), UNION) == (asked, ())
    ordered = replace(OWN, orders=(UnderWay(Document.CONFIRMATION, TODAY, None),))
    done, _ = happens(asked, EventName.ORDERED, ordered, UNION)
    assert (screen_of(done), done.answer and done.answer.own) == (Screen.ORDERS, ordered)


def test_a_queue_that_fails_is_told_of_on_the_same_page() -> None:
    asked = result(own=OWN, browsing=Browsing(Page.DOCUMENT_REQUEST, ordering=True))
    failure = Failure(Code.ORDER_UNSURE)
    after, _ = happens(asked, EventName.ORDER_FAILED, failure, UNION)
    assert after.browsing == Browsing(Page.DOCUMENT_REQUEST, failure=failure)
    looks = {"kiosk": "1", "sequence": 1, "rules": UNION, "simulation": False}
    assert view_of(after, **looks).failure == failure, "the desk and the API are told too"
    elsewhere, _ = happens(after, EventName.PAGE_OPENED, Browsing(Page.MENU), UNION)
    assert view_of(elsewhere, **looks).failure is None


@pytest.mark.parametrize(
    ("error", "code"),
    [(OrderRefused("not insured today"), Code.ORDER_REFUSED), (RegistryError("gone"), Code.ORDER_UNSURE)],
)
def test_an_order_that_failed_says_what_became_of_it(mocker: Any, error: Exception, code: Code) -> None:
    """Of a refusal nothing is written; a register that goes away may have gone after it wrote."""
    office = UnionOffice("組合", "terminal 1", mocker.Mock(request=mocker.Mock(side_effect=error)))
    answering = Answering(mocker.Mock(), mocker.Mock(), b"", lambda: datetime(2026, 11, 25, tzinfo=UTC), union=office)
    with pytest.raises(AnswerRefused) as refusal:
        answering.order(PlaceOrder(7, OWN))
    assert refusal.value.failure.code is code


def test_an_order_that_took_too_long_may_be_in_the_queue() -> None:
    assert failure_of(PlaceOrder(7, OWN), TimeoutError()).code is Code.ORDER_UNSURE


@pytest.mark.parametrize(
    "before",
    [
        result(own=OWN),
        result(own=replace(OWN, wanted=None), browsing=Browsing(Page.DOCUMENT_REQUEST)),
        result(browsing=Browsing(Page.DOCUMENT_REQUEST)),
    ],
)
def test_nothing_is_asked_for_from_another_page_or_where_nothing_is_due(before: Visit) -> None:
    assert happens(before, EventName.ORDER_WANTED, rules=UNION) == (before, ())


@dataclass
class Waiting:
    document: Document
    requested_at: datetime


class Book:
    """A queue of issuance that keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def request(self, member: MemberId, document: Document, *, reasons: Any, by: str, now: datetime) -> Waiting:
        self.asked.append((member, document, tuple(reasons), by))
        return Waiting(document, now)

    def open_orders(self, member: MemberId) -> list[Waiting]:
        # 23:30 UTC on a Wednesday is Thursday morning in Tokyo
        return [Waiting(Document.CONFIRMATION, datetime(2026, 11, 25, 23, 30, tzinfo=UTC)) for _ in self.asked]


def test_an_order_names_its_reasons_and_is_expected_after_three_to_four_working_days() -> None:
    book = Book()
    own = place_order(UnionOffice("組合", "terminal 1", book), OWN, DEFAULT_POLICY, datetime(2026, 11, 25, tzinfo=UTC))
    assert book.asked == [(MEMBER, Document.CONFIRMATION, ("card_works",), "terminal 1")]
    ready = (date(2026, 12, 1), date(2026, 12, 2))
    assert own.orders == (UnderWay(Document.CONFIRMATION, date(2026, 11, 26), ready),)


# The card left behind


def test_a_card_left_on_the_reader_chimes_and_then_calls_staff() -> None:
    left = at(State.TAKE_CARD)
    assert time_limit(left, CLINIC) == 60
    after, effects = happens(left, EventName.TIMED_OUT)
    assert (after.alert, effects, time_limit(after, CLINIC)) == (Alert.CARD_LEFT_BEHIND, (), None)
    view = view_of(after, kiosk="1", sequence=1, rules=CLINIC, simulation=False)
    assert (view.alert, view.chime, view.deadline) == (Alert.CARD_LEFT_BEHIND, 10, None)
    assert happens(after, EventName.CARD_TAKEN)[0].alert is None


def test_who_finishes_with_the_card_on_the_reader_is_asked_to_take_it() -> None:
    after, effects = happens(result(), EventName.FINISHED)
    assert (after.state, effects) == (State.TAKE_CARD, (Release(7, READER),))


# Out of turn


@pytest.mark.parametrize(
    "name",
    [
        EventName.NEEDS_SAID,
        EventName.SMARTPHONE_SAID,
        EventName.PURPOSE_CHOSEN,
        EventName.PAGE_OPENED,
        EventName.ORDER_WANTED,
        EventName.WHEREABOUTS_SAID,
        EventName.BELONGING_SAID,
    ],
)
@pytest.mark.parametrize(
    "state", [State.IDLE, State.READING, State.PIN, State.CHECKING, State.TAKE_CARD, State.FAREWELL]
)
def test_in_any_other_state_it_is_ignored(state: State, name: EventName) -> None:
    assert step(at(state), Happening(name, 7), UNION) is None
