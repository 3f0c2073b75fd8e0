"""A ``kiosk serve`` of its own process on a folder of its own, asked over its port."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port

MAIN = [sys.executable, "-c", "from kiosk.cli import main; main()"]


class Serving:
    """A running service. ``lines`` are what it has logged up to now."""

    def __init__(self, config: Path, listen: str, log: Path, environ: dict[str, str]) -> None:
        self._log, self._client = log, httpx.Client(base_url=f"http://{listen}", trust_env=False, timeout=20)
        command = [*MAIN, "serve", "--config", str(config)]
        with log.open("wb") as said:
            self.process = subprocess.Popen(command, stderr=said, env=os.environ | environ)

    def stop(self) -> int:
        self.process.terminate()
        try:
            return self.process.wait(timeout=60)
        finally:
            self.process.kill()
            self._client.close()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.read_text("utf-8").splitlines() if line.startswith("{")]

    def get(self, path: str, *, token: str = "") -> httpx.Response:
        return self._client.get(path, headers={"Authorization": f"Bearer {token}"} if token else None)

    def until(self, *reasons: str) -> dict[str, Any]:
        """Return what /healthz says once it gives these reasons and no other; none: once it is well."""
        health: dict[str, Any] = {}
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self._log.read_text("utf-8")
            try:
                answer = self._client.get("/healthz")
            except httpx.TransportError:
                continue
            health = answer.json()
            if health["reasons"] == list(reasons) and answer.status_code == (503 if reasons else 200):
                return health
            time.sleep(0.05)
        pytest.fail(f"/healthz never gave {reasons}: {health}\n{self._log.read_text('utf-8')}")


@pytest.fixture
def site(tmp_path: Path) -> Stage:
    """The stage of a demonstration on a port of its own."""
    return set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Serving]]:
    """A function that starts ``kiosk serve`` for a stage, with some settings from the environment."""
    with ExitStack() as running:

        def start(stage: Stage, **environ: str) -> Serving:
            listen = environ.get("KIOSK_LISTEN", stage.settings.listen)
            log = tmp_path / f"log-{listen.rpartition(':')[2]}-{time.monotonic_ns()}"
            serving = Serving(stage.folder / "kiosk.toml", listen, log, environ)
            running.callback(serving.stop)
            return serving

        yield start


@pytest.fixture
def kiosk_command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """A function that runs one ``kiosk`` command to its end."""

    def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*MAIN, *arguments], capture_output=True, text=True, timeout=60, env=os.environ | environ)

    return run
