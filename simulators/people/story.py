"""Tell personas as tables: dates are relative to the day asked about, so that each is right on any day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from simulators.people.persona import CardKind, CardSpec, ExpectedAnswer, FailureKind, Path, Persona, PersonaVisit

__all__ = [
    "COLUMNS",
    "CONFIRMED",
    "EVERYBODY",
    "HAS_CARD",
    "INSURER_NUMBER",
    "JUST_JOINED",
    "NO_CARD",
    "Cells",
    "Near",
    "Plastic",
    "Story",
    "cell_text",
    "day",
    "year",
]

INSURER_NUMBER: Final = "133033"
SYMBOL: Final = "71-0001"
FIRST_NUMBER: Final = 101


@dataclass(frozen=True, slots=True)
class Near:
    """A day at this distance from the day asked about (negative: before), and at the latest ``until``."""

    days: int = 0
    years: int = 0
    until: date | None = None

    def seen_from(self, on: date) -> date:
        """Return the day; from 29 February, a year without one counts as from the 28th."""
        leap = (on.month, on.day) == (2, 29)
        moved = on.replace(year=on.year + self.years, day=28 if leap and self.years else on.day)
        found = moved + timedelta(days=self.days)
        return found if self.until is None else min(found, self.until)


def day(count: int) -> Near:
    """Return a distance of this many days from the day asked about."""
    return Near(days=count)


def year(count: int) -> Near:
    """Return a distance of this many years from the day asked about."""
    return Near(years=count)


Cell = str | bool | Near | None
Cells = Mapping[str, Cell]

HAS_CARD: Final[Cells] = MappingProxyType(
    {
        "acquired_on": year(-3),
        "filed_on": Near(years=-3, days=1),
        "my_number_reported": True,
        "linked_on": Near(years=-3, days=6),
        "card": "held",
        "certificate": "valid",
        "certificate_valid_until": year(2),
        "registration": "registered",
        "notice_issued_on": Near(years=-3, days=20),
    }
)
"""A person with a マイナ保険証 that works, long insured, with a 資格情報通知書 at home."""

JUST_JOINED: Final[Cells] = MappingProxyType(
    {
        **HAS_CARD,
        "acquired_on": day(-3),
        "filed_on": day(-2),
        "linked_on": None,
        "notice_issued_on": None,
    }
)
"""A person with a マイナ保険証 whose data is not linked yet (資格情報の連携 takes three to four working days)."""

NO_CARD: Final[Cells] = MappingProxyType(
    {
        **HAS_CARD,
        "card": "never_issued",
        "certificate": None,
        "certificate_valid_until": None,
        "registration": "unregistered",
        "notice_issued_on": None,
    }
)
"""A person who never had a My Number card made."""

CONFIRMED: Final[Cells] = MappingProxyType({"confirmation_valid_from": year(-1), "confirmation_valid_until": year(4)})
"""A 資格確認書 that is valid for years."""

EVERYBODY: Final[Cells] = MappingProxyType(
    {
        "birth_date": Near(years=-41, days=-100),
        "sex": "male",
        "relationship": "self",
        "postal_code": "102-0093",
        "address": "東京都千代田区模擬町1-2-3",
        "employer": "模擬建設 株式会社",
        "copay_percent": "30",
        "confirmation_requested": False,
        "information_withheld": False,
        "special_consideration": False,
        "pays_in_full": False,
        "card_without_pin": False,
    }
)
"""What holds of a person where the story says nothing else."""

COLUMNS: Final = (
    "insurer_number symbol number branch name kana birth_date sex relationship household_head postal_code address"
    " employer acquired_on lost_on copay_percent limit_class filed_on my_number_reported linked_on card certificate"
    " certificate_valid_until registration registration_ends_on confirmation_requested notice_issued_on"
    " confirmation_valid_from confirmation_valid_until legacy_card_until information_withheld special_consideration"
    " pays_in_full card_without_pin stay_until"
).split()
"""The columns of a member file (docs/formats.md)."""


@dataclass(frozen=True, slots=True)
class Plastic:
    """The card that the person puts on the reader."""

    kind: CardKind = CardKind.GENUINE
    pin: str = field(default="1234", repr=False)
    tries: int = 3
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """One line of the tables of people. ``name`` and ``kana`` are None for somebody whom the registry does not know."""

    id: str
    label: str
    explanation: str
    row: str
    person: tuple[str, str] | None
    cells: Cells
    outcome: ExpectedAnswer | FailureKind
    card: Plastic | None = None
    visit: PersonaVisit = PersonaVisit()

    def as_of(self, on: date, number: int) -> Persona:
        """Return the persona as of the day ``on``; ``number`` is the place in the list of all."""
        outcome = self.outcome
        return Persona(
            id=self.id,
            label=self.label,
            explanation=self.explanation,
            row=self.row,
            path=Path.LOOKUP if self.card is None else Path.CARD,
            member=self._member(on, number),
            card=self._card(on),
            visit=self.visit,
            expected=outcome if isinstance(outcome, ExpectedAnswer) else None,
            failure=outcome if isinstance(outcome, FailureKind) else None,
        )

    def _member(self, on: date, number: int) -> Mapping[str, str] | None:
        if self.person is None:
            return None
        name, kana = self.person
        key = {
            "insurer_number": INSURER_NUMBER,
            "symbol": SYMBOL,
            "number": f"{FIRST_NUMBER + number:06}",
            "branch": "00",
        }
        cells = {**EVERYBODY, **key, "name": name, "kana": kana, "household_head": name, **self.cells}
        return MappingProxyType({column: cell_text(cells.get(column), on) for column in COLUMNS})

    def _card(self, on: date) -> CardSpec | None:
        if self.card is None:
            return None
        end = self.cells.get("certificate_valid_until")
        last_day = (end if isinstance(end, Near) else year(2)).seen_from(on)
        return CardSpec(last_day, self.card.kind, self.card.pin, self.card.tries, self.card.revoked)


def cell_text(cell: Cell, on: date) -> str:
    """Return what a member file has in that cell, as of the day ``on``."""
    if isinstance(cell, Near):
        return cell.seen_from(on).isoformat()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell or ""
