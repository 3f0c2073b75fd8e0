"""The client over real HTTP: bounds, refusals, and what may be connected to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.orca import OrcaClient, OrcaError, OrcaRefused, OrcaSilent, OrcaUnusable
from kiosk.orca.requests import departments, patients_by_name
from kiosk.posting import is_near
from simulators.orca import OrcaScenario
from tests.kiosk.orca.people import BORN, PASSWORD, TODAY, address_of, client_of, simulated
from tests.kiosk.servers import resolving, served_with, server_certificate

CALL = departments(TODAY)
NAMED = patients_by_name("模擬", BORN)


def test_a_call_is_answered(tmp_path: Path) -> None:
    with simulated() as orca:
        assert b"<departmentres" in client_of(orca, tmp_path).post(CALL)
        assert list(orca.calls) == [CALL.path]


@pytest.mark.parametrize("base", ["", "/"])
def test_a_path_below_which_the_api_lies_is_kept(tmp_path: Path, base: str) -> None:
    with simulated() as orca:
        assert client_of(orca, tmp_path, url=orca.url + base).post(CALL)
        with pytest.raises(OrcaRefused, match="HTTP status 404: see orca.url"):
            client_of(orca, tmp_path, url=f"{orca.url}/api").post(CALL)
        assert orca.calls[-1] == f"/api{CALL.path}"


def test_a_wrong_password_is_refused_and_a_mended_file_heals(tmp_path: Path) -> None:
    with simulated() as orca:
        client = client_of(orca, tmp_path)
        (tmp_path / "password").write_text("wrong\n")
        with pytest.raises(OrcaRefused, match="401") as caught:
            client.post(CALL)
        assert "wrong" not in str(caught.value) and not orca.calls
        (tmp_path / "password").write_text(f"{PASSWORD}\r\nsecond line", "utf-8")
        assert client.post(CALL)
        (tmp_path / "password").unlink()
        with pytest.raises(OrcaRefused, match="orca.password_file: No such file"):
            client.post(CALL)


def test_a_password_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    with simulated() as orca:
        client = client_of(orca, tmp_path)
        (tmp_path / "password").chmod(0o644)
        assert client.post(CALL)
    assert (tmp_path / "password").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("scenario", "error", "said"),
    [
        (OrcaScenario.ERROR_500, OrcaSilent, "HTTP status 500"),
        (OrcaScenario.REDIRECT, OrcaRefused, "HTTP status 302"),
        (OrcaScenario.HUGE, OrcaUnusable, "an answer of more than 4194304 bytes"),
        (OrcaScenario.SLOW, OrcaSilent, "no answer within 0.5 seconds"),
    ],
)
def test_a_fault_of_the_server_is_one_error(
    tmp_path: Path, scenario: OrcaScenario, error: type[OrcaError], said: str
) -> None:
    with simulated(scenario) as orca:
        limit = 0.5 if scenario is OrcaScenario.SLOW else 20
        begun = time.monotonic()
        with pytest.raises(error, match=said):
            client_of(orca, tmp_path, timeout=limit).post(CALL)
        assert time.monotonic() - begun < limit + 1.5


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    with simulated(OrcaScenario.REDIRECT) as orca:
        with pytest.raises(OrcaRefused):
            client_of(orca, tmp_path).post(NAMED)
        assert not orca.calls


def test_an_answer_that_comes_twice_is_taken_once(tmp_path: Path) -> None:
    with simulated(OrcaScenario.TWICE) as orca:
        client = client_of(orca, tmp_path)
        assert b"<departmentres" in client.post(CALL)
        assert b"<patientlst2res" in client.post(NAMED)


Listen = Callable[[bytes], str]


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Gives the URL of a server that sends these bytes on each connection once a request came, and closes it."""
    servers: list[socket.socket] = []

    def listen(content: bytes) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)
        threading.Thread(target=_serve, args=(server, content), daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}"

    yield listen
    for server in servers:
        server.close()


def _serve(server: socket.socket, content: bytes) -> None:
    while True:
        try:
            peer, _ = server.accept()
        except OSError:
            return
        with peer:
            peer.recv(65536)
            peer.sendall(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02 nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_what_is_no_whole_answer_is_asked_again(tmp_path: Path, listen: Listen, content: bytes) -> None:
    with simulated() as orca:
        client = OrcaClient(address_of(orca, tmp_path, url=listen(content)))
        with pytest.raises(OrcaSilent):
            client.post(CALL)


def test_nobody_there_is_silence_and_no_error_names_the_person(tmp_path: Path) -> None:
    with simulated() as orca:
        url = orca.url
    client = OrcaClient(address_of(orca, tmp_path, url=url))
    with pytest.raises(OrcaSilent) as caught:
        client.post(NAMED)
    assert str(caught.value) == "no answer: ConnectError"
    assert caught.value.__cause__ is None


def test_a_name_with_two_addresses_is_reached_at_the_one_that_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving("::1", "127.0.0.1"))
    with simulated() as orca:
        url = orca.url.replace("127.0.0.1", "orca.example")
        assert client_of(orca, tmp_path, url=url).post(CALL)


@pytest.mark.parametrize("addresses", [("203.0.113.7",), ("127.0.0.1", "203.0.113.7"), ("::ffff:203.0.113.7",)])
def test_a_name_that_leads_elsewhere_is_not_connected_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving(*addresses))
    with simulated() as orca:
        url = orca.url.replace("127.0.0.1", "orca.example")
        with pytest.raises(OrcaRefused, match="name the host in orca.hosts"):
            client_of(orca, tmp_path, url=url).post(CALL)
        assert not orca.calls


def test_a_name_without_an_address_is_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving())
    with simulated() as orca, pytest.raises(OrcaSilent, match="has no address"):
        client_of(orca, tmp_path, url="http://orca.example:8000").post(CALL)


@pytest.mark.parametrize(
    ("address", "near"),
    [
        *[(one, True) for one in ("127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.10", "::1", "fd00::1")],
        *[(one, True) for one in ("::ffff:192.168.1.10",)],
        *[(one, False) for one in ("8.8.8.8", "172.32.0.1", "169.254.169.254", "100.64.0.1")],
        *[(one, False) for one in ("2001:db8::1", "fe80::1%eth0", "fe80::1", "::ffff:8.8.8.8", "orca")],
    ],
)
def test_only_this_machine_and_private_networks_are_near(address: str, near: bool) -> None:
    assert is_near(address) is near


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return server_certificate(tmp_path, "orca.example")


def test_a_certificate_that_is_trusted_is_taken_under_the_name_of_the_settings(
    tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with simulated(tls=served_with(certificate)) as orca:
        assert client_of(orca, tmp_path, ca_file=certificate).post(CALL)
        monkeypatch.setattr(socket, "getaddrinfo", resolving("127.0.0.1"))
        named, other = (orca.url.replace("127.0.0.1", host) for host in ("orca.example", "other.example"))
        assert client_of(orca, tmp_path, url=named, ca_file=certificate).post(CALL)
        with pytest.raises(OrcaRefused, match="certificate is not trusted"):
            client_of(orca, tmp_path, url=other, ca_file=certificate).post(CALL)


def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent(
    tmp_path: Path, certificate: Path
) -> None:
    with simulated(tls=served_with(certificate)) as orca:
        with pytest.raises(OrcaRefused, match="certificate is not trusted"):
            client_of(orca, tmp_path).post(NAMED)
        assert not orca.calls
    (tmp_path / "empty.pem").write_bytes(b"")
    with pytest.raises(OrcaRefused, match=r"orca\.ca_file"):
        client_of(orca, tmp_path, ca_file=tmp_path / "empty.pem").post(NAMED)


def test_a_proxy_of_the_environment_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with simulated() as orca:
        assert client_of(orca, tmp_path).post(CALL)
