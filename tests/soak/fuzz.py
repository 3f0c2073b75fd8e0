"""The fuzz targets for a long time; with ``--keep`` what they found of interest goes into the kept corpus."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from tests.bench.figures import show
from tests.fuzz.process import Run, fuzz, merge
from tests.fuzz.targets import CORPUS, TARGETS

__all__ = ["options", "run"]

MOST_KEPT = 18_000
"""Bytes that are kept of one target: all of them together stay below 200 kB."""

_HEADINGS = ("target", "executions", "exec/s", "edges", "corpus", "crashes", "longest input s", "peak RSS MB")


def options(arguments: Sequence[str]) -> dict[str, object]:
    """Return what else is asked for on the command line."""
    parser = argparse.ArgumentParser(prog="script/soak fuzz")
    parser.add_argument("--keep", action="store_true", help="take what is new into the kept corpus, minimised")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"only these of {', '.join(TARGETS)}")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.targets) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    return vars(chosen)


def run(seconds: float, *, keep: bool = False, targets: Sequence[str] = ()) -> None:
    """Share ``seconds`` among the targets, print the table, and end with status 1 if one of them found something."""
    folder = Path(tempfile.mkdtemp(prefix="soak-fuzz-"))
    names = list(targets) or list(TARGETS)
    watched = track(names, "fuzzing", console=Console(stderr=True), disable=not sys.stderr.isatty())
    runs = [fuzz(name, seconds / len(names), folder / name) for name in watched]
    show(f"{sum(run.executions for run in runs):,} executions in {seconds:,.0f} s", _HEADINGS, list(map(_row, runs)))
    if keep:
        for name in names:
            _keep(name, folder / name)
    if found := [run for run in runs if not run.fine]:
        sys.exit("\n".join(_complaint(run) for run in found))
    shutil.rmtree(folder)


def _row(run: Run) -> tuple[str, ...]:
    figures = (run.executions, run.per_second, run.edges, run.corpus, len(run.crashes), run.slowest, run.megabytes)
    return (run.target, *(f"{figure:,}" for figure in figures))


def _complaint(run: Run) -> str:
    inputs = ", ".join(map(str, run.crashes)) or "none"
    return f"{run.target}: ended with status {run.status}; inputs: {inputs}\n{run.log[-4000:]}"


def _keep(name: str, folder: Path) -> None:
    """Replace the kept inputs by the smallest that cover as much, as far as there is room."""
    kept, merged = CORPUS / name, merge(name, folder)
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    room = MOST_KEPT
    for path in sorted(merged.iterdir(), key=lambda item: item.stat().st_size):
        room -= path.stat().st_size
        if room >= 0:
            shutil.copy(path, kept / path.name[:16])
