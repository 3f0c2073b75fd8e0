"""How soon the service hears of a card, and what a kiosk costs while nothing happens."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from drivers.events import CardInserted, ReaderEvent
from drivers.pcsc import plugin
from drivers.worker.client import ReaderWorker
from simulators.demo import set_stage
from simulators.demo.command import free_port
from simulators.pcscd import PrivatePcscd
from tests.bench.card import bench_card
from tests.bench.figures import row, show

__all__ = ["run"]

RUNS = 60
IDLE_SECONDS = 20.0
GOAL_ARRIVAL_MS = 20
GOAL_CPU = "< 1 %"


class _Arrivals:
    """Notes how old the report of a card's arrival is when the service hears of it."""

    def __init__(self) -> None:
        self.milliseconds: list[float] = []
        self.came = asyncio.Event()

    def __call__(self, event: ReaderEvent) -> None:
        if isinstance(event, CardInserted):
            self.milliseconds.append((time.monotonic_ns() - event.at) / 1e6)
            self.came.set()


async def _arrivals(daemon: PrivatePcscd) -> list[float]:
    card, seen = bench_card().card, _Arrivals()
    client = ReaderWorker(plugin, on_event=seen)
    await client.start()
    try:
        await client.readers()
        for _ in range(RUNS):
            seen.came.clear()
            await asyncio.to_thread(daemon.put, card)
            await asyncio.wait_for(seen.came.wait(), 10)
            await asyncio.to_thread(daemon.take)
    finally:
        await client.stop()
    return seen.milliseconds


@dataclass(frozen=True, slots=True)
class _Spent:
    """CPU seconds and voluntary wake-ups of one process up to now."""

    seconds: float
    wakeups: int

    @classmethod
    def by(cls, pid: int) -> _Spent:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return cls(seconds, sum(_switches(task) for task in Path(f"/proc/{pid}/task").iterdir()))


def _switches(task: Path) -> int:
    lines = (task / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


def _idle(daemon: PrivatePcscd) -> list[tuple[str, ...]]:
    """Return a row for the service and one for its worker: CPU share and wake-ups a second at rest."""
    with tempfile.TemporaryDirectory() as folder:
        listen = f"127.0.0.1:{free_port()}"
        stage = set_stage(Path(folder) / "stage", datetime.now(UTC), reader="pcsc", listen=listen)
        command = [sys.executable, "-c", "from kiosk.cli import main; main()", "serve", "--config"]
        environment = os.environ | daemon.environment
        with subprocess.Popen(  # noqa: S603 - our own service
            [*command, str(stage.folder / "kiosk.toml")], stderr=subprocess.DEVNULL, env=environment
        ) as service:
            try:
                _until_idle(f"http://{listen}/")
                processes = {"service": service.pid, "pcsc worker": _child(service.pid)}
                return [_rest(name, before, pid) for name, (before, pid) in _after_a_rest(processes).items()]
            finally:
                service.terminate()


def _after_a_rest(processes: dict[str, int]) -> dict[str, tuple[_Spent, int]]:
    time.sleep(2)
    before = {name: (_Spent.by(pid), pid) for name, pid in processes.items()}
    time.sleep(IDLE_SECONDS)
    return before


def _rest(name: str, before: _Spent, pid: int) -> tuple[str, ...]:
    after = _Spent.by(pid)
    share = (after.seconds - before.seconds) / IDLE_SECONDS
    return (name, f"{share:.2%}", f"{(after.wakeups - before.wakeups) / IDLE_SECONDS:.1f}", GOAL_CPU)


def _until_idle(base: str) -> None:
    for _ in range(400):
        try:
            if 'data-screen="idle"' in httpx.get(base, trust_env=False, timeout=5).text:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise TimeoutError("the kiosk did not become idle")


def _child(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def run() -> None:
    """Print both tables."""
    with PrivatePcscd() as daemon:
        os.environ |= daemon.environment
        arrivals = asyncio.run(_arrivals(daemon))
        idle = _idle(daemon)
    show(
        "events: SCardGetStatusChange returned -> the service knows of the card, ms",
        ["", "median", "p99", "runs", "goal (p99)"],
        [row("card inserted", arrivals, f"{GOAL_ARRIVAL_MS}")],
    )
    show(
        f"at rest for {IDLE_SECONDS:.0f} s, real pcscd, no card",
        ["process", "CPU", "wake-ups a second, all threads", "goal (CPU)"],
        idle,
    )
