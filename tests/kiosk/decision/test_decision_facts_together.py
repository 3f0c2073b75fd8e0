"""Fields that do not fit together, and which of several errors is named."""

import json
from datetime import date
from itertools import pairwise

import pytest

from kiosk.decision import CardStatus, Confirmation, Facts, FactsError, LifeEvent, Registration, parse_facts
from tests.kiosk.decision.refusals import TABLE, refused_field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"needs": ["high_cost", "meal_reduction", "high_cost"]}, "needs"),
        ({"birth_date": "2026-11-25"}, "birth_date"),
        ({"acquired_on": "1980-05-14"}, "acquired_on"),
        ({"lost_on": "2026-03-31"}, "lost_on"),
        ({"filed_on": "2026-11-25"}, "filed_on"),
        ({"certificate": "expired"}, "certificate_expired_on"),
        ({"certificate": "expired", "certificate_expired_on": "2026-11-24"}, "certificate_expired_on"),
        ({"certificate": "valid", "certificate_expired_on": "2026-11-23"}, "certificate_expired_on"),
        ({"certificate": "revoked", "certificate_expired_on": "2026-11-23"}, "certificate_expired_on"),
        ({"certificate": "unknown", "certificate_expired_on": "2026-11-23"}, "certificate_expired_on"),
        ({"registration": "registered", "registration_ends_on": "2026-12-31"}, "registration_ends_on"),
        ({"registration": "unregistered", "registration_ends_on": "2026-12-31"}, "registration_ends_on"),
        ({"event": "reemployed"}, "event"),
    ],
)
def test_an_impossible_combination_names_its_field(known, changes, field):
    with pytest.raises(FactsError) as refusal:
        known(**changes)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    "changes",
    [
        {"birth_date": "2026-11-24", "acquired_on": "2026-11-24", "filed_on": "2026-11-24"},
        {"acquired_on": "1980-05-15"},
        {"lost_on": "2026-04-01"},
        {"linked_on": "2030-01-01"},
        {"certificate": "expired", "certificate_expired_on": "2026-11-23"},
        {"registration": "cancelled"},
        {"registration": "cancelled", "registration_ends_on": "1999-01-01"},
    ],
)
def test_the_edges_of_the_impossible_are_possible(known, changes):
    facts = known(**changes)
    assert all(str(getattr(facts, name)) == value for name, value in changes.items())


@pytest.mark.parametrize(("birth_date", "refused"), [("1966-11-25", True), ("1966-11-26", True), ("1966-11-24", False)])
def test_reemployment_begins_the_day_after_attaining_60(usual, birth_date, refused):
    """Born on 25 November 1966, one attains 60 on 24 November 2026: too early by one day."""
    obj = usual | {"birth_date": birth_date, "event": "reemployed"}
    if refused:
        assert refused_field(json.dumps(obj)) == "event"
    else:
        assert parse_facts(obj).event is LifeEvent.REEMPLOYED


def test_reemployment_looks_at_the_later_of_the_day_and_the_new_membership(known):
    facts = known(birth_date="1966-11-25", acquired_on="2026-11-25", event="reemployed")
    assert facts.event is LifeEvent.REEMPLOYED


def test_fields_are_checked_even_where_they_do_not_count(usual):
    lost = usual | {"card": "lost", "certificate": "expired"}
    assert refused_field(json.dumps(lost)) == "certificate_expired_on"
    overridden = usual | {"event": "confirmation_lost", "legacy_card_until": "soon"}
    assert refused_field(json.dumps(overridden)) == "legacy_card_until"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"zz": 1, "aa": 1, "on": 1, "on": 2}', "zz"),
        ('{"on": 1, "on": 2, "aa": 1}', "aa"),
        ('{"aa": 1, "aa": 1}', "aa"),
        ('{"card": 1, "on": 1, "card": 1}', "card"),
        ('{"card": 1, "on": 1, "on": 1, "card": 1}', "on"),
        ('{"acquired_on": 1, "birth_date": 1}', "on"),
        ('{"confirmation_requested": 1, "event": 1, "on": "2026-11-24"}', "birth_date"),
        ('{"": 1}', ""),
        ('{"On": 1}', "On"),
        ('{"on ": 1}', "on "),
    ],
)
def test_the_first_error_counts(text, field):
    assert refused_field(text) == field


@pytest.mark.parametrize("earlier, later", list(pairwise(TABLE)))
def test_of_two_bad_fields_the_first_of_the_table_counts(usual, earlier, later):
    """However they stand in the input: here the later one comes first."""
    others = {name: value for name, value in usual.items() if name not in (earlier, later)}
    assert refused_field(json.dumps({later: 17} | others | {earlier: 17})) == earlier


def test_repeated_keys_come_before_wrong_fields(usual):
    text = json.dumps(usual | {"on": "x", "card": "held"})[:-1] + ', "card": "held"}'
    assert refused_field(text) == "card"


def test_a_repeated_key_is_refused_even_with_the_same_value(usual):
    assert refused_field(json.dumps(usual)[:-1] + ', "on": "2026-11-24"}') == "on"


def test_a_repeated_inner_key_is_named(usual):
    inner = '{"valid_from": "x", "valid_until": "x", "valid_until": "x"}'
    text = json.dumps(usual)[:-1] + f', "confirmation_held": {inner}}}'
    assert refused_field(text) == "confirmation_held.valid_until"


def test_an_inner_error_counts_where_its_field_stands_in_the_table(usual):
    obj = usual | {"confirmation_held": {"zz": 1}}
    assert refused_field(json.dumps(obj | {"legacy_card_until": "x"})) == "confirmation_held.zz"
    assert refused_field(json.dumps(obj | {"notice_held": "x"})) == "notice_held"


BROKEN_RULES = {
    "needs": {"needs": ["high_cost", "high_cost"]},
    "birth_date": {"birth_date": "2026-12-02", "acquired_on": "2026-12-03"},
    "acquired_on": {"acquired_on": "1970-01-01"},
    "lost_on": {"lost_on": "1960-01-01"},
    "filed_on": {"filed_on": "2027-01-01"},
    "certificate_expired_on": {"certificate_expired_on": "2026-01-01"},
    "registration_ends_on": {"registration_ends_on": "2026-01-01"},
    "confirmation_held.valid_until": {"confirmation_held": {"valid_from": "2026-01-02", "valid_until": "2026-01-01"}},
    "event": {"event": "reemployed"},
}


@pytest.mark.parametrize("earlier, later", list(pairwise(BROKEN_RULES)))
def test_of_two_impossible_combinations_the_first_of_the_table_counts(usual, earlier, later):
    assert refused_field(json.dumps(usual | BROKEN_RULES[later] | BROKEN_RULES[earlier])) == earlier


@pytest.mark.parametrize("field", BROKEN_RULES)
def test_a_bad_field_comes_before_every_impossible_combination(usual, field):
    obj = usual | BROKEN_RULES[field] | {"confirmation_requested": "yes"}
    assert refused_field(json.dumps(obj)) == "confirmation_requested"


class TestChecked:
    """``Facts.checked``: the same refusals for Python values, for whoever reads no JSON."""

    USUAL = {
        "on": date(2026, 11, 24),
        "birth_date": date(1980, 5, 15),
        "acquired_on": date(2026, 4, 1),
        "card": CardStatus.HELD,
        "registration": Registration.REGISTERED,
    }

    def test_possible_facts_are_returned(self):
        held = Confirmation(date(2026, 4, 1), date(2031, 3, 31))
        facts = Facts.checked(**self.USUAL, confirmation_held=held)
        assert facts.confirmation_held == held

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"birth_date": date(1867, 12, 31)}, "birth_date"),
            ({"legacy_card_until": date(2200, 1, 1)}, "legacy_card_until"),
            ({"confirmation_held": Confirmation(date(1867, 1, 1), date(2026, 1, 1))}, "confirmation_held.valid_from"),
            ({"confirmation_held": Confirmation(date(2026, 1, 1), date(2200, 1, 1))}, "confirmation_held.valid_until"),
            ({"lost_on": date(2026, 3, 31)}, "lost_on"),
        ],
    )
    def test_impossible_facts_are_refused(self, changes, field):
        with pytest.raises(FactsError) as refusal:
            Facts.checked(**self.USUAL | changes)
        assert refusal.value.field == field
