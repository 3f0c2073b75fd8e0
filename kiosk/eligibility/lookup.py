"""Finding a member by what a document shows: 記号, 番号 and 生年月日, however the first two were typed.

Staff copy 71-0000 as ７１ー００００ or 710000, and the register has it as the insurer filed it. So every spelling with
the same meaning is looked up in the index of the members' keys; no table is scanned.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement

from kiosk.eligibility.errors import DataRefused
from kiosk.eligibility.model import is_insurer_number, is_symbol_or_number
from kiosk.eligibility.my_number import contains_my_number
from kiosk.store.schema import member, member_version

MOST_FOUND = 20
"""The most members in one answer: a family shares its 記号番号, and twins share their day of birth."""

_SEPARATORS = re.compile("[\\s\\-\u2010-\u2015\u2212\u30fc\uff0d\u30fb]+")
_WIDE = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


class NumberRefused(DataRefused):
    """The number passes as a マイナンバー, so it must not be looked up, stored or shown."""


@dataclass(frozen=True, slots=True)
class MemberQuery:
    """A look-up of members. Make it with `of`, which refuses what no document can show."""

    insurer_number: str
    symbol: str = field(repr=False)
    number: str = field(repr=False)
    birth_date: date = field(repr=False)

    @classmethod
    def of(cls, insurer_number: str, symbol: str, number: str, birth_date: date) -> "MemberQuery":
        """Return the query for 記号 and 番号 as they were typed.

        Raises:
            NumberRefused: a part could be a マイナンバー.
            DataRefused: a part is malformed; its name (`symbol`, `number` or `insurer_number`) is the whole message.

        """
        if any(contains_my_number(text) or contains_my_number(_run_together(text)) for text in (symbol, number)):
            raise NumberRefused("holds a number that passes as a マイナンバー, which must not be kept")
        if not is_insurer_number(insurer_number):
            raise DataRefused("insurer_number")
        plain = {"symbol": _plain(symbol), "number": _plain(number)}
        for part, text in plain.items():
            if not is_symbol_or_number(text) and not (part == "symbol" and text == ""):
                raise DataRefused(part)
        return cls(insurer_number, plain["symbol"], plain["number"], birth_date)

    def condition(self) -> ColumnElement[bool]:
        """Return the condition that the members meet, for a query that is joined with their current version."""
        return (
            (member.c.insurer_number == self.insurer_number)
            & member.c.symbol.in_(spellings(self.symbol))
            & member.c.number.in_(spellings(self.number))
            & (member_version.c.birth_date == self.birth_date)
        )


def spellings(text: str) -> list[str]:
    """Return the ways to write a 記号 or 番号: as typed, without a hyphen, with one anywhere; half and full width."""
    bare = _bare(text)
    hyphened = [f"{bare[:place]}-{bare[place:]}" for place in range(1, len(bare))]
    narrow = dict.fromkeys([text, bare, *hyphened])
    return list(dict.fromkeys([*narrow, *(one.translate(_WIDE) for one in narrow)]))


def _run_together(text: str) -> str:
    """Return letters and digits only: a マイナンバー may be typed in threes, or with a full stop after each digit."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", text)


def _plain(text: str) -> str:
    """Return the text in NFKC without outer spaces, every run of dashes or spaces inside replaced by one hyphen."""
    return _SEPARATORS.sub("-", unicodedata.normalize("NFKC", text).strip())
