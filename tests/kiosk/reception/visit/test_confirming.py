"""The 資格確認端末 is asked in the midst of a visit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.decision import Need, Purpose
from kiosk.eligibility.terminal import Answer, Status
from kiosk.failures import Code, Failure
from kiosk.identity import Level
from kiosk.reception.actions import Finish, SayNeeds
from kiosk.reception.screens import Screen
from kiosk.reception.visit.effects import AskTerminal, Determine, Record, Release
from kiosk.reception.visit.events import CardTaken, ServiceChanged, TerminalAnswered, TerminalNeeded
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import AskingTerminal, Determining, Failed, Idle, Result, TakeCard
from tests.kiosk.reception.visit.scenes import (
    ASKING,
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
