"""A day, as people write it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.wareki import wareki
from kiosk.web.staff.written_day import OLDEST, written_birthdays, written_day

TODAY = date(2026, 11, 30)
DAYS = st.dates(date(1912, 7, 30), TODAY)
LETTERS = {"令和": "R", "平成": "H", "昭和": "S", "大正": "T"}


@pytest.mark.parametrize(
    "text",
    ["1980-05-06", "1980/5/6", "1980.5.6", "19800506", "1980年5月6日", "昭和55年5月6日", "昭和55年05月06日", "S55.5.6",
     "s55/5/6", "Ｓ５５．５．６", "昭55.5.6", "S550506", "昭５５０５０６", "昭和550506", "㍼55.5.6", "昭55・5・6",
     "１９８０年５月６日", " 昭和 55年 5月 6日 "],
)  # fmt: skip
def test_one_day_in_many_hands(text: str) -> None:
    assert written_day(text) == date(1980, 5, 6)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R1.5.1", date(2019, 5, 1)),
        ("H31.4.30", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("T1.7.30", date(1912, 7, 30)),
    ],
)
def test_the_edges_of_the_eras(text: str, day: date) -> None:
    assert written_day(text) == day


@pytest.mark.parametrize(
    "text",
    ["", "昭和", "昭和65年1月1日", "R1.4.30", "H31.5.1", "S0.1.1", "M45.1.1", "1980-13-01", "1980-02-30", "0000-01-01",
     "80-5-6", "<b>1980-05-06</b>", "1980-05-06; DROP", "1980\x00-05-06", "5/6/1980"],
)  # fmt: skip
def test_what_is_no_day_is_none(text: str) -> None:
    assert written_day(text) is None


@pytest.mark.parametrize(
    "text", ["600822", "60-8-22", "60.8.22", "60/08/22", "60年8月22日", "６００８２２", "６０ー８ー２２"]
)
def test_a_year_without_its_era_is_every_year_that_it_may_be(text: str) -> None:
    assert written_birthdays(text, TODAY) == (date(1985, 8, 22), date(1960, 8, 22))
    assert written_day(text) is None, "a paper's day has to be certain"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("昭60.8.22", (date(1985, 8, 22),)),
        ("S600822", (date(1985, 8, 22),)),
        ("19850822", (date(1985, 8, 22),)),
        ("1985-08-22", (date(1985, 8, 22),)),
        ("850822", (date(1985, 8, 22),)),
        ("990228", (date(1999, 2, 28),)),
        ("261130", (TODAY, date(2014, 11, 30), date(1951, 11, 30), date(1926, 11, 30))),
        ("261201", (date(2014, 12, 1), date(1951, 12, 1), date(1926, 12, 1))),
        ("061201", (date(2024, 12, 1), date(2006, 12, 1), date(1994, 12, 1), date(1931, 12, 1), date(1917, 12, 1),
                    date(1906, 12, 1))),
        ("640230", ()),
        ("99-2-29", ()),
        ("", ()),
        ("六〇", ()),
    ],
)  # fmt: skip
def test_birthdays_are_those_of_people_who_live(text: str, days: tuple[date, ...]) -> None:
    assert written_birthdays(text, TODAY) == days


@given(DAYS)
def test_every_spelling_of_a_birthday_means_that_day(day: date) -> None:
    era, year = wareki(day)[:2], wareki(day)[2:].split("年")[0].replace("元", "1")
    letter, rest = LETTERS[era], f"{day.month:02}{day.day:02}"
    certain = [wareki(day), f"{letter}{year}.{day.month}.{day.day}", f"{era[0]}{year}-{day.month}-{day.day}",
               f"{letter}{int(year):02}{rest}", day.isoformat(), f"{day:%Y%m%d}"]  # fmt: skip
    for text in certain:
        assert written_birthdays(text, TODAY) == (day,)
    for text in (f"{int(year):02}{rest}", f"{year}.{day.month}.{day.day}", f"{day.year % 100:02}{rest}"):
        assert day in written_birthdays(text, TODAY)


@given(st.text(alphabet="0123456789０１昭平令S-./年月日 ー", max_size=12))
def test_whatever_is_typed_is_a_few_days_of_the_past_or_none(text: str) -> None:
    days = written_birthdays(text, TODAY)
    assert len(days) <= 6 and len(set(days)) == len(days)
    if len(days) > 1:
        assert all(day <= TODAY and TODAY.year - day.year <= OLDEST + 1 for day in days)
