"""Clients that never end what they say are not waited for."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest

from kiosk.web import patience
from simulators.demo import RunningKiosk


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, kiosk: RunningKiosk) -> Iterator[RunningKiosk]:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.05)
    yield kiosk


def test_a_head_that_never_ends_is_not_waited_for(impatient: RunningKiosk) -> None:
    with socket.create_connection(impatient.stage.settings.address, timeout=10) as client:
        client.sendall(b"GET / HT")
        with pytest.raises(ConnectionResetError):
            if not client.recv(1):
                raise ConnectionResetError


def test_a_second_head_that_never_ends_neither(impatient: RunningKiosk) -> None:
    with socket.create_connection(impatient.stage.settings.address, timeout=10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
        client.sendall(b"GET / HT")
        with pytest.raises(ConnectionResetError):
            while client.recv(4096):
                pass
            raise ConnectionResetError


def test_a_stream_is_no_silence(impatient: RunningKiosk) -> None:
    with httpx.Client(base_url=impatient.url, trust_env=False, timeout=10) as client:
        client.get("/")
        with client.stream("GET", "/api/v1/events") as stream:
            lines = stream.iter_lines()
            assert '"idle"' in next(line for line in lines if line.startswith("data:"))
            impatient.put("card-works")
            assert any('"pin"' in line for line in lines if line.startswith("data:"))
