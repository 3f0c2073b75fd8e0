"""資格情報通知書 (資格情報のお知らせ): the A4 sheet with a card to peel off, for a member with a マイナ保険証.

Order and words are those of the picture in 「資格情報通知書を交付します」. Its text was read by machine: 「右配」
(右記) and 「はかして」 (はがして) are corrected here, and 「厚紙 A4サイズ」, which is about the picture, is left out.
The sheet says 適用開始日 and the card says 資格取得年月日, as in the picture; both mean the same day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.documents.addresses import GivenAddress, address_fields, addressed
from kiosk.documents.fitting import Fitted, Space, fit
from kiosk.documents.fonts import Face
from kiosk.documents.stationery import Stationery, require, require_insured
from kiosk.eligibility import Member
from kiosk.wareki import printed

__all__ = ["ADDRESS", "ADDRESSEE", "Notice", "NoticeSheet"]

ADDRESS = (
    Space(68, (10.5, 9.2, 8), (9.2, 8), lines=3),
    Space(68, (), (7.2,), lines=5),
    Space(68, (), (6.2,), lines=8),
    Space(68, (), (5.5,), lines=10),
    Space(68, (), (5.5,), lines=10, anywhere=True),
)
"""Even the longest address that a register can have, 300 characters, fits in small type."""
ADDRESSEE = (
    Space(58, (13, 11, 9.2), (9.2, 8), lines=2, face=Face.BOLD),
    Space(58, (), (6.2, 5.5), lines=4, face=Face.BOLD),
    Space(58, (), (5.5,), lines=4, face=Face.BOLD, anywhere=True),
)
_TABLE = (
    Space(134, (12, 10.5, 9.2), (9.2, 8, 7.2), lines=2),
    Space(134, (), (6.2,), lines=2),
    Space(134, (), (6.2,), lines=2, anywhere=True),
)
_SYMBOL = Space(34, (12, 10.5, 9.2, 8), (8, 7.2), lines=2, face=Face.FIXED)
_REFERENCE = (
    Space(66, (10.5, 9.2, 8), face=Face.FIXED),
    Space(66, (), (7.2, 6.2), lines=2, face=Face.FIXED),
)
_CARD_NAME = (
    Space(62, (10.5, 9.2, 8, 7.2), (7.2, 6.2, 5.5), lines=2, face=Face.BOLD),
    Space(62, (), (5.5,), lines=4, face=Face.BOLD),
    Space(62, (), (5.5,), lines=4, face=Face.BOLD, anywhere=True),
)
_CARD_SYMBOL = Space(24, (8, 7.2, 6.2, 5.5), (5.5,), lines=2, face=Face.FIXED)
_CARD_NUMBER = Space(20, (8, 7.2, 6.2, 5.5), (5.5,), lines=2, face=Face.FIXED)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to make: for whom, and the day to print on it as 交付年月日.

    `address` is one that is given for this print, and `order` the number of the order, which is printed small and as a
    code at the foot of the sheet, not on the card to peel off.
    """

    member: Member
    issued_on: date
    address: GivenAddress | None = None
    order: int | None = None


@dataclass(frozen=True, slots=True)
class NoticeSheet:
    """The contents of the sheet, every text fitted to its space. The fields are those of the template, from the top."""

    postal_code: str
    address: Fitted
    reference: Fitted
    addressee: Fitted
    symbol: Fitted
    number: Fitted
    branch: str
    name: Fitted
    kana: Fitted
    acquired_on: str
    issued_on: str
    card_symbol: Fitted
    card_number: Fitted
    card_name: Fitted
    order: int | None

    @classmethod
    def of(cls, notice: Notice, stationery: Stationery) -> NoticeSheet:
        """Return the sheet of a notice.

        Raises:
            DocumentRefused: the member's data do not make this document.
            StationeryError: a font is missing.

        """
        member, key = addressed(notice.member, notice.address), notice.member.id
        stationery.require_issuer_of(member)
        require_insured(member, notice.issued_on)
        require(member, "name", "kana", *address_fields(member, "postal_code", "address"))
        return cls(
            postal_code=member.postal_code,
            address=fit("address", member.address, *ADDRESS),
            reference=fit("number", "-".join(part for part in (key.symbol, key.number) if part), *_REFERENCE),
            addressee=fit("name", member.name, *ADDRESSEE),
            symbol=fit("symbol", key.symbol, _SYMBOL),
            number=fit("number", key.number, _SYMBOL),
            branch=key.branch,
            name=fit("name", member.name, *_TABLE),
            kana=fit("kana", member.kana, *_TABLE),
            acquired_on=printed(member.acquired_on),
            issued_on=printed(notice.issued_on),
            card_symbol=fit("symbol", key.symbol, _CARD_SYMBOL),
            card_number=fit("number", key.number, _CARD_NUMBER),
            card_name=fit("name", member.name, *_CARD_NAME),
            order=notice.order,
        )
