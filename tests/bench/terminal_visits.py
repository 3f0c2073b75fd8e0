"""What a visit by a 資格確認端末 takes beyond the terminal's own time, beside one by the register alone.

Both are made through the API of `kiosk serve` as a process, in turn, and followed by its stream, as the page does: a
program that polls would take the core from the kiosk while this waits. The simulated terminal runs here.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from kiosk import tokyo_day
from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from simulators.demo.online import terminal_keys
from simulators.demo.visitor import Visitor
from simulators.people import terminal_csv
from simulators.terminal import Options, SimulatedTerminal, TerminalFolders, read_members, running
from simulators.terminal.answering import Manner
from tests.bench.figures import milliseconds, row, show
from tests.bench.service import start, until_idle

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


@dataclass(frozen=True)
class _Kiosk:
    """A kiosk that serves: somebody who follows its screen, and the panel of its virtual reader."""

    visitor: Visitor
    panel: httpx.Client

    def visit(self) -> None:
        """Make one visit from the card to the answer."""
        begun = self.visitor.sequence
        self.panel.post("/simulation/put", json={"persona": "card-works"}).raise_for_status()
        asked = self._until("pin", begun)
        self.visitor.press(action="pin", pin="1234")
        self._until("result_card", asked)

    def leave(self) -> None:
        """Take the card, and wait until the next one may come."""
        begun = self.visitor.sequence
        self.panel.post("/simulation/take", json={}).raise_for_status()
        self.visitor.until(lambda view: view["screen"] in ("idle", "farewell"), begun)

    def _until(self, screen: str, since: int) -> int:
        return int(self.visitor.until(lambda view: view["screen"] == screen, since)["sequence"])


@contextmanager
def _kiosk(place: Path, keys: dict[str, object]) -> Iterator[_Kiosk]:
    """Give a kiosk of its own, as a process."""
    stage: Stage = set_stage(place, datetime.now(UTC), listen=f"127.0.0.1:{free_port()}", **keys)
    base = f"http://{stage.settings.listen}/"
    service = start(stage)
    try:
        until_idle(base)
        with Visitor(base) as visitor, httpx.Client(base_url=base, trust_env=False) as panel:
            panel.get("/").raise_for_status()  # the panel takes the cookie of the visitor's page
            yield _Kiosk(visitor, panel)
    finally:
        service.terminate()
        service.wait()


def _one(kiosk: _Kiosk) -> float:
    spent = milliseconds(kiosk.visit)
    kiosk.leave()
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
