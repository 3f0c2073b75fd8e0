"""A day, as people write it."""

from datetime import date

import pytest

from kiosk.web.staff.written_day import written_day


@pytest.mark.parametrize(
    "text",
    ["1980-05-06", "1980/5/6", "1980.5.6", "19800506", "1980年5月6日", "昭和55年5月6日", "昭和55年05月06日", "S55.5.6",
     "s55/5/6", "Ｓ５５．５．６", "１９８０年５月６日", " 昭和 55年 5月 6日 "],
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
