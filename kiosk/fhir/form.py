"""How resources are written: what the settings say of it."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.eligibility import Member
from kiosk.fhir import systems
from kiosk.fhir.numbers import Numbers

__all__ = ["ResourceForm", "Json"]

Json = dict[str, object]
"""A part of a resource, as fhir.resources reads it."""


@dataclass(frozen=True, slots=True)
class ResourceForm:
    """How resources are written: the settings ``fhir.payer_system`` and ``fhir.full_width``.

    `own_insurer` and `insurer_name` are 保険者番号 and 保険者名称 of the kiosk's own insurer, as far as it is known.
    """

    payer_system: str = systems.INSURER_NUMBER
    full_width: bool = False
    own_insurer: str = ""
    insurer_name: str | None = None

    def numbers(self, member: Member) -> Numbers:
        """Return the member's numbers as they are written."""
        return Numbers(member.id, self.full_width)
