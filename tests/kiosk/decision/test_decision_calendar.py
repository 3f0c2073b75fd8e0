"""Ages, month ends and business days, against a wall calendar."""

from datetime import date, timedelta

import pytest

from kiosk.decision.calendar import add_business_days, attains, day_before_anniversary, elderly_from, last_day_of_month
from kiosk.decision.policy import DEFAULT_POLICY

CLOSED = DEFAULT_POLICY.office_closed
ALWAYS_CLOSED = frozenset((day.month, day.day) for day in (date(2024, 1, 1) + timedelta(n) for n in range(366)))


@pytest.mark.parametrize(
    ("birth_date", "age", "last_day_before"),
    [
        (date(1951, 11, 25), 75, date(2026, 11, 24)),
        (date(1952, 1, 1), 75, date(2026, 12, 31)),
        (date(1952, 2, 29), 75, date(2027, 2, 28)),
        (date(1952, 2, 29), 76, date(2028, 2, 28)),
        (date(1953, 3, 1), 75, date(2028, 2, 29)),
        (date(1954, 3, 1), 75, date(2029, 2, 28)),
        (date(1868, 1, 1), 1, date(1868, 12, 31)),
        (date(2199, 12, 31), 1_000, date(3199, 12, 30)),
    ],
)
def test_an_age_is_attained_at_the_end_of_the_day_before_the_birthday(birth_date, age, last_day_before):
    assert attains(birth_date, age) == last_day_before


@pytest.mark.parametrize(
    ("birth_date", "first_day"),
    [
        (date(1956, 11, 2), date(2026, 12, 1)),
        (date(1956, 11, 1), date(2026, 11, 1)),
        (date(1956, 11, 30), date(2026, 12, 1)),
        (date(1956, 12, 2), date(2027, 1, 1)),
        (date(1957, 1, 1), date(2027, 1, 1)),
        (date(1956, 2, 29), date(2026, 3, 1)),
    ],
)
def test_the_elderly_certificate_begins_on_the_first_of_a_month(birth_date, first_day):
    assert elderly_from(birth_date) == first_day


@pytest.mark.parametrize(
    ("day", "years", "before"),
    [
        (date(2026, 11, 24), 5, date(2031, 11, 23)),
        (date(2027, 1, 1), 5, date(2031, 12, 31)),
        (date(2024, 2, 29), 5, date(2029, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2027, 3, 1), 5, date(2032, 2, 29)),
    ],
)
def test_the_day_before_the_same_date(day, years, before):
    assert day_before_anniversary(day, years) == before


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 8, 1), 3, date(2026, 11, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 9, 30), 3, date(2026, 12, 31)),
        (date(2026, 12, 1), 0, date(2026, 12, 31)),
        (date(2026, 12, 1), 12, date(2027, 12, 31)),
        (date(2199, 12, 31), 12_000, date(3199, 12, 31)),
    ],
)
def test_the_last_day_of_a_month_some_months_later(day, months, end):
    assert last_day_of_month(day, months) == end


@pytest.mark.parametrize(
    ("start", "count", "day"),
    [
        (date(2026, 11, 24), 1, date(2026, 11, 25)),
        (date(2026, 11, 20), 1, date(2026, 11, 24)),  # weekend and 勤労感謝の日
        (date(2026, 11, 18), 3, date(2026, 11, 24)),
        (date(2026, 5, 1), 1, date(2026, 5, 7)),  # Golden Week: the 6th is a 振替休日
        (date(2026, 9, 18), 1, date(2026, 9, 24)),  # the 22nd is a 国民の休日 between two holidays
        (date(2019, 4, 26), 1, date(2019, 5, 7)),  # ten days off for the accession of 2019
        (date(2026, 12, 25), 2, date(2027, 1, 4)),  # year-end closure
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
        (date(1948, 5, 1), 1, date(1948, 5, 3)),  # before the table: 憲法記念日 is not known
        (date(1949, 5, 2), 1, date(1949, 5, 4)),
        (date(1948, 12, 28), 1, date(1949, 1, 4)),  # before the table the closure counts
        (date(1867, 12, 31), 1, date(1868, 1, 6)),
        (date(2099, 12, 25), 1, date(2099, 12, 28)),
    ],
)
def test_business_days_leave_out_weekends_holidays_and_the_closure(start, count, day):
    assert add_business_days(start, count, CLOSED) == day


@pytest.mark.parametrize(
    ("start", "count"),
    [(date(2099, 12, 25), 2), (date(2099, 12, 31), 1), (date(2100, 1, 4), 0), (date(2199, 12, 31), 3)],
)
def test_no_business_day_is_known_after_the_table(start, count):
    assert add_business_days(start, count, CLOSED) is None


def test_an_office_that_never_opens_ends_at_the_end_of_the_table():
    assert add_business_days(date(2026, 11, 24), 1, ALWAYS_CLOSED) is None


def test_an_office_without_a_closure_opens_on_2_january():
    assert add_business_days(date(2025, 12, 31), 1, frozenset()) == date(2026, 1, 2)
