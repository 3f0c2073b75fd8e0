"""Read a day as people in Japan write one: 1980-05-06, 19800506, 昭和55年5月6日, S55.5.6, 昭55.5.6, S550506, 550506."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from kiosk.wareki import wareki

__all__ = ["OLDEST", "written_birthdays", "written_day"]

OLDEST = 120
"""Years: nobody alive is older than this, so that a year without its era has few meanings."""

_ERAS = {"R": ("令和", 2018), "H": ("平成", 1988), "S": ("昭和", 1925), "T": ("大正", 1911)}
_NAMES = {spelling: letter for letter, (name, _) in _ERAS.items() for spelling in (name, name[0])}
_CENTURIES = (2000, 1900)
_DASHES = re.compile("[\u2010-\u2015\u2212\u30fc\u30fb]")
_WESTERN = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})", re.ASCII)
_JAPANESE = re.compile(r"([RHST])(?:(\d{1,2}|元)[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2})(\d{2}))", re.ASCII)
_WITHOUT_ERA = re.compile(r"(\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2})(\d{2})", re.ASCII)


def written_day(text: str) -> date | None:
    """Return the day in ``text`` (half or full width, spaces ignored); None if there is none.

    A year of two digits without its era could be one of several years, so it is none.
    """
    plain = _plain(text)
    if western := _WESTERN.fullmatch(plain):
        return _day(*map(int, filter(None, western.groups())))
    if japanese := _JAPANESE.fullmatch(plain):
        return _of_era(*filter(None, japanese.groups()))
    return None


def written_birthdays(text: str, today: date) -> tuple[date, ...]:
    """Return the birthdays that ``text`` may mean to people who are alive ``today``, the latest first; none if empty.

    There is one, except for a year of two digits without its era: 600822 is 昭和60年8月22日, and it is 22 August 1960.
    """
    if day := written_day(text):
        return (day,)
    if not (found := _WITHOUT_ERA.fullmatch(_plain(text))):
        return ()
    year, month, day_of_month = filter(None, found.groups())
    days = [_of_era(letter, year, month, day_of_month) for letter in _ERAS]
    days += [_day(century + int(year), int(month), int(day_of_month)) for century in _CENTURIES]
    return tuple(sorted({day for day in days if day and _is_alive(day, today)}, reverse=True))


def _plain(text: str) -> str:
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    for name, letter in _NAMES.items():
        plain = plain.replace(name, letter)
    return _DASHES.sub("-", plain)


def _is_alive(born: date, today: date) -> bool:
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return born <= today and today.year - born.year - (not had_birthday) <= OLDEST


def _of_era(letter: str, year: str, month: str, day: str) -> date | None:
    name, before = _ERAS[letter]
    found = _day(before + (1 if year == "元" else int(year)), int(month), int(day))
    # There was no 昭和65年: the era itself must agree.
    return found if found and wareki(found).startswith(name) else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
