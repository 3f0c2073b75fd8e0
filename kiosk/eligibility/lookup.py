"""Finding a member by 記号, 番号 and 生年月日 as a document shows them, or by フリガナ and 生年月日.

Staff copy 71-0000 as ７１ー００００ or 710000, and the register has it as the insurer filed it. So both are compared
in one form, which has an index: letters and digits in half width, and nothing between them.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from sqlalchemy import ColumnElement, bindparam

from kiosk.eligibility.errors import DataRefused
from kiosk.eligibility.kana import fits, folded
from kiosk.eligibility.member_keys import canonical, names_a_member
from kiosk.eligibility.my_number import contains_my_number
from kiosk.insurer_number import is_insurer_number
from kiosk.store.one_of import one_of, unindexed, values_of
from kiosk.store.schema import member, member_version

MOST_FOUND = 20
"""The most members in one answer: a family shares its 記号番号, and twins share their day of birth."""

_MY_NUMBER = "contains a number that passes as a マイナンバー, which must not be kept"
_SEPARATORS = re.compile("[\\s\\-\u2010-\u2015\u2212\u30fc\uff0d\u30fb]+")
_BETWEEN = str.maketrans("", "", "- \u30fc\u30fb")
"""What the schema takes out of `member.number_key`."""


class NumberRefused(DataRefused):
    """The number passes as a マイナンバー, so it must not be looked up, stored or shown."""


@dataclass(frozen=True, slots=True)
class MemberQuery:
    """A look-up of members. Make it with `of` or `by_kana`, which refuse what no document can show.

    The day of birth may be one of several, if it was written without its era. `number` is None, or `kana` empty, for a
    query that goes by the other.
    """

    insurer_number: str
    symbol: str = field(repr=False)
    number: str | None = field(repr=False)
    birth_dates: tuple[date, ...] = field(repr=False)
    kana: str = field(default="", repr=False)

    @classmethod
    def of(cls, insurer_number: str, symbol: str, number: str, *birth_dates: date) -> "MemberQuery":
        """Return the query for 記号 and 番号 as they were typed.

        Raises:
            NumberRefused: a part could be a マイナンバー.
            DataRefused: a part is malformed; its name (`symbol`, `number` or `insurer_number`) is the whole message.

        """
        if any(contains_my_number(text) or contains_my_number(_run_together(text)) for text in (symbol, number)):
            raise NumberRefused(_MY_NUMBER)
        _insurer(insurer_number)
        typed = {"symbol": plain(symbol), "number": plain(number)}
        for part, text in typed.items():
            if not names_a_member(text) and not (part == "symbol" and text == ""):
                raise DataRefused(part)
        return cls(insurer_number, typed["symbol"], typed["number"], birth_dates)

    @classmethod
    def by_kana(cls, insurer_number: str, kana: str, *birth_dates: date) -> "MemberQuery":
        """Return the query for a フリガナ as it was typed: the whole name, or the family name.

        Raises:
            NumberRefused: it could be a マイナンバー.
            DataRefused: it is no フリガナ (`kana`), or the 保険者番号 is malformed (`insurer_number`).

        """
        return cls(_insurer(insurer_number), "", None, birth_dates).narrowed(kana)

    def narrowed(self, kana: str) -> "MemberQuery":
        """Return the same query for members with this フリガナ only. Raises what `by_kana` does."""
        if contains_my_number(kana) or contains_my_number(_run_together(kana)):
            raise NumberRefused(_MY_NUMBER)
        if not (wanted := folded(kana)):
            raise DataRefused("kana")
        return replace(self, kana=wanted)

    def condition(self) -> ColumnElement[bool]:
        """Return the condition that the members meet, for a query that is joined with their current version.

        It is made once for each number of birthdays; `values` has the values of its parameters. It says nothing of the
        フリガナ, which no database compares as people do: `fits` does.
        """
        born = len(self.birth_dates)
        return _born(born) if self.number is None else _numbered(born)

    def values(self) -> dict[str, object]:
        """Return the values of the condition's parameters."""
        born = values_of("birth_date", self.birth_dates)
        if self.number is None:
            return {"insurer_number": self.insurer_number, **born}
        return {"number_key": number_key(self.insurer_number, self.symbol, self.number), **born}

    def fits(self, kana: str) -> bool:
        """Return whether a member who meets the condition, and has this フリガナ in the register, is sought."""
        return not self.kana or fits(self.kana, kana)


@cache
def _born(count: int) -> ColumnElement[bool]:
    of_insurer = member.c.insurer_number == bindparam("insurer_number")
    return of_insurer & one_of(member_version.c.birth_date, "birth_date", count)


@cache
def _numbered(count: int) -> ColumnElement[bool]:
    is_number = member.c.number_key == bindparam("number_key")
    return is_number & one_of(unindexed(member_version.c.birth_date), "birth_date", count)


def number_key(insurer_number: str, symbol: str, number: str) -> str:
    """Return what the register has as `number_key` for 記号 and 番号, however they are written here."""
    return f"{insurer_number}:{_bare(symbol)}:{_bare(number)}"


def _insurer(number: str) -> str:
    if not is_insurer_number(number):
        raise DataRefused("insurer_number")
    return number


def _run_together(text: str) -> str:
    """Return letters and digits only: a マイナンバー may be typed in threes, or with a full stop after each digit."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))


def _bare(text: str) -> str:
    return canonical(text).translate(_BETWEEN)


def plain(text: str) -> str:
    """Return a 記号 or 番号 in NFKC without outer spaces; every run of dashes or spaces inside is one hyphen."""
    return _SEPARATORS.sub("-", unicodedata.normalize("NFKC", text).strip())
