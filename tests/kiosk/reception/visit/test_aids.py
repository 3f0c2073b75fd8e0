"""「使いやすく」: what one visitor sets holds for the whole of their visit, and never for the next visitor's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.failures import Code, Failure
from kiosk.reception import Screen
from kiosk.reception.actions import Continue, Finish, SetAids
from kiosk.reception.aids import Aids
from kiosk.reception.time_limits import time_limit
from kiosk.reception.visit.events import CardPut, CardTaken, LookedUp, Suspended, TimedOut
from kiosk.reception.visit.machine import step
from kiosk.reception.visit.states import (
    AwaitingReader,
    Failed,
    Farewell,
    GuideCard,
    Idle,
    Patience,
    PinEntry,
    Reading,
    Result,
    StaffCheck,
    TakeCard,
    Timed,
    VisitState,
)
from kiosk.reception.visit.table import Transition
from kiosk.reception.visit.visit import Visit
from tests.kiosk.reception.visit.scenes import (
    ACT,
    CARD,
    CLINIC,
    ELIGIBILITY,
    OTHER_READER,
    READER,
    RESULT,
    STATES,
    happens,
    seen,
    visit,
)

EVERYTHING = Aids(letters=2, contrast=True, lowered=True, unhurried=True, spoken=True, curtain=True)
PATIENT = [Aids(unhurried=True), Aids(letters=1), Aids(spoken=True), Aids(curtain=True)]
NOTHING_TO_LOSE = (Farewell, TakeCard, AwaitingReader)
"""The answer was given, the card is called for, or the visitor is at another screen (docs/inclusion.md)."""


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_they_can_be_set_on_every_screen_and_change_nothing_else(state: VisitState) -> None:
    before = visit(state)
    after, effects = happens(before, SetAids(action="aids", contrast=True, letters=1))
    assert after == replace(before, aids=Aids(letters=1, contrast=True))
    assert effects == ()
    assert seen(after).aids == after.aids


def test_what_is_left_out_stays_as_it_is() -> None:
    before = replace(visit(Idle()), aids=EVERYTHING)
    after, _ = happens(before, SetAids(action="aids", curtain=False))
    assert after.aids == replace(EVERYTHING, curtain=False)


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
@pytest.mark.parametrize("aids", PATIENT, ids=str)
def test_every_clock_runs_three_times_as_long(state: VisitState, aids: Aids) -> None:
    usual = time_limit(visit(state), CLINIC)
    longer = time_limit(replace(visit(state), aids=aids), CLINIC)
    if usual is not None and not isinstance(state, Farewell):
        assert longer == 3 * usual


@pytest.mark.parametrize("aids", PATIENT, ids=str)
@pytest.mark.parametrize("last", [visit(Farewell()), visit(Failed(Failure(Code.CARD_LEFT)), card=False)])
def test_the_last_words_stay_long_enough_to_be_heard(last: Visit, aids: Aids) -> None:
    assert time_limit(last, CLINIC) == CLINIC.farewell
    assert time_limit(replace(last, aids=aids), CLINIC) == CLINIC.idle_limit


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_before_a_clock_ends_anything_the_visitor_is_asked_and_goes_on_by_one_act(state: VisitState) -> None:
    before = visit(state)
    if time_limit(before, CLINIC) is None or isinstance(state, NOTHING_TO_LOSE):
        return
    asked, effects = happens(before, TimedOut(before.number))
    assert (seen(asked).screen, effects) == (Screen.STILL_THERE, ())
    assert (time_limit(asked, CLINIC) or 0) >= 20
    for act in (Continue(action="continue"), SetAids(action="aids", unhurried=True)):
        on, _ = happens(asked, act)
        assert (type(on.state), seen(on).screen) == (type(state), seen(before).screen)


def test_somebody_who_listens_before_the_card_is_waited_for_as_long_as_a_key_is_pressed() -> None:
    listens = replace(visit(Idle()), aids=Aids(spoken=True))
    assert time_limit(listens, CLINIC) == 3 * CLINIC.idle_limit
    assert happens(listens, Continue(action="continue"))[0] == listens


def test_colours_and_place_alone_leave_the_clocks_as_they_are() -> None:
    assert Aids(contrast=True, lowered=True).patience == 1


def test_asking_for_more_time_at_the_warning_goes_on_with_the_visit() -> None:
    warned = visit(replace(RESULT, patience=Patience(warned=True)))
    after, _ = happens(warned, SetAids(action="aids", unhurried=True))
    assert isinstance(after.state, Timed)
    assert not after.state.patience.warned


@pytest.mark.parametrize("state", [Idle(), GuideCard()], ids=lambda state: type(state).__name__)
def test_they_go_along_from_before_the_card_to_the_end_of_the_visit(state: VisitState) -> None:
    chosen = replace(visit(state, card=False), aids=EVERYTHING)
    reading, _ = happens(chosen, CardPut(READER))
    assert isinstance(reading.state, Reading)
    assert reading.aids == EVERYTHING
    farewell, _ = happens(replace(reading, state=RESULT), CardTaken(READER))
    assert farewell.aids == EVERYTHING
    rest, _ = happens(farewell, TimedOut(farewell.number))
    assert (type(rest.state), rest.aids) == (Idle, Aids())


@pytest.mark.parametrize(
    "state", [PinEntry(CARD), StaffCheck(CARD), TakeCard()], ids=lambda state: type(state).__name__
)
def test_they_end_with_a_card_that_is_taken(state: VisitState) -> None:
    rest, _ = happens(replace(visit(state), aids=EVERYTHING), CardTaken(READER))
    assert (type(rest.state), rest.aids) == (Idle, Aids())


def test_the_next_card_after_an_answer_is_another_visitors() -> None:
    after, _ = happens(replace(visit(RESULT), aids=EVERYTHING), CardPut(OTHER_READER))
    assert (type(after.state), after.aids) == (Reading, Aids())


def test_whom_staff_look_up_keeps_what_they_set_and_the_person_before_does_not_leave_it() -> None:
    at_guide = replace(visit(GuideCard()), aids=EVERYTHING)
    assert happens(at_guide, LookedUp(7, ELIGIBILITY, ACT))[0].aids == EVERYTHING
    left = replace(visit(TakeCard()), aids=EVERYTHING)
    assert happens(left, LookedUp(7, ELIGIBILITY, ACT))[0].aids == Aids()


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_the_visitor_is_another_exactly_where_they_are_gone(state: VisitState) -> None:
    before = replace(visit(state), aids=EVERYTHING)
    for event in (CardPut(READER), CardTaken(READER), Suspended(), TimedOut(before.number), Finish(action="finish")):
        reaction = step(before, event, CLINIC)
        after = reaction.visit if isinstance(reaction, Transition) else before
        assert (after.visitor == before.visitor) == (after.aids == EVERYTHING), event


def test_a_machine_that_slept_has_forgotten_them() -> None:
    assert happens(replace(visit(RESULT), aids=EVERYTHING), Suspended())[0].aids == Aids()


def test_somebody_who_set_them_and_left_leaves_no_black_screen_behind() -> None:
    idle = replace(visit(Idle()), aids=Aids(curtain=True))
    assert time_limit(idle, CLINIC) == 3 * CLINIC.idle_limit
    assert happens(idle, TimedOut(7))[0] == replace(visit(Idle()), visitor=2)
    assert time_limit(visit(Idle()), CLINIC) is None


def test_another_question_or_page_of_the_same_visit_keeps_them() -> None:
    assert isinstance(RESULT, Result)
    ended, _ = happens(replace(visit(replace(RESULT, patience=Patience(warned=True))), aids=EVERYTHING), TimedOut(7))
    assert (type(ended.state), ended.aids) == (TakeCard, EVERYTHING)
