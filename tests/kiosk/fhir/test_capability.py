"""What the kiosk says of itself."""

from __future__ import annotations

import json

from kiosk import __version__
from kiosk.fhir.capability import capability
from tests.kiosk.fhir.r4_schema import problems


def test_the_statement_names_what_is_served_and_nothing_else() -> None:
    found = json.loads(capability().model_dump_json())
    assert problems(found) == []
    assert (found["fhirVersion"], found["software"]["version"]) == ("4.0.1", __version__)
    (server,) = found["rest"]
    coverage, request = server["resource"]
    assert [one["code"] for one in coverage["interaction"]] == ["search-type"]
    assert [one["name"] for one in coverage["searchParam"]] == ["identifier"]
    assert coverage["supportedProfile"] == ["http://jpfhir.jp/fhir/core/StructureDefinition/JP_Coverage"]
    assert (request["type"], request["operation"][0]["name"]) == ("CoverageEligibilityRequest", "submit")
