"""What facts are taken, and which field is named when they are not."""

import json
from datetime import date
from itertools import pairwise

import pytest

from kiosk.decision import (
    CardStatus,
    CardToday,
    Certificate,
    Confirmation,
    Facts,
    FactsError,
    LifeEvent,
    Need,
    Purpose,
    Registration,
    facts_from_json,
    parse_facts,
)

REQUIRED = ["on", "birth_date", "acquired_on", "card", "registration"]
DATES = [
    "on",
    "birth_date",
    "acquired_on",
    "lost_on",
    "filed_on",
    "linked_on",
    "certificate_expired_on",
    "registration_ends_on",
    "legacy_card_until",
]
CODES = ["purpose", "card", "certificate", "registration", "card_today", "event"]
FLAGS = ["my_number_reported", "smartphone", "notice_held", "confirmation_requested"]
NULLABLE = {
    "lost_on",
    "filed_on",
    "linked_on",
    "certificate_expired_on",
    "registration_ends_on",
    "confirmation_held",
    "legacy_card_until",
    "event",
}
TABLE = list(Facts.__dataclass_fields__)


def refused_field(text):
    with pytest.raises(FactsError) as refusal:
        facts_from_json(text)
    return refusal.value.field


def test_the_smallest_object_gets_the_defaults_of_the_table():
    facts = parse_facts(
        {
            "on": "2026-11-24",
            "birth_date": "1980-05-15",
            "acquired_on": "2026-04-01",
            "card": "held",
            "registration": "registered",
        }
    )
    assert facts == Facts(
        on=date(2026, 11, 24),
        purpose=Purpose.VISIT,
        needs=(),
        birth_date=date(1980, 5, 15),
        acquired_on=date(2026, 4, 1),
        lost_on=None,
        filed_on=None,
        my_number_reported=True,
        linked_on=None,
        card=CardStatus.HELD,
        certificate=Certificate.VALID,
        certificate_expired_on=None,
        registration=Registration.REGISTERED,
        registration_ends_on=None,
        card_today=CardToday.READ,
        smartphone=False,
        notice_held=False,
        confirmation_held=None,
        legacy_card_until=None,
        event=None,
        confirmation_requested=False,
    )


def test_the_fullest_object_is_taken_as_it_stands():
    facts = parse_facts(
        {
            "on": "2026-11-24",
            "purpose": "benefit_claim",
            "needs": ["specific_disease", "high_cost"],
            "birth_date": "1960-02-29",
            "acquired_on": "2020-04-01",
            "lost_on": "2027-04-01",
            "filed_on": "2020-03-30",
            "my_number_reported": False,
            "linked_on": "2020-04-08",
            "card": "held",
            "certificate": "expired",
            "certificate_expired_on": "2026-02-28",
            "registration": "cancelled",
            "registration_ends_on": "2026-12-31",
            "card_today": "not_here",
            "smartphone": True,
            "notice_held": True,
            "confirmation_held": {"valid_from": "2025-12-02", "valid_until": "2030-12-01"},
            "legacy_card_until": "2025-12-01",
            "event": "reemployed",
            "confirmation_requested": True,
        }
    )
    assert facts == Facts(
        on=date(2026, 11, 24),
        purpose=Purpose.BENEFIT_CLAIM,
        needs=(Need.SPECIFIC_DISEASE, Need.HIGH_COST),
        birth_date=date(1960, 2, 29),
        acquired_on=date(2020, 4, 1),
        lost_on=date(2027, 4, 1),
        filed_on=date(2020, 3, 30),
        my_number_reported=False,
        linked_on=date(2020, 4, 8),
        card=CardStatus.HELD,
        certificate=Certificate.EXPIRED,
        certificate_expired_on=date(2026, 2, 28),
        registration=Registration.CANCELLED,
        registration_ends_on=date(2026, 12, 31),
        card_today=CardToday.NOT_HERE,
        smartphone=True,
        notice_held=True,
        confirmation_held=Confirmation(date(2025, 12, 2), date(2030, 12, 1)),
        legacy_card_until=date(2025, 12, 1),
        event=LifeEvent.REEMPLOYED,
        confirmation_requested=True,
    )


@pytest.mark.parametrize(
    "text",
    ["", "  ", "null", "[]", "[{}]", '"on"', "12", "true", "{", "{} {}", '{"on": NaN}', '{"on": Infinity}', "{'on': 1}"]
    + ["[" * 100_000, '{"a":' * 100_000, "\ufeff{}", '{"on": 1,}'],
    ids=range(17),
)
def test_what_is_not_one_json_object_names_no_field(text):
    assert refused_field(text) is None


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_required_field_is_named(usual, name):
    del usual[name]
    assert refused_field(json.dumps(usual)) == name


@pytest.mark.parametrize("name", [name for name in TABLE if name not in NULLABLE])
def test_null_is_refused_where_the_table_does_not_offer_it(usual, name):
    assert refused_field(json.dumps(usual | {name: None})) == name


@pytest.mark.parametrize("name", sorted(NULLABLE))
def test_null_is_the_same_as_nothing_where_the_table_offers_it(usual, name):
    without = {key: value for key, value in usual.items() if key != name}
    assert parse_facts(without | {name: None}) == parse_facts(without)


@pytest.mark.parametrize("name", DATES)
@pytest.mark.parametrize(
    "value",
    [
        "2026-02-29",
        "2026-13-01",
        "20261124",
        "2026-11-24 ",
        "2026-11-24\n",
        " 2026-11-24",
        "2026-1-1",
        "2026-W48-2",
        "2026-11-24T00:00:00",
        "２０２６-11-24",
        "٢٠٢٦-11-24",
        "+2026-1-24",
        "1867-12-31",
        "2200-01-01",
        "0000-01-01",
        "",
        20261124,
        True,
        ["2026-11-24"],
        {"year": 2026},
    ],
    ids=str,
)
def test_only_strict_iso_dates_of_the_years_1868_to_2199_are_dates(usual, name, value):
    assert refused_field(json.dumps(usual | {name: value})) == name


@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize("value", ["", "HELD", "held ", "no_such_code", 1, True, ["held"], {}], ids=str)
def test_only_the_listed_codes_are_taken(usual, name, value):
    assert refused_field(json.dumps(usual | {name: value})) == name


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("value", [0, 1, 0.0, "true", "", [], {}], ids=repr)
def test_only_true_and_false_are_flags(usual, name, value):
    assert refused_field(json.dumps(usual | {name: value})) == name


@pytest.mark.parametrize(
    "value", ["high_cost", {"high_cost": True}, 1, True, ["no_such_need"], [1], [None], [["high_cost"]]], ids=repr
)
def test_needs_are_a_list_of_the_listed_codes(usual, value):
    assert refused_field(json.dumps(usual | {"needs": value})) == "needs"


@pytest.mark.parametrize(
    "value", ["1" * 5_000, "-1" + "0" * 400, "1e999", "0.5"], ids=["long", "negative", "inf", "float"]
)
def test_a_number_of_any_size_is_a_wrong_type(usual, value):
    assert refused_field(
        json.dumps(usual | {"smartphone": 0}).replace('"smartphone": 0', f'"smartphone": {value}')
    ) == ("smartphone")


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("2026-12-31", "confirmation_held"),
        (["2026-01-01", "2026-12-31"], "confirmation_held"),
        (False, "confirmation_held"),
        ({}, "confirmation_held.valid_from"),
        ({"valid_until": "2026-12-31"}, "confirmation_held.valid_from"),
        ({"valid_from": "2026-01-01"}, "confirmation_held.valid_until"),
        ({"valid_from": None, "valid_until": None}, "confirmation_held.valid_from"),
        ({"valid_from": "2026-01-01", "valid_until": "2026-12-32"}, "confirmation_held.valid_until"),
        ({"valid_from": "1867-12-31", "valid_until": "2026-12-31"}, "confirmation_held.valid_from"),
        ({"valid_from": "x", "valid_until": "x", "z": 1, "a": 1}, "confirmation_held.z"),
        ({"valid_from": "2026-01-02", "valid_until": "2026-01-01"}, "confirmation_held.valid_until"),
    ],
)
def test_an_inner_field_is_named_with_its_outer_one(usual, value, field):
    assert refused_field(json.dumps(usual | {"confirmation_held": value})) == field


def test_a_confirmation_may_be_valid_for_one_day(known, held):
    facts = known(confirmation_held=held("2026-01-01", "2026-01-01"))
    assert facts.confirmation_held == Confirmation(date(2026, 1, 1), date(2026, 1, 1))


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


def test_keys_of_a_python_mapping_that_are_no_strings_are_unknown(usual):
    with pytest.raises(FactsError) as refusal:
        parse_facts(usual | {7: "x"})
    assert refusal.value.field == "7"


def test_an_error_says_what_is_expected_and_never_what_was_given(usual):
    with pytest.raises(FactsError) as refusal:
        parse_facts(usual | {"birth_date": "1980-05-99"})
    assert refusal.value.to_json() == {
        "error": {"field": "birth_date", "message": "must be a date YYYY-MM-DD in the years 1868 to 2199"}
    }
    assert str(refusal.value) == "birth_date: must be a date YYYY-MM-DD in the years 1868 to 2199"


def test_an_error_without_a_field_is_its_message():
    assert str(FactsError(None, "no object")) == "no object"


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
