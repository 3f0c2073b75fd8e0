"""The table: every pair of a state and an event, and what no sequence of events can bring about."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.jpki import PinOutcome
from drivers.worker.client import Proof
from kiosk.decision import Need, Purpose
from kiosk.failures import Code, Failure
from kiosk.identity import CertificateCheck, Chain, Level, Revocation
from kiosk.reception.actions import (
    ChoosePurpose,
    EnterPin,
    OpenPage,
    SayBelonging,
    SayNeeds,
    SayPhoneCard,
    SaySmartphone,
)
from kiosk.reception.guidance import Belonging
from kiosk.reception.picture import screen_of
from kiosk.reception.screens import Screen
from kiosk.reception.time_limits import time_limit
from kiosk.reception.union_office import UnionPage
from kiosk.reception.visit.card import CheckedCard, FromReader
from kiosk.reception.visit.effects import Determine, Prove
from kiosk.reception.visit.events import (
    CardBound,
    CardFailed,
    CardPut,
    CardRead,
    CardTaken,
    Determined,
    FaceCompared,
    LookedUp,
    NotDetermined,
    OfVisit,
    Proved,
    ReaderWanted,
    ResultChosen,
    ResultFound,
    ServiceChanged,
    TerminalAnswered,
    VisitEvent,
)
from kiosk.reception.visit.machine import TABLE, step
from kiosk.reception.visit.rules import Require, Rules
from kiosk.reception.visit.states import (
    AskingTerminal,
    Determining,
    Failed,
    Farewell,
    Idle,
    OnPage,
    Ordering,
    OutOfService,
    PinEntry,
    Proving,
    Questioning,
    Result,
    StaffCheck,
    TakeCard,
    VisitState,
    name_of,
)
from kiosk.reception.visit.table import IGNORED, Ignored, On, Transition, table_of
from kiosk.reception.visit.visit import Visit
from tests.kiosk.reception.visit.scenes import (
    CLINIC,
    EVENTS,
    OTHER_READER,
    READER,
    STATES,
    WITH_PERSONAL_PAGES,
    seen,
    visit,
)

STATE_TYPES, EVENT_TYPES = set(get_args(VisitState)), set(get_args(VisitEvent))


def test_the_scenes_have_one_of_each_kind() -> None:
    assert {type(state) for state in STATES} == STATE_TYPES
    assert {type(event) for event in EVENTS} == EVENT_TYPES


def test_the_table_speaks_of_nothing_else() -> None:
    assert {state for state, _ in TABLE} == STATE_TYPES
    assert {event for _, event in TABLE} == EVENT_TYPES


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)), ids=lambda one: type(one).__name__)
def test_a_pair_does_what_the_table_lists_and_any_other_is_ignored(state: VisitState, event: VisitEvent) -> None:
    reaction = step(visit(state), event, Rules())
    assert isinstance(reaction, Ignored | Transition)
    if (type(state), type(event)) not in TABLE:
        assert reaction is IGNORED


@pytest.mark.parametrize("state", STATES, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize(
    "event", [event for event in EVENTS if isinstance(event, OfVisit)], ids=lambda one: type(one).__name__
)
def test_an_event_of_an_earlier_visit_is_ignored(state: VisitState, event: VisitEvent) -> None:
    later = visit(state)
    assert step(Visit(8, later.state, reader=later.reader, card_present=later.card_present), event, Rules()) is IGNORED


def test_two_rows_of_one_pair_are_an_error() -> None:
    rows = On(CardPut, lambda at: Transition(at.visit)).at(Idle)
    with pytest.raises(ValueError, match="Idle and CardPut"):
        table_of([*rows, *rows])


@pytest.mark.parametrize("state", STATES, ids=lambda one: type(one).__name__)
def test_every_state_has_a_name_a_screen_a_limit_and_a_view(state: VisitState) -> None:
    shown = seen(visit(state))
    assert (shown.state, shown.screen) == (name_of(state), screen_of(visit(state)))
    assert time_limit(visit(state), Rules()) in {None, 8.0, 60.0, 90.0, 300.0}


BEGINNING = (CardPut, LookedUp, ReaderWanted)
OVER = Farewell | TakeCard
AT_REST = Idle | OutOfService


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)), ids=lambda one: type(one).__name__)
def test_a_visit_has_another_name_than_the_one_before(state: VisitState, event: VisitEvent) -> None:
    """The machine drops the name wherever a visit begins or ends; nobody else may go on under it."""
    reaction = step(replace(visit(state), identifier="of before"), event, CLINIC)
    if isinstance(reaction, Ignored):
        return
    after = reaction.visit
    begins = isinstance(event, BEGINNING) or (isinstance(state, OVER) and not isinstance(after.state, OVER))
    comes_to_rest = isinstance(after.state, AT_REST) and not isinstance(state, AT_REST)
    if begins or comes_to_rest:
        assert after.identifier == ""
    elif not isinstance(state, AT_REST):
        assert after.identifier == "of before"


CHECKS = st.builds(
    CertificateCheck, st.none(), st.sampled_from(Chain), st.sampled_from(Revocation), leaf_expired=st.booleans()
)
TRIES = st.sampled_from([None, 0, 1, 2, 3])
FAILURES = st.builds(Failure, st.sampled_from(Code))
NUMBER = st.just(7)
PROOFS = st.builds(Proof, st.sampled_from(PinOutcome), TRIES, st.just(b"s"), st.just(3), st.just(0.1))
HAPPENINGS = st.one_of(
    st.sampled_from(EVENTS),
    st.builds(CardPut, st.sampled_from([READER, OTHER_READER]), st.none() | FAILURES),
    st.builds(CardTaken, st.sampled_from([READER, OTHER_READER])),
    st.builds(CardRead, NUMBER, st.none() | CHECKS, TRIES, st.booleans()),
    st.builds(CardFailed, NUMBER, FAILURES),
    st.builds(Proved, NUMBER, PROOFS, st.booleans(), st.none() | CHECKS),
    st.builds(NotDetermined, NUMBER, FAILURES),
    st.builds(Determined, NUMBER, st.just(WITH_PERSONAL_PAGES)),
    st.builds(ServiceChanged, st.sampled_from([frozenset(), frozenset({READER})]), st.none() | FAILURES),
    st.builds(OpenPage, action=st.just("page"), page=st.sampled_from(UnionPage)),
    st.builds(ChoosePurpose, action=st.just("purpose"), purpose=st.sampled_from(Purpose)),
    st.builds(SayNeeds, action=st.just("needs"), needs=st.sampled_from([[], [Need.HIGH_COST]])),
    st.builds(SayPhoneCard, action=st.just("phone_card"), phone_card=st.booleans()),
    st.builds(SayBelonging, action=st.just("belonging"), belonging=st.sampled_from(Belonging)),
    st.builds(EnterPin, action=st.just("pin"), pin=st.sampled_from(["1234", "12a4"])),
)
_OF_A_CARD = PinEntry | StaffCheck | Proving | Determining | AskingTerminal | Questioning | Result | OnPage | Ordering


def _of_this_visit(event: VisitEvent, number: int) -> VisitEvent:
    return replace(event, visit=number) if isinstance(event, OfVisit) else event


@given(st.lists(HAPPENINGS, max_size=40), st.sampled_from(Require), st.booleans())
def test_whatever_happens_there_is_a_screen_and_no_answer_without_its_proof(
    history: list[VisitEvent], require: Require, unchecked_first: bool
) -> None:
    rules = Rules(require=require, pin_before_certificate=unchecked_first, union_office=True, official_reader=True)
    now = Visit(1, Idle())
    for happened in history:
        event = _of_this_visit(happened, now.number)
        reaction = step(now, event, rules)
        if isinstance(reaction, Ignored):
            continue
        for effect in reaction.effects:
            if isinstance(effect, Determine):
                _holds_its_proof(effect, event, require)
            if isinstance(effect, Prove):
                assert isinstance(now.state, PinEntry)
                assert now.state.card.tries_left is not None and now.state.card.tries_left >= 2
        assert reaction.visit.number >= now.number
        now = reaction.visit
        assert isinstance(screen_of(now), Screen)
        if not now.card_present:
            assert not isinstance(now.state, _OF_A_CARD) or _is_from_reader(now.state)
            assert not isinstance(now.state, Failed) or now.state.card is None


def _is_from_reader(state: VisitState) -> bool:
    """Return whether the answer is that of the 顔認証付きカードリーダー, which needs no card here."""
    match state:
        case OnPage(result=result) | Ordering(result=result):
            return isinstance(result.person, FromReader)
        case Determining(person=person) | AskingTerminal(person=person) | Questioning(person=person):
            return isinstance(person, FromReader)
        case Result(person=person):
            return isinstance(person, FromReader)
        case _:
            return False


def _holds_its_proof(effect: Determine, event: VisitEvent, require: Require) -> None:
    person = effect.asked.person
    if isinstance(person, FromReader):
        assert isinstance(event, ResultFound | ResultChosen | ChoosePurpose | SayNeeds | SaySmartphone)
        return
    assert isinstance(person.card, CheckedCard)
    assert person.card.check.chain in {Chain.TRUSTED, Chain.EXPIRED}
    assert person.card.check.revocation is not Revocation.REVOKED
    proved_now = isinstance(event, Proved | FaceCompared | CardBound | ChoosePurpose | SayNeeds | TerminalAnswered)
    assert require is Require.PRESENTED or proved_now or person.level is not Level.PRESENTED
