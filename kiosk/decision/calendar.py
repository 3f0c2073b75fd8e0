"""Count days: ages by Japanese law, month ends, and the union's business days.

The public holidays come from the ``holidays`` package for the years 1949 to 2099. For earlier years only weekends and
the year-end closure count; for later years no business day is known.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

__all__ = [
    "add_business_days",
    "attains",
    "day_before_anniversary",
    "elderly_from",
    "full_payment_until",
    "last_day_of_month",
    "same_day_of_month",
]

FIRST_HOLIDAY_YEAR = 1949
LAST_HOLIDAY_YEAR = 2099

ELDERLY_AGE = 70
"""The age at which 前期高齢者 hold a 高齢受給者証, by law and for every insurer."""

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def day_before_anniversary(day: date, years: int) -> date:
    """Return the day before the same date ``years`` later; from 29 February, 28 February (民法143条)."""
    if day.month == 2 and day.day == 29:
        return date(day.year + years, 2, 28)
    return day.replace(year=day.year + years) - _ONE_DAY


@lru_cache(maxsize=4096)
def attains(birth_date: date, age: int) -> date:
    """Return the last day of the year of life before ``age``: the day before that birthday.

    年齢計算ニ関スル法律, 民法143条. Age ``age`` counts from the day after it.
    """
    return day_before_anniversary(birth_date, age)


@lru_cache(maxsize=4096)
def full_payment_until(birth_date: date, age: int) -> date:
    """Return the last day before arrears make a person pay in full: the first 31 March on or after attains(age)."""
    attained = attains(birth_date, age)
    end_of_march = attained.replace(month=3, day=31)
    return end_of_march if attained <= end_of_march else end_of_march.replace(year=attained.year + 1)


def same_day_of_month(day: date, months_later: int) -> date:
    """Return the same day of the month that lies ``months_later`` after that of ``day``, or that month's last day."""
    last_day = last_day_of_month(day, months_later)
    return last_day.replace(day=min(day.day, last_day.day))


@lru_cache(maxsize=4096)
def elderly_from(birth_date: date) -> date:
    """Return the first day with a 高齢受給者証: the 1st of the month after the one that attains 70 falls in."""
    return last_day_of_month(attains(birth_date, ELDERLY_AGE), 0) + _ONE_DAY


@lru_cache(maxsize=4096)
def last_day_of_month(day: date, months_later: int) -> date:
    """Return the last day of the month that lies ``months_later`` (0 or more) after the month of ``day``."""
    years, month = divmod(day.month + months_later, 12)
    return date(day.year + years, month + 1, 1) - _ONE_DAY


@lru_cache(maxsize=4096)
def add_business_days(start: date, count: int, closed: frozenset[tuple[int, int]]) -> date | None:
    """Return the ``count``-th business day after ``start``; ``start`` itself is not counted.

    Args:
        start: The day from which to count.
        count: How many business days.
        closed: The (month, day) pairs on which the office is closed every year.

    Returns:
        The day; None if it is beyond the table of holidays.

    """
    day = start
    while count and day.year <= LAST_HOLIDAY_YEAR:
        day += _ONE_DAY
        count -= _is_business_day(day, closed)
    return day if day.year <= LAST_HOLIDAY_YEAR else None


def _is_business_day(day: date, closed: frozenset[tuple[int, int]]) -> bool:
    return day.weekday() < _SATURDAY and (day.month, day.day) not in closed and day not in _holidays(day.year)


@lru_cache(maxsize=512)
def _holidays(year: int) -> frozenset[date]:
    """Return the days of 国民の祝日に関する法律 in a year of the table; an empty set for any other year."""
    if not FIRST_HOLIDAY_YEAR <= year <= LAST_HOLIDAY_YEAR:
        return frozenset()
    from holidays.countries.japan import Japan  # takes 0.1 s to import, and most decisions need no holiday

    return frozenset(Japan(years=year))
