"""Dates in the Japanese calendar, as the visitor reads them and as forms print them."""

from datetime import date

import pytest

from kiosk.wareki import about, printed, wareki


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 25), "令和8年11月25日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1912, 7, 29), "1912年7月29日"),
    ],
)
def test_a_day_is_written_with_its_era(day: date, written: str) -> None:
    assert wareki(day) == written


@pytest.mark.parametrize(
    ("earliest", "latest", "written"),
    [
        (date(2026, 11, 25), date(2026, 11, 25), "令和8年11月25日ごろ"),
        (date(2026, 11, 25), date(2026, 11, 26), "令和8年11月25日から26日ごろ"),
        (date(2026, 11, 30), date(2026, 12, 1), "令和8年11月30日から12月1日ごろ"),
        (date(2026, 12, 28), date(2027, 1, 4), "令和8年12月28日から令和9年1月4日ごろ"),
        (date(2019, 4, 26), date(2019, 5, 7), "平成31年4月26日から令和元年5月7日ごろ"),
    ],
)
def test_a_span_says_once_what_both_days_share(earliest: date, latest: date, written: str) -> None:
    assert about(earliest, latest) == written


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 4, 1), "令和 8年 4月 1日"),
        (date(2031, 11, 25), "令和13年11月25日"),
        (date(2019, 5, 1), "令和元年 5月 1日"),
        (date(1989, 1, 7), "昭和64年 1月 7日"),
        (date(1912, 7, 29), "1912年 7月29日"),
    ],
)
def test_a_form_keeps_two_places_for_every_number(day: date, written: str) -> None:
    assert printed(day) == written
