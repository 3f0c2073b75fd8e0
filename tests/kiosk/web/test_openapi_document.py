"""The OpenAPI document: valid, and true, of what is answered when all goes well and of every error."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import schemathesis
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from schemathesis.generation import GenerationMode

from kiosk import __version__
from kiosk.failures import Code, Failure
from kiosk.reception import Following, HolderUnknown
from kiosk.results import FinishedVisits
from kiosk.staff import Accounts, Scope, accounts_path
from kiosk.web import create_app, security
from kiosk.web.security import MAX_BODY
from simulators.panel import panel_router
from simulators.readers import plugin

ACTIONS = "/api/v1/visit/actions"
VISITS = "/api/v1/visits"
FOREIGN = {"Host": "attacker.example"}
CROSS_SITE = {"Sec-Fetch-Site": "cross-site"}
LONG = {"Content-Length": str(MAX_BODY + 1)}
JSON = {"Content-Type": "application/json"}
FINISH = {"action": "finish"}
CONFIRM = {"action": "staff_confirm", "staff": "hanako", "reason": "pin_forgotten"}
SHIELD: dict[int, dict[str, Any]] = {421: {"headers": FOREIGN}, 403: {"headers": CROSS_SITE}, 413: {"headers": LONG}}
NO_TOKEN: dict[int, dict[str, Any]] = {401: {"headers": {"Authorization": "Bearer wrong"}}}
OPERATIONS: dict[tuple[str, str], dict[int, dict[str, Any]]] = {
    ("GET", "/healthz"): SHIELD | {503: {"unwell": True}, 500: {"broken": True}},
    ("GET", "/api/v1/visit"): SHIELD | NO_TOKEN | {500: {"broken": True}},
    ("GET", "/api/v1/events"): SHIELD | NO_TOKEN,  # what fails after the first event ends the stream
    ("GET", VISITS): SHIELD
    | NO_TOKEN
    | {
        410: {"params": {"since": "of another kiosk"}},
        422: {"params": {"limit": "201"}},
        500: {"broken": True},
        503: {"unreadable": True},
    },
    ("GET", f"{VISITS}/{{visit}}"): SHIELD | NO_TOKEN | {404: {}, 500: {"broken": True}, 503: {"unreadable": True}},
    ("POST", ACTIONS): SHIELD
    | NO_TOKEN
    | {
        408: {"endless": True, "headers": JSON},
        409: {"ignored": True, "json": FINISH},
        412: {"json": FINISH, "headers": {"If-Match": '"77"'}},
        415: {"content": b"finish"},
        422: {"json": {"action": "dance"}},
        428: {"json": CONFIRM},
        500: {"broken": True, "json": FINISH},
        503: {"unknown_holder": True, "json": CONFIRM, "headers": {"If-Match": '"1"'}},
    },
    ("GET", "/api/v1/receipt-keys"): SHIELD | {500: {"broken": True}},
    ("GET", "/simulation/people"): SHIELD | NO_TOKEN | {500: {"broken": True}},
    ("GET", "/simulation/state"): SHIELD | NO_TOKEN | {500: {"broken": True}},
    ("POST", "/simulation/put"): SHIELD
    | NO_TOKEN
    | {
        404: {"json": {"persona": "nobody"}},
        408: {"endless": True, "headers": JSON},
        422: {"json": {"persona": "NOBODY"}},
        500: {"broken": True, "json": {"persona": "card-works"}},
    },
    ("POST", "/simulation/take"): SHIELD
    | NO_TOKEN
    | {
        404: {"json": {"reader": "none of ours"}},
        408: {"endless": True, "headers": JSON},
        422: {"json": {"reader": ""}},
        500: {"broken": True, "json": {}},
    },
}
"""Every operation, every error that it answers with, and what provokes it."""

CASES = [(method, path, status) for (method, path), errors in OPERATIONS.items() for status in errors]


class Broken:
    """Whatever a request asks of it fails as only a fault of the program does."""

    def leave(self) -> None:
        """Nothing: no request asks for it."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("a fault of the program")


BROKEN: Any = Broken()


@pytest.fixture
def house(kiosk: Any, results: FinishedVisits) -> Any:
    """A kiosk with a simulated reader: it has every operation there is."""
    kiosk.settings.simulation = True
    kiosk.results, kiosk.routers = results, [panel_router(plugin.readers)]
    kiosk.app = create_app(
        kiosk.reception, kiosk.settings, routers=kiosk.routers, results=results, programs=kiosk.programs
    )
    return kiosk


@pytest.fixture
def document(house: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(house.app.openapi()))
    return found


def unknown_holder(_: object) -> None:
    raise HolderUnknown


async def endless() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.Event().wait()


def fits(document: dict[str, Any], schema: dict[str, Any], body: object) -> None:
    Draft202012Validator({"components": document["components"], **schema}).validate(body)


def test_the_document_is_valid(document: dict[str, Any], kiosk: Any) -> None:
    validate(document)
    validate(create_app(kiosk.reception, kiosk.settings).openapi())
    assert document["openapi"] == "3.1.0"


def test_it_has_every_error_that_is_provoked_below_and_no_other(document: dict[str, Any]) -> None:
    found = {
        (method.upper(), path): {int(status) for status in one["responses"]} - {200}
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    }
    assert found == {operation: set(errors) for operation, errors in OPERATIONS.items()}


@pytest.mark.anyio
@pytest.mark.parametrize(("method", "path", "status"), CASES)
async def test_each_error_occurs_and_is_what_the_document_says(
    house: Any, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch, method: str, path: str, status: int
) -> None:
    means = dict(OPERATIONS[method, path][status])
    headers = house.program(*Scope) | means.pop("headers", {})
    Accounts(accounts_path(house.settings.data_dir)).add("hanako", "受付 花子", "tsuki-to-kaze9")
    if means.pop("unknown_holder", False):
        house.reception.react = unknown_holder
    house.reception.ignores = means.pop("ignored", False)
    if means.pop("unwell", False):
        house.reception.reasons = [Failure(Code.NO_READER, "m:f", "/dev/usb")]
    if means.pop("broken", False):
        routers, keys = [panel_router(BROKEN, BROKEN)], lambda: BROKEN.keys()
        house.app = create_app(
            BROKEN, house.settings, routers=routers, receipt_keys=keys, results=BROKEN, programs=BROKEN
        )
    if means.pop("unreadable", False):
        results_file = house.settings.data_dir / "results.sqlite"
        results_file.rename(house.settings.data_dir / "aside")
        results_file.mkdir()
    if means.pop("endless", False):
        monkeypatch.setattr(security, "BODY_SECONDS", 0.05)
        means["content"] = endless()
    async with house.client(headers=headers) as client:
        answer = await client.request(method, path, **means)
    assert answer.status_code == status, answer.text
    told = document["paths"][path][method.lower()]["responses"][str(status)]
    assert answer.headers["content-type"] == "application/json"
    assert list(told["content"]) == ["application/json"]
    fits(document, told["content"]["application/json"]["schema"], answer.json())
    if path != "/healthz" or status != 503:
        assert f"`{answer.json()['error']['code']}`" in told["description"]


@pytest.mark.anyio
async def test_an_ignored_action_is_answered_with_the_present_state(house: Any, document: dict[str, Any]) -> None:
    house.reception.ignores = True
    async with house.client(headers=house.acting) as client:
        answer = await client.post(ACTIONS, json=FINISH)
        visit = (await client.get("/api/v1/visit")).json()
    assert answer.status_code == 409
    error = answer.json().pop("error")
    assert {key: answer.json()[key] for key in visit} == visit
    assert error["code"] == "does_not_fit"


def test_the_data_of_the_stream_is_the_visit(document: dict[str, Any]) -> None:
    [(media, content)] = document["paths"]["/api/v1/events"]["get"]["responses"]["200"]["content"].items()
    assert (media, list(content)) == ("text/event-stream", ["schema"])
    data = content["schema"]["properties"]["data"]
    assert (data["type"], data["contentMediaType"]) == ("string", "application/json")
    assert data["contentSchema"] == {"$ref": "#/components/schemas/VisitBody"}


@pytest.mark.anyio
async def test_health_is_as_the_document_says_and_details_are_for_a_token(house: Any, document: dict[str, Any]) -> None:
    place = "/srv/kiosk/register.sqlite"
    house.reception.notes = [Failure(Code.REGISTRY_DOWN, "m:f", f"{place}: unable to open database file")]
    schema = document["paths"]["/healthz"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    async with house.client() as client:
        plain = await client.get("/healthz")
        wrong = await client.get("/healthz", headers={"Authorization": "Bearer wrong"})
        full = await client.get("/healthz", headers=house.bearer)
        await client.get("/")
        page = await client.get("/healthz")
    shown = {"status": "ok", "version": __version__, "reasons": [], "troubles": ["N-02"]}
    assert plain.json() == wrong.json() == page.json() == shown
    assert full.json() == shown | {"details": [f"N-02 m:f {place}: unable to open database file"]}
    for answer in (plain, full):
        fits(document, schema, answer.json())


class Told:
    """The events of a reception that tells the present view and is gone, so that a stream has an end."""

    def __init__(self, reception: Any) -> None:
        self._reception = reception

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reception, name)

    def follow(self, after: int | None = None) -> Following:
        following = Following([self._reception.view])
        following.end()
        return following


def with_known_account(case: schemathesis.Case) -> None:
    """Have a 目視確認 that fits the schema name an account that there is: no schema can list those."""
    fits_schema = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if fits_schema and isinstance(case.body, dict) and case.body.get("action") == "staff_confirm":
        case.body["staff"] = "hanako"


def test_what_is_generated_from_the_document_is_answered_as_it_says(
    kiosk: Any, result_view: Any, working: Any, results: FinishedVisits
) -> None:
    """Each operation, the stream with its end too, in this process and with the token."""
    kiosk.reception.publish(result_view(working))
    told: Any = Told(kiosk.reception)
    app = create_app(told, kiosk.settings, results=results, programs=kiosk.programs)
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.app = app
    # Any If-Match may name a screen that is gone, and any since a visit; a 目視確認 without a screen is refused.
    acceptance = schema.config.checks.positive_data_acceptance
    acceptance.expected_statuses = [*acceptance.expected_statuses, "410", "412", "428"]
    everything = kiosk.program(*Scope)
    Accounts(accounts_path(kiosk.settings.data_dir)).add("hanako", "受付 花子", "tsuki-to-kaze9")
    asked = set()
    for operation in (found.ok() for found in schema.get_all_operations()):

        @settings(max_examples=40, deadline=None, database=None, derandomize=True)
        @given(case=operation.as_strategy())
        def is_answered(case: schemathesis.Case) -> None:
            with_known_account(case)
            case.call_and_validate(base_url=kiosk.url, headers=everything)
            asked.add(case.path)

        is_answered()
    visits = {VISITS, f"{VISITS}/{{visit}}"}
    assert asked == {"/healthz", "/api/v1/visit", "/api/v1/events", ACTIONS, "/api/v1/receipt-keys", *visits}
