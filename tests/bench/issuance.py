"""The plan of a day for a register of 400,000 members: seconds, members a second, memory."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from simulators.people import members_csv
from tests.bench.figures import Command, command, show

MEMBERS = int(os.environ.get("BENCH_MEMBERS", "400000"))
ON = date(2026, 11, 22)
GOAL_SECONDS = 8


def run() -> None:
    """Import invented members, over and over the same people under other numbers, and plan a day."""
    with tempfile.TemporaryDirectory() as folder:
        database = ["--database", f"sqlite:///{folder}/register.sqlite"]
        write_members(Path(folder) / "members.csv", MEMBERS, ON)
        command(["registry", "init", *database])
        imported = command(["registry", "import", f"{folder}/members.csv", *database])
        planned = command(
            ["issuance", "plan", "--on", ON.isoformat(), "--json-lines", f"{folder}/plan.jsonl", *database]
        )
        lines = sum(1 for _ in (Path(folder) / "plan.jsonl").open())
    show(
        f"issuance plan: {MEMBERS:,} members, SQLite",
        ["", "seconds", "CPU seconds", "members a second", "lines", "peak MiB a process", "goal, seconds"],
        [
            _row("kiosk registry import", imported, "", ""),
            _row("kiosk issuance plan", planned, f"{lines:,}", str(GOAL_SECONDS)),
        ],
    )


def _row(name: str, took: Command, lines: str, goal: str) -> tuple[str, ...]:
    rate = f"{MEMBERS / took.seconds:,.0f}"
    return (name, f"{took.seconds:.1f}", f"{took.cpu:.1f}", rate, lines, f"{took.mib:.0f}", goal)


def write_members(path: Path, count: int, on: date) -> None:
    """Write a file of so many invented members, as they are on a day."""
    with path.open("w", newline="") as file:
        rows = csv.DictReader(io.StringIO(members_csv(on)))
        writer = csv.DictWriter(file, list(rows.fieldnames or ()), lineterminator="\n")
        writer.writeheader()
        writer.writerows(_numbered(list(rows), count))


def _numbered(people: list[dict[str, str]], count: int) -> Iterator[dict[str, str]]:
    for index in range(count):
        yield {**people[index % len(people)], "number": f"{index:07}"}
