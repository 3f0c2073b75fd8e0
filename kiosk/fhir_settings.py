"""The settings ``[fhir]``: how FHIR resources are written (docs/fhir.md)."""

from __future__ import annotations

from pydantic import Field

from kiosk.settings_section import Section

__all__ = ["FhirSettings"]


class FhirSettings(Section):
    """``[fhir]``: how FHIR resources are written."""

    payer_system: str = Field(
        default="http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsurerNumber",
        pattern=r"^(https?://|urn:)[!-~]{1,190}$",
        description="the system of the identifier by which a payer is named (保険者番号)",
    )
    full_width: bool = Field(
        default=False, description="記号 and 番号 in full width, as JP Core asks; false: as the register has them"
    )
