"""What this kiosk speaks of FHIR, as CapabilityStatement."""

from __future__ import annotations

from typing import Final

from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from kiosk import __version__
from kiosk.fhir import systems
from kiosk.fhir.outcome import FHIR_JSON

__all__ = ["FHIR_VERSION", "capability"]

FHIR_VERSION: Final = "4.0.1"
_CHANGED: Final = "2026-11-30"
"""The day on which this statement last changed."""


def capability() -> CapabilityStatement:
    """Return the statement of this server."""
    said: dict[str, object] = {
        "status": "active",
        "date": _CHANGED,
        "kind": "instance",
        "software": {"name": "kiosk", "version": __version__},
        "implementation": {"description": "資格確認の受付端末: eligibility kiosk for マイナ保険証"},
        "fhirVersion": FHIR_VERSION,
        "format": [FHIR_JSON, "json"],
        "implementationGuide": ["http://jpfhir.jp/fhir/core/ImplementationGuide/jpfhir.jp.core"],
        "rest": [_server()],
    }
    return CapabilityStatement.model_validate(said)


def _server() -> dict[str, object]:
    security = {"description": "Authorization: Bearer TOKEN, of a token with the scope member:read."}
    return {"mode": "server", "security": security, "resource": [_coverage(), _eligibility()]}


def _coverage() -> dict[str, object]:
    identifier = {
        "name": "identifier",
        "definition": "http://hl7.org/fhir/SearchParameter/Coverage-identifier",
        "type": "token",
        "documentation": "SYSTEM|VALUE in the form of POST Coverage/_search, never in the URL.",
    }
    return {
        "type": "Coverage",
        "supportedProfile": [systems.JP_COVERAGE],
        "interaction": [{"code": "search-type", "documentation": "By POST alone, since a URL must not have numbers."}],
        "searchParam": [identifier],
    }


def _eligibility() -> dict[str, object]:
    return {
        "type": "CoverageEligibilityRequest",
        "operation": [{"name": "submit", "definition": systems.SUBMIT}],
    }
