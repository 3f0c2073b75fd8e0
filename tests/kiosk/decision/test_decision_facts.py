"""What facts are taken, and which field is named when they are not."""

import json
from datetime import date

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
    parse_facts,
)
from tests.kiosk.decision.refusals import TABLE, refused_field

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
    "stay_until",
]
CODES = ["purpose", "card", "certificate", "registration", "card_today", "event"]
FLAGS = [
    "my_number_reported",
    "smartphone",
    "notice_held",
    "confirmation_requested",
    "information_withheld",
    "special_consideration",
    "pays_in_full",
    "phone_card",
    "card_without_pin",
]
NULLABLE = {
    "lost_on",
    "filed_on",
    "linked_on",
    "certificate_expired_on",
    "registration_ends_on",
    "confirmation_held",
    "legacy_card_until",
    "event",
    "stay_until",
}


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
