"""Cards, readers and service that come and go; how visits end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.decision import CardStatus, Purpose, decide
from kiosk.failures import Code, Failure
from kiosk.identity import Level
from kiosk.reception.actions import Continue, Finish, NeedStaff
from kiosk.reception.picture import screen_of, time_limit
from kiosk.reception.screens import Alert, Screen
from kiosk.reception.union_office import UnionPage
from kiosk.reception.visit.effects import Probe, Read, Record, Release, Renew
from kiosk.reception.visit.eligibility import Reminder
from kiosk.reception.visit.events import CardPut, CardTaken, ServiceChanged, StaffCame, Suspended, TimedOut
from kiosk.reception.visit.states import (
    AskingTerminal,
    AwaitingReader,
    Determining,
    Failed,
    Farewell,
    GuideCard,
    Idle,
    OnPage,
    OutOfService,
    Patience,
    PinEntry,
    Proving,
    Questioning,
    Reading,
    Result,
    StaffCheck,
    TakeCard,
    VisitState,
)
from kiosk.reception.visit.visit import Call, Visit
from tests.kiosk.reception.visit.scenes import (
    ASKING,
    CARD,
    CLINIC,
    FACTS,
    NOTHING_TOLD,
    OTHER_READER,
    OWN,
    PERSON,
    READER,
    RESULT,
    SILENT,
    STATES,
    failure_of,
    happens,
    is_ignored,
    seen,
    visit,
)

QUESTIONING = next(state for state in STATES if isinstance(state, Questioning))
OUT_OF_USE = Failure(Code.OUT_OF_USE)
by_name = pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)


# A card comes


def test_a_card_on_the_idle_kiosk_is_read() -> None:
    after, effects = happens(visit(Idle()), CardPut(READER))
    assert (after.state, after.number, effects) == (Reading(), 8, (Read(8, READER),))


def test_the_last_card_put_down_wins_and_the_earlier_visit_ends() -> None:
    after, effects = happens(visit(PinEntry(CARD)), CardPut(OTHER_READER))
    assert (after.state, after.reader) == (Reading(), OTHER_READER)
    assert effects == (Record(7, Level.PRESENTED, "replaced"), Release(7, READER), Read(8, OTHER_READER))


@pytest.mark.parametrize("state", [Idle(), OutOfService()])
def test_a_card_that_cost_its_worker_is_not_read_again(state: VisitState) -> None:
    held, effects = happens(visit(state), CardPut(READER, SILENT))
    assert (held.state, screen_of(held)) == (Failed(SILENT), Screen.READER_TROUBLE)
    assert effects == (Probe(8, READER),), "its one entry is in the journal already"
    assert time_limit(held, CLINIC) is None, "the screen stays as long as the card"
    taken, _ = happens(held, CardTaken(READER))
    assert (failure_of(taken), taken.card_present, time_limit(taken, CLINIC)) == (SILENT, False, CLINIC.farewell)


def test_what_the_screen_has_said_of_it_stays() -> None:
    unknown = Failure(Code.PIN_OUTCOME_UNKNOWN)
    before = visit(Failed(unknown), card=False)
    assert failure_of(happens(before, CardPut(READER, SILENT))[0]) == unknown


@pytest.mark.parametrize("state", [Reading(), PinEntry(CARD), Proving(CARD), RESULT])
def test_it_displaces_nobody(state: VisitState) -> None:
    assert is_ignored(visit(state), CardPut(OTHER_READER, SILENT))


def test_out_of_use_no_card_begins_a_visit() -> None:
    assert is_ignored(visit(OutOfService(), service=OUT_OF_USE), CardPut(READER))


def test_a_visit_under_way_may_end_but_the_next_card_finds_the_kiosk_out_of_use() -> None:
    under_way, _ = happens(visit(PinEntry(CARD)), ServiceChanged(frozenset({READER}), OUT_OF_USE))
    assert (under_way.state, under_way.service) == (PinEntry(CARD), OUT_OF_USE)
    after, effects = happens(under_way, CardPut(READER))
    assert (after.state, seen(after).failure) == (OutOfService(), OUT_OF_USE)
    assert Release(7, READER) in effects


# A card goes


@pytest.mark.parametrize(
    "state", [state for state in STATES if visit(state).reader and not isinstance(state, Farewell | AwaitingReader)]
)
def test_taking_the_card_away_leaves_nothing_personal(state: VisitState) -> None:
    after, _ = happens(visit(state, card=True), CardTaken(READER))
    shown = seen(after)
    assert (shown.decision, shown.masked_name, shown.level, shown.pages, shown.tries_left) == (
        None,
        "",
        None,
        None,
        None,
    )
    assert after.number == 8, "late messages of the visit must be ignored"
    assert not after.card_present


def test_another_readers_card_going_away_changes_nothing() -> None:
    assert is_ignored(visit(PinEntry(CARD)), CardTaken(OTHER_READER))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (Reading(), Code.CARD_LEFT),
        (Determining(PERSON), Code.CARD_LEFT),
        (Proving(CARD), Code.PIN_OUTCOME_UNKNOWN),
    ],
)
def test_a_card_that_leaves_at_work_ends_the_visit(state: VisitState, code: Code) -> None:
    after, effects = happens(visit(state), CardTaken(READER))
    assert failure_of(after).code is code
    assert effects[-1] == Release(7, READER) and isinstance(effects[0], Record)


OLD_CARD = {
    "on": FACTS.on.replace(year=2025),
    "card": CardStatus.LOST,
    "legacy_card_until": FACTS.on.replace(year=2025, month=12, day=1),
}


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"card": CardStatus.LOST},
        {"linked_on": None, "notice_held": True},
        OLD_CARD,
        {"purpose": Purpose.BENEFIT_CLAIM, "smartphone": True},
    ],
)
@pytest.mark.parametrize("wrap", [lambda result: result, lambda result: OnPage(result, OWN, UnionPage.MENU)])
def test_the_farewell_keeps_of_the_answer_what_it_still_says_and_nothing_else(
    facts: dict[str, object], wrap: Callable[[Result], VisitState]
) -> None:
    asked = replace(FACTS, **facts)
    decision = decide(asked)
    eligibility = replace(RESULT.eligibility, decision=decision)
    after, _ = happens(visit(wrap(replace(RESULT, eligibility=eligibility, purpose=asked.purpose))), CardTaken(READER))
    kept = Reminder.of(decision, asked.purpose)
    assert after.state == Farewell(kept)


def test_the_farewell_says_nothing_of_an_answer_that_was_not_shown() -> None:
    assert happens(visit(QUESTIONING), CardTaken(READER))[0].state == Farewell(None)
    assert ASKING.inquiry.questions, "there was something to ask"


def test_a_person_who_called_staff_and_takes_the_card_has_the_time_to_wait_for_them() -> None:
    called, _ = happens(visit(RESULT), NeedStaff(action="staff"))
    gone, _ = happens(called, CardTaken(READER))
    assert (gone.staff_called, time_limit(gone, CLINIC)) == (True, CLINIC.idle_limit)


# The service


@pytest.mark.parametrize("state", [PinEntry(CARD), RESULT, StaffCheck(CARD), Failed(SILENT)])
def test_another_reader_that_comes_is_no_change_of_the_screen(state: VisitState) -> None:
    assert is_ignored(visit(state), ServiceChanged(frozenset({READER, OTHER_READER}), None))


def test_a_reader_that_vanishes_ends_its_visit() -> None:
    after, _ = happens(visit(PinEntry(CARD)), ServiceChanged(frozenset({OTHER_READER}), None))
    assert after.state == Failed(failure_of(after))
    assert screen_of(after) is Screen.READER_TROUBLE


def test_no_reader_at_all_is_out_of_service_and_recovers_by_itself() -> None:
    trouble = Failure(Code.READER_SERVICE_DOWN)
    down, _ = happens(visit(Idle()), ServiceChanged(frozenset(), trouble))
    assert (down.state, screen_of(down)) == (OutOfService(), Screen.READER_TROUBLE)
    up, _ = happens(down, ServiceChanged(frozenset({READER}), None))
    assert up.state == Idle()


@by_name
def test_a_machine_that_slept_ends_whatever_was_on(state: VisitState) -> None:
    after, effects = happens(visit(state, called=True), Suspended())
    assert after == Visit(8, Idle(), visitor=2)
    assert effects[-1] == Renew()
    recorded = isinstance(
        state, Reading | PinEntry | StaffCheck | Proving | Determining | AskingTerminal | AwaitingReader
    )
    assert any(isinstance(effect, Record) and effect.outcome == "suspended" for effect in effects) is recorded


# A service that has failed


REGISTER_GONE = Failure(Code.REGISTRY_DOWN)
CLOCK_WRONG = Failure(Code.CLOCK_WRONG)


@pytest.mark.parametrize("code", [Code.REGISTRY_DOWN, Code.JOURNAL_DOWN, Code.CLOCK_WRONG, Code.OUT_OF_USE])
def test_no_card_begins_a_visit_while_its_answer_could_not_be_given_or_written_down(code: Code) -> None:
    assert is_ignored(visit(OutOfService(), service=Failure(code)), CardPut(READER))


@pytest.mark.parametrize("state", [Reading(), PinEntry(CARD)])
def test_nobody_types_a_number_in_vain(state: VisitState) -> None:
    after, effects = happens(visit(state), ServiceChanged(frozenset({READER}), REGISTER_GONE))
    level = None if isinstance(state, Reading) else Level.PRESENTED
    assert (failure_of(after), after.service) == (REGISTER_GONE, REGISTER_GONE)
    assert effects == (Record(7, level, "N-02"), Release(7, READER))
    back, _ = happens(after, ServiceChanged(frozenset({READER}), None))
    assert (back.state, back.service) == (Idle(), None), "the card that still lies there is read anew"


@pytest.mark.parametrize("state", [Proving(CARD), Determining(PERSON), RESULT, StaffCheck(CARD)])
def test_what_is_further_on_goes_to_its_end(state: VisitState) -> None:
    after, effects = happens(visit(state), ServiceChanged(frozenset({READER}), REGISTER_GONE))
    assert (after.state, after.service, effects) == (state, REGISTER_GONE, ())


def test_a_failure_of_its_own_stays_when_the_service_is_back() -> None:
    blocked = Failed(Failure(Code.PIN_BLOCKED), CARD, Level.PRESENTED)
    after, _ = happens(visit(blocked, service=REGISTER_GONE), ServiceChanged(frozenset({READER}), None))
    assert after.state == blocked


def test_the_guide_stays_open_but_where_nobody_knows_the_day() -> None:
    guide = visit(GuideCard())
    assert happens(guide, ServiceChanged(frozenset(), REGISTER_GONE))[0].state == GuideCard()
    assert happens(guide, ServiceChanged(frozenset(), CLOCK_WRONG))[0].state == OutOfService()


@pytest.mark.parametrize(
    "state", [Failed(Failure(Code.NOT_MY_NUMBER_CARD), patience=Patience(warned=True)), TakeCard()]
)
def test_a_card_that_is_none_of_ours_may_stay_where_another_reader_is_free(state: VisitState) -> None:
    after, effects = happens(visit(state), TimedOut(7, card_may_stay=True))
    assert (after.state, effects) == (Idle(), (Release(7, READER),))


# The desk


@by_name
def test_staff_can_be_called_in_every_state(state: VisitState) -> None:
    after, _ = happens(visit(state), NeedStaff(action="staff"))
    assert (after.staff_called, after.number) == (True, 7)


def test_calling_the_desk_keeps_what_the_screen_says() -> None:
    called, effects = happens(visit(RESULT), NeedStaff(action="staff"))
    assert (called.state, called.staff_called, effects) == (RESULT, True, ())


@pytest.mark.parametrize(
    ("state", "event", "then"),
    [
        (Reading(), CardTaken(READER), Failed),
        (Determining(PERSON), CardTaken(READER), Failed),
        (RESULT, Finish(action="finish"), TakeCard),
    ],
)
def test_a_call_is_not_taken_back_while_the_visit_ends(
    state: VisitState, event: CardTaken | Finish, then: type[VisitState]
) -> None:
    called, _ = happens(visit(state), NeedStaff(action="staff"))
    after, _ = happens(called, event)
    assert isinstance(after.state, then) and after.staff_called


def test_staff_who_come_answer_the_call_and_change_nothing_else() -> None:
    called = visit(PinEntry(CARD), called=True)
    assert happens(called, StaffCame(7)) == (replace(called, call=Call.ANSWERED), ())
    assert is_ignored(visit(PinEntry(CARD)), StaffCame(7))


def test_who_waits_longer_than_was_said_can_call_again() -> None:
    answered = replace(visit(RESULT), call=Call.ANSWERED)
    assert happens(answered, NeedStaff(action="staff"))[0].call is Call.WAITING


def test_staff_on_the_way_are_waited_for_as_long_as_a_call_and_then_forgotten() -> None:
    coming = replace(visit(Idle()), call=Call.ANSWERED)
    assert time_limit(coming, CLINIC) == CLINIC.idle_limit
    assert happens(coming, TimedOut(7))[0].call is Call.NONE


# Time


def test_a_person_who_waits_is_warned_then_asked_to_take_the_card() -> None:
    warned, _ = happens(visit(PinEntry(CARD)), TimedOut(7))
    assert (seen(warned).state, screen_of(warned), time_limit(warned, CLINIC)) == ("pin", Screen.STILL_THERE, 30)
    ended, effects = happens(warned, TimedOut(7))
    assert ended.state == TakeCard()
    assert Release(7, READER) in effects


def test_ten_extensions_and_no_more() -> None:
    now = visit(RESULT)
    for used in range(10):
        warned = replace(now, state=replace(RESULT, patience=Patience(warned=True, extensions=used)))
        now, _ = happens(warned, Continue(action="continue"))
        assert now.state == replace(RESULT, patience=Patience(extensions=used + 1))
    spent = replace(now, state=replace(RESULT, patience=Patience(warned=True, extensions=10)))
    assert is_ignored(spent, Continue(action="continue"))


def test_a_card_left_on_the_reader_chimes_and_then_alerts_staff() -> None:
    left = visit(TakeCard())
    assert time_limit(left, CLINIC) == 60
    after, effects = happens(left, TimedOut(7))
    assert (after.state, effects, time_limit(after, CLINIC)) == (TakeCard(left_behind=True), (), None)
    shown = seen(after)
    assert (shown.alert, shown.chime, shown.deadline) == (Alert.CARD_LEFT_BEHIND, 5, None)
    assert seen(happens(after, CardTaken(READER))[0]).alert is None


def test_a_person_who_finishes_with_the_card_on_the_reader_is_asked_to_take_it() -> None:
    after, effects = happens(visit(RESULT), Finish(action="finish"))
    assert (after.state, effects) == (TakeCard(), (Release(7, READER),))


def test_a_questions_own_time_is_kept_apart_from_the_results() -> None:
    asked = Questioning(PERSON, Purpose.VISIT, NOTHING_TOLD, ASKING, QUESTIONING.question, Patience(extensions=9))
    assert happens(visit(asked), TimedOut(7))[0].state == replace(asked, patience=Patience(warned=True, extensions=9))
