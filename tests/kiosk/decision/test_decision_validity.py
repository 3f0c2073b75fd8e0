"""How long an issued 資格確認書 is valid."""

import pytest

from kiosk.decision import Policy

NO_CARD = {"card": "never_issued"}


@pytest.mark.parametrize(
    ("on", "valid_until"),
    [
        ("2026-11-24", "2031-11-23"),
        ("2027-01-01", "2031-12-31"),
        ("2027-03-01", "2032-02-29"),
        ("2028-02-29", "2033-02-28"),
        ("2028-03-01", "2033-02-28"),
    ],
)
def test_from_the_day_for_five_years(valid, on, valid_until):
    assert valid(**NO_CARD, on=on) == (on, valid_until)


def test_from_29_february_to_28_february_even_of_a_leap_year(valid):
    assert valid(Policy(confirmation_years=4), **NO_CARD, on="2028-02-29") == ("2028-02-29", "2032-02-28")


@pytest.mark.parametrize(
    ("birth_date", "valid_until"),
    [
        ("1956-11-24", "2031-11-23"),
        ("1956-11-23", "2031-11-22"),
        ("1956-11-25", "2031-11-23"),
        ("1956-02-29", "2031-02-28"),
        ("1951-11-25", "2026-11-24"),
    ],
)
def test_never_past_the_day_of_attaining_75(valid, birth_date, valid_until):
    assert valid(**NO_CARD, birth_date=birth_date) == ("2026-11-24", valid_until)


@pytest.mark.parametrize(
    ("lost_on", "valid_until"),
    [("2031-11-25", "2031-11-23"), ("2031-11-23", "2031-11-22"), ("2026-11-25", "2026-11-24")],
)
def test_never_past_the_last_insured_day_that_is_known(valid, lost_on, valid_until):
    assert valid(**NO_CARD, lost_on=lost_on) == ("2026-11-24", valid_until)


def test_the_earlier_of_the_two_caps_counts(valid):
    caps = {"birth_date": "1952-06-01", "lost_on": "2027-04-01"}
    assert valid(**NO_CARD, **caps) == ("2026-11-24", "2027-03-31")
    assert valid(**NO_CARD, **caps | {"lost_on": "2028-04-01"}) == ("2026-11-24", "2027-05-31")


def test_the_policy_of_the_insurer_counts(valid):
    assert valid(Policy(confirmation_years=1), **NO_CARD) == ("2026-11-24", "2027-11-23")
    assert valid(Policy(late_elderly_age=50), **NO_CARD) == ("2026-11-24", "2030-05-14")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"event": "enrolled"},
        NO_CARD | {"acquired_on": "2026-11-25"},
        NO_CARD | {"lost_on": "2026-11-24"},
        NO_CARD | {"confirmation_held": {"valid_from": "2026-04-01", "valid_until": "2031-03-31"}},
        NO_CARD
        | {"lost_on": "2026-12-01", "confirmation_held": {"valid_from": "2026-04-01", "valid_until": "2026-11-30"}},
    ],
)
def test_none_where_no_confirmation_is_issued(valid, changes):
    assert valid(**changes) is None


def test_at_the_last_day_of_the_facts_it_reaches_beyond_them(valid):
    facts = {"on": "2199-12-31", "birth_date": "2199-12-31", "acquired_on": "2199-12-31"}
    assert valid(**NO_CARD, **facts) == ("2199-12-31", "2204-12-30")
