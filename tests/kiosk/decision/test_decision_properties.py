"""What holds for every decision, whatever the facts and the policy."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.decision import (
    Document,
    Facts,
    FactsError,
    NextStep,
    Paper,
    Reason,
    Supplement,
    confirmation_validity,
    decide,
    decide_if_owed,
    facts_from_json,
    parse_facts,
)
from tests.strategies import POLICIES, possible_facts


def in_order(codes, whole_list):
    positions = [list(whole_list).index(code) for code in codes]
    return positions == sorted(set(positions))


@given(possible_facts(), POLICIES)
def test_every_decision_has_reasons_and_steps_once_each_and_in_order(facts, policy):
    decision = decide(facts, policy)
    assert decision.reasons
    assert decision.next_steps
    # Row 3a: what is not known takes the place of the main reason, and is not said once more in its own.
    extra = decision.reasons[decision.reasons[0] is Reason.REGISTRATION_UNKNOWN :]
    assert in_order(extra, Reason) and len(set(decision.reasons)) == len(decision.reasons)
    assert in_order(decision.next_steps, NextStep)
    assert in_order(decision.also_bring, Supplement)


@given(possible_facts(), POLICIES)
def test_what_is_owed_is_in_the_one_decision(facts, policy):
    decision = decide(facts, policy)
    owed = decision.issue is not None and not decision.file
    assert decide_if_owed(facts, policy) == (decision if owed else None)


@given(possible_facts(), POLICIES)
def test_a_decision_does_not_contradict_itself(facts, policy):
    decision = decide(facts, policy)
    assert (decision.usable == "no") is (not decision.present)
    assert (NextStep.FILE_PAPERS in decision.next_steps) is bool(decision.file)
    assert (NextStep.AWAIT_CONFIRMATION in decision.next_steps) is (decision.issue is Document.CONFIRMATION)
    assert (NextStep.BRING_SUPPLEMENTS in decision.next_steps) is bool(decision.also_bring)
    in_full = Reason.PAYS_IN_FULL in decision.reasons
    assert (NextStep.DECLARE_ELIGIBILITY in decision.next_steps) is (
        decision.usable == "with_declaration" and not in_full
    )
    assert (NextStep.PAY_AND_CLAIM in decision.next_steps) is in_full
    assert (NextStep.HOLD_PHONE_TO_READER in decision.next_steps) is (decision.present == ("phone_card",))
    if decision.usable_after:
        assert {NextStep.REGISTER_CARD, NextStep.REGISTER_CARD_AT_READER} & set(decision.next_steps)
        assert NextStep.TAKE_CARD_AND_WAIT not in decision.next_steps
    if Paper.CONFIRMATION_APPLICATION in decision.file and facts.event != "consideration_requested":
        assert decision.issue is Document.CONFIRMATION


@given(possible_facts(), POLICIES)
def test_an_announced_linkage_never_lies_behind(facts, policy):
    usable_from = decide(facts, policy).usable_from
    if usable_from:
        assert facts.filed_on <= usable_from.earliest <= usable_from.latest
        assert facts.on <= usable_from.latest <= date(2099, 12, 31)


@given(possible_facts(), POLICIES)
def test_a_validity_belongs_to_an_issued_confirmation_and_begins_today(facts, policy):
    validity = confirmation_validity(facts, policy)
    assert (validity is not None) is (decide(facts, policy).issue is Document.CONFIRMATION)
    if validity:
        assert facts.on == validity.valid_from <= validity.valid_until
        assert facts.lost_on is None or validity.valid_until < facts.lost_on
        assert facts.stay_until is None or facts.stay_until < facts.on or validity.valid_until <= facts.stay_until


@given(possible_facts(), POLICIES)
def test_no_step_and_no_paper_leads_a_person_whose_data_are_withheld_to_the_card(facts, policy):
    decision = decide(replace(facts, information_withheld=True), policy)
    assert decision.usable_after is None and Paper.CONFIRMATION_APPLICATION not in decision.file
    assert not set(decision.present) & {"card", "phone_card", "smartphone_screen"}
    assert not set(decision.next_steps) & {
        "register_card",
        "register_card_at_reader",
        "bring_card",
        "renew_certificate",
    }
    if decision.issue or decision.file:
        insured = Reason.NOT_YET_INSURED not in decision.reasons
        assert not insured or NextStep.CONTACT_UNION in decision.next_steps


@given(possible_facts(), POLICIES)
def test_a_person_of_special_consideration_gets_a_confirmation_or_holds_one_or_cannot(facts, policy):
    decision = decide(replace(facts, special_consideration=True), policy)
    if decision.applies and decision.issue is not Document.CONFIRMATION:
        held = facts.confirmation_held
        assert Reason.STAY_ENDED in decision.reasons or (held and held.valid_until >= facts.on)


@given(possible_facts(), st.randoms())
def test_the_order_of_the_needs_changes_nothing(facts, random):
    obj = _as_json(facts)
    random.shuffle(obj["needs"])
    assert decide(parse_facts(obj)) == decide(facts)


@given(possible_facts())
def test_the_order_of_the_keys_changes_nothing(facts):
    assert parse_facts(dict(reversed(_as_json(facts).items()))) == facts


@given(possible_facts(), POLICIES)
def test_the_same_facts_get_the_same_decision(facts, policy):
    again = facts_from_json(json.dumps(_as_json(facts)))
    assert decide(again, policy) == decide(facts, policy)


@given(possible_facts())
def test_a_decision_survives_json(facts):
    decision = decide(facts).to_json()
    assert json.loads(json.dumps(decision)) == decision
    assert list(decision) == [
        "applies",
        "usable",
        "present",
        "also_bring",
        "usable_after",
        "issue",
        "file",
        "usable_from",
        "reasons",
        "next_steps",
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.sampled_from(list(Facts.__dataclass_fields__)), children),
)


@given(JSON)
def test_any_json_is_taken_or_refused_with_one_error(value):
    try:
        parse_facts(value)
    except FactsError as refusal:
        assert refusal.message


@given(st.text())
def test_any_text_that_is_no_facts_object_is_refused_with_one_error(text):
    with pytest.raises(FactsError):
        facts_from_json(text)


def _as_json(facts):
    obj = {name: getattr(facts, name) for name in Facts.__dataclass_fields__}
    obj["needs"] = list(facts.needs)
    if facts.confirmation_held:
        held = facts.confirmation_held
        obj["confirmation_held"] = {"valid_from": str(held.valid_from), "valid_until": str(held.valid_until)}
    return {name: str(value) if isinstance(value, date) else value for name, value in obj.items()}
