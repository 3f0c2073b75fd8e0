"""The long form of the demonstration: everybody's visit through nfcpy, again and again."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

__all__ = ["run"]


def run(seconds: float) -> None:
    """Make everybody's visit until the time is up, at least once; ends with the first answer that was wrong."""
    deadline, rounds = time.monotonic() + seconds, 0
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "simulators",
            "demo",
            "--nfc",
            "--once",
            "--folder",
            str(Path(folder) / "demo"),
        ]
        while not rounds or time.monotonic() < deadline:
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stdout + done.stderr)
            rounds += 1
    print(f"demo: {rounds} rounds of everybody's visit through nfcpy, every answer right")
