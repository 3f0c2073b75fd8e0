"""A visit carries the language that its visitor has chosen, and the language ends with the visit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.languages import Language
from kiosk.reception.actions import ChooseLanguage, Finish
from kiosk.reception.picture import time_limit
from kiosk.reception.visit.events import CardPut, CardTaken, Suspended, TimedOut
from kiosk.reception.visit.states import Farewell, Idle, OutOfService, PinEntry, TakeCard, VisitState
from tests.kiosk.reception.visit.scenes import CLINIC, READER, STATES, happens, is_ignored, seen, visit

ENGLISH = ChooseLanguage(action="language", language=Language.ENGLISH)


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_on_every_screen_another_language_can_be_chosen(state: VisitState) -> None:
    before = visit(state)
    after, effects = happens(before, ENGLISH)
    assert after == replace(before, language=Language.ENGLISH)
    assert effects == ()
    assert seen(before).language is Language.JAPANESE
    assert seen(after).language is Language.ENGLISH


def test_a_language_that_is_not_offered_is_not_taken() -> None:
    rules = replace(CLINIC, languages=(Language.JAPANESE,))
    assert is_ignored(visit(Idle()), ENGLISH, rules)


def test_the_kiosk_begins_with_the_first_language_of_its_settings() -> None:
    rules = replace(CLINIC, languages=(Language.ENGLISH, Language.JAPANESE))
    assert seen(visit(Idle()), rules).language is Language.ENGLISH


def test_a_language_that_is_chosen_before_the_card_is_put_down_holds_for_its_visit() -> None:
    chosen, _ = happens(visit(Idle()), ENGLISH)
    after, _ = happens(chosen, CardPut(READER))
    assert after.language is Language.ENGLISH


def test_after_the_farewell_the_next_card_is_somebody_elses() -> None:
    leaving = replace(visit(Farewell()), language=Language.ENGLISH)
    after, _ = happens(leaving, CardPut(READER))
    assert after.language is None


def test_the_farewell_and_the_reminder_to_take_the_card_are_in_the_language_of_the_visit() -> None:
    reading = replace(next(visit(state) for state in STATES if isinstance(state, PinEntry)), language=Language.ENGLISH)
    after, _ = happens(reading, Finish(action="finish"))
    assert isinstance(after.state, TakeCard)
    assert after.language is Language.ENGLISH


@pytest.mark.parametrize("ends", [CardTaken(READER), Suspended()], ids=["card taken", "machine slept"])
def test_a_language_ends_with_its_visit(ends: CardTaken | Suspended) -> None:
    waiting = replace(visit(TakeCard()), language=Language.ENGLISH)
    after, _ = happens(waiting, ends)
    assert isinstance(after.state, Idle)
    assert after.language is None


@pytest.mark.parametrize("state", [Idle(), OutOfService()], ids=["idle", "out of service"])
def test_who_chooses_a_language_and_goes_away_leaves_the_kiosk_in_its_own(state: VisitState) -> None:
    chosen, _ = happens(visit(state), ENGLISH)
    assert time_limit(visit(state), CLINIC) is None
    assert time_limit(chosen, CLINIC) == CLINIC.idle_limit
    after, _ = happens(chosen, TimedOut(chosen.number))
    assert after.language is None
