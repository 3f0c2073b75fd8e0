"""A worker in a process of its own has only what it needs, and ends with its service."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.errors import (
    ServiceNotRunning,
)
from drivers.pcsc import plugin as pcsc_plugin
from drivers.worker.client import (
    DEFAULT_LIMITS,
    list_readers,
)
from drivers.worker.messages import encode, receive


@pytest.fixture
def no_pcscd(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "nobody"))


@pytest.mark.usefixtures("no_pcscd")
@pytest.mark.anyio
async def test_a_spawned_worker_without_pcscd_says_so() -> None:
    with pytest.raises(ServiceNotRunning):
        await list_readers(pcsc_plugin, limits=replace(DEFAULT_LIMITS, readers=60.0, ping=60.0))


def asked(sock: socket.socket) -> None:
    """Wait until the worker answers, so that it is fully up."""
    sock.sendall(encode({"ask": "ping", "id": 1}))
    sock.settimeout(60)
    while (message := receive(sock)) is not None and "event" in message.header:
        pass


@pytest.mark.usefixtures("no_pcscd")
@pytest.mark.skipif(os.geteuid() != 0, reason="a process that is not dumpable shows its descriptors to root only")
def test_a_spawned_worker_has_only_what_it_needs() -> None:
    with open(os.devnull) as _secret:
        process = pcsc_plugin.launch({})
        asked(process.socket)
        folder = Path("/proc") / str(process.process.pid)
        status = dict(line.split(":\t", 1) for line in (folder / "status").read_text().splitlines() if ":\t" in line)
        assert int(status["SigIgn"], 16) >> (signal.SIGINT - 1) & 1
        limits = (folder / "limits").read_text()
        assert [line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core")] == [["0", "0"]]
        sockets = [os.readlink(fd) for fd in (folder / "fd").iterdir() if int(fd.name) > 2]
        assert len([target for target in sockets if target.startswith("socket")]) == 1
        assert os.devnull not in sockets
    with process.socket:
        pass
    assert process.wait() == 0


@pytest.mark.usefixtures("no_pcscd")
def test_a_spawned_worker_ends_politely_on_sigterm() -> None:
    process = pcsc_plugin.launch({})
    with process.socket:
        asked(process.socket)
        process.process.send_signal(signal.SIGTERM)
        assert process.wait() == 0


@pytest.mark.usefixtures("no_pcscd")
def test_a_spawned_worker_can_be_ended_at_once() -> None:
    process = pcsc_plugin.launch({})
    with process.socket:
        process.kill()
        assert process.wait() == -signal.SIGKILL


@pytest.mark.usefixtures("no_pcscd")
def test_a_spawned_worker_ends_with_its_service() -> None:
    script = "from drivers.pcsc import plugin; print(plugin.launch({}).process.pid, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as service:
        assert service.stdout is not None
        worker = os.pidfd_open(int(service.stdout.readline()))
        service.kill()
    assert select.select([worker], [], [], 60)[0] == [worker]
    os.close(worker)
