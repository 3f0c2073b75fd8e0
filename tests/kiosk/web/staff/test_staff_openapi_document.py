"""The OpenAPI document of the staff pages: valid, and true of every error."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from kiosk.reception import DeskProblem, DeskRefused
from kiosk.staff import Sessions
from kiosk.web import security
from kiosk.web.security import MAX_BODY

pytestmark = pytest.mark.anyio

LOG_IN = {"name": "hanako", "password": "tsuki-to-kaze9"}
JSON = {"Content-Type": "application/json"}
SHIELD: dict[int, dict[str, Any]] = {
    421: {"headers": {"Host": "attacker.example"}},
    403: {"headers": {"Sec-Fetch-Site": "cross-site"}},
    413: {"headers": {"Content-Length": str(MAX_BODY + 1)}},
}
NO_SESSION: dict[int, dict[str, Any]] = {401: {"stranger": True}}
ACT = {"action": "restart", "driver": "simulator"}
OPERATIONS: dict[tuple[str, str], dict[int, dict[str, Any]]] = {
    ("POST", "/api/v1/session"): SHIELD
    | {
        401: {"json": LOG_IN | {"password": "wrong-wrong-1"}},
        408: {"endless": True, "headers": JSON},
        409: {"no_accounts": True, "json": LOG_IN},
        422: {"json": {"name": "hanako"}},
        429: {"wrong_before": True, "json": LOG_IN},
        500: {"broken": True, "json": LOG_IN},
    },
    ("POST", "/api/v1/session/end"): SHIELD | NO_SESSION | {500: {"broken": True}},
    ("POST", "/api/v1/session/activity"): SHIELD | NO_SESSION | {500: {"broken": True}},
    ("GET", "/api/v1/desk"): SHIELD | NO_SESSION | {500: {"broken": True}},
    ("POST", "/api/v1/desk/actions"): SHIELD
    | NO_SESSION
    | {
        408: {"endless": True, "headers": JSON},
        409: {"json": ACT | {"driver": "abacus"}},
        422: {"json": {"action": "dance"}},
        500: {"broken": True, "json": ACT},
        503: {"problem": DeskProblem.JOURNAL_DOWN, "json": ACT},
        504: {"problem": DeskProblem.UNSURE, "json": ACT},
    },
}
"""Every operation, every error that it answers with, and what provokes it."""

CASES = [(method, path, status) for (method, path), errors in OPERATIONS.items() for status in errors]


@pytest.fixture
def document(site: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(site.app.openapi()))
    return found


async def endless() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.Event().wait()


def broken(sessions: Sessions, token: str) -> None:
    raise RuntimeError("a fault of the program")


async def prepare(site: Any, staff: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, means: dict[str, Any]) -> None:
    """Bring about what the request shall meet, and take it out of ``means``."""

    async def restart(driver: str, by: str) -> None:
        raise DeskRefused(problem)

    if problem := means.pop("problem", None):
        monkeypatch.setattr(site.desk, "restart", restart)
    if means.pop("stranger", False):
        staff.cookies.clear()
    if means.pop("no_accounts", False):
        site.accounts.remove(LOG_IN["name"])
    if means.pop("wrong_before", False):
        for _ in range(5):
            await staff.post("/api/v1/session", json=LOG_IN | {"password": "wrong-wrong-1"})
    if means.pop("broken", False):
        monkeypatch.setattr(Sessions, "find", broken)
    if means.pop("endless", False):
        monkeypatch.setattr(security, "BODY_SECONDS", 0.05)
        means["content"] = endless()


async def test_the_document_is_valid(document: dict[str, Any]) -> None:
    validate(document)


async def test_it_has_every_error_that_is_provoked_below_and_no_other(document: dict[str, Any]) -> None:
    found = {
        (method.upper(), path): {int(status) for status in one["responses"]} - {200, 204}
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    }
    assert found == {operation: set(errors) for operation, errors in OPERATIONS.items()}


@pytest.mark.parametrize(("method", "path", "status"), CASES)
async def test_each_error_occurs_and_is_what_the_document_says(
    site: Any,
    staff: httpx.AsyncClient,
    document: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    status: int,
) -> None:
    means = dict(OPERATIONS[method, path][status])
    await prepare(site, staff, monkeypatch, means)
    answer = await staff.request(method, path, **means)
    assert answer.status_code == status, answer.text
    told = document["paths"][path][method.lower()]["responses"][str(status)]
    assert f"`{answer.json()['error']['code']}`" in told["description"]
    schema = told["content"]["application/json"]["schema"]
    Draft202012Validator({"components": document["components"], **schema}).validate(answer.json())
