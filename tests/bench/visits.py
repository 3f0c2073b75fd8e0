"""How many visits one kiosk makes in an hour over its API, beside a bare FastAPI application with as many requests.

`kiosk serve` is a process of its own with a simulated reader and a SQLite register; a visit is a card put on the
reader, the 暗証番号, the answer, the card taken, and the screen on which the next one may come. The client follows the
stream of events, as the page does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median

from simulators.demo import set_stage
from simulators.demo.command import free_port
from tests.bench.figures import milliseconds, row, show
from tests.bench.follower import Follower, KeptConnection
from tests.bench.service import start, until_idle

VISITS = int(os.environ.get("KIOSK_BENCH_VISITS", "400"))
ROUNDS = 4
WARM_UP = 20
REQUESTS = 3
"""What a visit posts: the card is put, the 暗証番号 entered, the card taken."""

GOAL_PER_HOUR = 150_000
_BARE = """
import sys, uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

class Act(BaseModel):
    action: str
    pin: str

class State(BaseModel):
    screen: str
    text: str

app = FastAPI()

@app.get("/")
async def page() -> State:
    return State(screen="idle", text="")

@app.post("/act")
async def act(act: Act) -> State:
    return State(screen=act.action, text="x" * 600)

uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False)
"""


@dataclass
class Measured:
    """Milliseconds of each visit and of its three parts, and of the bare requests; CPU milliseconds of a visit."""

    asked: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    left: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    bare_cpu: list[float] = field(default_factory=list)


def visit(kiosk: Follower, measured: Measured) -> None:
    """Make one visit, from the card to the screen on which the next one may come."""
    measured.asked.append(milliseconds(lambda: _put(kiosk)))
    measured.answered.append(milliseconds(lambda: _enter(kiosk)))
    measured.left.append(milliseconds(lambda: _take(kiosk)))
    measured.whole.append(measured.asked[-1] + measured.answered[-1] + measured.left[-1])


def _put(kiosk: Follower) -> None:
    kiosk.post("/simulation/put", {"persona": "card-works"})
    kiosk.until("pin")


def _enter(kiosk: Follower) -> None:
    kiosk.post("/api/v1/visit/actions", {"action": "pin", "pin": "1234"})
    kiosk.until("result_card")


def _take(kiosk: Follower) -> None:
    kiosk.post("/simulation/take", {})
    kiosk.until("idle", "farewell")


def _request(bare: KeptConnection) -> None:
    for _ in range(REQUESTS):
        bare.post("/act", {"action": "pin", "pin": "1234"})


def cpu_milliseconds(pid: int) -> float:
    """Return what a process has used of the processors, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _counted(pid: int, work: Callable[[], None], number: int) -> float:
    """Do ``work`` so many times; return the CPU milliseconds that the process ``pid`` used for one."""
    before = cpu_milliseconds(pid)
    for _ in range(number):
        work()
    return (cpu_milliseconds(pid) - before) / number


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[int]:
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _kiosk(folder: Path) -> Iterator[tuple[int, Follower]]:
    stage = set_stage(folder, datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")
    with _ended(start(stage)) as pid:
        until_idle(f"http://{stage.settings.listen}/")
        with Follower(*stage.settings.address) as kiosk:
            yield pid, kiosk


@contextmanager
def _bare() -> Iterator[tuple[int, KeptConnection]]:
    port = free_port()
    command = [sys.executable, "-c", _BARE, str(port)]
    with _ended(subprocess.Popen(command, stderr=subprocess.DEVNULL)) as pid:  # noqa: S603 (our own)
        connection = _connected(port)
        yield pid, connection
        connection.close()


def _connected(port: int) -> KeptConnection:
    while True:
        try:
            return KeptConnection("127.0.0.1", port)
        except ConnectionRefusedError:
            time.sleep(0.02)


def measure(visits: int, folder: Path) -> Measured:
    """Return what so many visits took; both servers work in turn, so that neither has the better minutes."""
    measured, warm_up = Measured(), Measured()
    with ExitStack() as ending:
        pid, kiosk = ending.enter_context(_kiosk(folder))
        bare_pid, bare = ending.enter_context(_bare())
        for _ in range(WARM_UP):
            visit(kiosk, warm_up)
            _request(bare)
        for _ in range(ROUNDS):
            number = visits // ROUNDS
            measured.cpu.append(_counted(pid, lambda: visit(kiosk, measured), number))
            requests = lambda: measured.bare.append(milliseconds(lambda: _request(bare)))  # noqa: E731
            measured.bare_cpu.append(_counted(bare_pid, requests, number))
    return measured


def run() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(VISITS, Path(folder) / "stage")
    show(
        f"visits over the API, one kiosk, one client, ms (load {os.getloadavg()[0]:.1f})",
        ["", "median", "p99", "runs"],
        [
            row("card put until the 暗証番号 is asked for", measured.asked),
            row("暗証番号 until the answer is shown", measured.answered),
            row("card taken until the next may come", measured.left),
            row("a whole visit", measured.whole),
            row(f"{REQUESTS} requests to a bare FastAPI application", measured.bare),
        ],
    )
    rows = [
        ("visits an hour", f"{3_600_000 / mean(measured.whole):,.0f}", f"{GOAL_PER_HOUR:,}"),
        ("visits an hour, each like the median", f"{3_600_000 / median(measured.whole):,.0f}", ""),
        ("CPU of the kiosk for a visit, ms", f"{min(measured.cpu):.1f}", ""),
        ("visit / bare requests, time", f"{mean(measured.whole) / mean(measured.bare):.1f}", ""),
        ("visit / bare requests, CPU", f"{min(measured.cpu) / min(measured.bare_cpu):.1f}", ""),
    ]
    show("visits", ["", "found", "goal"], rows)
