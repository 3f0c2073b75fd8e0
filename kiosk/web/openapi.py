"""The OpenAPI document: the actions stand in it by name, though a handler of ours reads their body."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter

from kiosk.reception import Action

__all__ = ["ACTION", "ACTION_BODY", "Application"]

ACTION: TypeAdapter[Action] = TypeAdapter(Action)
"""Reads an action, and knows its schema."""

_SCHEMAS = "#/components/schemas"
ACTION_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": f"{_SCHEMAS}/Action"}}}}
}
"""What an operation that takes an action adds to its part of the document."""


class Application(FastAPI):
    """An application whose document names every action."""

    def openapi(self) -> dict[str, Any]:
        """Return the document, with the actions and their union among the schemas."""
        document = super().openapi()
        components = document["components"]
        components["schemas"] = dict(sorted({**_action_schemas(), **components["schemas"]}.items()))
        return document


def _action_schemas() -> dict[str, Any]:
    union = ACTION.json_schema(ref_template=f"{_SCHEMAS}/{{model}}")
    members: dict[str, Any] = union.pop("$defs")
    return {**members, "Action": {"title": "Action", **union}}
