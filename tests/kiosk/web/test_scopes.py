"""Who may do what: every route of the application against every kind of caller.

The routes are those that the application really has, documented or not. A new one is refused here until it has a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from pydantic import TypeAdapter
from starlette.routing import Mount

from kiosk.fhir import ResourceForm
from kiosk.reception import Action
from kiosk.results import FinishedVisits
from kiosk.staff import Scope
from kiosk.web import create_app
from kiosk.web.fhir import Fhir

pytestmark = pytest.mark.anyio

NOBODY, PAGE, API_TOKEN = "nobody", "the visitor's page", "data_dir/api-token"
READ, MEMBER, ACT, CONFIRM = Scope.VISIT_READ, Scope.MEMBER_READ, Scope.VISIT_ACT, Scope.STAFF_CONFIRM
EVERYBODY = frozenset({NOBODY, PAGE, API_TOKEN, READ, MEMBER, ACT, CONFIRM})
KNOWN = EVERYBODY - {NOBODY}
READERS = frozenset({API_TOKEN, READ, MEMBER})
MATRIX: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/"): EVERYBODY,
    ("GET", "/healthz"): EVERYBODY,
    ("HEAD", "/healthz"): EVERYBODY,
    ("GET", "/api/openapi.json"): EVERYBODY,
    ("GET", "/api/v1/receipt-keys"): EVERYBODY,
    ("GET", "/screen.css"): EVERYBODY,
    ("GET", "/screens/events"): frozenset({PAGE}),
    ("GET", "/api/v1/visit"): READERS | {PAGE},
    ("GET", "/api/v1/events"): READERS | {PAGE},
    ("GET", "/api/v1/visits"): READERS,
    ("GET", "/api/v1/visits/{visit}"): READERS,
    ("GET", "/fhir/metadata"): frozenset({MEMBER}),
    ("POST", "/fhir/CoverageEligibilityRequest/$submit"): frozenset({MEMBER}),
    ("POST", "/fhir/Coverage/_search"): frozenset({MEMBER}),
    **{(method, "/fhir/{_:path}"): frozenset({MEMBER}) for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")},
    ("GET", "/simulation/panel"): KNOWN,
    ("POST", "/api/v1/visit/actions"): frozenset({PAGE, ACT}),
}
ACTIONS: dict[str, frozenset[str]] = {
    "pin": frozenset({PAGE}),
    "request": frozenset({PAGE}),
    "staff_confirm": frozenset({CONFIRM}),
}
"""Who may do which action; every other one is of the page and of ``visit:act``."""


def simulator() -> APIRouter:
    router = APIRouter()

    @router.get("/panel")
    async def panel() -> str:
        return "panel"

    return router


@pytest.fixture
def house(kiosk: Any, results: FinishedVisits) -> Any:
    """A kiosk with all that it can have. Its streams end at once."""
    kiosk.settings.simulation = True
    fhir = Fhir(kiosk.programs, ResourceForm())
    kiosk.app = create_app(
        kiosk.reception,
        kiosk.settings,
        routers=[simulator()],
        results=results,
        programs=kiosk.programs,
        fhir=fhir,
    )
    kiosk.app.state.closing.set()
    return kiosk


def routes_of(app: Any) -> Iterator[tuple[str, str]]:
    for route in app.routes:
        assert not isinstance(route, Mount) or route.path == "/static"
    for context in iter_route_contexts(app.routes):
        for method in context.methods or ():
            yield method, context.path


async def secrets(house: Any) -> dict[str, dict[str, str]]:
    """Return the headers of every kind of caller."""
    cookie = f"kiosk_visitor={(await house.visitor())['kiosk_visitor']}"
    programs = {scope: house.program(scope) for scope in Scope}
    return {NOBODY: {}, PAGE: {"Cookie": cookie}, API_TOKEN: house.bearer, **programs}


async def let_in(house: Any, method: str, path: str, **sent: Any) -> set[str]:
    found = set()
    for caller, headers in (await secrets(house)).items():
        async with house.client() as client:
            answer = await client.request(method, path, headers=headers, **sent)
        assert answer.status_code < 500
        assert answer.status_code != 403 or caller != NOBODY
        if answer.status_code not in {401, 403}:
            found.add(str(caller))
    return found


async def test_every_route_has_its_line(house: Any) -> None:
    found = {(method, path) for method, path in routes_of(house.app) if not path.startswith("/static")}
    assert {each for each in found if each[0] != "HEAD" or each in MATRIX} == set(MATRIX)


@pytest.mark.parametrize(("method", "path"), MATRIX)
async def test_who_is_let_in(house: Any, method: str, path: str) -> None:
    sent = {"json": {"action": "finish"}} if path.endswith("/actions") else {}
    assert await let_in(house, method, path.replace("{_:path}", "Patient"), **sent) == MATRIX[method, path]


@pytest.mark.parametrize("action", sorted(TypeAdapter(Action).json_schema()["discriminator"]["mapping"]))
async def test_who_may_do_which_action(house: Any, action: str) -> None:
    """The right is checked before the rest of the body, so that a body with nothing else in it is enough."""
    allowed = ACTIONS.get(action, frozenset({PAGE, ACT}))
    assert await let_in(house, "POST", "/api/v1/visit/actions", json={"action": action}) == allowed


async def test_all_scopes_together_allow_neither_the_暗証番号_nor_asking_for_a_document(house: Any) -> None:
    async with house.client() as client:
        for action in ("pin", "request"):
            sent = {"action": action, "pin": "9517"}
            answer = await client.post("/api/v1/visit/actions", headers=house.program(*Scope), json=sent)
            assert answer.status_code == 403
    assert house.reception.actions == []
