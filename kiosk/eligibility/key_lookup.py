"""Finding a member by 保険者番号, 記号, 番号 and 枝番, as another program writes them.

One program pads the 保険者番号 with zeros, another writes numbers in full width, a third drops the hyphen: all of them
find the same member.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, bindparam

from kiosk.eligibility.errors import DataRefused
from kiosk.eligibility.lookup import MemberQuery, number_key, plain
from kiosk.eligibility.member_keys import is_branch
from kiosk.eligibility.model import Member
from kiosk.store.one_of import one_of, values_of
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
        typed = MemberQuery.of(_unpadded(insurer_number), symbol, number)
        if branch and not is_branch(branch):
            raise DataRefused("branch")
        return cls(typed.insurer_number, typed.symbol, typed.number or "", branch, birth_date)

    def condition(self) -> ColumnElement[bool]:
        """Return the condition that the members meet, which is one of two."""
        return _OF_ONE if self.branch else _OF_FAMILY

    def values(self) -> dict[str, object]:
        """Return the values of the condition's parameters."""
        insurers = (self.insurer_number, f"{_NATIONAL}{self.insurer_number}")
        keys = [number_key(insurer, self.symbol, self.number) for insurer in insurers]
        return values_of("number_key", keys) | ({"branch": self.branch} if self.branch else {})

    def best(self, found: Sequence[Member]) -> list[Member]:
        """Return those who were born on the day, and of them those whose key has its hyphens as it was written, if any.

        Of twins in the register, who differ in their spelling alone, nobody knows which was meant: both are returned.
        """
        born = [one for one in found if self.birth_date in (None, one.birth_date)]
        exact = [one for one in born if (plain(one.id.symbol), plain(one.id.number)) == (self.symbol, self.number)]
        return exact or born


_OF_FAMILY = one_of(member.c.number_key, "number_key", 2)
_OF_ONE = _OF_FAMILY & (member.c.branch == bindparam("branch"))


def _unpadded(insurer_number: str) -> str:
    padded = len(insurer_number) == len("00133033") and insurer_number.startswith(_NATIONAL)
    return insurer_number.removeprefix(_NATIONAL) if padded else insurer_number
