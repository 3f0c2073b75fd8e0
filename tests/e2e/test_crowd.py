"""More clients than there are places: they cost each other theirs, and never the page, the desk or a stream."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime

import httpx
import pytest

from kiosk.staff import Accounts, accounts_path
from kiosk.web import patience, streams
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin

LOG_IN = {"name": "hanako", "password": "tsuki-to-kaze9"}
CROWD = 2 * patience.MOST_CONNECTIONS + 20


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKiosk]:
    keys = {"listen": f"127.0.0.1:{free_port()}", "staff.listen": f"127.0.0.1:{free_port()}"}
    stage = set_stage(tmp_path_factory.mktemp("crowd") / "stage", datetime.now(UTC), **keys)
    Accounts(accounts_path(stage.settings.data_dir)).add("hanako", "受付 花子", LOG_IN["password"])
    with RunningKiosk(stage, plugin.readers) as running:
        yield running


@pytest.fixture
def crowd() -> Iterator[ExitStack]:
    with ExitStack() as held:
        yield held


def desk(kiosk: RunningKiosk) -> httpx.Client:
    return httpx.Client(base_url=f"http://{kiosk.stage.settings.staff.listen}", trust_env=False, timeout=20)


@contextmanager
def visitor(kiosk: RunningKiosk) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=kiosk.url, trust_env=False, timeout=20) as client:
        assert client.get("/").status_code == 200
        yield client


def come(crowd: ExitStack, listen: str, says: str = "", how_many: int = CROWD) -> list[socket.socket]:
    host, _, port = listen.rpartition(":")
    clients = []
    for _ in range(how_many):
        clients.append(crowd.enter_context(socket.create_connection((host, int(port)), timeout=20)))
        clients[-1].sendall(says.encode())
    return clients


def was_sent_away(client: socket.socket) -> bool:
    """Wait for it; a client that is still served ends in a time-out."""
    with suppress(ConnectionResetError):
        while client.recv(65536):
            pass
    return True


QUIET = {
    "says nothing": "",
    "half a head": "GET / HTTP/1.1\r\nHost: ",
    "half a body": "POST /api/v1/session HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    "Content-Length: 900\r\n\r\n{{",
    "asked and stayed": "GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n",
}


@pytest.mark.parametrize("says", QUIET)
def test_a_crowd_keeps_nobody_out(staffed: RunningKiosk, crowd: ExitStack, says: str) -> None:
    settings = staffed.stage.settings
    for listen in (settings.listen, settings.staff.listen):
        clients = come(crowd, listen, QUIET[says].format(host=listen))
        assert was_sent_away(clients[0]), "the one that was quiet the longest"
    with visitor(staffed) as page, desk(staffed) as staff:
        assert page.get("/api/v1/visit").status_code == 200
        assert staff.post("/api/v1/session", json=LOG_IN).status_code == 200
        assert staff.get("/api/v1/desk").status_code == 200


def test_a_crowd_ends_no_stream(staffed: RunningKiosk, crowd: ExitStack) -> None:
    with visitor(staffed) as page, page.stream("GET", "/screens/events") as stream:
        lines = stream.iter_lines()
        assert any('data-screen="idle"' in line for line in lines)
        come(crowd, staffed.stage.settings.listen)
        staffed.put("card-works")
        assert any('data-screen="pin"' in line for line in lines)
        staffed.take()
        assert any('data-screen="idle"' in line for line in lines)


def test_streams_are_counted_and_the_oldest_gives_way(staffed: RunningKiosk, crowd: ExitStack) -> None:
    """Also where nobody reads them: each is asked for with the page's own cookie."""
    listen = staffed.stage.settings.listen
    with visitor(staffed) as page:
        cookie = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
        asks = f"GET /api/v1/events HTTP/1.1\r\nHost: {listen}\r\nCookie: {cookie}\r\n\r\n"
        oldest, *_, newest = come(crowd, listen, asks)
        assert was_sent_away(oldest)
        assert b"200 OK" in newest.recv(4096)
        assert page.get("/api/v1/visit").status_code == 200


def test_the_streams_of_one_session_cost_no_other_session_its_own(staffed: RunningKiosk, crowd: ExitStack) -> None:
    with desk(staffed) as one, desk(staffed) as other:
        for client in (one, other):
            assert client.post("/api/v1/session", json=LOG_IN).status_code == 200
        quiet = crowd.enter_context(other.stream("GET", "/desk/events")).iter_lines()
        opened = [
            crowd.enter_context(one.stream("GET", "/desk/events")).iter_lines() for _ in range(streams.MOST_STREAMS + 1)
        ]
        assert [line for line in opened[0] if line.startswith("event: ended")] == [], "it may come again"
        for still in (opened[-1], quiet):
            assert any(line == "event: alive" for line in still)
