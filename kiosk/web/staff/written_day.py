"""Read a day as people in Japan write one: 1980-05-06, 1980/5/6, 19800506, 昭和55年5月6日, S55.5.6."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from kiosk.wareki import wareki

__all__ = ["written_day"]

_ERAS = {"R": ("令和", 2018), "H": ("平成", 1988), "S": ("昭和", 1925), "T": ("大正", 1911)}
_LETTERS = {name: letter for letter, (name, _) in _ERAS.items()}
_WESTERN = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_JAPANESE = re.compile(r"([RHST])(\d{1,2}|元)[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def written_day(text: str) -> date | None:
    """Return the day in ``text`` (half or full width, spaces ignored); None if there is none."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    for name, letter in _LETTERS.items():
        plain = plain.replace(name, letter)
    if western := _WESTERN.fullmatch(plain):
        return _day(*(int(part) for part in western.groups() if part))
    if japanese := _JAPANESE.fullmatch(plain):
        return _of_era(*japanese.groups())
    return None


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
