"""Visits with a webhook whose host is down, beside visits with none: is one slower, do all come later, and in order?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx

from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from tests.bench.figures import p99, row, show
from tests.bench.service import until_idle

VISITS = 1000
WARM_UP = 5
GOAL_SECONDS = 700
"""The longest pause between two tries is ten minutes."""


@contextmanager
def _served(folder: Path, **environ: str) -> Iterator[httpx.Client]:
    """Give a client of a service of its own, with the cookie of its visitor's page."""
    listen = f"127.0.0.1:{free_port()}"
    stage: Stage = set_stage(folder, datetime.now(UTC), listen=listen)
    command = [sys.executable, "-c", "from kiosk.cli import main; main()", "serve", "--config"]
    config = str(stage.folder / "kiosk.toml")
    service = subprocess.Popen([*command, config], stderr=subprocess.DEVNULL, env=os.environ | environ)  # noqa: S603
    try:
        until_idle(f"http://{listen}/")
        with httpx.Client(base_url=f"http://{listen}", trust_env=False) as client:
            client.get("/").raise_for_status()
            yield client
    finally:
        service.terminate()
        service.wait()


def _visit(client: httpx.Client) -> tuple[float, str]:
    """Return the milliseconds from the card to the answer, and the visit's identifier."""
    begun = time.perf_counter()
    client.post("/simulation/put", json={"persona": "card-works"}).raise_for_status()
    _until(client, "pin")
    client.post("/api/v1/visit/actions", json={"action": "pin", "pin": "1234"}).raise_for_status()
    visit = _until(client, "result_card")
    taken = (time.perf_counter() - begun) * 1000
    client.post("/simulation/take", json={}).raise_for_status()
    _until(client, "idle", "farewell")
    return taken, visit


def _until(client: httpx.Client, *screens: str) -> str:
    while (view := client.get("/api/v1/visit").json())["screen"] not in screens:
        pass
    return str(view["visit"])


def _received(port: int, number: int) -> tuple[list[str], float]:
    """Take what comes until there are so many visits; return their identifiers and the seconds of that."""
    came: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["visit"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    begun = time.monotonic()
    with HTTPServer(("127.0.0.1", port), Receiver) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        while len(came) < number and time.monotonic() - begun < GOAL_SECONDS:
            time.sleep(0.05)
        server.shutdown()
    return came, time.monotonic() - begun


def measure(visits: int) -> tuple[list[float], list[float], bool, float]:
    """Return the milliseconds without and with a webhook, whether all came in order, and after how many seconds."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder, port = Path(name), free_port()
        (folder / "secret").write_text("a secret of the bench")
        (folder / "secret").chmod(0o600)
        hook = [{"url": f"http://127.0.0.1:{port}/", "secret_file": str(folder / "secret")}]
        plain = running.enter_context(_served(folder / "plain"))
        hooked = running.enter_context(_served(folder / "hooked", KIOSK_WEBHOOK=json.dumps(hook)))
        without, beside, made = [], [], []
        for turn in range(WARM_UP + visits):  # in turn, and each as often first, so that both have the same machine
            if turn % 2:
                without.append(_visit(plain)[0])
            taken, visit = _visit(hooked)
            beside.append(taken)
            made.append(visit)
            if not turn % 2:
                without.append(_visit(plain)[0])
        came, seconds = _received(port, len(made))
    return without[WARM_UP:], beside[WARM_UP:], list(dict.fromkeys(came)) == made, seconds


def run() -> None:
    without, beside, whole, seconds = measure(VISITS)
    rows = [row("no webhook", without), row("webhook, its host down", beside)]
    show("visits from the card to the answer, ms", ["", "p50", "p99", "visits"], rows)
    said = "all, in order" if whole else "NOT all, or not in order"
    slower = p99(beside) - p99(without)
    found = [("came", said), ("within, s", f"{seconds:.0f}"), ("p99 beside none, ms", f"{slower:+.2f}")]
    show("after the host is back", ["", ""], found)
