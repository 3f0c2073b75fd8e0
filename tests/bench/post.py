"""From a plan to the printer's files: enqueued, drawn on all cores, joined, taken into a batch, ended.

BENCH_PLAN is how many lines the plan has, about; the whole is 190,000. The default is a sample: the table says so, and
what the processors' time of the sample makes of the whole. Memory is measured for a batch and one of a tenth of it: it
must be the same.
"""

from __future__ import annotations

import os
import tempfile
from datetime import date
from pathlib import Path

from kiosk import tokyo_day
from kiosk.crew import cores
from tests.bench.figures import Command, command, show
from tests.bench.issuance import write_members

LINES = int(os.environ.get("BENCH_PLAN", "1000"))
WHOLE = 190_000
SHARE = 0.44
"""How many of the invented people are owed a document, about."""


def run() -> None:
    """Enqueue a plan, make the papers of a tenth and of the rest, and end the second batch."""
    from datetime import UTC, datetime

    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder), tokyo_day(datetime.now(UTC)))


def _run(folder: Path, on: date) -> None:
    database = ["--database", f"sqlite:///{folder}/register.sqlite"]
    write_members(folder / "members.csv", round(LINES / SHARE), on)
    command(["registry", "init", *database])
    command(["registry", "import", f"{folder}/members.csv", *database])
    command(["issuance", "plan", "--on", on.isoformat(), "--json-lines", f"{folder}/plan.jsonl", *database])
    lines = sum(1 for _ in (folder / "plan.jsonl").open())
    enqueued = command(["issuance", "enqueue", f"{folder}/plan.jsonl", *database])
    tenth = _batch(folder / "tenth", ["--orders", f"1-{lines // 10}", *database])
    rest = _batch(folder / "rest", database)
    done = command(["issuance", "done", "--batch", _last(folder / "rest"), *database])
    rows = [
        _row("kiosk issuance enqueue", enqueued, lines, ""),
        _row("document batch --queue, a tenth", tenth, lines // 10, _mib(folder / "tenth")),
        _row("document batch --queue, the rest", rest, lines - lines // 10, _mib(folder / "rest")),
        _row("kiosk issuance done --batch", done, lines - lines // 10, ""),
    ]
    headings = ["", "orders", "seconds", "CPU seconds", "orders a second", "peak MiB a process", "files MiB"]
    show(
        f"to the post: {lines:,} lines, a sample of {WHOLE:,}, {cores()} cores",
        [*headings, f"CPU minutes of {WHOLE:,}"],
        rows,
    )


def _batch(folder: Path, options: list[str]) -> Command:
    return command(
        ["document", "batch", "--queue", "--skip-bad", f"{folder}.jsonl", "--folder", str(folder), *options], 5
    )


def _last(folder: Path) -> str:
    return next(line.split(",")[0] for line in (folder / "manifest.csv").read_text().splitlines() if ",post," in line)


def _mib(folder: Path) -> str:
    return f"{sum(file.stat().st_size for file in folder.iterdir()) / 2**20:.1f}"


def _row(name: str, took: Command, orders: int, files: str) -> tuple[str, ...]:
    rate = orders / took.seconds
    figures = (f"{orders:,}", f"{took.seconds:.1f}", f"{took.cpu:.1f}", f"{rate:,.0f}", f"{took.mib:.0f}", files)
    return (name, *figures, f"{took.cpu / orders * WHOLE / 60:.0f}")
