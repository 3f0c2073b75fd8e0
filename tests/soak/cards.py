"""A card put down and taken away again and again on pcscd and vpcd: what service and worker keep of it."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from simulators.demo.visitor import Visitor
from simulators.pcscd import PrivatePcscd
from simulators.people import make_card, persona
from tests.bench.figures import show
from tests.faults.conftest import workers_of
from tests.faults.test_start_of_a_kiosk import served

__all__ = ["options", "run"]

# What is loaded and learnt once is no growth.
_WARM_UP = 5
_STEP = 100
_HEADINGS = ("put and taken", "process", "pid", "open files", "threads", "resident MB")


@dataclass(frozen=True)
class Use:
    """What one process holds."""

    pid: int
    files: int
    threads: int
    megabytes: float


def options(arguments: Sequence[str]) -> dict[str, object]:
    """Return what else is asked for on the command line."""
    parser = argparse.ArgumentParser(prog="script/soak cards")
    parser.add_argument("--times", type=int, default=500, help="how often, unless the time is up before (default 500)")
    chosen = parser.parse_args(arguments)
    if chosen.times < 1:
        parser.error("--times: at least once")
    return vars(chosen)


def run(seconds: float, *, times: int = 500) -> None:
    """Put a card down and take it away so often, or until the time is up; ends with status 1 if one was not read."""
    deadline = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder, PrivatePcscd() as daemon, pytest.MonkeyPatch.context() as environment:
        for name, value in daemon.environment.items():
            environment.setenv(name, value)
        listen = f"127.0.0.1:{free_port()}"
        stage = set_stage(Path(folder) / "stage", datetime.now(UTC), reader="pcsc", listen=listen)
        with served(stage) as (process, visitor):
            for _ in range(_WARM_UP):
                _put_and_take(stage, daemon, visitor)
            shown, uses = Counter[str](), {0: _uses(process.pid)}
            while shown.total() < times and time.monotonic() < deadline:
                shown[_put_and_take(stage, daemon, visitor)] += 1
                if not shown.total() % _STEP:
                    uses[shown.total()] = _uses(process.pid)
            uses[shown.total()] = _uses(process.pid)
    rows = [_row(number, name, use) for number, both in uses.items() for name, use in both.items()]
    show(f"{shown.total()} cards put down and taken away; shown: {dict(shown)}", _HEADINGS, rows)
    if set(shown) - {"pin"}:
        sys.exit("cards: not each of them was read")


def _put_and_take(stage: Stage, daemon: PrivatePcscd, visitor: Visitor) -> str:
    """Return what the kiosk showed of the card when it had looked at it; it stands idle again."""
    since = visitor.sequence
    daemon.put(make_card(persona("card-works", stage.on), stage.authority, stage.now))
    view = visitor.until(lambda view: view["screen"] not in {"idle", "reading", "farewell"}, since)
    daemon.take()
    visitor.until(lambda after: after["screen"] == "idle", int(view["sequence"]))
    return str(view["screen"]) if view["failure"] is None else str(view["failure"]["code"])


def _uses(service: int) -> dict[str, Use]:
    return {"service": _use(service), "worker": _use(workers_of(service)[-1])}


def _row(number: int, name: str, use: Use) -> tuple[str, ...]:
    return str(number), name, str(use.pid), str(use.files), str(use.threads), f"{use.megabytes:.1f}"


def _use(pid: int) -> Use:
    process = Path(f"/proc/{pid}")
    lines = (line.partition(":")[::2] for line in (process / "status").read_text("ascii").splitlines())
    said = {name: value.split() for name, value in lines}
    return Use(pid, len(os.listdir(process / "fd")), int(said["Threads"][0]), int(said["VmRSS"][0]) / 1024)
