"""The 模擬 panel: its API, and its page under the service's content security policy."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from playwright.sync_api import Browser, expect

from simulators.driver import READER_NAME, SimulatedReaders
from simulators.faults import FaultyCard, SlowCard
from simulators.panel import panel_router
from simulators.people import people

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"
)


@pytest.fixture
def readers() -> SimulatedReaders:
    return SimulatedReaders()


@pytest.fixture
def app(readers: SimulatedReaders) -> FastAPI:
    """The panel alone, as the service mounts it."""
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False})
    app.include_router(panel_router(readers, lambda: NOW), prefix="/simulation")

    @app.middleware("http")
    async def strict(request: Request, call_next) -> Response:  # type: ignore[no-untyped-def]
        response: Response = await call_next(request)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """The panel, served on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False) as client:
        yield client


def test_everybody_with_a_card_is_offered_with_the_pin(client: httpx.Client) -> None:
    offered = client.get("/simulation/people").json()["people"]

    assert [person["id"] for person in offered] == [person.id for person in people(NOW.date()) if person.card]
    pins = {person["id"]: person["pin"] for person in offered}
    assert (pins["card-works"], pins["card-works-foreign-name"], pins["foreign-card"]) == ("1234", "0123", None)


def test_list_of_people_names_nobody(client: httpx.Client) -> None:
    shown = client.get("/simulation/people").text

    assert not [person.id for person in people(NOW.date()) if person.member and person.member["name"] in shown]


def test_card_is_put_and_taken(client: httpx.Client, readers: SimulatedReaders) -> None:
    empty = {"readers": [{"name": READER_NAME, "card_present": False, "persona": None}]}
    there = {"readers": [{"name": READER_NAME, "card_present": True, "persona": "card-works"}]}

    assert client.get("/simulation/state").json() == empty
    assert client.post("/simulation/put", json={"persona": "card-works"}).json() == there
    assert readers.snapshot()[READER_NAME].card_present
    assert client.get("/simulation/state").json() == there
    assert client.post("/simulation/take", json={}).json() == empty


def test_card_that_somebody_else_put_has_no_persona(client: httpx.Client, readers: SimulatedReaders) -> None:
    client.post("/simulation/put", json={"persona": "card-works"})
    _, card, _ = readers.open(READER_NAME)

    readers.put(card)

    assert client.get("/simulation/state").json()["readers"][0]["persona"] is None


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        ({"kind": "slow"}, SlowCard),
        ({"kind": "silent"}, FaultyCard),
        ({"kind": "leaves", "at": 2}, FaultyCard),
        ({"kind": "status", "sw": "6A82"}, FaultyCard),
    ],
)
def test_card_can_have_a_trouble(
    client: httpx.Client, readers: SimulatedReaders, trouble: dict[str, object], kind: type
) -> None:
    client.post("/simulation/put", json={"persona": "card-works", "trouble": trouble})

    assert isinstance(readers.open(READER_NAME)[1], kind)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("put", {"persona": "nobody"}, 404),
        ("put", {"persona": "never-issued"}, 404),
        ("put", {"persona": "card-works", "reader": "elsewhere"}, 404),
        ("take", {"reader": "elsewhere"}, 404),
        ("put", {}, 422),
        ("put", {"persona": "Card Works"}, 422),
        ("put", {"persona": "card-works", "more": 1}, 422),
        ("put", {"persona": "card-works", "trouble": {"kind": "explodes"}}, 422),
        ("put", {"persona": "card-works", "trouble": {"kind": "status", "sw": "GGGG"}}, 422),
        ("put", {"persona": "card-works", "trouble": {"kind": "silent", "at": 0}}, 422),
    ],
)
def test_what_cannot_be_done_is_refused(client: httpx.Client, path: str, body: dict[str, object], status: int) -> None:
    assert client.post(f"/simulation/{path}", json=body).status_code == status


@pytest.mark.parametrize(
    ("path", "kind"),
    [("panel", "text/html"), ("panel/panel.css", "text/css"), ("panel/panel.js", "text/javascript")],
)
def test_page_and_its_parts(client: httpx.Client, path: str, kind: str) -> None:
    answer = client.get(f"/simulation/{path}")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert "innerHTML" not in answer.text and "style=" not in answer.text and "<script>" not in answer.text


def test_page_works_in_a_browser_under_the_policy(address: str, readers: SimulatedReaders, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/simulation/panel")

    page.get_by_label("だれのカードを置きますか").select_option("card-works-foreign-name")
    expect(page.locator("#pin")).to_have_text("0123")
    page.get_by_role("button", name="カードを置く").click()
    expect(page.locator("#state")).to_contain_text("外国籍の方")
    assert readers.snapshot()[READER_NAME].card_present
    page.get_by_role("button", name="カードを取る").click()
    expect(page.locator("#state")).to_have_text("リーダーにカードはありません。")
    context.close()

    assert [text for text in complaints if "favicon" not in text] == []
