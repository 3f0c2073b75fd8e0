"""A visit that waits for the result of the 顔認証付きカードリーダー."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.decision import Need, Purpose
from kiosk.failures import Code, Failure
from kiosk.identity import Level
from kiosk.reception.actions import Finish, NeedStaff, SayNeeds, UseReader
from kiosk.reception.guidance import Belonging, Whereabouts
from kiosk.reception.screens import Screen
from kiosk.reception.visit.card import CheckedCard, FromReader
from kiosk.reception.visit.effects import AwaitReader, Determine, Read, Record, Release, SeekResult
from kiosk.reception.visit.events import (
    CardPut,
    CardTaken,
    Determined,
    NotDetermined,
    ReaderAwaited,
    ReaderWanted,
    ResultChosen,
    ResultFound,
    ResultToChoose,
    ServiceChanged,
    TimedOut,
)
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import (
    AwaitingReader,
    Determining,
    Failed,
    GuideAdvice,
    GuideCard,
    Idle,
    OutOfService,
    PinEntry,
    Questioning,
    Reading,
    Result,
    StaffCheck,
    TakeCard,
    VisitState,
)
from kiosk.reception.visit.visit import Call, Visit
from tests.kiosk.reception.visit.scenes import (
    ACT,
    ASKING,
    CARD,
    ELIGIBILITY,
    FACE,
    NOBODY,
    NOTHING_TOLD,
    READER,
    SOMEBODY,
    failure_of,
    happens,
    is_ignored,
    seen,
    visit,
)

BESIDE = Rules(official_reader=True)
USE = UseReader(action="official_reader")
WAITING = Visit(7, AwaitingReader(CARD, SOMEBODY))
"""The card has gone to the other reader."""
PERSON = FromReader(FACE, CARD)


def failed(code: Code) -> Failed:
    return Failed(Failure(code), CARD, Level.PRESENTED)


OFFERED = [
    Idle(),
    StaffCheck(CARD),
    failed(Code.PIN_BLOCKED),
    failed(Code.UNKNOWN_MEMBER),
    failed(Code.READER_RESULT_MISSING),
    GuideAdvice(Whereabouts.AT_HOME, Belonging.NOTHING, phone_card=True),
    GuideAdvice(Whereabouts.UNREADABLE, Belonging.NOTHING),
]
NOT_OFFERED = [
    OutOfService(),
    Reading(),
    PinEntry(CARD),
    failed(Code.CERTIFICATE_REVOKED),
    failed(Code.NOT_GENUINE),
    failed(Code.TERMINAL_SILENT),
    failed(Code.NOT_MY_NUMBER_CARD),
    failed(Code.CARD_UNREADABLE),
    GuideCard(),
    GuideAdvice(Whereabouts.LOST, Belonging.NOTHING),
]


@pytest.mark.parametrize("state", OFFERED, ids=repr)
def test_the_screen_offers_the_reader_where_it_may_help(state: VisitState) -> None:
    assert seen(visit(state), BESIDE).offers_reader
    after, effects = happens(visit(state), USE, BESIDE)
    assert (after.number, after.state, after.call) == (8, AwaitingReader(_card(state)), Call.NONE)
    assert effects[-1] == AwaitReader(8, _card(state))


def _card(state: VisitState) -> CheckedCard | None:
    return CARD if isinstance(state, StaffCheck | Failed) else None


@pytest.mark.parametrize("state", NOT_OFFERED, ids=repr)
def test_and_nowhere_else(state: VisitState) -> None:
    assert not seen(visit(state), BESIDE).offers_reader
    assert is_ignored(visit(state), USE, BESIDE)


def test_without_a_reader_beside_the_kiosk_nobody_is_sent_to_one() -> None:
    assert not seen(visit(Idle())).offers_reader
    assert is_ignored(visit(Idle()), USE)


def test_the_visit_of_the_card_is_journaled_and_its_call_is_over() -> None:
    after, effects = happens(visit(StaffCheck(CARD), called=True), USE, BESIDE)
    assert effects[:2] == (Record(7, Level.PRESENTED, "official_reader"), Release(7, READER))
    assert after.call is Call.NONE


@pytest.mark.parametrize("code", [Code.NOT_FOUND_ONLINE, Code.SEVERAL_FOUND_ONLINE])
def test_where_the_numbers_are_in_doubt_only_the_name_counts(code: Code) -> None:
    _, effects = happens(visit(failed(code)), USE, BESIDE)
    assert effects[-1] == AwaitReader(8, CARD, by_name=True)


def test_a_card_that_goes_to_the_other_reader_does_not_end_it() -> None:
    at_kiosk = visit(AwaitingReader(CARD, SOMEBODY))
    after, effects = happens(at_kiosk, CardTaken(READER), BESIDE)
    assert after == WAITING
    assert effects == ()
    assert is_ignored(at_kiosk, CardTaken("another"), BESIDE)


def test_what_is_known_of_the_person_is_looked_for_among_the_results() -> None:
    after, effects = happens(Visit(7, AwaitingReader(CARD)), ReaderAwaited(7, SOMEBODY))
    assert after.state == AwaitingReader(CARD, SOMEBODY)
    assert effects == (SeekResult(7, SOMEBODY),)


def test_the_result_that_fits_is_the_answer() -> None:
    after, effects = happens(WAITING, ResultFound(7, FACE))
    asked = Determining(PERSON, answer=FACE.answer)
    assert after.state == asked
    assert effects == (Determine(7, asked),)
    assert seen(after).level is Level.OFFICIAL_READER


def test_a_result_for_an_earlier_visit_is_dropped() -> None:
    assert is_ignored(WAITING, ResultFound(6, FACE))
    assert is_ignored(visit(Idle()), ResultFound(7, FACE))


def test_the_screen_says_who_does_what_and_nothing_of_the_person() -> None:
    shown = seen(WAITING)
    assert (shown.screen, shown.level, shown.masked_name, shown.failure) == (Screen.OFFICIAL_READER, None, "", None)
    assert "ドボク" not in repr(shown) + repr(WAITING)
    assert FACE.name is not None
    assert FACE.name not in repr(ResultFound(7, FACE)) + repr(PERSON)


def test_staff_are_called_once_to_choose() -> None:
    after, _ = happens(Visit(7, AwaitingReader(None, NOBODY)), ResultToChoose(7))
    assert (after.call, seen(after).to_choose, seen(after).failure) == (Call.WAITING, True, None)
    answered = replace(after, call=Call.ANSWERED)
    assert is_ignored(answered, ResultToChoose(7))


def test_two_that_fit_have_a_code() -> None:
    after, _ = happens(WAITING, ResultToChoose(7, several=True))
    failure = seen(after).failure
    assert failure is not None
    assert (failure.code, seen(after).screen) == (Code.SEVERAL_RESULTS, Screen.OFFICIAL_READER)


def test_what_staff_choose_is_nobodys_card() -> None:
    after, _ = happens(replace(WAITING, call=Call.WAITING), ResultChosen(7, FACE, ACT))
    assert after.state == Determining(FromReader(FACE, None, ACT), answer=FACE.answer)
    assert after.call is Call.NONE


def test_staff_send_somebody_whom_they_have_looked_up() -> None:
    after, effects = happens(visit(failed(Code.UNKNOWN_MEMBER)), ReaderWanted(7, SOMEBODY), BESIDE)
    assert after.state == AwaitingReader(None, SOMEBODY)
    assert effects == (Release(7, READER), SeekResult(8, SOMEBODY))
    assert is_ignored(visit(Idle()), ReaderWanted(7, SOMEBODY))


def test_no_result_in_time_is_said_and_written_down() -> None:
    after, effects = happens(WAITING, TimedOut(7))
    assert failure_of(after).code is Code.READER_RESULT_MISSING
    assert effects == (Record(7, None, "N-20"),)
    assert seen(after).deadline == 60.0
    assert seen(after).screen is Screen.NOT_CONFIRMED_ONLINE


def test_the_visitor_may_give_up_with_and_without_a_card_on_the_kiosk() -> None:
    after, effects = happens(WAITING, Finish(action="finish"))
    assert (after.number, after.state) == (8, Idle())
    assert effects == (Record(7, None, "abandoned"),)
    lying, effects = happens(visit(AwaitingReader(CARD, SOMEBODY)), Finish(action="finish"))
    assert isinstance(lying.state, TakeCard)
    assert effects == (Record(7, None, "abandoned"), Release(7, READER))


def test_the_next_card_begins_a_new_visit_and_wipes_what_was_known() -> None:
    after, effects = happens(WAITING, CardPut(READER))
    assert (after.number, after.state) == (8, Reading())
    assert effects == (Record(7, None, "replaced"), Read(8, READER))


def test_a_card_that_only_still_lies_there_displaces_nobody() -> None:
    assert is_ignored(WAITING, CardPut(READER, Failure(Code.WORKER_LOST)))


def test_staff_can_be_called_while_it_waits() -> None:
    after, _ = happens(WAITING, NeedStaff(action="staff"))
    assert (after.call, after.state) == (Call.WAITING, WAITING.state)


def test_a_reader_of_the_kiosk_that_goes_matters_to_nobody_who_is_at_the_other() -> None:
    gone = ServiceChanged(frozenset(), Failure(Code.NO_READER))
    for state in (WAITING.state, Result(PERSON, Purpose.VISIT, NOTHING_TOLD, ELIGIBILITY)):
        after, _ = happens(Visit(7, state), gone)
        assert (after.state, after.service) == (state, gone.failure)


def test_the_answer_is_shown_without_a_card_and_asked_anew_with_the_same_result() -> None:
    shown, effects = happens(Visit(7, Determining(PERSON, answer=FACE.answer)), Determined(7, ASKING))
    assert isinstance(shown.state, Questioning)
    assert effects == ()
    again, effects = happens(shown, SayNeeds(action="needs", needs=[Need.HIGH_COST]))
    assert isinstance(again.state, Determining)
    assert again.state.person == PERSON
    assert again.number == 8


def test_an_answer_that_is_refused_ends_without_a_reader_to_let_go() -> None:
    after, effects = happens(
        Visit(7, Determining(PERSON, answer=FACE.answer)), NotDetermined(7, Failure(Code.ANSWER_UNREADABLE))
    )
    assert failure_of(after).code is Code.ANSWER_UNREADABLE
    assert effects == (Record(7, Level.OFFICIAL_READER, "N-12"),)
    assert seen(after).deadline == 60.0
