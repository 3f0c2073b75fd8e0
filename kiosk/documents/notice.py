"""資格情報通知書 (資格情報のお知らせ): the A4 sheet with a card to peel off, for a member with a マイナ保険証.

Order and words are those of the picture in 「資格情報通知書を交付します」. Its text was read by machine; put right here
are 「右配」 (右記) and 「はかして」 (はがして), and 「厚紙 A4サイズ」, which is about the picture, is left out.
The sheet says 適用開始日 where the card says 資格取得年月日: both stand as shown, and mean the same day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.documents.fitting import Fitted, Space, fit
from kiosk.documents.fonts import Face
from kiosk.documents.stationery import Stationery, require, require_insured
from kiosk.eligibility import Member
from kiosk.wareki import printed

__all__ = ["Notice", "NoticeSheet"]

_ADDRESS = (
    Space(68, (10.5, 9.2, 8), (9.2, 8), lines=3),
    Space(68, (), (7.2,), lines=5),
    Space(68, (), (6.2,), lines=8),
    Space(68, (), (5.5,), lines=10),
    Space(68, (), (5.5,), lines=10, anywhere=True),
)
"""The longest that a register holds, 300 characters, is set too: small, and whole."""
_ADDRESSEE = (
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
    """A notice to be made: for whom, and the day that stands on it as 交付年月日."""

    member: Member
    issued_on: date


@dataclass(frozen=True, slots=True)
class NoticeSheet:
    """What stands on the sheet, every text set to its size. The fields are those of the template, from the top."""

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

    @classmethod
    def of(cls, notice: Notice, stationery: Stationery) -> NoticeSheet:
        """Return the sheet of a notice. Raises DocumentRefused, StationeryError."""
        member, key = notice.member, notice.member.id
        stationery.require_issuer_of(member)
        require_insured(member, notice.issued_on)
        require(member, "name", "kana", "postal_code", "address")
        return cls(
            postal_code=member.postal_code,
            address=fit("address", member.address, *_ADDRESS),
            reference=fit("number", "-".join(part for part in (key.symbol, key.number) if part), *_REFERENCE),
            addressee=fit("name", member.name, *_ADDRESSEE),
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
        )
