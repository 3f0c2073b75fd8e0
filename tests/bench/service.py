"""Start-up to a first served idle page, visits through the API, and memory at rest, of ``kiosk serve`` as a process."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx

from simulators.demo import Stage, set_stage
from tests.bench.figures import milliseconds, row, show

RUNS = 7
VISITS = 40
GOAL_MS = 1500
GOAL_VISIT_MS = 60


def start(stage: Stage) -> subprocess.Popen[bytes]:
    config = stage.folder / "kiosk.toml"
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", "from kiosk.cli import main; main()", "serve", "--config", str(config)],
        stderr=subprocess.DEVNULL,
    )


def until_idle(base: str) -> None:
    """Return when the page shows the idle screen."""
    while True:
        try:
            if 'data-screen="idle"' in httpx.get(base, trust_env=False, timeout=5).text:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.005)


def _resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def _visit(client: httpx.Client) -> None:
    """Make one visit on one kept connection, from the card to the answer, as a program does that asks and acts."""
    client.post("/simulation/put", json={"persona": "card-works"}).raise_for_status()
    _until(client, "pin")
    client.post("/api/v1/visit/actions", json={"action": "pin", "pin": "1234"}).raise_for_status()
    _until(client, "result_card")


def _leave(client: httpx.Client) -> None:
    client.post("/simulation/take", json={}).raise_for_status()
    _until(client, "idle", "farewell")


def _until(client: httpx.Client, *screens: str) -> None:
    while client.get("/api/v1/visit").json()["screen"] not in screens:
        pass


def visits_through(base: str, number: int) -> list[float]:
    """Return the milliseconds of so many visits after a warm-up."""
    times = []
    with httpx.Client(base_url=base, trust_env=False) as client:
        client.get("/").raise_for_status()  # the visitor page's cookie
        for _ in range(2 + number):
            times.append(milliseconds(lambda: _visit(client)))
            _leave(client)
    return times[2:]


def run() -> None:
    from simulators.demo.command import free_port

    starts, memory, visits = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(RUNS):
            listen = f"127.0.0.1:{free_port()}"
            stage = set_stage(Path(folder) / "stage", datetime.now(UTC), listen=listen)
            begun = time.perf_counter()
            service = start(stage)
            try:
                until_idle(f"http://{listen}/")
                starts.append((time.perf_counter() - begun) * 1000)
                memory.append(_resident_megabytes(service.pid))
                visits += visits_through(f"http://{listen}/", -(-VISITS // RUNS))
            finally:
                service.terminate()
                service.wait()
    show(
        "service (simulated reader, SQLite)",
        ["", "median", "p99", "runs", "goal"],
        [
            row("start to first idle page, ms", starts, str(GOAL_MS)),
            row("a visit through the API, ms", visits, str(GOAL_VISIT_MS)),
            row("resident at rest, MB", memory, "-"),
        ],
    )
