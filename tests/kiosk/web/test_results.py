"""What a result screen says of a decision."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.decision import (
    CardStatus,
    CardToday,
    Certificate,
    Confirmation,
    Decision,
    Document,
    Need,
    NextStep,
    Purpose,
    Reason,
    Registration,
    Usable,
    UsableFrom,
    decide,
    explain,
)
from kiosk.phrases import DaySpan
from kiosk.web.results import result_of


@pytest.fixture
def decision_for(facts: Any) -> Any:
    return lambda **more: decide(facts(**more))


def test_every_decision_of_the_crowd_can_be_shown(every_decision: tuple[Decision, ...]) -> None:
    results = [result_of(decision) for decision in every_decision]
    assert all(result.heading and result.why and 1 <= len(result.steps) <= 3 for result in results)


def test_the_crowd_has_every_reason_and_every_step(every_decision: tuple[Decision, ...]) -> None:
    assert {reason for decision in every_decision for reason in decision.reasons} == set(Reason) - {
        Reason.INFORMATION_WITHHELD
    }
    assert {step for decision in every_decision for step in decision.next_steps} == set(NextStep)


def test_no_reason_and_no_step_is_lost(every_decision: tuple[Decision, ...]) -> None:
    for decision in every_decision:
        result = result_of(decision)
        assert len(result.steps) + len(result.later) + len(result.more_steps) >= len(decision.next_steps)
        assert [result.why, *result.more_reasons] == [explain(reason).sentence for reason in decision.reasons]


@pytest.mark.parametrize(
    ("more", "act"),
    [
        ({"my_number_reported": False}, "マイナンバーを届け出て"),
        ({"filed_on": None, "acquired_on": date(2026, 10, 1)}, "組合にお問い合わせ"),
        ({"filed_on": date(2026, 10, 5), "acquired_on": date(2026, 10, 1)}, "組合にお問い合わせ"),
    ],
)
@pytest.mark.parametrize("card_today", [CardToday.READ, CardToday.NOT_HERE])
@pytest.mark.parametrize("notice_held", [True, False])
def test_what_ends_the_waiting_is_said_before_the_waiting_and_on_the_screen(
    decision_for: Any, more: dict[str, Any], act: str, card_today: CardToday, notice_held: bool
) -> None:
    decision = decision_for(
        linked_on=None, card_today=card_today, notice_held=notice_held, needs=(Need.HIGH_COST,), **more
    )
    result = result_of(decision)
    assert any(act in step.text for step in result.steps)
    assert any("使えるようになる" in step.text for step in (*result.later, *result.more_steps))


def test_who_reports_a_my_number_is_told_that_the_waiting_begins_with_it(decision_for: Any) -> None:
    [later] = result_of(decision_for(linked_on=None, my_number_reported=False)).later
    assert later.text == "届け出のあと、マイナ保険証が使えるようになるまで、日数がかかります。"


def test_a_supplement_turns_the_circle_into_a_triangle(decision_for: Any) -> None:
    held = Confirmation(date(2025, 1, 1), date(2029, 12, 31))
    result = result_of(
        decision_for(card=CardStatus.LOST, confirmation_held=held, needs=(Need.HIGH_COST, Need.MEAL_REDUCTION))
    )
    assert result.mark == "also"
    assert ("限度額適用認定証", "標準負担額減額認定証") in [step.lists.get("supplements") for step in result.steps]


def test_a_working_card_has_the_circle(decision_for: Any) -> None:
    assert result_of(decision_for()).mark == "yes"


@pytest.mark.parametrize("usable", [Usable.NO, Usable.WITH_DECLARATION])
def test_nothing_else_has_the_circle(decision_for: Any, usable: Usable) -> None:
    assert result_of(replace(decision_for(), usable=usable)).mark == "attention"


def warnings_of(decision: Decision) -> list[str]:
    return [note.phrase.text for note in result_of(decision).notes if note.mark == "no"]


def test_a_drawn_notice_never_stands_without_its_cross(every_decision: tuple[Decision, ...]) -> None:
    for decision in every_decision:
        drawn = [picture.file for picture in result_of(decision).pictures]
        if drawn == ["document-notice"]:
            assert warnings_of(decision) == ["この紙だけでは受診できません"]


def test_a_notice_in_hand_that_does_not_help_has_its_cross_too(every_decision: tuple[Decision, ...]) -> None:
    found = [decision for decision in every_decision if Reason.NOTICE_NOT_ENOUGH in decision.reasons]
    assert found
    assert {text for decision in found for text in warnings_of(decision)} == {"資格情報通知書だけでは受診できません"}


@pytest.mark.parametrize(
    ("more", "file", "name", "crosses"),
    [
        ({"smartphone": True}, "smartphone", "スマートフォン", ["スマートフォンの画面だけでは受診できません"]),
        ({"on": date(2025, 11, 1), "legacy_card_until": date(2025, 12, 1)}, "document-legacy", "以前の保険証", []),
    ],
)
def test_for_a_claim_the_picture_and_the_cross_are_of_what_is_shown(
    decision_for: Any, more: dict[str, Any], file: str, name: str, crosses: list[str]
) -> None:
    decision = decision_for(purpose=Purpose.BENEFIT_CLAIM, **more)
    [picture] = result_of(decision).pictures
    assert decision.applies is Document.NOTICE
    assert (picture.file, picture.name, warnings_of(decision)) == (file, name, crosses)


@pytest.mark.parametrize(("card_today", "here"), [(CardToday.READ, True), (CardToday.NOT_HERE, False)])
def test_this_desks_reader_is_named_for_registering_only_where_the_card_is(
    decision_for: Any, card_today: CardToday, here: bool
) -> None:
    result = result_of(decision_for(registration=Registration.UNREGISTERED, card_today=card_today))
    assert ("この{desk}" in result.steps[0].text, "この{desk}" in result.ways[0]) == (here, here)


def test_the_day_from_which_the_card_works_is_said(decision_for: Any) -> None:
    decision = decision_for(linked_on=None, acquired_on=date(2026, 11, 19), filed_on=date(2026, 11, 19))
    assert decision.usable_from == UsableFrom(date(2026, 11, 25), date(2026, 11, 26))
    assert {"when": DaySpan(date(2026, 11, 25), date(2026, 11, 26))} in [
        step.values for step in result_of(decision).later
    ]


def test_registering_at_this_desk_is_offered_beside_the_picture(decision_for: Any) -> None:
    decision = decision_for(registration=Registration.UNREGISTERED, certificate=Certificate.VALID)
    assert [note.kind for note in result_of(decision).notes] == ["chance"]


def test_papers_of_an_employer_go_through_the_employer(every_decision: tuple[Decision, ...]) -> None:
    filed = [decision for decision in every_decision if decision.file]
    for decision in filed:
        phrases = [*result_of(decision).steps, *result_of(decision).more_steps]
        [phrase] = [phrase for phrase in phrases if "papers" in phrase.lists]
        employer = "組合員加入届" in phrase.lists["papers"]
        assert ("事業主" in phrase.text) == employer


def test_at_the_union_office_nobody_is_asked_to_wait_for_treatment(decision_for: Any) -> None:
    [clinic] = result_of(decision_for()).steps
    [union] = result_of(decision_for(), at_union_office=True).steps
    assert clinic.text != union.text
