"""A CoverageEligibilityRequest of a clinic's program."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["COVERAGE_CSV", "MEMBER_ID", "a_request", "body_of"]

MEMBER_ID = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID"
COVERAGE_CSV = "http://jpfhir.jp/fhir/core/IdSystem/JP_Coverage_id"


def a_request(identifier: str = "00133033:71-0000:000001:00", **changes: Any) -> dict[str, Any]:
    """Return a request about one member; a change to None leaves the element out."""
    made = {
        "resourceType": "CoverageEligibilityRequest",
        "status": "active",
        "purpose": ["validation"],
        "patient": {"display": "受付の方"},
        "created": "2026-11-30",
        "insurer": {
            "identifier": {"system": "http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsurerNumber", "value": "133033"}
        },
        "insurance": [{"coverage": {"identifier": {"system": MEMBER_ID, "value": identifier}}}],
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


def body_of(resource: Any) -> bytes:
    return json.dumps(resource, ensure_ascii=False).encode()
