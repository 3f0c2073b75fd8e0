"""The actions and refusals of the two APIs as tables, for ``docs/api.md``."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from kiosk.web.errors import ErrorCode, detail, envelope
from kiosk.web.openapi import ACTION
from kiosk.web.staff.actions import DeskAction

__all__ = ["actions", "refusals"]


def actions() -> str:
    """Return two tables: the actions of the visitor's API and those of the staff's, each with its fields."""
    visitor, staff = (_schemas(one.json_schema()) for one in (ACTION, TypeAdapter(DeskAction)))
    of_visitor = f"For `POST /api/v1/visit/actions`:\n\n{_actions(visitor)}"
    return f"{of_visitor}\nFor `POST /api/v1/desk/actions`:\n\n{_actions(staff)}"


def _schemas(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of each action by its name, in the order of the union; ``$defs`` beside it."""
    places = schema["discriminator"]["mapping"]
    found = {name: schema["$defs"][place.rpartition("/")[2]] for name, place in places.items()}
    return {name: {**one, "$defs": schema["$defs"]} for name, one in found.items()}


def _actions(schemas: Mapping[str, Any]) -> str:
    rows = "".join(f"| `{name}` | {_fields(one)} | {_says(one)} |\n" for name, one in schemas.items())
    return f"| action | fields | what it is |\n|---|---|---|\n{rows}"


def _says(schema: Mapping[str, Any]) -> str:
    return inspect.cleandoc(schema["description"]).partition("\n\n")[0].replace("\n", " ").replace("``", "`")


def _fields(schema: Mapping[str, Any]) -> str:
    required = set(schema.get("required", ()))
    named = (
        f"`{name}` {_kind(field, schema['$defs'])}" + ("" if name in required else ", may be left out")
        for name, field in schema["properties"].items()
        if name != "action"
    )
    return "; ".join(named) or "–"


def _kind(field: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """Return the type of a field in words."""
    if "$ref" in field:
        return _kind(known[field["$ref"].rpartition("/")[2]], known)
    if "anyOf" in field:
        return " or ".join(_kind(one, known) for one in field["anyOf"])
    if "const" in field:
        return f"`{json.dumps(field['const'])}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field["type"] == "array":
        return f"list of {_kind(field['items'], known)}"
    return {"string": "text", "integer": "whole number", "boolean": "true or false", "null": "null"}[field["type"]]


def refusals() -> str:
    """Return the refusals that any operation may answer with: status, code, and the sentence that comes with it."""
    return "| status | `code` | `message` |\n|---|---|---|\n" + "".join(sorted(_refusals()))


def _refusals() -> Iterator[str]:
    for code in ErrorCode:
        yield f"| {envelope(code).status_code} | `{code}` | {detail(code).message} |\n"
