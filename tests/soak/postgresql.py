"""Every test that touches a register, with the register in PostgreSQL: as often as there is time for."""

from __future__ import annotations

import os
import subprocess
import sys
import time

__all__ = ["run"]

_PYTEST = (sys.executable, "-m", "pytest", "-q", "--database", "postgresql", "-n", "2", "--dist", "loadfile")


def run(seconds: float) -> None:
    """Run them once, and again while a run of the same length would fit; the first that is red ends it with status 1.

    Nothing is skipped. ``script/test`` runs a sample of them on PostgreSQL, and all of them on SQLite.
    """
    begun, runs, longest = time.monotonic(), 0, 0.0
    while runs == 0 or time.monotonic() + longest < begun + seconds:
        started = time.monotonic()
        if subprocess.run(_PYTEST, env=os.environ | {"CI": "1"}, check=False).returncode:
            raise SystemExit(1)
        runs, longest = runs + 1, max(longest, time.monotonic() - started)
    print(f"postgresql: {runs} runs of every test that touches a register, {longest / 60:.0f} minutes at most")
