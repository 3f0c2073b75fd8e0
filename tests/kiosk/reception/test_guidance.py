"""The way without a card: what to show and do, whoever it is, and never a word of being insured."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from kiosk.decision import DEFAULT_POLICY, NextStep, Paper, Presented, Reason
from kiosk.reception.guidance import Belonging, Whereabouts, advise, belongings, phone_may_help

TODAY = date(2026, 11, 25)
WITHOUT = [card for card in Whereabouts if card is not Whereabouts.UNREADABLE]


def shown(card: Whereabouts, thing: Belonging, on: date = TODAY) -> tuple[Presented, ...]:
    decision = advise(card, thing, on, DEFAULT_POLICY).decision
    assert decision is not None
    return decision.present


@pytest.mark.parametrize(
    ("thing", "present"),
    [
        (Belonging.SMARTPHONE, (Presented.CARD, Presented.SMARTPHONE_SCREEN)),
        (Belonging.NOTICE, (Presented.CARD, Presented.NOTICE)),
        (Belonging.CONFIRMATION, (Presented.CONFIRMATION,)),
        (Belonging.LEGACY_CARD, (Presented.CARD,)),
        (Belonging.NOTHING, (Presented.CARD,)),
    ],
)
def test_a_card_that_cannot_be_read_is_shown_with_the_screen_or_the_notice(
    thing: Belonging, present: tuple[Presented, ...]
) -> None:
    assert shown(Whereabouts.UNREADABLE, thing) == present


@pytest.mark.parametrize("card", WITHOUT)
def test_without_the_card_only_a_confirmation_serves(card: Whereabouts) -> None:
    assert {thing for thing in Belonging if shown(card, thing)} == {Belonging.CONFIRMATION}


@pytest.mark.parametrize("card", WITHOUT)
def test_an_old_card_serves_until_its_last_day_and_not_after(card: Whereabouts) -> None:
    assert shown(card, Belonging.LEGACY_CARD, date(2025, 12, 1)) == (Presented.LEGACY_CARD,)
    assert shown(card, Belonging.LEGACY_CARD, date(2025, 12, 2)) == ()


@pytest.mark.parametrize("card", [Whereabouts.LOST, Whereabouts.RETURNED])
def test_who_has_no_card_any_more_applies_for_a_confirmation(card: Whereabouts) -> None:
    decision = advise(card, Belonging.NOTHING, TODAY, DEFAULT_POLICY).decision
    assert decision is not None
    assert (decision.file, NextStep.FILE_PAPERS in decision.next_steps) == ((Paper.CONFIRMATION_APPLICATION,), True)


def test_there_is_advice_for_every_answer_on_every_day_of_two_years() -> None:
    for card, thing, ordinal in product(Whereabouts, Belonging, range(TODAY.toordinal(), TODAY.toordinal() + 800, 53)):
        assert advise(card, thing, date.fromordinal(ordinal), DEFAULT_POLICY).decision


def test_the_most_useful_thing_is_offered_first() -> None:
    assert belongings(Whereabouts.UNREADABLE)[0] is Belonging.SMARTPHONE
    assert belongings(Whereabouts.AT_HOME)[0] is Belonging.CONFIRMATION
    assert all(set(belongings(card)) == set(Belonging) for card in Whereabouts)


@pytest.mark.parametrize("card", Whereabouts)
def test_the_old_card_is_the_last_of_the_papers_that_are_offered(card: Whereabouts) -> None:
    assert belongings(card)[-2:] == (Belonging.LEGACY_CARD, Belonging.NOTHING)


PHONES = replace(DEFAULT_POLICY, desk_takes_phone_card=True)


@pytest.mark.parametrize("card", Whereabouts)
def test_the_phone_is_asked_for_where_its_answer_changes_what_is_shown_and_only_there(card: Whereabouts) -> None:
    changes = False
    for thing in Belonging:
        with_it, without = (advise(card, thing, TODAY, PHONES, phone_card=has).decision for has in (True, False))
        assert with_it is not None and without is not None
        changes |= with_it.present != without.present
        assert (with_it.present == (Presented.PHONE_CARD,)) is phone_may_help(card)
    assert changes is phone_may_help(card)


@pytest.mark.parametrize("card", [Whereabouts.AT_HOME, Whereabouts.UNREADABLE])
def test_the_phone_is_held_to_the_reader(card: Whereabouts) -> None:
    decision = advise(card, Belonging.NOTHING, TODAY, PHONES, phone_card=True).decision
    assert decision is not None and decision.next_steps == (NextStep.HOLD_PHONE_TO_READER,)


def test_a_desk_without_a_reader_for_phones_says_what_else_to_do() -> None:
    decision = advise(Whereabouts.AT_HOME, Belonging.SMARTPHONE, TODAY, DEFAULT_POLICY).decision
    assert decision is not None and Reason.PHONE_CARD_NOT_TAKEN in decision.reasons
    assert decision.next_steps == (NextStep.BRING_CARD, NextStep.ASK_STAFF)
    asked = advise(Whereabouts.AT_HOME, Belonging.SMARTPHONE, TODAY, PHONES).decision
    assert asked is not None and Reason.PHONE_CARD_NOT_TAKEN not in asked.reasons
