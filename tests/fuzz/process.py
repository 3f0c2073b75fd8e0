"""One fuzz target in a process of its own, and what it says of its run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.targets import CORPUS, ROOT, TARGETS

__all__ = ["Run", "fuzz", "merge"]

MOST_MEGABYTES = 1024
"""Where a target's memory ends it."""

_SLOWEST_SECONDS = 20
_LONGEST_INPUT = 8192
_STATUS = re.compile(r"cov: (\d+) ft: \d+ corp: (\d+)/")


@dataclass(frozen=True)
class Run:
    """What one run did. ``crashes`` are the inputs that broke a promise, hung or grew; ``log`` is what was said."""

    target: str
    executions: int
    per_second: int
    edges: int
    corpus: int
    slowest: int
    megabytes: int
    crashes: tuple[Path, ...]
    status: int
    log: str

    @property
    def fine(self) -> bool:
        """Whether the target ran to its end, and found nothing."""
        return self.status == 0 and not self.crashes and self.executions > 0


def fuzz(target: str, seconds: float, folder: Path) -> Run:
    """Run ``target`` for so many seconds; what it finds of interest lies in ``folder / "new"``, crashes beside it."""
    found = folder / "new"
    found.mkdir(parents=True)
    options = [
        f"-max_total_time={max(1, round(seconds))}",
        f"-timeout={_SLOWEST_SECONDS}",
        f"-rss_limit_mb={MOST_MEGABYTES}",
        f"-max_len={_LONGEST_INPUT}",
        "-len_control=20",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
    ]
    done = _python(target, [*options, str(found), *map(str, _beginnings(target, folder))], seconds + 300, folder)
    return _run_of(target, done, folder)


def merge(target: str, folder: Path) -> Path:
    """Return a folder of the fewest and smallest inputs that cover what a run in ``folder`` and the kept ones cover."""
    merged = folder / "merged"
    merged.mkdir()
    sources = [path for path in (CORPUS / target, folder / "new") if path.is_dir()]
    done = _python(target, ["-merge=1", str(merged), *map(str, sources)], 1800, folder)
    if done.returncode:
        raise RuntimeError(f"merging {target} failed:\n{done.stderr[-2000:]}")
    return merged


def _beginnings(target: str, folder: Path) -> list[Path]:
    """Return the folders that a run begins from: the target's seeds, and what is kept of earlier runs."""
    seeds = folder / "seeds"
    seeds.mkdir()
    for number, seed in enumerate(TARGETS[target].seeds()):
        (seeds / f"{number:02}").write_bytes(seed)
    return [path for path in (seeds, CORPUS / target) if path.is_dir()]


def _python(target: str, arguments: Sequence[str], limit: float, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one target; libFuzzer ends it without cleaning up, so its temporary files lie in a folder of ours.

    coreutils' ``timeout`` is its parent: Linux counts the memory of the process that starts a program as the program's
    own peak (``ru_maxrss`` survives exec), and a test process that has run ten thousand tests is over a target's limit.
    """
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    command = ["timeout", "--kill-after=5", str(limit), sys.executable, "-m", "tests.fuzz", target, *arguments]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, errors="replace", timeout=limit + 30
    )


def _run_of(target: str, done: subprocess.CompletedProcess[str], folder: Path) -> Run:
    edges, corpus = (_STATUS.findall(done.stderr) or [("0", "0")])[-1]
    return Run(
        target=target,
        executions=_figure(done.stderr, "number_of_executed_units"),
        per_second=_figure(done.stderr, "average_exec_per_sec"),
        edges=int(edges),
        corpus=int(corpus),
        slowest=_figure(done.stderr, "slowest_unit_time_sec"),
        megabytes=_figure(done.stderr, "peak_rss_mb"),
        crashes=tuple(sorted(path for path in folder.iterdir() if path.is_file())),
        status=done.returncode,
        log=done.stderr + done.stdout,
    )


def _figure(log: str, name: str) -> int:
    found = re.search(rf"stat::{name}:\s+(\d+)", log)
    return int(found.group(1)) if found else 0
