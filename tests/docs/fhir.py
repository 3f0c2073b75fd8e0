"""The refusals of FHIR as a table, for ``docs/fhir.md``."""

from __future__ import annotations

from kiosk.fhir import REFUSALS

__all__ = ["fhir_refusals"]


def fhir_refusals() -> str:
    """Return a line for each refusal: status, code, FHIR's own code, and the sentence that comes with it."""
    rows = "".join(
        f"| {said.status.value} | `{refusal}` | `{said.issue}` | {said.sentence} |\n"
        for refusal, said in REFUSALS.items()
    )
    return f"| status | `details.coding` | `code` | `details.text` |\n|---|---|---|---|\n{rows}"
