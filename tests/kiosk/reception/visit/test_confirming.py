"""The 資格確認端末 is asked in the midst of a visit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.decision import Need, Purpose
from kiosk.eligibility.terminal import Answer, Consents, Qualification, Status
from kiosk.failures import Code, Failure
from kiosk.identity import Level
from kiosk.reception.actions import Finish, SayLimitConsent, SayNeeds
from kiosk.reception.questions import Inquiry, Question, Replies
from kiosk.reception.screens import Screen
from kiosk.reception.visit.effects import AskTerminal, Determine, Record, Release
from kiosk.reception.visit.events import CardTaken, Determined, ServiceChanged, TerminalAnswered, TerminalNeeded
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import (
    AskingTerminal,
    Determining,
    Failed,
    Farewell,
    Idle,
    Questioning,
    Result,
    TakeCard,
)
from tests.kiosk.reception.visit.scenes import (
    ASKING,
    ELIGIBILITY,
    ENQUIRY,
    NOTHING_TOLD,
    PERSON,
    READER,
    VALID,
    happens,
    is_ignored,
    seen,
    visit,
)

ASKED = AskingTerminal(PERSON, Purpose.VISIT, NOTHING_TOLD)


def test_the_terminal_is_asked_about_whom_the_register_knows() -> None:
    after, effects = happens(visit(Determining(PERSON)), TerminalNeeded(7, ENQUIRY))
    assert after.state == ASKED
    assert effects == (AskTerminal(7, ENQUIRY),)


def test_the_screen_says_so_and_how_long_it_may_take() -> None:
    shown = seen(visit(ASKED), Rules(terminal_limit=12.5))
    assert (shown.screen, shown.terminal_limit, shown.level) == (Screen.ASKING_TERMINAL, 12.5, Level.CONFIRMED)
    assert shown.decision is None


@pytest.mark.parametrize("answer", [VALID, Answer(Status.TIMEOUT, failure=Code.TERMINAL_SILENT)])
def test_the_answer_or_the_lack_of_one_decides(answer: Answer) -> None:
    after, effects = happens(visit(ASKED), TerminalAnswered(7, answer))
    assert after.state == Determining(PERSON, answer=answer)
    assert effects == (Determine(7, Determining(PERSON, answer=answer)),)


def test_an_answer_to_an_earlier_visit_is_dropped() -> None:
    assert is_ignored(visit(ASKED), TerminalAnswered(6, VALID))


def test_an_answer_that_nobody_waits_for_is_dropped() -> None:
    assert is_ignored(visit(Idle()), TerminalAnswered(7, VALID))


def test_a_card_that_is_taken_ends_it() -> None:
    after, effects = happens(visit(ASKED), CardTaken(READER))
    assert after.number == 8
    assert isinstance(after.state, Failed)
    assert Record(7, Level.CONFIRMED, Code.CARD_LEFT.value) in effects


def test_a_visitor_need_not_wait() -> None:
    after, effects = happens(visit(ASKED), Finish(action="finish"))
    assert isinstance(after.state, TakeCard)
    assert Record(7, Level.CONFIRMED, "abandoned") in effects
    assert Release(7, READER) in effects


def test_a_reader_that_goes_ends_it() -> None:
    after, _ = happens(visit(ASKED), ServiceChanged(frozenset(), Failure.here(Code.NO_READER)))
    assert isinstance(after.state, Failed)


def test_the_terminal_is_asked_once_a_visit() -> None:
    shown = Result(PERSON, Purpose.VISIT, NOTHING_TOLD, replace(ASKING, answer=VALID))
    _, effects = happens(visit(shown), SayNeeds(action="needs", needs=[Need.HIGH_COST]))
    (effect,) = (each for each in effects if isinstance(each, Determine))
    assert effect.asked.answer is VALID


# The consent to the 限度額

CONSENT_ASKED = replace(ELIGIBILITY, inquiry=Inquiry((Question.LIMIT_CONSENT,)), answer=VALID)
QUESTION = Questioning(PERSON, Purpose.VISIT, NOTHING_TOLD, CONSENT_ASKED, Question.LIMIT_CONSENT)
AGREED = Replies(limit_consent=True, asked=frozenset({Question.LIMIT_CONSENT}))
ANEW = AskingTerminal(PERSON, Purpose.VISIT, AGREED, before=VALID)
WITH_LIMIT = Answer(Status.VALID, code="the second")


def say(limit_consent: bool) -> SayLimitConsent:
    return SayLimitConsent(action="limit_consent", limit_consent=limit_consent)


def test_the_consent_is_a_question_of_its_own() -> None:
    after, _ = happens(visit(Determining(PERSON, answer=VALID)), Determined(7, CONSENT_ASKED))
    assert after.state == QUESTION
    assert seen(after).screen is Screen.QUESTION_LIMIT_CONSENT


def test_who_agrees_is_asked_about_anew_and_keeps_the_first_answer_meanwhile() -> None:
    after, effects = happens(visit(QUESTION), say(True))
    again = Determining(PERSON, replies=AGREED, before=VALID)
    assert (after.number, after.state, effects) == (8, again, (Determine(8, again),))
    asking, effects = happens(after, TerminalNeeded(8, ENQUIRY))
    assert (asking.state, effects) == (ANEW, (AskTerminal(8, ENQUIRY),))


def test_who_does_not_agree_keeps_the_answer_and_is_not_asked_again() -> None:
    after, effects = happens(visit(QUESTION), say(False))
    assert after.state == Result(PERSON, Purpose.VISIT, replace(AGREED, limit_consent=False), CONSENT_ASKED)
    assert effects == ()


@pytest.mark.parametrize("limit_consent", [True, False])
def test_nobody_agrees_to_what_they_were_not_asked(limit_consent: bool) -> None:
    asked = replace(QUESTION, eligibility=ASKING, question=Question.NEEDS)
    assert is_ignored(visit(asked), say(limit_consent))
    shown = Result(PERSON, Purpose.VISIT, NOTHING_TOLD, replace(ELIGIBILITY, answer=VALID))
    assert is_ignored(visit(shown), say(limit_consent))


@pytest.mark.parametrize(
    ("second", "counts"),
    [
        (WITH_LIMIT, WITH_LIMIT),
        (Answer(Status.TIMEOUT, failure=Code.TERMINAL_SILENT), VALID),
        (Answer(Status.NONE, failure=Code.NOT_FOUND_ONLINE), Answer(Status.NONE, failure=Code.NOT_FOUND_ONLINE)),
    ],
)
def test_a_terminal_that_falls_silent_takes_nobodys_answer_away(second: Answer, counts: Answer) -> None:
    after, _ = happens(visit(ANEW), TerminalAnswered(7, second))
    assert after.state == Determining(PERSON, replies=AGREED, answer=counts)


@pytest.mark.parametrize("waiting", [ANEW, Determining(PERSON, replies=AGREED, before=VALID)])
def test_a_card_that_is_taken_while_the_terminal_is_asked_anew_is_no_failure(
    waiting: AskingTerminal | Determining,
) -> None:
    after, effects = happens(visit(waiting), CardTaken(READER))
    assert (after.number, after.state, after.card_present) == (8, Farewell(), False)
    assert Record(7, Level.CONFIRMED, "abandoned") in effects


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (Consents(limit=False, specific_disease=False), Consents()),
        (Consents(limit=True, specific_disease=False), Consents(limit=True)),
        (Consents(limit=False, medicine=True), Consents(limit=False, medicine=True)),
    ],
)
def test_staff_read_what_somebody_was_asked_for_and_of_a_face_file_every_answer(
    said: Consents, shown: Consents
) -> None:
    answer = replace(VALID, results=(Qualification(consents=said),))
    state = Result(PERSON, Purpose.VISIT, NOTHING_TOLD, replace(ELIGIBILITY, answer=answer))
    assert seen(visit(state)).consents == shown
