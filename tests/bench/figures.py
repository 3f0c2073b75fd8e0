"""Medians and p99 of measured series, as a table."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

__all__ = ["Command", "command", "milliseconds", "p99", "series", "show"]


@dataclass(frozen=True, slots=True)
class Command:
    """What a run of `kiosk` took: seconds, seconds of processor (its own processes included), peak memory of one."""

    seconds: float
    cpu: float
    mib: float


def command(words: Sequence[str], also: int = 0) -> Command:
    """Run `kiosk` with these words. Raises CalledProcessError if it ends with another status than 0 or `also`."""
    begun = time.perf_counter()
    program = [sys.executable, "-c", "from kiosk.cli import main; main()", *words]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
    process = subprocess.Popen(program, stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, also):
        raise subprocess.CalledProcessError(process.returncode, words)
    return Command(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long ``work`` took."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def series(work: Callable[[], object], runs: int, warm_up: int = 2) -> list[float]:
    """Return the milliseconds of ``runs`` runs after a warm-up."""
    for _ in range(warm_up):
        work()
    return [milliseconds(work) for _ in range(runs)]


def p99(values: Sequence[float]) -> float:
    """Return the 99th percentile (the nearest rank above)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]


def row(name: str, values: Sequence[float], *more: str) -> tuple[str, ...]:
    """Return one line: name, median, p99, runs and what else is to be said."""
    return (name, f"{statistics.median(values):.2f}", f"{p99(values):.2f}", str(len(values)), *more)


def show(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; the machine is named beneath it."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    table = Table(title=title, title_justify="left", caption=machine, caption_justify="left")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="left" if number == 0 else "right")
    for cells in rows:
        table.add_row(*cells)
    Console(width=120).print(table)
