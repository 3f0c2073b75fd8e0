"""Generated member files of any size, for the bench: as many different names, addresses and days as a real one has."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

from kiosk.eligibility.columns import NAMES
from simulators.people import members_csv

__all__ = ["file_with", "members"]

_FAMILY = (("佐藤", "サトウ"), ("鈴木", "スズキ"), ("髙橋", "タカハシ"), ("田中", "タナカ"), ("渡邉", "ワタナベ"))
_GIVEN = (("太郎", "タロウ"), ("花子", "ハナコ"), ("一郎", "イチロウ"), ("恵子", "ケイコ"), ("健", "ケン"))
_TOWNS = ("千代田区平河町", "新宿区西新宿", "横浜市中区山下町", "さいたま市浦和区高砂", "八王子市元本郷町")
_BORN, _ACQUIRED = date(1945, 1, 1), date(2012, 4, 1)


def members(count: int, *, changed_every: int = 0) -> Iterator[tuple[str, ...]]:
    """Yield the cells of so many members, in the order of the register.

    Args:
        count: how many.
        changed_every: one member in so many lives at another address; 0: nobody.

    """
    template = next(csv.DictReader(io.StringIO(members_csv(date(2026, 11, 25)))))
    for number in range(count):
        moved = bool(changed_every) and number % changed_every == 0
        yield tuple((template | _person(number, moved)).get(name, "") for name in NAMES)


def _person(number: int, moved: bool) -> dict[str, str]:
    family, given = _FAMILY[number % 5], _GIVEN[number // 5 % 5]
    town = f"{_TOWNS[number % 5]}{number % 9 + 1}-{number % 31 + 1}-{number % 997}{'号室' if moved else ''}"
    return {
        "symbol": f"71-{number // 400:04}"[:20],
        "number": f"{number:07}",
        "name": f"{family[0]} {given[0]}{number % 613}",
        "kana": f"{family[1]} {given[1]}{'ア' * (number % 7)}",
        "household_head": f"{family[0]} {given[0]}",
        "birth_date": str(_BORN + timedelta(days=number * 7 % 20_000)),
        "acquired_on": str(_ACQUIRED + timedelta(days=number % 3_000)),
        "postal_code": f"{102 + number % 80}-{number % 9_000:04}",
        "address": town,
        "employer": f"東京都市建設{number % 8_000}",
    }


def file_with(count: int, *, changed_every: int = 0) -> bytes:
    """Return the bytes of a member file (UTF-8) with what `members` yields."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(NAMES)
    writer.writerows(members(count, changed_every=changed_every))
    return text.getvalue().encode()
