"""What a result says is true at the desk where it is read: at a clinic, and at the union's office."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from kiosk.decision import (
    CardStatus,
    Confirmation,
    Decision,
    Facts,
    LifeEvent,
    NextStep,
    Policy,
    Purpose,
    Reason,
    Registration,
    decide,
    published,
)
from kiosk.phrases import Phrase
from kiosk.reception import Reminder
from kiosk.web.farewell import farewell_of
from kiosk.web.results import ResultView, result_of
from kiosk.web.screens import Screens
from tests.gallery.views import TODAY
from tests.strategies import POLICIES, possible_facts

OFFICES = pytest.mark.parametrize("profile", ["clinic", "union_office"])
CLAIMS = pytest.mark.parametrize("purpose", [Purpose.BENEFIT_CLAIM, Purpose.HEALTH_PROGRAM])
PAPER = {"card": CardStatus.LOST, "confirmation_held": Confirmation(date(2025, 1, 1), date(2029, 12, 31))}
NEW = {"linked_on": None, "acquired_on": date(2026, 11, 19), "filed_on": date(2026, 11, 19)}


def words(profile: str, phrase: Phrase | str) -> str:
    return re.sub("<[^>]+>", "", str(Screens(profile=profile).say(phrase)))


def of(profile: str, decision: Decision, purpose: Purpose = Purpose.VISIT, **more: Any) -> ResultView:
    return result_of(decision, purpose=purpose, at_union_office=profile == "union_office", **more)


def farewell(profile: str, decision: Decision, purpose: Purpose = Purpose.VISIT) -> str:
    reminder = Reminder.of(decision, purpose)
    return words(profile, farewell_of(reminder, at_union_office=profile == "union_office").step)


@CLAIMS
def test_a_paper_for_a_claim_is_shown_at_the_unions_own_desk(facts: Any, purpose: Purpose) -> None:
    decision = decide(facts(**PAPER, purpose=purpose))
    said = words("union_office", of("union_office", decision, purpose).steps[0])
    assert said == farewell("union_office", decision, purpose) == "資格確認書を、窓口でお見せください。"


def test_a_paper_for_a_treatment_is_shown_at_the_clinic(facts: Any) -> None:
    decision = decide(facts(**PAPER))
    said = words("union_office", of("union_office", decision).steps[0])
    assert said == farewell("union_office", decision) == "医療機関では、資格確認書をお見せください。"


@pytest.mark.parametrize(("profile", "where"), [("clinic", "受付"), ("union_office", "医療機関の受付")])
def test_the_form_of_a_declaration_and_the_certificate_of_a_subsidy_belong_to_the_clinic(
    facts: Any, profile: str, where: str
) -> None:
    result = of(profile, decide(facts(**NEW)), reminds_of_subsidy=True)
    assert words(profile, result.pictures[1].hint) == f"用紙は{where}にあります"
    note = words(profile, result.notes[0].phrase)
    assert note == f"医療費助成の受給者証をお持ちの方は、{where}でいっしょにお見せください"


@OFFICES
@pytest.mark.parametrize("without_pin", [False, True])
def test_an_unknown_registration_is_done_where_the_reader_asks_for_it(
    facts: Any, profile: str, without_pin: bool
) -> None:
    decision = decide(facts(registration=Registration.UNKNOWN, card_without_pin=without_pin))
    result = of(profile, decision)
    said = [words(profile, step) for step in result.steps]
    assert any("カードリーダーの画面で利用登録をたずねられたら" in step for step in said)
    assert any(step.startswith("医療機関の") for step in said) == (profile == "union_office")
    assert ("顔認証付き" in "".join(said)) == without_pin
    assert "たずねられたら" in farewell(profile, decision) or NextStep.TAKE_CARD_AND_WAIT in decision.next_steps
    assert result.notes == ()  # the card is enough, whatever the reader says


@pytest.mark.parametrize(("profile", "where"), [("clinic", "この受付の"), ("union_office", "医療機関の")])
def test_a_card_without_a_pin_is_registered_at_a_reader_that_compares_faces(
    facts: Any, profile: str, where: str
) -> None:
    decision = decide(facts(registration=Registration.UNREGISTERED, card_without_pin=True))
    said = [words(profile, step) for step in of(profile, decision).steps]
    assert f"{where}顔認証付きカードリーダーで、マイナ保険証の利用登録をしてください。" in said


@OFFICES
def test_a_paper_that_is_enough_is_shown_before_the_card_is_registered(facts: Any, profile: str) -> None:
    held = Confirmation(date(2025, 1, 1), date(2029, 12, 31))
    decision = decide(facts(registration=Registration.UNREGISTERED, confirmation_held=held))
    said = [words(profile, step) for step in of(profile, decision).steps]
    assert "資格確認書" in said[0] and "利用登録" in said[1]
    assert farewell(profile, decision) == said[0]


ENDING = {"confirmation_held": Confirmation(date(2025, 1, 1), TODAY + timedelta(days=10))}
STAYS = [
    (PAPER | ENDING | {"stay_until": TODAY + timedelta(days=10)}, Reason.CONFIRMATION_ENDING),
    ({"card": CardStatus.NEVER_ISSUED, "stay_until": date(2026, 8, 1)}, Reason.STAY_ENDED),
]


@OFFICES
@pytest.mark.parametrize(("more", "reason"), STAYS)
def test_who_gets_no_paper_for_the_end_of_a_stay_reads_what_changes_that(
    facts: Any, profile: str, more: dict[str, Any], reason: Reason
) -> None:
    decision = decide(facts(**more))
    assert reason in decision.reasons and decision.issue is None
    result = of(profile, decision)
    assert any("在留期間を更新された方は" in words(profile, step) for step in result.steps)
    assert not any("新しい資格確認書を交付します" in text for text in (result.why, *result.more_reasons))


def test_a_membership_that_has_not_begun_asks_for_the_papers_of_the_present_one(facts: Any) -> None:
    result = of("clinic", decide(facts(acquired_on=date(2026, 12, 1))))
    assert "今の健康保険の書類" in words("clinic", result.heading)
    assert [picture.name for picture in result.pictures] == ["今の健康保険の書類"]


@OFFICES
def test_nobody_whose_insurance_has_ended_is_asked_for_a_paper_of_it(facts: Any, profile: str) -> None:
    known = facts(lost_on=date(2026, 10, 1), information_withheld=True)
    result = of(profile, published(decide(known), known))
    said = [words(profile, step) for step in (*result.steps, *result.more_steps)]
    assert not any(step.startswith("資格確認書など") for step in said)
    assert len(said) == len(set(said))


@OFFICES
@given(facts=possible_facts(), policy=POLICIES)
def test_no_act_is_said_twice(profile: str, facts: Facts, policy: Policy) -> None:
    result = of(profile, published(decide(facts, policy), facts), facts.purpose)
    said = [words(profile, step) for step in (*result.steps, *result.later, *result.more_steps)]
    assert len(said) == len(set(said))


@given(facts=possible_facts(), policy=POLICIES)
def test_a_visitor_at_the_unions_office_is_not_sent_to_a_reader_that_is_not_there(facts: Facts, policy: Policy) -> None:
    decision = published(decide(facts, policy), facts)
    result = of("union_office", decision, facts.purpose)
    texts = (*result.steps, *result.more_steps, result.why, *result.more_reasons)
    said = [words("union_office", each) for each in texts]
    assert not any("受付" in text and "医療機関" not in text for text in said)


def test_the_event_that_ends_a_registration_is_no_exception(facts: Any) -> None:
    decision = decide(facts(registration=Registration.UNKNOWN, event=LifeEvent.REGISTRATION_CANCELLED))
    assert NextStep.REGISTER_CARD not in decision.next_steps
    assert farewell("clinic", decision) == "受付の案内をお待ちください。"
