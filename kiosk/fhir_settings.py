"""The settings ``[fhir]``: how FHIR resources are written (docs/fhir.md)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["FhirSettings"]


class FhirSettings(BaseModel):
    """``[fhir]``: how FHIR resources are written."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    payer_system: str = Field(
        default="http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsurerNumber",
        pattern=r"^(https?://|urn:)[!-~]{1,190}$",
        description="the system of the identifier by which a payer is named (保険者番号)",
    )
    full_width: bool = Field(
        default=False, description="記号 and 番号 in full width, as JP Core asks; false: as the register has them"
    )
