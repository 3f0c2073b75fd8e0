"""Sending a file to a queue of CUPS with `lp`, and asking CUPS about the job."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.printing.ipp import Attributes, ask

__all__ = ["Destination", "PrintJob", "PrintingError", "send"]

_SENT = re.compile(r"request id is (\S+)-(\d+) ")
_SECONDS = 120
"""How long `lp` may take to hand over a large file."""
_GET_JOB, _GET_PRINTER = 0x0009, 0x000B


class PrintingError(Exception):
    """A file could not be sent. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A queue of CUPS, and the paper that it prints on."""

    queue: str
    media: str


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A file that CUPS has: the queue, the number of the job, and the server."""

    queue: str
    number: int
    server: str

    def state(self) -> Attributes:
        """Ask how far the job is. Raises IppError."""
        names = ("job-state", "job-state-reasons", "job-printer-state-message")
        return ask(self.server, _GET_JOB, ("job-uri", f"ipp://localhost/jobs/{self.number}"), names)

    def printer(self) -> Attributes:
        """Ask what the printer does. Raises IppError."""
        names = ("printer-state", "printer-state-reasons", "printer-state-message")
        return ask(self.server, _GET_PRINTER, ("printer-uri", f"ipp://localhost/printers/{self.queue}"), names)

    def cancel(self) -> bool:
        """Cancel the job; return whether CUPS did."""
        try:
            return _run("cancel", f"{self.queue}-{self.number}").returncode == 0
        except PrintingError:
            return False


def send(file: Path, destination: Destination, title: str) -> PrintJob:
    """Send a PDF to a queue, without scaling.

    Args:
        file: the PDF.
        destination: the queue and the paper.
        title: how the job is named in the queue; no name of a person.

    Raises:
        PrintingError: `lp` is not there, CUPS does not run, or the queue is unknown or takes no jobs.

    """
    options = ("-o", f"media={destination.media}", "-o", "print-scaling=none")
    server = _run("lpstat", "-H").stdout.strip()  # before the file goes: one that cannot be followed would go twice
    sent = _run("lp", "-d", destination.queue, "-t", title, *options, "--", str(file))
    found = _SENT.search(sent.stdout)
    if sent.returncode != 0 or found is None:
        said = sent.stderr.strip().partition("\n")[0].removeprefix("lp: ").removeprefix("Error - ")
        raise PrintingError(f"{destination.queue}: {said or 'lp has not taken the file'}")
    return PrintJob(destination.queue, int(found[2]), server)


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        return _completed([program, *arguments], environment)
    except FileNotFoundError:
        raise PrintingError(f"{program} is not installed (Debian: cups-client)") from None
    except subprocess.TimeoutExpired:
        raise PrintingError(f"{program} did not end within {_SECONDS} s") from None


def _completed(command: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - no shell; the queue is a setting, and "--" is before the file
        command, env=environment, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False
    )
