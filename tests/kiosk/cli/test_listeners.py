"""Both ports send each answer at once: a small one does not wait until the caller has acknowledged its first half."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.assembly.listening import listen_on
from kiosk.web.patience import PatientProtocol
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin


@pytest.fixture
def accepted(monkeypatch: pytest.MonkeyPatch) -> dict[int, bool]:
    """Whether TCP_NODELAY is set on the newest connection of each port."""
    found: dict[int, bool] = {}
    made = PatientProtocol.connection_made

    def noted(protocol: PatientProtocol, transport: Any) -> None:
        connection: socket.socket = transport.get_extra_info("socket")
        option = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        found[connection.getsockname()[1]] = option != 0
        made(protocol, transport)

    monkeypatch.setattr(PatientProtocol, "connection_made", noted)
    return found


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_no_answer_waits_on_either_port(tmp_path: Path, accepted: dict[int, bool], host: str) -> None:
    ports = [free_port(), free_port()]
    own, staff = (f"{host}:{port}" for port in ports)
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), listen=own, **{"staff.listen": staff})
    with RunningKiosk(stage, plugin.readers, listener=listen_on(own)):
        for address in (own, staff):
            assert httpx.get(f"http://{address}/", trust_env=False).status_code == 200
    assert accepted == dict.fromkeys(ports, True)


def test_a_kiosk_of_tests_and_benches_serves_on_the_listener_of_the_service(tmp_path: Path) -> None:
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")
    with listen_on(stage.settings.listen), pytest.raises(OSError, match="in use"), RunningKiosk(stage, plugin.readers):
        pytest.fail("it serves on a listener of its own")
