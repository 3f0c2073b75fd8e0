"""Cards without a photograph: applied for under one year of age, and used until the fifth birthday.

A 目視確認 compares a face with the card, so that staff are asked about the photograph where the holder is that young.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from kiosk.decision.calendar import attains
from kiosk.eligibility import Member
from kiosk.identity import CertificateCheck, binding_key
from kiosk.reception.visit.card import StaffAct

if TYPE_CHECKING:  # the service asks this module too, before it answers
    from kiosk.reception.eligibility_service import EligibilityService

__all__ = ["PhotoProblem", "PhotoRefused", "is_under_five", "require_photo", "shows_whose", "under_five"]

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


def under_five(service: EligibilityService, check: CertificateCheck) -> bool:
    """Return whether the holder of the card is under five today; False if nobody knows the card. Blocking.

    Raises RegistryError and JournalError.
    """
    if check.certificate is None:
        return False
    found = service.registry.member_by_binding(binding_key(check.certificate, service.site_key))
    return found is not None and is_under_five(found.member, service.today)


def is_under_five(member: Member, today: date) -> bool:
    """Return whether the member has not yet attained five on the day ``today`` (Asia/Tokyo)."""
    return today <= attains(member.birth_date, _AGE)


def shows_whose(act: StaffAct, member: Member, today: date) -> bool:
    """Return whether a 目視確認 says that the card is the member's: of a child under five, only with a photograph."""
    return act.card_has_photo is True or not is_under_five(member, today)


def require_photo(service: EligibilityService, check: CertificateCheck, act: StaffAct) -> None:
    """Raise PhotoRefused unless the card has a photograph, as far as is known. Blocking, as ``under_five`` is.

    Of a holder under five somebody has to say that it has one. A card that is said to have none is refused, whoever
    its holder is: there was nothing to compare.
    """
    if act.card_has_photo is False:
        raise PhotoRefused(PhotoProblem.MISSING)
    if act.card_has_photo is None and under_five(service, check):
        raise PhotoRefused(PhotoProblem.UNASKED)
