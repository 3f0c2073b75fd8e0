"""What everybody but staff reads of a decision marks nobody."""

from dataclasses import replace

import pytest
from hypothesis import given

from kiosk.decision import NextStep, Reason, Registration, decide, parse_facts, published
from tests.kiosk.decision.conftest import USUAL
from tests.kiosk.decision.test_decision_properties import POLICIES, in_order, possible_facts

WITHHELD = USUAL | {"information_withheld": True}


def publish(**changes):
    facts = parse_facts(WITHHELD | changes)
    return published(decide(facts), facts)


def test_the_reason_is_the_one_of_a_card_that_is_not_registered():
    shown = publish()
    assert shown.reasons == ("not_registered",)
    assert shown.next_steps == ("await_confirmation", "ask_staff"), "ask_staff is said once"


def test_a_step_to_the_union_for_their_sake_becomes_one_to_staff(held):
    paper = {"confirmation_held": held("2026-04-01", "2031-03-31")}
    shown = publish(**paper, event="registration_cancelled")
    assert shown.next_steps == ("show_confirmation", "file_papers", "ask_staff")


@pytest.mark.parametrize(
    "changes",
    [
        {"lost_on": "2026-11-01", "purpose": "benefit_claim"},
        {"acquired_on": "2026-12-01", "filed_on": None},
        {"stay_until": "2026-01-01"},
        {
            "stay_until": "2026-12-10",
            "confirmation_held": {"valid_from": "2026-04-01", "valid_until": "2026-12-10"},
        },
    ],
    ids=["a claim after the end", "not insured yet", "the stay has ended", "a paper that reaches the stay's end"],
)
def test_a_step_to_the_union_that_others_get_too_stays(changes):
    facts = parse_facts(WITHHELD | changes)
    assert (
        NextStep.CONTACT_UNION
        in decide(replace(facts, information_withheld=False, registration=Registration.UNREGISTERED)).next_steps
    )
    assert NextStep.CONTACT_UNION in publish(**changes).next_steps


def test_after_the_end_of_the_insurance_a_visitor_is_sent_to_staff():
    assert publish(lost_on="2026-11-01").next_steps == ("ask_staff", "ask_new_insurer")


@given(possible_facts(), POLICIES)
def test_no_code_marks_anybody_and_nobody_elses_decision_changes(facts, policy):
    withheld = replace(facts, information_withheld=True)
    shown = published(decide(withheld, policy), withheld)
    assert Reason.INFORMATION_WITHHELD not in shown.reasons
    assert shown.reasons and shown.next_steps and in_order(shown.next_steps, NextStep)
    plain = replace(facts, information_withheld=False)
    assert published(decide(plain, policy), plain) == decide(plain, policy)
