"""被保険者資格申立書: what a person signs if the マイナ保険証 alone does not show the insurance (public rule).

It is a blank form, for members of any insurer at a clinic. For a member of the register, what is known is filled in,
and the person completes and signs it.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.documents.addresses import GivenAddress, addressed
from kiosk.documents.fitting import Fitted, Space, fit
from kiosk.documents.stationery import Stationery
from kiosk.eligibility import Member, Sex
from kiosk.wareki import wareki

__all__ = ["DeclarationForm"]

_LINE = (
    Space(116, (12, 10.5, 9.2), (9.2, 8), lines=3),
    Space(116, (), (7.2, 6.2), lines=6),
    Space(116, (), (6.2,), lines=6, anywhere=True),
)
_HALF = Space(42, (11, 9.2, 8, 7.2), (7.2,), lines=2)


@dataclass(frozen=True, slots=True)
class DeclarationForm:
    """The data that are filled in before the person writes. An empty or None field is left blank."""

    insurer_name: str = ""
    insurer_number: str = ""
    name: Fitted | None = None
    kana: Fitted | None = None
    birth_date: str = ""
    sex: Sex | None = None
    postal_code: str = ""
    address: Fitted | None = None
    symbol: Fitted | None = None
    number: Fitted | None = None
    branch: str = ""
    household_head: Fitted | None = None
    employer: Fitted | None = None
    acquired_on: str = ""
    copay_percent: int | None = None

    @classmethod
    def blank(cls, stationery: Stationery) -> DeclarationForm:
        """Return the form for anybody: only where every visitor is a member of one insurer, that one is filled in."""
        if stationery.any_insurer:
            return cls()
        return cls(insurer_name=stationery.insurer.name, insurer_number=stationery.insurer.number)

    @classmethod
    def of(cls, member: Member, stationery: Stationery, address: GivenAddress | None = None) -> DeclarationForm:
        """Return the form of a member; `address` is one that is given for this print.

        Raises:
            DocumentRefused: the member's data do not make this document.
            StationeryError: a font is missing.

        """
        stationery.require_issuer_of(member)
        member = addressed(member, address)
        return cls(
            insurer_name=stationery.insurer.name,
            insurer_number=stationery.insurer.number,
            name=_line("name", member.name),
            kana=_line("kana", member.kana),
            birth_date=wareki(member.birth_date),
            sex=member.sex,
            postal_code=member.postal_code,
            address=_line("address", member.address),
            symbol=_line("symbol", member.id.symbol, _HALF),
            number=_line("number", member.id.number, _HALF),
            branch=member.id.branch,
            household_head=_line("household_head", member.household_head),
            employer=_line("employer", member.employer),
            acquired_on=wareki(member.acquired_on),
            copay_percent=member.copay_percent,
        )


def _line(field: str, text: str, *spaces: Space) -> Fitted | None:
    return fit(field, text, *(spaces or _LINE)) if text else None
