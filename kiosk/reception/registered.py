"""Whom of the register an answer of the 資格確認端末 is about, however the answer spells their numbers."""

from __future__ import annotations

from datetime import date

from kiosk.eligibility import DataRefused, KeyQuery, Member
from kiosk.reception.eligibility_service import EligibilityService

__all__ = ["registered_member"]


def registered_member(
    service: EligibilityService, numbers: tuple[str, str, str, str], born: date | None
) -> Member | None:
    """Return the one member with these numbers and this birthday; None if there is none, or nobody asks the register.

    Args:
        service: the register.
        numbers: 保険者番号, 記号, 番号 and 枝番; a key without 枝番 is that of a family, so it names nobody.
        born: the birthday; None if it is not known.

    Raises:
        RegistryError: the database cannot serve.

    """
    if not service.sources.registry or born is None or not numbers[3]:
        return None
    try:
        query = KeyQuery.of(*numbers, born)
    except DataRefused:
        return None
    found = service.registry.find_by_key(query)
    return found[0] if len(found) == 1 else None
