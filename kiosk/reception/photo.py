"""Cards without a photograph: applied for under one year of age, and used until the fifth birthday.

A 目視確認 compares a face with the card, so that staff are asked about the photograph where the holder is that young.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from kiosk.decision.calendar import attains
from kiosk.eligibility import Member
from kiosk.reception.visit.card import StaffAct

__all__ = ["HolderUnknown", "PhotoProblem", "PhotoRefused", "is_under_five", "require_photo", "shows_whose"]

_AGE: Final = 5


class PhotoProblem(StrEnum):
    """Why a 目視確認 is not taken."""

    UNASKED = "photo_unasked"
    """The holder is under five, and nobody has said whether the card has a photograph."""

    MISSING = "card_without_photo"


class PhotoRefused(Exception):
    """The 目視確認 is not taken, for the reason ``problem``."""

    def __init__(self, problem: PhotoProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class HolderUnknown(Exception):
    """Whose card it is cannot be looked up now, so nobody knows whether it needs a photograph; nothing was done."""


def is_under_five(member: Member, today: date) -> bool:
    """Return whether the member has not yet attained five on the day ``today`` (Asia/Tokyo)."""
    return today <= attains(member.birth_date, _AGE)


def shows_whose(act: StaffAct, member: Member, today: date) -> bool:
    """Return whether a 目視確認 says that the card is the member's: of a child under five, only with a photograph."""
    return act.card_has_photo is True or not is_under_five(member, today)


def require_photo(act: StaffAct, holder: Member | None, today: date) -> None:
    """Raise PhotoRefused unless the card of ``holder`` (None: nobody knows) has a photograph, as far as is known.

    Of a holder under five somebody has to say that it has one. A card that is said to have none is refused, whoever
    its holder is: there was nothing to compare.
    """
    if act.card_has_photo is False:
        raise PhotoRefused(PhotoProblem.MISSING)
    if holder is not None and not shows_whose(act, holder, today):
        raise PhotoRefused(PhotoProblem.UNASKED)
