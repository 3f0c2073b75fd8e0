"""Every route against every attack that a browser, or a stranger on this machine, can try."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from starlette.routing import Mount
from structlog.testing import capture_logs

from drivers.errors import ReaderFailed
from kiosk.logs import ALLOWED
from kiosk.results import FinishedVisits
from kiosk.web import create_app, security
from kiosk.web.security import MAX_BODY, own_hosts

pytestmark = pytest.mark.anyio

ACTIONS = ("POST", "/api/v1/visit/actions")
OPEN = [
    ("GET", "/api/v1/receipt-keys"),
    ("GET", "/"),
    ("GET", "/healthz"),
    ("GET", "/api/openapi.json"),
    ("GET", "/static/kiosk.js"),
]
LOCKED = [
    ("GET", "/api/v1/visit"),
    ("GET", "/api/v1/events"),
    ("GET", "/api/v1/visits"),
    ("GET", "/api/v1/visits/{visit}"),
    ("GET", "/screens/events"),
    ("GET", "/simulation/panel"),
    ("POST", "/simulation/card"),
    ACTIONS,
]
SECRET = "9517"
FOREIGN = {
    "foreign host": ({"Host": "attacker.example:8460"}, 421),
    "foreign host that looks like ours": ({"Host": "127.0.0.1.attacker.example"}, 421),
    "our host on another port": ({"Host": "127.0.0.1:8461"}, 421),
    "empty host": ({"Host": ""}, 421),
    "foreign origin": ({"Origin": "http://attacker.example"}, 403),
    "rebound origin": ({"Host": "127.0.0.1:8460", "Origin": "http://attacker.example:8460"}, 403),
    "origin of another port": ({"Origin": "http://127.0.0.1:9999"}, 403),
    "opaque origin": ({"Origin": "null"}, 403),
    "our name over another scheme": ({"Origin": "https://127.0.0.1:8460"}, 403),
    "cross-site": ({"Sec-Fetch-Site": "cross-site"}, 403),
    "same-site, another port of this machine": ({"Sec-Fetch-Site": "same-site"}, 403),
    "unknown fetch metadata": ({"Sec-Fetch-Site": SECRET}, 403),
}


def simulator() -> APIRouter:
    router = APIRouter()

    @router.get("/panel")
    async def panel() -> str:
        return "panel"

    @router.post("/card")
    async def card() -> str:
        return "card"

    return router


@pytest.fixture
def house(kiosk: Any, results: FinishedVisits) -> Any:
    """A kiosk with a simulated reader: it has every route there is."""
    kiosk.settings.simulation = True
    kiosk.app = create_app(
        kiosk.reception, kiosk.settings, routers=[simulator()], results=results, programs=kiosk.programs
    )
    return kiosk


@pytest.fixture
async def client(house: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client() as client:
        yield client


def refused(answer: httpx.Response, status: int) -> bool:
    """Return whether ``answer`` is a refusal in the envelope that repeats nothing."""
    body = answer.json()
    assert list(body) == ["error"]
    assert list(body["error"]) == ["code", "message"]
    assert SECRET not in answer.text
    assert shielded(answer)
    return answer.status_code == status


def shielded(answer: httpx.Response) -> bool:
    headers = answer.headers
    assert "server" not in headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "require-trusted-types-for 'script'" in headers["content-security-policy"]
    return True


def routes_of(app: Any) -> Iterator[tuple[str, str]]:
    paths = app.openapi()["paths"]
    yield from ((method.upper(), path) for path, methods in paths.items() for method in methods)
    yield from (("GET", route.path) for route in app.routes if isinstance(route, Mount))


async def test_the_table_below_has_every_route(house: Any) -> None:
    known = {(method, path) for method, path in [*OPEN, *LOCKED]}
    for method, path in routes_of(house.app):
        assert any(method == one and known_path.startswith(path) for one, known_path in known), path


@pytest.mark.parametrize("attack", FOREIGN)
@pytest.mark.parametrize(("method", "path"), [*OPEN, *LOCKED])
async def test_what_is_foreign_is_refused_everywhere_whatever_secret_it_brings(
    house: Any, client: httpx.AsyncClient, method: str, path: str, attack: str
) -> None:
    headers, status = FOREIGN[attack]
    cookies = {"Cookie": f"kiosk_visitor={(await house.visitor())['kiosk_visitor']}"}
    for secret in (house.bearer, cookies):
        answer = await client.request(method, path, headers={**secret, **headers}, json={"action": "finish"})
        assert refused(answer, status)
    assert house.reception.actions == []


@pytest.mark.parametrize(("method", "path"), LOCKED)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": f"Bearer {SECRET}"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {SECRET}"},
        {"Cookie": f"kiosk_visitor={SECRET}"},
        {"Cookie": "kiosk_visitor="},
    ],
)
async def test_without_the_right_secret_a_locked_route_stays_locked(
    house: Any, client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = await client.request(method, path, headers=headers, json={"action": "pin", "pin": SECRET})
    assert refused(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"
    assert house.reception.actions == []


async def test_a_right_cookie_does_not_mend_a_wrong_token(house: Any, client: httpx.AsyncClient) -> None:
    await client.get("/")
    answer = await client.get("/api/v1/visit", headers={"Authorization": f"Bearer {SECRET}"})
    assert refused(answer, 401)


async def test_the_api_token_does_not_open_the_stream_of_screens(house: Any, client: httpx.AsyncClient) -> None:
    assert refused(await client.get("/screens/events", headers=house.bearer), 401)


@pytest.mark.parametrize(("method", "path"), [*OPEN, *LOCKED])
async def test_another_method_is_refused_and_changes_nothing(
    house: Any, client: httpx.AsyncClient, method: str, path: str
) -> None:
    other = "GET" if method == "POST" else "POST"
    answer = await client.request(other, path, headers=house.acting, params={"action": "finish"})
    assert refused(answer, 405)
    assert house.reception.actions == []


@pytest.mark.parametrize(("method", "path"), [*OPEN, *LOCKED])
async def test_an_announced_body_that_is_too_large_is_refused_unread(
    house: Any, client: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await client.request(method, path, headers=house.acting, content=b"x" * (MAX_BODY + 1))
    assert refused(answer, 413)


@pytest.mark.parametrize("length", ["-1", "9999999999999999999999", "1e3", ""])
async def test_a_length_that_is_no_length_is_refused(house: Any, client: httpx.AsyncClient, length: str) -> None:
    headers = {**house.acting, "Content-Length": length, "Content-Type": "application/json"}
    assert refused(await client.post("/api/v1/visit/actions", headers=headers), 413)


async def test_a_chunked_body_is_counted(house: Any, client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 1024 + 1):
            yield b" " * 1024
        yield b"}"

    headers = {**house.acting, "Content-Type": "application/json"}
    assert refused(await client.post("/api/v1/visit/actions", headers=headers, content=endless()), 413)
    assert house.reception.actions == []


async def test_a_body_that_never_ends_is_not_waited_for(
    house: Any, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def one_brace() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    monkeypatch.setattr(security, "BODY_SECONDS", 0.05)
    headers = {**house.acting, "Content-Type": "application/json"}
    answer = await client.post("/api/v1/visit/actions", content=one_brace(), headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (408, "too_slow")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_only_json_is_an_action(house: Any, client: httpx.AsyncClient, kind: str) -> None:
    headers = {**house.acting, "Content-Type": kind}
    answer = await client.post("/api/v1/visit/actions", headers=headers, content=b'{"action": "finish"}')
    assert refused(answer, 415)
    assert house.reception.actions == []


@pytest.mark.parametrize(
    "path", [f"/{SECRET}", f"/api/v1/{SECRET}", f"/static/{SECRET}", "/static/../app.py", "/docs", "/healthz/"]
)
async def test_what_is_not_there_is_not_named(client: httpx.AsyncClient, path: str) -> None:
    assert refused(await client.get(path), 404)


@pytest.mark.parametrize("host", sorted(own_hosts("127.0.0.1:8460")))
async def test_each_of_our_own_names_is_served_with_its_own_origin(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/healthz", headers={"Host": host, "Origin": f"http://{host}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("listen", ["127.0.0.2:8460", "[::1]:8460", "LOCALHOST:8460"])
async def test_the_configured_address_is_one_of_our_own_names(kiosk: Any, listen: str) -> None:
    kiosk.settings.listen = listen
    kiosk.app = create_app(kiosk.reception, kiosk.settings)
    async with kiosk.client() as client:
        answer = await client.get("/healthz", headers={"Host": listen, "Origin": f"http://{listen}"})
        assert answer.status_code == 200
        assert refused(await client.get("/healthz", headers={"Host": "127.0.0.3:8460"}), 421)


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_what_a_browser_sends_by_itself_is_served(client: httpx.AsyncClient, site: str) -> None:
    assert (await client.get("/", headers={"Sec-Fetch-Site": site})).status_code == 200


async def test_no_answer_is_kept_but_the_drawings(client: httpx.AsyncClient) -> None:
    for _, path in OPEN:
        kept = (await client.get(path)).headers["cache-control"]
        assert ("immutable" in kept) == path.startswith("/static/")
        assert ("no-store" in kept) != path.startswith("/static/")


async def test_only_the_panel_may_be_framed_and_only_by_us(house: Any, client: httpx.AsyncClient) -> None:
    panel = await client.get("/simulation/panel", headers=house.bearer)
    assert panel.status_code == 200
    assert "frame-ancestors 'self'" in panel.headers["content-security-policy"]
    page = (await client.get("/")).headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page
    assert "frame-src 'self'" in page


async def test_without_simulation_nothing_is_framed_at_all(kiosk: Any) -> None:
    async with kiosk.client() as client:
        policy = (await client.get("/")).headers["content-security-policy"]
    assert "frame-src" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_simulated_reader_outside_a_simulation_is_refused(kiosk: Any) -> None:
    with pytest.raises(ValueError, match="simulation"):
        create_app(kiosk.reception, kiosk.settings, routers=[simulator()])


@pytest.mark.parametrize(
    ("headers", "given"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, False),
    ],
)
async def test_the_cookie_is_handed_out_only_to_a_page_that_is_opened(
    client: httpx.AsyncClient, headers: dict[str, str], given: bool
) -> None:
    cookie = (await client.get("/", headers=headers)).headers.get("set-cookie", "")
    assert bool(cookie) is given
    if given:
        assert cookie.startswith("kiosk_visitor=")
        assert {"HttpOnly", "Path=/", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}


async def test_an_unexpected_error_leaves_no_trace_of_what_was_sent(
    house: Any, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(action: object) -> None:
        raise RuntimeError(f"with {SECRET} in it")

    house.reception.react = fail
    await client.get("/")
    with caplog.at_level(logging.DEBUG):
        answer = await client.post("/api/v1/visit/actions", json={"action": "pin", "pin": SECRET})
    assert refused(answer, 500)
    output = capsys.readouterr()
    assert SECRET not in caplog.text + output.out + output.err


async def test_what_is_logged_of_an_error_passes_the_allow_list(house: Any, client: httpx.AsyncClient) -> None:
    def fail(action: object) -> None:
        raise ReaderFailed("x")

    house.reception.react = fail
    with capture_logs() as logs:
        answer = await client.post("/api/v1/visit/actions", json={"action": "finish"}, headers=house.acting)
    assert refused(answer, 500)
    [line] = logs
    assert (line["event"], line["code"]) == ("request failed", "R-03")
    assert line["place"]
    assert set(line) - {"log_level"} <= ALLOWED
