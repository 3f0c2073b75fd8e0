"""Complete the OpenAPI document: name the actions, whose body our own handler reads, and the content of a stream."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter

from kiosk.reception import Action

__all__ = ["ACTION", "ACTION_BODY", "EVENT", "Application"]

ACTION: TypeAdapter[Action] = TypeAdapter(Action)
"""Reads an action, and knows its schema."""

_SCHEMAS = "#/components/schemas"
ACTION_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": f"{_SCHEMAS}/Action"}}}}
}
"""The addition to the document of an operation that takes an action."""

_OF_FASTAPI = ("HTTPValidationError", "ValidationError")
_STREAM = "text/event-stream"
EVENT: dict[str, Any] = {
    "type": "object",
    "description": "One event of the stream.",
    "properties": {
        "id": {"type": "string", "description": "The sequence number of the visit that `data` shows."},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": f"{_SCHEMAS}/VisitBody"},
        },
    },
    "required": ["id", "data"],
}
"""The schema of each event of the visit.

OpenAPI 3.1 cannot describe the items of a stream (3.2 has ``itemSchema``), so ``schema`` describes one event, as is
usual.
"""


class Application(FastAPI):
    """An application whose document names every action, and separates a stream's events from its errors."""

    def openapi(self) -> dict[str, Any]:
        """Return the document, with the actions and their union among the schemas."""
        if self.openapi_schema:
            return self.openapi_schema
        document = super().openapi()
        for operation in (one for path in document["paths"].values() for one in path.values()):
            _mend_stream(operation["responses"])
            _drop_unused_refusal(operation["responses"])
        components = document["components"]
        for name in _OF_FASTAPI:
            components["schemas"].pop(name, None)
        components["schemas"] = dict(sorted({**_action_schemas(), **components["schemas"]}.items()))
        return document


def _mend_stream(responses: dict[str, Any]) -> None:
    """Correct what FastAPI writes about a stream: errors described as events."""
    for status, answer in responses.items():
        if status != "200" and _STREAM in answer.get("content", {}):
            answer["content"]["application/json"] = answer["content"].pop(_STREAM)


def _drop_unused_refusal(responses: dict[str, Any]) -> None:
    """Drop the 422 that FastAPI adds wherever there is a parameter; ours are named by their operations."""
    schema = responses.get("422", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if schema.get("$ref") == f"{_SCHEMAS}/{_OF_FASTAPI[0]}":
        del responses["422"]


def _action_schemas() -> dict[str, Any]:
    union = ACTION.json_schema(ref_template=f"{_SCHEMAS}/{{model}}")
    members: dict[str, Any] = union.pop("$defs")
    return {**members, "Action": {"title": "Action", **union}}
