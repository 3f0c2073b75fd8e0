"""Following a job to its end: printed, ended with an error, or given up since the printer was not ready for long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from time import monotonic, sleep

from kiosk.failures import Code
from kiosk.printing.cups import PrintJob
from kiosk.printing.ipp import Attributes, IppError, UnknownTarget

__all__ = ["JobFollower", "PrintFailed", "PrinterTrouble"]

_ASK_EVERY = 1.0
"""Seconds between two questions; CUPS has no event that a client could wait for without asking."""
_LONGEST = 200


class PrinterTrouble(StrEnum):
    """Why a printer does not go on. The job goes on once it is mended."""

    NO_PAPER = "no_paper"
    JAM = "jam"
    OPEN = "open"
    NO_TONER = "no_toner"
    STOPPED = "stopped"
    SILENT = "silent"
    NO_SCHEDULER = "no_scheduler"

    @property
    def code(self) -> Code:
        """What the handbook has it under: the printer waits for a person, or nobody answers."""
        silent = self in (PrinterTrouble.SILENT, PrinterTrouble.NO_SCHEDULER)
        return Code.PRINTER_SILENT if silent else Code.PRINTER_WAITS


_BY_REASON = {
    "media-empty": PrinterTrouble.NO_PAPER,
    "media-needed": PrinterTrouble.NO_PAPER,
    "media-jam": PrinterTrouble.JAM,
    "cover-open": PrinterTrouble.OPEN,
    "door-open": PrinterTrouble.OPEN,
    "interlock-open": PrinterTrouble.OPEN,
    "toner-empty": PrinterTrouble.NO_TONER,
    "marker-supply-empty": PrinterTrouble.NO_TONER,
    "offline": PrinterTrouble.SILENT,
    "connecting-to-device": PrinterTrouble.SILENT,
    "timed-out": PrinterTrouble.SILENT,
    "shutdown": PrinterTrouble.SILENT,
    "paused": PrinterTrouble.STOPPED,
    "stopped": PrinterTrouble.STOPPED,
}
"""By `printer-state-reasons` (RFC 8011, 5.4.12) without their severity."""
_NOT_READY = frozenset({"resources-are-not-ready", "printer-stopped", "printer-stopped-partly"})
_PRINTER_STOPPED = 5


class _State(IntEnum):
    """The states in which a job does not go on by itself (RFC 8011, 5.3.7)."""

    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


class PrintFailed(Exception):
    """A job did not end well. The message is one sentence; some pages may be on paper.

    Attributes:
        trouble: why it was given up; None if it ended by itself.
        code: what the handbook has it under.

    """

    def __init__(self, message: str, trouble: PrinterTrouble | None = None) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.code = trouble.code if trouble else Code.PRINTER_SILENT


@dataclass(frozen=True, slots=True)
class JobFollower:
    """How a job is followed.

    Attributes:
        patience: the seconds that a printer may not be ready before the job is cancelled.
        say: is called when a trouble begins, and with None when the printer goes on.
        wait: waits until CUPS is asked again.
        clock: the time in seconds.

    """

    patience: float
    say: Callable[[PrinterTrouble | None], object]
    wait: Callable[[], object] = lambda: sleep(_ASK_EVERY)
    clock: Callable[[], float] = monotonic

    def to_the_end(self, job: PrintJob) -> None:
        """Return once the job is printed.

        Raises:
            PrintFailed: the job was cancelled or ended with an error, or the printer was not ready for too long.

        """
        last: PrinterTrouble | None = None
        since = self.clock()
        while not (found := _look(job)).printed:
            if found.trouble is not last:
                last, since = found.trouble, self.clock()
                self.say(last)
            elif last is not None and self.clock() - since > self.patience:
                raise _given_up(job, last)
            self.wait()


@dataclass(frozen=True, slots=True)
class _Look:
    """How far a job is: printed, or what keeps the printer from it, if anything does."""

    printed: bool
    trouble: PrinterTrouble | None = None


def _look(job: PrintJob) -> _Look:
    try:
        found = job.state()
        state = _number(found, "job-state")
        if state >= _State.STOPPED:
            _require_printed(job, found, state)
            return _Look(printed=True)
        return _Look(False, _trouble(found, job.printer()))
    except UnknownTarget:
        raise PrintFailed(f"CUPS does not know job {job.queue}-{job.number} any more") from None
    except IppError:
        return _Look(False, PrinterTrouble.NO_SCHEDULER)


def _require_printed(job: PrintJob, found: Attributes, state: int) -> None:
    failed = "job-completed-with-errors" in found.get("job-state-reasons", ())
    if state == _State.COMPLETED and not failed:
        return
    if state == _State.STOPPED:
        job.cancel()  # or it would be printed again with the next one
    if state == _State.CANCELED:
        raise PrintFailed(f"job {job.queue}-{job.number} was cancelled")
    said = _said(found, "job-printer-state-message")
    raise PrintFailed(f"job {job.queue}-{job.number} ended with an error{said}")


def _trouble(job: Attributes, printer: Attributes) -> PrinterTrouble | None:
    for reason in printer.get("printer-state-reasons", ()):
        name, _, severity = str(reason).rpartition("-")
        if severity not in ("error", "report", "warning"):
            name = str(reason)
        if severity != "warning" and name in _BY_REASON:
            return _BY_REASON[name]
    if _number(printer, "printer-state") == _PRINTER_STOPPED:
        return PrinterTrouble.STOPPED
    return PrinterTrouble.SILENT if _NOT_READY & {*map(str, job.get("job-state-reasons", ()))} else None


def _given_up(job: PrintJob, trouble: PrinterTrouble) -> PrintFailed:
    how = "was cancelled" if job.cancel() else "is still in the queue, since it could not be cancelled"
    return PrintFailed(f"job {job.queue}-{job.number} {how}", trouble)


def _number(found: Attributes, name: str) -> int:
    value = next(iter(found.get(name, ())), 0)
    return value if isinstance(value, int) else 0


def _said(found: Attributes, name: str) -> str:
    text = "".join(one for one in str(next(iter(found.get(name, ())), "")) if one.isprintable())
    return f": {text[:_LONGEST]}" if text else ""
