"""Find out who is meant, and whether that person is insured on a day: 資格有効性 (OQSCD006)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from kiosk.decision.calendar import add_business_days, attains
from simulators.terminal.insured import InsuredPerson

__all__ = ["Directory", "NobodyElse", "GivenValidity", "is_late_elderly"]


class NobodyElse(Exception):
    """A stranger's file is wanted, and the members file has one person."""


class GivenValidity(StrEnum):
    """資格有効性 (OQSCD006). 6 (有効, 未登録) is for 医療扶助 alone, which is not simulated."""

    VALID = "1"
    INVALID = "2"
    NEW_QUALIFICATION = "3"
    NONE = "4"
    SEVERAL = "5"


@dataclass(frozen=True, slots=True)
class _Identity:
    kana: str
    birth_date: date


class Directory:
    """Everybody of a members file. ``linkage_days`` is how many business days data take from filing to answer."""

    def __init__(self, everybody: Iterable[InsuredPerson], linkage_days: int) -> None:
        self._linkage_days = linkage_days
        self._by_key = {person.key: _ended_at_75(person) for person in everybody}
        self._by_number: defaultdict[tuple[str, str], list[InsuredPerson]] = defaultdict(list)
        self._by_identity: defaultdict[_Identity, list[InsuredPerson]] = defaultdict(list)
        self._insurers = {person.insurer_number for person in self._by_key.values()}
        for person in self._by_key.values():
            self._by_number[person.insurer_number, _folded(person.number)].append(person)
            self._by_identity[_identity(person)].append(person)

    def __len__(self) -> int:
        return len(self._by_key)

    def knows_insurer(self, insurer_number: str) -> bool:
        """Return whether anybody is insured there."""
        return insurer_number in self._insurers

    def member(self, key: str) -> InsuredPerson:
        """Return the member ``INSURER:SYMBOL:NUMBER:BRANCH``. Raises KeyError."""
        return self._by_key[key]

    def with_number(self, insurer_number: str, symbol: str, number: str) -> Sequence[InsuredPerson]:
        """Return who has that number; a symbol that is not given fits everybody, widths do not matter."""
        found = self._by_number.get((insurer_number, _folded(number)), ())
        return [person for person in found if not symbol or _folded(person.symbol) == _folded(symbol)]

    def stranger_to(self, person: InsuredPerson) -> InsuredPerson:
        """Return somebody else: the next in the file who has another birthday and another number.

        Raises:
            NobodyElse: The file has nobody like that.

        """
        keys = list(self._by_key)
        start = keys.index(person.key) + 1 if person.key in self._by_key else 0
        for key in (*keys[start:], *keys[:start]):
            other = self._by_key[key]
            if other.birth_date != person.birth_date and other.number != person.number:
                return other
        raise NobodyElse("wrong_face: the members file has nobody with another birthday and number")

    def validity(self, person: InsuredPerson, on: date) -> GivenValidity:
        """Return the validity of one membership on a day."""
        seen_from = self._seen_from(person)
        if seen_from is None or on < seen_from or on < person.acquired_on:
            return GivenValidity.NONE
        if person.lost_on is None or on < person.lost_on:
            return GivenValidity.VALID
        later = (other for other in self._by_identity[_identity(person)] if other.key != person.key)
        return GivenValidity.NEW_QUALIFICATION if any(self._holds(one, on) for one in later) else GivenValidity.INVALID

    def _holds(self, person: InsuredPerson, on: date) -> bool:
        seen_from = self._seen_from(person)
        began = seen_from is not None and max(seen_from, person.acquired_on) <= on
        return began and (person.lost_on is None or on < person.lost_on)

    def _seen_from(self, person: InsuredPerson) -> date | None:
        """Return the first day on which the data are there; None if they are not on their way."""
        if person.linked_on is not None:
            return person.linked_on
        if person.filed_on is None or not person.my_number_reported:
            return None
        return add_business_days(person.filed_on, self._linkage_days, _CLOSED)


def is_late_elderly(person: InsuredPerson) -> bool:
    """Return whether the insurer is one of 後期高齢者医療."""
    return len(person.insurer_number) == 8 and person.insurer_number.startswith("39")


def _ended_at_75(person: InsuredPerson) -> InsuredPerson:
    """Return the person; everybody but 後期 leaves on the 75th birthday, whatever the register says."""
    if is_late_elderly(person):
        return person
    birthday = attains(person.birth_date, 75) + timedelta(days=1)
    return replace(person, lost_on=min(birthday, person.lost_on or birthday))


def _identity(person: InsuredPerson) -> _Identity:
    return _Identity(_folded(person.kana or person.name or person.key), person.birth_date)


def _folded(text: str) -> str:
    return normalize("NFKC", text).replace(" ", "")


_CLOSED: Final = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
