"""Searching the register as an officer does: by number, by the beginning of a フリガナ, 氏名 or 事業所名, by birthday.

One field is looked up in an index, the most telling one that was given; the others only narrow what it found. Of texts
that is the one that the fewest begin with. A search
that would list very many people is refused: nobody reads such a list, and it shows people who were not meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Select, String, bindparam, func, literal, or_, select

from kiosk.eligibility.errors import DataRefused
from kiosk.eligibility.kana import begins_with, folded, spellings
from kiosk.eligibility.kanji import beginnings, folded_kanji
from kiosk.eligibility.lookup import MemberQuery, NumberRefused, number_key
from kiosk.eligibility.model import MemberId
from kiosk.eligibility.my_number import contains_my_number
from kiosk.store.one_of import one_of, values_of
from kiosk.store.schema import IS_CURRENT, KEY, member, member_version
from kiosk.store.search_keys import key_of, range_of, without_blanks
from kiosk.store.transaction import reading

__all__ = ["MOST_LISTED", "MemberLine", "MemberSearch", "TooManyFound", "search"]

MOST_LISTED: Final = 500
"""The most members that one search lists."""

_LONGEST: Final = 100
_ROWS_AT_ONCE: Final = 500
_TEXTS: Final = ("kana", "name", "employer")
_MOST_COUNTED: Final = 2_000
"""So far the entries of an index are counted to find the most telling text."""

_ANY_NUMBER: Final = "0"
"""Stands for the 番号 where only the 記号 was typed, to check the 記号."""


class TooManyFound(DataRefused):
    """More than MOST_LISTED members fit, so none are listed."""


@dataclass(frozen=True, slots=True, repr=False)
class MemberLine:
    """A member as a list shows one: of the current version, without the address."""

    id: MemberId
    name: str
    kana: str
    birth_date: date
    employer: str
    acquired_on: date
    lost_on: date | None


@dataclass(frozen=True, slots=True)
class MemberSearch:
    """What to search for. Make it with `of`, which refuses what would list everybody.

    `kana` is folded (`kiosk.eligibility.kana`); `name` and `employer` are without blanks, in the usual forms of their
    漢字 (`kiosk.eligibility.kanji`).
    """

    insurer_number: str
    symbol: str = field(repr=False)
    number: str = field(repr=False)
    birth_dates: tuple[date, ...] = field(repr=False)
    kana: str = field(repr=False)
    name: str = field(repr=False)
    employer: str = field(repr=False)

    @classmethod
    def of(
        cls,
        insurer_number: str,
        *,
        symbol: str = "",
        number: str = "",
        birth_dates: tuple[date, ...] = (),
        kana: str = "",
        name: str = "",
        employer: str = "",
    ) -> MemberSearch:
        """Return the search for what was typed.

        Args:
            insurer_number: 保険者番号 of the members.
            symbol: 記号; without a 番号 it finds all of the 記号.
            number: 番号, whole.
            birth_dates: the birthdays that the typed one may mean.
            kana: the beginning of the フリガナ, in any form of kana.
            name: the beginning of the 氏名.
            employer: the beginning of the 事業所名.

        Raises:
            NumberRefused: a part could be a マイナンバー.
            DataRefused: a part is malformed, or nothing is given; the name of the part, or `nothing`, is the message.

        """
        if any(map(contains_my_number, (kana, name, employer))):
            raise NumberRefused("contains a number that passes as a マイナンバー, which must not be looked up")
        typed = MemberQuery.of(insurer_number, symbol, number.strip() or _ANY_NUMBER)
        texts = (_kana(kana), _beginning("name", name), _beginning("employer", employer))
        found = cls(typed.insurer_number, typed.symbol, typed.number or "", birth_dates, *texts)
        if number.strip():
            return found
        if not any((found.symbol, birth_dates, *texts)):
            raise DataRefused("nothing")
        return cls(typed.insurer_number, typed.symbol, "", birth_dates, *texts)

    @property
    def choices(self) -> tuple[str, ...]:
        """The columns by whose index the members can be found; none where something exact goes before."""
        exact = self.symbol or self.number or self.birth_dates
        return () if exact else tuple(name for name in _TEXTS if self._text(name))

    def statement(self, by: str = "") -> Select[*tuple[Any, ...]]:
        """Return the statement for the members who fit in all but what `fits` compares.

        Args:
            by: the one of `choices` by whose index they are found; the others narrow. Empty: the first.

        """
        indexed = by or next(iter(self.choices), "")
        texts = [self._narrowing(name) for name in _TEXTS if name != indexed and self._text(name) and name != "kana"]
        return _LINES.where(*self._exact(), *([self._range(indexed)] if indexed else []), *texts)

    def count(self, name: str) -> Select[int]:
        """Return the statement that counts how often a text of `choices` begins so, up to a bound."""
        entries = select(literal(1)).select_from(member_version).where(self._range(name)).limit(_MOST_COUNTED)
        return select(func.count()).select_from(entries.subquery())

    def values(self) -> dict[str, object]:
        """Return the values of the statement's parameters."""
        ranges = {name: self._ranges(name) for name in _TEXTS if self._text(name)}
        if self.symbol and not self.number:
            ranges["number_key"] = [range_of(number_key(self.insurer_number, self.symbol, ""))]
        found: dict[str, object] = {"number_key": number_key(self.insurer_number, self.symbol, self.number)}
        found |= values_of("birth_date", self.birth_dates)
        for name, pairs in ranges.items():
            found |= values_of(f"{name}_from", [first for first, _ in pairs])
            found |= values_of(f"{name}_to", [after for _, after in pairs])
        return found

    def fits(self, line: MemberLine) -> bool:
        """Return whether one who meets the statement is sought.

        The 保険者番号 is compared here: for SQLite it would be the index to go by, and that is everybody's.
        """
        names = all(
            _begins(name, self._text(name), text) for name, text in (("name", line.name), ("employer", line.employer))
        )
        return line.id.insurer_number == self.insurer_number and names and begins_with(self.kana, line.kana)

    def _exact(self) -> Iterator[ColumnElement[bool]]:
        if self.number:
            yield member.c.number_key == bindparam("number_key")
        elif self.symbol:
            yield _between(member.c.number_key, "number_key", 1)
        if self.birth_dates:
            yield one_of(member_version.c.birth_date, "birth_date", len(self.birth_dates))

    def _range(self, name: str) -> ColumnElement[bool]:
        return _between(key_of(name), name, len(self._ranges(name)))

    def _narrowing(self, name: str) -> ColumnElement[bool]:
        """Return the condition on a text in a form that tempts no database to go by its index."""
        ranges = self._ranges(name)
        begins = func.substr(key_of(name), 1, max(len(first) for first, _ in ranges), type_=String())
        return _between(begins, name, len(ranges))

    def _ranges(self, name: str) -> list[tuple[str, str]]:
        return [range_of(text) for text in spellings(self.kana)] if name == "kana" else beginnings(self._text(name))

    def _text(self, name: str) -> str:
        return {"kana": self.kana, "name": self.name, "employer": self.employer}[name]


def search(engine: Engine, wanted: MemberSearch) -> list[MemberLine]:
    """Return the current versions of the members sought, by フリガナ and key.

    Raises:
        TooManyFound: more than MOST_LISTED fit.
        RegistryError: the database cannot serve.

    """
    with reading(engine) as connection:
        statement = wanted.statement(_most_telling(connection, wanted))
        streamed = connection.execution_options(yield_per=_ROWS_AT_ONCE)
        with closing(streamed.execute(statement, wanted.values())) as rows:
            lines = (MemberLine(MemberId(*row[:4]), *row[4:]) for row in rows)
            found = list(islice((line for line in lines if wanted.fits(line)), MOST_LISTED + 1))
    if len(found) > MOST_LISTED:
        raise TooManyFound("too_many")
    return sorted(found, key=lambda line: (folded(line.kana), line.id))


def _most_telling(connection: Connection, wanted: MemberSearch) -> str:
    """Return the text of `choices` that the fewest versions begin with: 「株式会社」 says less than a rare フリガナ."""
    choices = wanted.choices
    if len(choices) < 2:
        return ""
    return min(choices, key=lambda name: connection.execute(wanted.count(name), wanted.values()).scalar_one())


def _between(key: ColumnElement[str], name: str, count: int) -> ColumnElement[bool]:
    return or_(*((key >= bindparam(f"{name}_from_{at}")) & (key < bindparam(f"{name}_to_{at}")) for at in range(count)))


def _begins(name: str, wanted: str, text: str) -> bool:
    """Return whether a column's text begins with ``wanted``, which is folded."""
    return not wanted or folded_kanji(without_blanks(name, text)).startswith(wanted)


def _kana(text: str) -> str:
    if not text.strip():
        return ""
    if not (wanted := folded(text)):
        raise DataRefused("kana")
    return wanted


def _beginning(part: str, text: str) -> str:
    plain = without_blanks(part, text)
    if len(text) > _LONGEST or not plain.isprintable():
        raise DataRefused(part)
    return folded_kanji(plain)


_LINES: Select[*tuple[Any, ...]] = select(
    *KEY,
    member_version.c.name,
    member_version.c.kana,
    member_version.c.birth_date,
    member_version.c.employer,
    member_version.c.acquired_on,
    member_version.c.lost_on,
).join_from(member, member_version, IS_CURRENT)
