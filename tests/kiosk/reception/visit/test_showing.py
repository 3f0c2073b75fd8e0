"""The answer: questions before it, pages of the union's terminal over it, and answers that staff put there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.decision import Document, Need, Purpose
from kiosk.failures import Code, Failure
from kiosk.identity import Level
from kiosk.reception.actions import (
    AskForDocument,
    ChoosePurpose,
    OpenPage,
    SayBelonging,
    SayNeeds,
    SaySmartphone,
    SayWhereabouts,
)
from kiosk.reception.guidance import Belonging
from kiosk.reception.picture import screen_of
from kiosk.reception.questions import Inquiry, Question, Replies
from kiosk.reception.screens import Screen
from kiosk.reception.union_office import UnderWay, UnionPage
from kiosk.reception.visit.effects import Determine, PlaceOrder, Release
from kiosk.reception.visit.events import (
    CardPut,
    CardTaken,
    Determined,
    LookedUp,
    OrderFailed,
    OrderPlaced,
    ServiceChanged,
    TimedOut,
    VisitEvent,
)
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import (
    Determining,
    Failed,
    Farewell,
    Idle,
    OnPage,
    Ordering,
    OutOfService,
    PinEntry,
    Questioning,
    Reading,
    ShownByStaff,
    StaffCheck,
    TakeCard,
    VisitState,
)
from kiosk.reception.visit.visit import Visit
from tests.kiosk.reception.visit.scenes import (
    ACT,
    CARD,
    CLINIC,
    ELIGIBILITY,
    NOTHING_TOLD,
    OWN,
    PERSON,
    READER,
    RESULT,
    SILENT,
    STATES,
    TODAY,
    UNION,
    UNION_RESULT,
    happens,
    is_ignored,
    seen,
    visit,
)


def answered(inquiry: Inquiry, rules: Rules = CLINIC, replies: Replies = NOTHING_TOLD) -> Visit:
    asked = visit(Determining(PERSON, replies=replies))
    return happens(asked, Determined(7, replace(ELIGIBILITY, inquiry=inquiry)), rules)[0]


def needs(*chosen: Need) -> SayNeeds:
    return SayNeeds(action="needs", needs=list(chosen))


def page(which: UnionPage) -> OpenPage:
    return OpenPage(action="page", page=which)


ORDER = AskForDocument(action="request")


def test_an_answer_is_shown_and_the_card_powered_off() -> None:
    after, effects = happens(visit(Determining(PERSON)), Determined(7, ELIGIBILITY))
    assert (after.state, screen_of(after)) == (RESULT, Screen.RESULT_CARD)
    assert effects == (Release(7, READER),)


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
def test_a_question_comes_before_the_answer_only_where_it_changes_it(
    questions: tuple[Question, ...], rules: Rules, screen: Screen
) -> None:
    after = answered(Inquiry(questions, tuple(Need)), rules)
    assert (seen(after, rules).state, screen_of(after)) == ("result", screen)


def test_new_facts_are_decided_and_journaled_under_a_number_of_their_own() -> None:
    before = answered(Inquiry((Question.NEEDS,), tuple(Need)))
    after, effects = happens(before, needs(Need.HIGH_COST))
    asked = Determining(PERSON, replies=Replies((Need.HIGH_COST,), asked=frozenset({Question.NEEDS})))
    assert (after.state, after.number) == (asked, 8)
    assert effects == (Determine(8, asked),)


def test_none_of_them_is_an_answer_too_and_needs_no_second_decision() -> None:
    before = answered(Inquiry((Question.NEEDS,), tuple(Need)))
    after, effects = happens(before, needs())
    assert (screen_of(after), after.number, effects) == (Screen.RESULT_CARD, before.number, ())


def test_the_usual_purpose_leads_on_to_the_next_question() -> None:
    before = answered(Inquiry((Question.PURPOSE, Question.NEEDS), tuple(Need)), UNION)
    after, effects = happens(before, ChoosePurpose(action="purpose", purpose=Purpose.VISIT), UNION)
    assert (screen_of(after), effects) == (Screen.QUESTION_NEEDS, ())


def test_what_was_said_is_not_asked_again() -> None:
    asked = Replies((Need.HIGH_COST,), asked=frozenset({Question.NEEDS}))
    assert screen_of(answered(Inquiry((Question.NEEDS,), tuple(Need)), replies=asked)) is Screen.RESULT_CARD


def test_the_screen_offers_the_needs_that_count_and_no_other() -> None:
    assert seen(answered(Inquiry((Question.NEEDS,), (Need.HIGH_COST,)))).needs == (Need.HIGH_COST,)


def test_what_is_known_already_changes_nothing_on_the_result() -> None:
    assert is_ignored(visit(RESULT), SaySmartphone(action="smartphone", smartphone=False))


# The union's terminal


@pytest.mark.parametrize("which", [which for which in UnionPage if which is not UnionPage.ANSWER])
def test_without_personal_pages_no_page_opens(which: UnionPage) -> None:
    assert is_ignored(visit(RESULT), page(which), UNION)


def test_personal_pages_are_seen_only_while_one_of_them_is_open() -> None:
    closed = visit(UNION_RESULT)
    opened, _ = happens(closed, page(UnionPage.OWN_RECORD), UNION)
    assert [seen(each, UNION).pages for each in (closed, opened)] == [None, OWN]
    warned, _ = happens(opened, TimedOut(7), UNION)
    assert seen(warned, UNION).pages is None
    gone, _ = happens(opened, CardTaken(READER), UNION)
    assert isinstance(gone.state, Farewell) and seen(gone, UNION).pages is None
    assert "土木" not in repr(opened)
    back, _ = happens(opened, page(UnionPage.ANSWER), UNION)
    assert back.state == UNION_RESULT


def test_a_document_is_asked_for_once_however_often_the_button_is_pressed() -> None:
    before = visit(OnPage(UNION_RESULT, OWN, UnionPage.DOCUMENT_REQUEST))
    asked, effects = happens(before, ORDER, UNION)
    assert effects == (PlaceOrder(7, OWN),)
    assert (screen_of(asked), seen(asked).browsing.ordering) == (Screen.DOCUMENT_REQUEST, True)
    assert is_ignored(asked, ORDER, UNION)
    assert is_ignored(asked, page(UnionPage.MENU), UNION)
    ordered = replace(OWN, orders=(UnderWay(Document.CONFIRMATION, TODAY, None),))
    done, _ = happens(asked, OrderPlaced(7, ordered), UNION)
    assert (screen_of(done), seen(done).pages) == (Screen.ORDERS, ordered)
    back, _ = happens(done, page(UnionPage.ANSWER), UNION)
    assert happens(back, page(UnionPage.ORDERS), UNION)[0].state == done.state, "the order is not forgotten"


def test_a_queue_that_fails_is_named_on_the_same_page() -> None:
    failure = Failure(Code.ORDER_UNSURE)
    after, _ = happens(visit(Ordering(UNION_RESULT, OWN)), OrderFailed(7, failure), UNION)
    assert after.state == OnPage(UNION_RESULT, OWN, UnionPage.DOCUMENT_REQUEST, failure=failure)
    assert seen(after).failure == failure, "the desk and the API see it too"
    elsewhere, _ = happens(after, page(UnionPage.MENU), UNION)
    assert seen(elsewhere).failure is None


@pytest.mark.parametrize(
    "state",
    [
        UNION_RESULT,
        OnPage(UNION_RESULT, replace(OWN, wanted=None), UnionPage.DOCUMENT_REQUEST),
        OnPage(UNION_RESULT, OWN, UnionPage.MENU),
        RESULT,
    ],
    ids=["no page", "nothing is due", "another page", "no personal pages"],
)
def test_nothing_is_asked_for_from_another_page_or_where_nothing_is_due(state: VisitState) -> None:
    assert is_ignored(visit(state), ORDER, UNION)


# What staff have looked up


LOOKED_UP = LookedUp(7, ELIGIBILITY, ACT)


@pytest.mark.parametrize("state", [Idle(), OutOfService(), StaffCheck(CARD), Failed(SILENT, CARD), TakeCard()])
def test_an_answer_that_staff_looked_up_is_shown_as_theirs(state: VisitState) -> None:
    after, _ = happens(visit(state), LOOKED_UP)
    shown = seen(after)
    assert (after.state, after.number) == (ShownByStaff(ELIGIBILITY, ACT), 8)
    assert (shown.screen, shown.level, shown.looked_up) == (Screen.RESULT_CARD, Level.STAFF_CONFIRMED, True)
    assert (shown.revocation, shown.failure) == (None, None)


@pytest.mark.parametrize("code", [Code.REGISTRY_DOWN, Code.JOURNAL_DOWN, Code.CLOCK_WRONG])
def test_none_is_shown_that_could_not_be_given_or_written_down(code: Code) -> None:
    assert is_ignored(visit(OutOfService(), service=Failure(code)), LOOKED_UP)
    assert not is_ignored(visit(OutOfService(), service=Failure(Code.NO_READER)), LOOKED_UP)


def test_it_does_not_push_aside_the_answer_of_a_card_but_another_of_its_kind() -> None:
    assert is_ignored(visit(RESULT), LOOKED_UP)
    first, _ = happens(visit(Idle()), LOOKED_UP)
    assert happens(first, replace(LOOKED_UP, visit=8))[0].number == 9


def test_it_ends_like_a_result_and_needs_no_reader() -> None:
    shown, _ = happens(visit(Idle()), LOOKED_UP)
    gone, _ = happens(shown, ServiceChanged(frozenset(), Failure(Code.NO_READER)))
    assert gone.state == shown.state
    warned, _ = happens(gone, TimedOut(8))
    assert screen_of(warned) is Screen.STILL_THERE
    over, _ = happens(warned, TimedOut(8))
    assert over.state == OutOfService()


def test_a_card_put_down_ends_it() -> None:
    shown, _ = happens(visit(Idle()), LOOKED_UP)
    after, _ = happens(shown, CardPut(READER))
    assert (after.state, seen(after).looked_up) == (Reading(), False)


# Out of turn


@pytest.mark.parametrize(
    "event",
    [
        needs(),
        SaySmartphone(action="smartphone", smartphone=True),
        ChoosePurpose(action="purpose", purpose=Purpose.BENEFIT_CLAIM),
        page(UnionPage.OWN_RECORD),
        ORDER,
        SayWhereabouts(action="whereabouts", card="lost"),
        SayBelonging(action="belonging", belonging=Belonging.NOTICE),
    ],
    ids=lambda event: type(event).__name__,
)
@pytest.mark.parametrize(
    "state",
    [Idle(), Reading(), PinEntry(CARD), Determining(PERSON), TakeCard(), Farewell(), ShownByStaff(ELIGIBILITY, ACT)],
)
def test_in_any_other_state_it_is_ignored(state: VisitState, event: VisitEvent) -> None:
    assert is_ignored(visit(state), event, UNION)


def test_a_question_keeps_the_pages_closed() -> None:
    asking = next(state for state in STATES if isinstance(state, Questioning))
    assert is_ignored(visit(asking), page(UnionPage.MENU), UNION)
