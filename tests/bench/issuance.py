"""The plan of a day for a register of 400,000 members: seconds, members a second, memory."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from simulators.people import members_csv
from tests.bench.figures import show

MEMBERS = int(os.environ.get("BENCH_MEMBERS", "400000"))
ON = date(2026, 11, 22)
GOAL_SECONDS = 60
_KIOSK = [sys.executable, "-c", "from kiosk.cli import main; main()"]


def run() -> None:
    """Import invented members, over and over the same people under other numbers, and plan a day."""
    with tempfile.TemporaryDirectory() as folder:
        database = ["--database", f"sqlite:///{folder}/register.sqlite"]
        _write_members(Path(folder) / "members.csv")
        _measured(["registry", "init", *database])
        imported, _ = _measured(["registry", "import", f"{folder}/members.csv", *database])
        planned, peak = _measured(
            ["issuance", "plan", "--on", ON.isoformat(), "--json-lines", f"{folder}/plan.jsonl", *database]
        )
        lines = sum(1 for _ in (Path(folder) / "plan.jsonl").open())
    show(
        f"issuance plan: {MEMBERS:,} members, SQLite",
        ["", "seconds", "members a second", "lines", "peak MiB", "goal, seconds"],
        [
            ("kiosk registry import", f"{imported:.1f}", f"{MEMBERS / imported:,.0f}", "", "", ""),
            ("kiosk issuance plan", f"{planned:.1f}", f"{MEMBERS / planned:,.0f}", f"{lines:,}", f"{peak:.0f}",
             str(GOAL_SECONDS)),
        ],
    )  # fmt: skip


def _measured(words: list[str]) -> tuple[float, float]:
    """Run a command; return its seconds and its peak memory in MiB."""
    begun = time.perf_counter()
    process = subprocess.Popen([*_KIOSK, *words], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def _write_members(path: Path) -> None:
    with path.open("w", newline="") as file:
        rows = csv.DictReader(io.StringIO(members_csv(ON)))
        writer = csv.DictWriter(file, list(rows.fieldnames or ()), lineterminator="\n")
        writer.writeheader()
        writer.writerows(_numbered(list(rows)))


def _numbered(people: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    for index in range(MEMBERS):
        yield {**people[index % len(people)], "number": f"{index:07}"}
