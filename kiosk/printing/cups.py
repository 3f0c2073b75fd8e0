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
_LONG, _SHORT = 120.0, 10.0
"""Seconds that `lp` may take to hand over a large file, and that a question or a cancellation may take."""
_ALONE = (
    *("-n", "1"),
    *("-o", "print-scaling=none"),
    *("-o", "sides=one-sided"),
    *("-o", "number-up=1"),
    *("-o", "job-sheets=none,none"),
)
"""Each page is a sheet for one person, once and unscaled, and with no sheet before or after it (lp(1)).

A queue may have other defaults, and with those two people's papers would be on one sheet.
"""
_GET_JOB, _GET_PRINTER = 0x0009, 0x000B


class PrintingError(Exception):
    """A file could not be sent. The message is one sentence.

    Attributes:
        left: whether the file may be in the queue all the same.

    """

    def __init__(self, message: str, *, left: bool = False) -> None:
        super().__init__(message)
        self.left = left


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
        names = ("job-state", "job-state-reasons", "job-printer-state-message", "job-media-sheets-completed")
        return ask(self.server, _GET_JOB, ("job-uri", f"ipp://localhost/jobs/{self.number}"), names)

    def printer(self) -> Attributes:
        """Ask what the printer does. Raises IppError."""
        names = ("printer-state", "printer-state-reasons", "printer-state-message")
        return ask(self.server, _GET_PRINTER, ("printer-uri", f"ipp://localhost/printers/{self.queue}"), names)

    def cancel(self) -> bool:
        """Cancel the job; return whether CUPS did."""
        try:
            return _run(_SHORT, "cancel", f"{self.queue}-{self.number}").returncode == 0
        except PrintingError:
            return False


def send(file: Path, destination: Destination, title: str) -> PrintJob:
    """Send a PDF to a queue: each page once and unscaled, on a sheet of its own, whatever the queue's defaults are.

    Args:
        file: the PDF.
        destination: the queue and the paper.
        title: how the job is named in the queue; no name of a person.

    Raises:
        PrintingError: `lp` is not there or does not end, CUPS does not run, or the queue is unknown or takes no jobs.

    """
    server = _server()  # before the file goes: one that cannot be followed would go twice
    options = ("-o", f"media={destination.media}", *_ALONE)
    try:
        sent = _run(_LONG, "lp", "-d", destination.queue, "-t", title, *options, "--", str(file))
    except _TooLong as error:
        raise PrintingError(f"{destination.queue}: {error}; the file may be in the queue", left=True) from None
    if sent.returncode != 0:
        said = sent.stderr.strip().partition("\n")[0].removeprefix("lp: ").removeprefix("Error - ")
        raise PrintingError(f"{destination.queue}: {said or 'lp has not taken the file'}")
    if (found := _SENT.search(sent.stdout)) is None:
        raise PrintingError(f"{destination.queue}: lp did not name the job; the file may be in the queue", left=True)
    return PrintJob(destination.queue, int(found[2]), server)


def _server() -> str:
    """Return where CUPS is: `host:port`, or the path of its socket."""
    asked = _run(_SHORT, "lpstat", "-H")
    if asked.returncode != 0 or not (server := asked.stdout.strip()):
        raise PrintingError("lpstat -H did not say where CUPS is")
    return server


class _TooLong(PrintingError):
    """A program did not end in time, and nobody knows how far it came."""


def _run(seconds: float, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        return _completed([program, *arguments], environment, seconds)
    except FileNotFoundError:
        raise PrintingError(f"{program} is not installed (Debian: cups-client)") from None
    except OSError as error:
        raise PrintingError(f"{program} cannot be run ({error.strerror})") from None
    except subprocess.TimeoutExpired:
        raise _TooLong(f"{program} did not end within {seconds:.0f} s") from None


def _completed(command: Sequence[str], environment: dict[str, str], seconds: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - no shell; the queue is a setting, and "--" is before the file
        command, env=environment, capture_output=True, text=True, errors="replace", timeout=seconds, check=False
    )
