"""The guide for people without a card that can be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from kiosk.failures import Code, Failure
from kiosk.reception.actions import Finish, OpenGuide, SayBelonging, SayPhoneCard, SayWhereabouts
from kiosk.reception.guidance import Belonging, Guide, Whereabouts
from kiosk.reception.picture import screen_of, time_limit
from kiosk.reception.screens import Screen
from kiosk.reception.visit.events import CardPut, CardTaken, TimedOut, VisitEvent
from kiosk.reception.visit.guiding import UNREADABLE
from kiosk.reception.visit.states import (
    Failed,
    GuideAdvice,
    GuideBelongings,
    GuideCard,
    GuidePhone,
    Idle,
    Reading,
    VisitState,
)
from tests.kiosk.reception.visit.scenes import CLINIC, READER, happens, is_ignored, seen, visit

GUIDE = OpenGuide(action="guide")
LOST = SayWhereabouts(action="whereabouts", card="lost")
NOTHING = SayBelonging(action="belonging", belonging=Belonging.NOTHING)


def test_from_the_idle_screen_to_the_advice_and_home_again() -> None:
    asked, _ = happens(visit(Idle()), GUIDE)
    assert screen_of(asked) is Screen.GUIDE_CARD
    placed, _ = happens(asked, LOST)
    assert screen_of(placed) is Screen.GUIDE_BELONGINGS
    advised, effects = happens(placed, NOTHING)
    shown = seen(advised)
    assert (shown.screen, effects, shown.decision) == (Screen.GUIDE_ADVICE, (), None)
    assert shown.guide is not None and shown.guide.decision is not None
    assert happens(advised, Finish(action="finish"))[0].state == Idle()


@pytest.mark.parametrize("code", Code)
def test_only_a_card_that_could_not_be_read_leads_to_the_exception(code: Code) -> None:
    failed = visit(Failed(Failure(code)))
    if code not in UNREADABLE:
        assert is_ignored(failed, GUIDE)
        return
    after, _ = happens(failed, GUIDE)
    assert (screen_of(after), seen(after).failure) == (Screen.GUIDE_BELONGINGS, Failure(code))


@pytest.mark.parametrize("state", [Idle(), Failed(Failure(Code.PIN_BLOCKED)), GuideCard()])
def test_where_nobody_knows_the_day_it_says_so_instead(state: VisitState) -> None:
    wrong = Failure(Code.CLOCK_WRONG)
    after, _ = happens(visit(state, service=wrong), GUIDE)
    assert after.state == Failed(wrong)


UNREAD = GuideBelongings(Whereabouts.UNREADABLE, Failure(Code.CARD_SILENT))


def test_the_guide_stays_when_the_card_is_taken_to_the_desk() -> None:
    after, effects = happens(visit(UNREAD, card=True), CardTaken(READER))
    assert (after.state, after.card_present, effects) == (UNREAD, False, ())
    assert seen(after).guide == Guide(Whereabouts.UNREADABLE)


def test_a_call_made_in_the_guide_outlives_the_card() -> None:
    assert happens(visit(UNREAD, card=True, called=True), CardTaken(READER))[0].staff_called


def test_a_card_put_down_ends_the_guide() -> None:
    after, _ = happens(visit(GuideCard()), CardPut(READER))
    assert (after.state, seen(after).guide) == (Reading(), None)


@pytest.mark.parametrize(
    ("state", "first"),
    [
        (GuideBelongings(Whereabouts.LOST), GuideCard()),
        (GuideAdvice(Whereabouts.LOST, Belonging.NOTICE), GuideCard()),
        (UNREAD, UNREAD),
        (GuideAdvice(Whereabouts.UNREADABLE, Belonging.NOTICE, UNREAD.failure), UNREAD),
    ],
)
def test_choosing_anew_begins_at_the_first_thing_that_is_not_known(state: VisitState, first: VisitState) -> None:
    assert happens(visit(state), GUIDE)[0].state == first


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (GuideBelongings(Whereabouts.LOST), LOST),
        (GuideCard(), NOTHING),
        (GuideAdvice(Whereabouts.LOST, Belonging.NOTICE), NOTHING),
    ],
)
def test_what_is_said_twice_or_out_of_turn_changes_nothing(state: VisitState, event: VisitEvent) -> None:
    assert is_ignored(visit(state), event)


def test_a_guide_that_nobody_answers_warns_and_then_closes() -> None:
    warned, _ = happens(visit(GuideCard()), TimedOut(7))
    assert (screen_of(warned), time_limit(warned, CLINIC)) == (Screen.STILL_THERE, 20)
    assert happens(replace(warned, card_present=False), TimedOut(7))[0].state == Idle()


PHONES = replace(CLINIC, takes_phone_card=True)
AT_HOME = SayWhereabouts(action="whereabouts", card="at_home")


def has_it(answer: bool) -> SayPhoneCard:
    return SayPhoneCard(action="phone_card", phone_card=answer)


def test_a_desk_that_takes_phones_asks_for_the_card_in_the_phone_first() -> None:
    asked, _ = happens(visit(GuideCard()), AT_HOME, PHONES)
    assert screen_of(asked) is Screen.GUIDE_PHONE
    advised, _ = happens(asked, has_it(True), PHONES)
    assert (screen_of(advised), advised.state) == (
        Screen.GUIDE_ADVICE,
        GuideAdvice(Whereabouts.AT_HOME, Belonging.NOTHING, phone_card=True),
    )
    assert happens(asked, has_it(False), PHONES)[0].state == GuideBelongings(Whereabouts.AT_HOME)


def test_an_unreadable_card_leads_there_too_and_back() -> None:
    silent = Failure(Code.CARD_SILENT)
    asked, _ = happens(visit(Failed(silent)), GUIDE, PHONES)
    assert asked.state == GuidePhone(Whereabouts.UNREADABLE, silent)
    advised, _ = happens(asked, has_it(True), PHONES)
    assert happens(advised, GUIDE, PHONES)[0].state == asked.state


@pytest.mark.parametrize("card", ["lost", "never_issued", "returned"])
def test_who_has_no_card_any_more_is_not_asked(card: Literal["lost", "never_issued", "returned"]) -> None:
    said = SayWhereabouts(action="whereabouts", card=card)
    assert happens(visit(GuideCard()), said, PHONES)[0].state == GuideBelongings(Whereabouts(card))


def test_a_desk_that_does_not_take_phones_does_not_ask() -> None:
    assert happens(visit(GuideCard()), AT_HOME)[0].state == GuideBelongings(Whereabouts.AT_HOME)
    assert is_ignored(visit(GuideBelongings(Whereabouts.AT_HOME)), has_it(True))
