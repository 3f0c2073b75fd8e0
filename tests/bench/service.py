"""Start-up to a first served idle page, and memory at rest, of the service as a process of its own."""

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
from tests.bench.figures import row, show

RUNS = 7
GOAL_MS = 1500


def _start(stage: Stage) -> subprocess.Popen[bytes]:
    config = stage.folder / "kiosk.toml"
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", "from kiosk.cli import main; main()", "serve", "--config", str(config)],
        stderr=subprocess.DEVNULL,
    )


def _until_idle(base: str) -> None:
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


def run() -> None:
    from simulators.demo.command import free_port

    starts, memory = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(RUNS):
            listen = f"127.0.0.1:{free_port()}"
            stage = set_stage(Path(folder) / "stage", datetime.now(UTC), listen=listen)
            begun = time.perf_counter()
            service = _start(stage)
            try:
                _until_idle(f"http://{listen}/")
                starts.append((time.perf_counter() - begun) * 1000)
                memory.append(_resident_megabytes(service.pid))
            finally:
                service.terminate()
                service.wait()
    show(
        "service (simulated reader, SQLite)",
        ["", "median", "p99", "runs", "goal"],
        [row("start to first idle page, ms", starts, str(GOAL_MS)), row("resident at rest, MB", memory, "-")],
    )
