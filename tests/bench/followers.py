"""What it costs a visit that many programs follow it: visits with no client and with 200 on ``/api/v1/events``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from kiosk.web.tokens import kept_api_token
from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from tests.bench.figures import row, show
from tests.bench.service import start, until_idle, visits_through

CLIENTS = 200
VISITS = 60
ROUNDS = 3
_FOLLOW = """
import selectors, socket, sys
host, port, token, number = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
head = f"GET /api/v1/events HTTP/1.1\\r\\nHost: {host}:{port}\\r\\nAuthorization: Bearer {token}\\r\\n\\r\\n".encode()
selector, events, begun = selectors.DefaultSelector(), 0, set()
for _ in range(number):
    client = socket.create_connection((host, port))
    client.sendall(head)
    selector.register(client, selectors.EVENT_READ)
while True:
    for key, _ in selector.select():
        data = key.fileobj.recv(65536)
        if not data:
            sys.exit("a stream has ended")
        events += data.count(b"\\nid: ") + data.startswith(b"id: ")
        if key.fd not in begun and b"data: " in data:
            begun.add(key.fd)
            if len(begun) == number:
                print("following", flush=True)
"""


@contextmanager
def followed(stage: Stage, clients: int) -> Iterator[None]:
    """Have so many clients follow the visit, in a process of their own, for the block."""
    host, port = stage.settings.address
    token = kept_api_token(stage.settings.data_dir) or ""
    command = [sys.executable, "-c", _FOLLOW, host, str(port), token, str(clients)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 (our own)
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "following\n"
            yield
            assert process.poll() is None, "a stream has ended"
        finally:
            process.kill()


def run() -> None:
    """Print the table: both kinds of visit in turn, so that neither has the machine's better minutes."""
    alone: list[float] = []
    watched: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        stage = set_stage(Path(folder) / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")
        base, service = f"http://{stage.settings.listen}/", start(stage)
        try:
            until_idle(base)
            for _ in range(ROUNDS):
                alone += visits_through(base, VISITS // ROUNDS)
                with followed(stage, CLIENTS):
                    watched += visits_through(base, VISITS // ROUNDS)
        finally:
            service.terminate()
            service.wait()
    show(
        "a visit through the API, from the card to the answer, ms",
        ["", "median", "p99", "runs"],
        [row("nobody follows", alone), row(f"{CLIENTS} clients on /api/v1/events", watched)],
    )
