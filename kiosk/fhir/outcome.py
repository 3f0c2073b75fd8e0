"""OperationOutcome: the answer to every FHIR request that is not served, with one issue."""

from __future__ import annotations

from typing import Final

from kiosk.fhir.systems import REFUSAL

__all__ = ["FHIR_JSON", "outcome"]

FHIR_JSON: Final = "application/fhir+json"


def outcome(issue: str, code: str, text: str, element: str | None = None, system: str = REFUSAL) -> dict[str, object]:
    """Return an OperationOutcome in JSON.

    Args:
        issue: a code of FHIR's IssueType.
        code: our own code, of ``system``.
        text: a sentence for people, which repeats nothing of the request.
        element: FHIRPath of the element at fault.
        system: the code system of ``code``.

    """
    details = {"coding": [{"system": system, "code": code}], "text": text}
    said: dict[str, object] = {"severity": "error", "code": issue, "details": details}
    if element is not None:
        said["expression"] = [element]
    return {"resourceType": "OperationOutcome", "issue": [said]}
