"""Dates as people in Japan write them: 令和8年11月25日."""

from __future__ import annotations

from datetime import date

__all__ = ["about", "printed", "wareki"]

_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
)

_FIRST = "元"
"""The first year of an era; as wide as two digits."""


def wareki(day: date) -> str:
    """Return ``day`` in the Japanese calendar (和暦); before 大正 the Western year stands."""
    return f"{_year(day)}{day.month}月{day.day}日"


def printed(day: date) -> str:
    """Return ``day`` as forms print it, in columns of a fixed pitch: 「令和 8年 4月 1日」, 「令和元年 5月 1日」."""
    era, number = _era_and_number(day)
    year = number if number == _FIRST else f"{number:>2}"
    return f"{era}{year}年{day.month:>2}月{day.day:>2}日"


def _year(day: date) -> str:
    era, number = _era_and_number(day)
    return f"{era}{number}年"


def _era_and_number(day: date) -> tuple[str, str]:
    for first, era in _ERAS:
        if day >= first:
            number = day.year - first.year + 1
            return era, _FIRST if number == 1 else str(number)
    return "", str(day.year)


def about(earliest: date, latest: date) -> str:
    """Return a span of days in one breath, what both ends share said once: 令和8年11月25日から26日ごろ."""
    if earliest == latest:
        return f"{wareki(earliest)}ごろ"
    return f"{wareki(earliest)}から{_rest(earliest, latest)}ごろ"


def _rest(earliest: date, latest: date) -> str:
    if _year(earliest) != _year(latest):
        return wareki(latest)
    return f"{latest.day}日" if earliest.month == latest.month else f"{latest.month}月{latest.day}日"
