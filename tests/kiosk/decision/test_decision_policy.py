"""The values of an insurer: defaults, TOML, and what is refused."""

import tomllib
from datetime import date

import pytest

from kiosk.decision import DEFAULT_POLICY, Policy, PolicyError, Supplement, parse_policy

AS_IN_THE_SPECIFICATION = """
linkage_days = [3, 4]
linkage_slack_days = 3
linkage_assumed_days = 60
office_closed = ["12-29", "12-30", "12-31", "01-01", "01-02", "01-03"]
legacy_card_last_issue = 2024-12-01
legacy_card_last_day = 2025-12-01
confirmation_years = 5
confirmation_renewal_days = 30
certificate_grace_months = 3
late_elderly_age = 75
notice_on_change = true
printed_on_confirmation = []
feed_valid_days = 45
"""


def policy_from(text: str) -> Policy:
    return parse_policy(tomllib.loads(text))


def test_the_defaults_are_those_of_the_page():
    assert policy_from(AS_IN_THE_SPECIFICATION) == DEFAULT_POLICY == Policy()


def test_an_empty_file_changes_nothing():
    assert policy_from("") == DEFAULT_POLICY


def test_every_value_can_be_changed():
    assert policy_from("""
        linkage_days = [1, 2]
        linkage_slack_days = 0
        linkage_assumed_days = 90
        office_closed = ["08-13", "02-29"]
        legacy_card_last_issue = 2024-12-02
        legacy_card_last_day = 2026-03-31
        confirmation_years = 1
        confirmation_renewal_days = 60
        certificate_grace_months = 0
        late_elderly_age = 65
        notice_on_change = false
        printed_on_confirmation = ["elderly_recipient_certificate", "limit_application_certificate"]
        feed_valid_days = 30
    """) == Policy(
        linkage_days=(1, 2),
        linkage_slack_days=0,
        linkage_assumed_days=90,
        office_closed=frozenset({(8, 13), (2, 29)}),
        legacy_card_last_issue=date(2024, 12, 2),
        legacy_card_last_day=date(2026, 3, 31),
        confirmation_years=1,
        confirmation_renewal_days=60,
        certificate_grace_months=0,
        late_elderly_age=65,
        notice_on_change=False,
        printed_on_confirmation=frozenset(
            {Supplement.ELDERLY_RECIPIENT_CERTIFICATE, Supplement.LIMIT_APPLICATION_CERTIFICATE}
        ),
        feed_valid_days=30,
    )


@pytest.mark.parametrize(
    ("toml", "field"),
    [
        ("linkage_day = 3", "linkage_day"),
        ("[linkage_days]\nearliest = 3", "linkage_days"),
        ("linkage_days = 3", "linkage_days"),
        ("linkage_days = [3]", "linkage_days"),
        ("linkage_days = [3, 4, 5]", "linkage_days"),
        ("linkage_days = [4, 3]", "linkage_days"),
        ("linkage_days = [-1, 4]", "linkage_days"),
        ("linkage_days = [3.0, 4]", "linkage_days"),
        ("linkage_days = [true, 4]", "linkage_days"),
        ("linkage_slack_days = '3'", "linkage_slack_days"),
        ("linkage_slack_days = 1001", "linkage_slack_days"),
        ("linkage_assumed_days = -1", "linkage_assumed_days"),
        ("office_closed = '12-29'", "office_closed"),
        ("office_closed = [12]", "office_closed"),
        ("office_closed = ['12-32']", "office_closed"),
        ("office_closed = ['02-30']", "office_closed"),
        ("office_closed = ['1-1']", "office_closed"),
        ("office_closed = ['１２-29']", "office_closed"),
        ("office_closed = [2026-12-29]", "office_closed"),
        ("legacy_card_last_issue = '2024-12-01'", "legacy_card_last_issue"),
        ("legacy_card_last_day = 2025-12-01T00:00:00", "legacy_card_last_day"),
        ("legacy_card_last_day = 1867-12-31", "legacy_card_last_day"),
        ("legacy_card_last_day = 2200-01-01", "legacy_card_last_day"),
        ("confirmation_years = 0", "confirmation_years"),
        ("confirmation_years = 5.0", "confirmation_years"),
        ("confirmation_renewal_days = true", "confirmation_renewal_days"),
        ("certificate_grace_months = -1", "certificate_grace_months"),
        ("late_elderly_age = '75'", "late_elderly_age"),
        ("notice_on_change = 1", "notice_on_change"),
        ("printed_on_confirmation = 'elderly_recipient_certificate'", "printed_on_confirmation"),
        ("printed_on_confirmation = ['card']", "printed_on_confirmation"),
        ("printed_on_confirmation = [1]", "printed_on_confirmation"),
        ("printed_on_confirmation = [[]]", "printed_on_confirmation"),
        ("feed_valid_days = 1e2", "feed_valid_days"),
    ],
    ids=lambda value: value[:40],
)
def test_a_bad_value_is_named(toml, field):
    with pytest.raises(PolicyError) as refusal:
        policy_from(toml)
    assert refusal.value.field == field


def test_an_error_names_the_value_for_people():
    with pytest.raises(PolicyError, match="^confirmation_years: must be an integer from 1 to 1000$"):
        parse_policy({"confirmation_years": None})
