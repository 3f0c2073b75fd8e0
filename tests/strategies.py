"""Facts and policies for tests with hypothesis: every possible combination, and the usual days more often."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from kiosk.decision import (
    DEFAULT_POLICY,
    CardStatus,
    CardToday,
    Certificate,
    Confirmation,
    Facts,
    FactsError,
    LifeEvent,
    Need,
    Policy,
    Purpose,
    Registration,
    Supplement,
)
from kiosk.decision.policy import UnknownRegistrationIssue

FIRST, LAST = date(1868, 1, 1), date(2199, 12, 31)
DAYS = st.one_of(
    st.dates(FIRST, LAST),
    st.dates(date(2024, 11, 1), date(2027, 12, 31)),
    st.sampled_from([FIRST, LAST, date(2024, 2, 29), date(2025, 12, 1), date(2099, 12, 31), date(2100, 1, 1)]),
)
MAYBE_A_DAY = st.none() | DAYS
RARELY = st.sampled_from([False, False, False, True])


@st.composite
def possible_facts(draw: st.DrawFn) -> Facts:
    """Facts without an impossible combination: the dates that have an order are drawn and sorted."""
    birth_date, expired_on, on = sorted(draw(st.lists(DAYS, min_size=3, max_size=3)))
    acquired_on = draw(st.dates(birth_date, LAST))
    certificate = draw(st.sampled_from([each for each in Certificate if each != "expired" or expired_on < on]))
    registration = draw(st.sampled_from(Registration))
    values: dict[str, Any] = {
        "on": on,
        "purpose": draw(st.sampled_from(Purpose)),
        "needs": tuple(draw(st.lists(st.sampled_from(Need), unique=True))),
        "birth_date": birth_date,
        "acquired_on": acquired_on,
        "lost_on": draw(st.none() | st.dates(acquired_on, LAST)),
        "filed_on": draw(st.none() | st.dates(FIRST, on)),
        "my_number_reported": draw(st.booleans()),
        "linked_on": draw(MAYBE_A_DAY),
        "card": draw(st.sampled_from(CardStatus)),
        "certificate": certificate,
        "certificate_expired_on": expired_on if certificate == "expired" else None,
        "registration": registration,
        "registration_ends_on": draw(MAYBE_A_DAY) if registration == "cancelled" else None,
        "card_today": draw(st.sampled_from(CardToday)),
        "smartphone": draw(st.booleans()),
        "notice_held": draw(st.booleans()),
        "confirmation_held": draw(st.none() | st.lists(DAYS, min_size=2, max_size=2).map(sorted).map(_confirmation)),
        "legacy_card_until": draw(MAYBE_A_DAY),
        "event": draw(st.none() | st.sampled_from(LifeEvent)),
        "confirmation_requested": draw(st.booleans()),
        "information_withheld": draw(RARELY),
        "special_consideration": draw(RARELY),
        "pays_in_full": draw(RARELY),
        "phone_card": draw(st.booleans()),
        "card_without_pin": draw(RARELY),
        "stay_until": draw(MAYBE_A_DAY),
    }
    try:
        return Facts.checked(**values)
    except FactsError as refusal:
        assert refusal.field == "event"
        return Facts.checked(**values | {"event": None})


def _confirmation(days: tuple[date, date]) -> Confirmation:
    return Confirmation(*days)


POLICIES = st.builds(
    Policy,
    linkage_days=st.tuples(st.integers(0, 5), st.integers(5, 10)),
    linkage_slack_days=st.integers(0, 10),
    linkage_assumed_days=st.sampled_from([0, 60, 100_000]),
    office_closed=st.sampled_from([frozenset(), DEFAULT_POLICY.office_closed]),
    legacy_card_last_issue=DAYS,
    legacy_card_last_day=DAYS,
    confirmation_years=st.sampled_from([1, 5, 1_000]),
    confirmation_renewal_days=st.sampled_from([0, 30, 100_000]),
    certificate_grace_months=st.sampled_from([0, 3, 12_000]),
    late_elderly_age=st.sampled_from([1, 65, 75, 1_000]),
    notice_on_change=st.booleans(),
    printed_on_confirmation=st.frozensets(
        st.sampled_from([each for each in Supplement if each != "subsidy_certificate"])
    ),
    unknown_registration_issue=st.sampled_from(UnknownRegistrationIssue),
    stay_grace_months=st.sampled_from([0, 2, 12_000]),
    desk_has_face_reader=st.booleans(),
    desk_takes_phone_card=st.booleans(),
    subsidy_on_card=st.booleans(),
    full_payment_from_age=st.sampled_from([0, 18, 1_000]),
)
