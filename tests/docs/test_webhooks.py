"""The receiver of docs/webhooks.md, run as it is on the page: it takes what the kiosk posts, and nothing else."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from kiosk.hooks import Hook, Hooked, HookRefused
from kiosk.results import FinishedVisit
from simulators.demo.command import free_port
from tests.docs.pages import BLOCKS

(RECEIVER,) = [one.text for one in BLOCKS if one.page == "docs/webhooks.md" and one.language == "python"]
BODY = {"visit": "5f1c0a4be2d94c6f8a37d21b90e4c7aa", "level": "confirmed", "decision": {"applies": "card"}}
SAID = "5f1c0a4be2d94c6f8a37d21b90e4c7aa confirmed card"


class Running:
    """The receiver of the page as a process. ``hook`` is how the kiosk knows it."""

    def __init__(self, folder: Path) -> None:
        secret, port = folder / "secret", free_port()
        secret.write_text("a secret of the page\n")
        secret.chmod(0o600)
        self.hook = Hook(1, f"http://127.0.0.1:{port}/kiosk", secret, timedelta(hours=72))
        environ = os.environ | {"SECRET_FILE": str(secret), "PORT": str(port)}
        self._log = (folder / "log").open("wb")
        command = [sys.executable, "-c", RECEIVER]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._log, env=environ, text=True)
        self._until_it_listens(port)

    def _until_it_listens(self, port: int) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError

    def said(self) -> list[str]:
        """End it, and return what it has printed."""
        self.process.terminate()
        said, _ = self.process.communicate(timeout=30)
        self._log.close()
        return said.splitlines()


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path)
    yield running
    running.said()


def visit(number: int = 1) -> FinishedVisit:
    body = json.dumps(BODY).encode()
    return FinishedVisit(f"{number:032x}", datetime.now(UTC), number, body, None, sequence=number)


def test_it_is_about_twenty_lines() -> None:
    assert len([line for line in RECEIVER.splitlines() if line.strip()]) <= 25


def test_it_takes_each_visit_once(receiver: Running) -> None:
    deliver = Hooked(receiver.hook, lambda: datetime.now(UTC))
    deliver(visit(1))
    deliver(visit(1))
    deliver(visit(2))
    assert receiver.said() == [SAID, SAID]


def test_it_refuses_what_is_old_of_another_secret_or_changed(receiver: Running, tmp_path: Path) -> None:
    with pytest.raises(HookRefused, match="401"):
        Hooked(receiver.hook, lambda: datetime.now(UTC) - timedelta(minutes=6))(visit())
    other = tmp_path / "other"
    other.write_text("another secret")
    other.chmod(0o600)
    foreign = Hook(1, receiver.hook.url, other, receiver.hook.keep)
    with pytest.raises(HookRefused, match="401"):
        Hooked(foreign, lambda: datetime.now(UTC))(visit())
    signed = {"Kiosk-Signature": f"t={int(time.time())},v1={'0' * 64}", "Kiosk-Event-Id": "x"}
    answer = httpx.post(receiver.hook.url, content=b"{}", headers=signed, trust_env=False)
    assert (answer.status_code, receiver.said()) == (401, [])
