"""Finding a member by 保険者番号, 記号, 番号 and 枝番, as another program writes them.

One program pads the 保険者番号 with zeros, another writes numbers in full width, a third drops the hyphen: every
spelling with the same meaning is looked up in the index of the members' keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import ColumnElement, bindparam

from kiosk.eligibility.errors import DataRefused
from kiosk.eligibility.lookup import MemberQuery, spellings, values_of_number, with_number
from kiosk.eligibility.member_keys import is_branch
from kiosk.eligibility.model import Member
from kiosk.store.one_of import one_of, rounded, values_of
from kiosk.store.schema import member

_NATIONAL = "00"
"""What pads the six digits of a 国民健康保険 to eight."""


@dataclass(frozen=True, slots=True, repr=False)
class KeyQuery:
    """A look-up of the members of one key. Make it with `of`, which refuses what no member can have.

    `insurer_number` has six digits where it was padded to eight. An empty `branch` fits each of a family.
    `birth_date` None fits everybody.
    """

    insurer_number: str
    symbol: str
    number: str
    branch: str
    birth_date: date | None = None

    @classmethod
    def of(
        cls, insurer_number: str, symbol: str, number: str, branch: str, birth_date: date | None = None
    ) -> "KeyQuery":
        """Return the query for a key as it was written.

        Raises:
            NumberRefused: 記号 or 番号 could be a マイナンバー.
            DataRefused: a part is malformed; its name (`insurer_number`, `symbol`, `number`, `branch`) is the message.

        """
        plain = MemberQuery.of(_unpadded(insurer_number), symbol, number)
        if branch and not is_branch(branch):
            raise DataRefused("branch")
        return cls(plain.insurer_number, plain.symbol, plain.number or "", branch, birth_date)

    def condition(self) -> ColumnElement[bool]:
        """Return the condition that the members meet; it is made once for each number of parameters."""
        symbols, numbers = rounded(len(spellings(self.symbol))), rounded(len(spellings(self.number)))
        return _numbered(symbols, numbers, with_branch=bool(self.branch))

    def values(self) -> dict[str, object]:
        """Return the values of the condition's parameters."""
        values = values_of("insurer_number", [self.insurer_number, f"{_NATIONAL}{self.insurer_number}"], 2)
        values |= values_of_number(self.symbol, self.number)
        return values | ({"branch": self.branch} if self.branch else {})

    def best(self, found: Sequence[Member]) -> list[Member]:
        """Return those who were born on the day, and of them those whose key is spelled as it was written, if any."""
        born = [one for one in found if self.birth_date in (None, one.birth_date)]
        exact = [one for one in born if (one.id.symbol, one.id.number) == (self.symbol, self.number)]
        return exact or born


@cache
def _numbered(symbols: int, numbers: int, *, with_branch: bool) -> ColumnElement[bool]:
    numbered = one_of(member.c.insurer_number, "insurer_number", 2) & with_number(symbols, numbers)
    return numbered & (member.c.branch == bindparam("branch")) if with_branch else numbered


def _unpadded(insurer_number: str) -> str:
    padded = len(insurer_number) == len("00133033") and insurer_number.startswith(_NATIONAL)
    return insurer_number.removeprefix(_NATIONAL) if padded else insurer_number
