"""``kiosk serve`` as a process of its own, asked by a client that nobody here wrote (curl)."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk import __version__
from kiosk.settings import address_of
from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from simulators.pcscd import PrivatePcscd

COMMAND = [sys.executable, "-c", "from kiosk.cli import main; main()", "serve"]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")


@contextmanager
def served(stage: Stage, environ: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """A running ``kiosk serve``; it has said that it started, and the port is bound by then."""
    command = [*COMMAND, "--config", str(stage.folder / "kiosk.toml")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | (environ or {})) as service:
        assert service.stderr is not None
        started = json.loads(service.stderr.readline())
        assert (started["event"], started["listen"]) == ("started", stage.settings.listen)
        assert started.get("staff_listen", "") == stage.settings.staff.listen
        try:
            yield service
        finally:
            service.kill()


def curl(stage: Stage, path: str, *options: str) -> tuple[int, str]:
    base = ["curl", "-s", "--noproxy", "*", "--max-time", "20", "-w", "\n%{http_code}", *options]
    done = subprocess.run([*base, f"http://{stage.settings.listen}{path}"], capture_output=True, text=True)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


def until(stage: Stage, path: str, status: int) -> Any:
    """Ask until the answer has that status: what happens to pcscd reaches the service in its own time."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found, body = curl(stage, path)
        if found == status:
            return json.loads(body)
    pytest.fail(f"{path} never answered {status}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_it_serves_and_ends_at_a_signal(stage: Stage, number: signal.Signals) -> None:
    with served(stage) as service:
        assert until(stage, "/healthz", 200) == {
            "status": "ok",
            "version": __version__,
            "reasons": [],
            "troubles": [],
        }
        token = (stage.settings.data_dir / "api-token").read_text().strip()
        status, body = curl(stage, "/api/v1/visit", "-H", f"Authorization: Bearer {token}")
        visit = json.loads(body)
        assert (status, visit["state"], visit["screen"], visit["kiosk"]) == (200, "idle", "idle", "1")
        assert curl(stage, "/api/v1/visit")[0] == 401
        assert curl(stage, "/", "-H", "Host: evil.example")[0] == 421
        service.send_signal(number)
        assert service.wait(timeout=60) == 0


def test_it_is_unhealthy_while_pcscd_is_away_and_recovers_by_itself(pcscd: PrivatePcscd, tmp_path: Path) -> None:
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), reader="pcsc", listen=f"127.0.0.1:{free_port()}")
    with served(stage, pcscd.environment):
        until(stage, "/healthz", 200)
        pcscd.stop()
        assert until(stage, "/healthz", 503)["reasons"] == ["R-01"]
        pcscd.start()
        until(stage, "/healthz", 200)


def test_it_serves_the_staff_pages_beside_and_ends_both_at_a_signal(tmp_path: Path) -> None:
    ports = [free_port(), free_port()]
    keys = {"staff.listen": f"127.0.0.1:{ports[1]}"}
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{ports[0]}", **keys)
    with served(stage) as service:
        until(stage, "/healthz", 200)
        asked = ["curl", "-s", "--noproxy", "*", "--max-time", "20", f"http://127.0.0.1:{ports[1]}/"]
        assert "係員用ページ" in subprocess.run(asked, capture_output=True, text=True).stdout
        (stage.settings.data_dir / "out-of-use-1").touch()
        service.send_signal(signal.SIGTERM)
        assert service.wait(timeout=60) == 0
    with served(stage):
        assert until(stage, "/healthz", 503)["reasons"] == ["S-06"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ('colour = "red"\n', "colour: there is no such setting"),
        ('readers = ["abacus"]\n', "abacus"),
        ('database = "mysql://x"\n', "database"),
        ("simulation = false\n", "identity.trust: holds a root of a test hierarchy"),
        ('data_dir = "/proc/nowhere"\n', "data_dir"),
        ('identity.require = "nothing"\n', "identity.require"),
    ],
)
def test_a_wrong_setting_is_one_clear_line_and_status_2(stage: Stage, change: str, says: str) -> None:
    config = stage.folder / "kiosk.toml"
    name = change.split(" ")[0]
    kept = [line for line in config.read_text().splitlines() if not line.startswith(f"{name} ")]
    config.write_text(change + "\n".join(kept) + "\n")
    done = subprocess.run([*COMMAND, "--config", str(config)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = map(json.loads, done.stderr.splitlines())
    assert line["event"] == "not started" and says in line["problem"]


@pytest.mark.parametrize("key", ["listen", "staff.listen"])
def test_a_port_that_is_taken(tmp_path: Path, key: str) -> None:
    taken = f"127.0.0.1:{free_port()}"
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), **{"listen": f"127.0.0.1:{free_port()}", key: taken})
    with socket.socket() as other:
        other.bind(address_of(taken))
        other.listen()
        command = [*COMMAND, "--config", str(stage.folder / "kiosk.toml")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    [line] = map(json.loads, done.stderr.splitlines())
    assert line["problem"] == f"{key}: {taken}: Address already in use"


def test_a_person_at_a_terminal_is_told_plainly_where_to_look_and_what_is_wrong(stage: Stage) -> None:
    line = shlex.join([*COMMAND, "--config", str(stage.folder / "kiosk.toml")])
    at_a_terminal = ["script", "-qefc", line, "/dev/null"]
    with subprocess.Popen(at_a_terminal, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as terminal:
        assert terminal.stdout is not None
        assert json.loads(terminal.stdout.readline())["event"] == "started"
        assert terminal.stdout.readline().strip() == f"http://{stage.settings.listen}/"
        again = subprocess.run(at_a_terminal, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        assert again.returncode == 2
        assert again.stdout.strip() == f"listen: {stage.settings.listen}: Address already in use"
        terminal.terminate()
