"""What a visit by a 資格確認端末 takes beyond the terminal's own time, beside one by the register alone.

Both are made through the API of `kiosk serve` as a process, in turn; the simulated terminal runs here.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from kiosk import tokyo_day
from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from simulators.demo.online import terminal_keys
from simulators.people import terminal_csv
from simulators.terminal import Options, SimulatedTerminal, TerminalFolders, read_members, running
from simulators.terminal.answering import Manner
from tests.bench.figures import milliseconds, row, show
from tests.bench.service import leave, start, until_idle, visit

VISITS = int(os.environ.get("BENCH_TERMINAL_VISITS", "100"))
WARM_UP = 5
DELAY = 0.2
"""Seconds that the simulated terminal thinks about each request; its own look into the folder comes on top."""

GOAL_MS = "50"


class _OwnTime:
    """Notes how long the terminal had each request: from its file in req until the answer's file in res."""

    def __init__(self) -> None:
        self.milliseconds: list[float] = []
        self._there_at = 0.0
        self._take, self._put = running.take, running.put

    def take(self, path: Path) -> bytes:
        self._there_at = path.stat().st_ctime  # the moment of its renaming
        return self._take(path)

    def put(self, path: Path, content: Iterable[bytes], manner: Manner) -> Callable[[], None] | None:
        rest = self._put(path, content, manner)
        self.milliseconds.append((time.time() - self._there_at) * 1000)
        return rest


@contextmanager
def _noted() -> Iterator[_OwnTime]:
    noted = _OwnTime()
    before = running.take, running.put
    running.take, running.put = noted.take, noted.put
    try:
        yield noted
    finally:
        running.take, running.put = before


def run() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_now:
        by_register = open_now.enter_context(_kiosk(Path(folder) / "register", {}))
        shared = Path(folder) / "shared"
        own = open_now.enter_context(_noted())
        open_now.enter_context(_terminal(shared))
        by_terminal = open_now.enter_context(_kiosk(Path(folder) / "both", terminal_keys(shared, once=False)))
        alone, asked = [], []
        for _ in range(WARM_UP + VISITS):
            alone.append(_one(by_register))
            asked.append(_one(by_terminal))
    _print(alone[WARM_UP:], asked[WARM_UP:], own.milliseconds[WARM_UP:])


@contextmanager
def _terminal(shared: Path) -> Iterator[None]:
    members = shared.with_suffix(".csv")
    members.write_text(terminal_csv(tokyo_day(datetime.now(UTC))), encoding="utf-8")
    folders = TerminalFolders.made_in(shared / "terminal")
    with SimulatedTerminal(folders, read_members(members), delay=DELAY, options=Options(institution="1312345678")):
        yield


@contextmanager
def _kiosk(place: Path, keys: dict[str, object]) -> Iterator[httpx.Client]:
    """Give a program that has opened the page of a kiosk of its own."""
    stage: Stage = set_stage(place, datetime.now(UTC), listen=f"127.0.0.1:{free_port()}", **keys)
    base = f"http://{stage.settings.listen}/"
    service = start(stage)
    try:
        until_idle(base)
        with httpx.Client(base_url=base, trust_env=False) as client:
            client.get("/").raise_for_status()  # the visitor page's cookie
            yield client
    finally:
        service.terminate()
        service.wait()


def _one(client: httpx.Client) -> float:
    spent = milliseconds(lambda: visit(client))
    leave(client)
    return spent


def _print(alone: list[float], asked: list[float], own: list[float]) -> None:
    if len(own) != len(asked):
        raise RuntimeError(f"{len(asked)} visits, but the terminal answered {len(own)} times")
    beyond = [whole - terminal for whole, terminal in zip(asked, own, strict=True)]
    register = statistics.median(alone)
    rows = [
        row("a visit by the register alone", alone, ""),
        row("a visit by register and terminal", asked, ""),
        row("the terminal's own time of it", own, ""),
        row("the visit without the terminal's own time", beyond, ""),
        row("the same beyond the median by the register", [each - register for each in beyond], GOAL_MS),
    ]
    show("terminal: whole visits through the API, ms", ["", "median", "p99", "runs", "goal"], rows)
