"""Following a job to its end: printed, ended with an error, or given up since the printer was not ready for long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from time import monotonic, sleep

from kiosk.failures import Code
from kiosk.printing.cups import PrintJob
from kiosk.printing.ipp import Attributes, IppError, UnknownTarget

__all__ = ["JobFollower", "PrintFailed", "PrinterTrouble", "called_off"]

_ASK_EVERY = 1.0
"""Seconds between two questions; CUPS has no event that a client could wait for without asking."""
_GOES_ON = 60.0
"""Seconds without a trouble after which a printer is taken to have gone on: not each counts its sheets."""
_LONGEST = 200


class PrinterTrouble(StrEnum):
    """Why a printer does not go on. The job goes on once it is mended."""

    NO_PAPER = "no_paper"
    JAM = "jam"
    OPEN = "open"
    NO_TONER = "no_toner"
    STOPPED = "stopped"
    HELD = "held"
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
_STILL_QUEUED = "is still in the queue, since it could not be cancelled"


class _State(IntEnum):
    """The states in which a job does not go on by itself (RFC 8011, 5.3.7); a held one goes on once it is released."""

    HELD = 4
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


class PrintFailed(Exception):
    """A job did not end well. The message is one sentence; some pages may be on paper.

    Attributes:
        trouble: why it was given up; None if it ended by itself.
        left: whether it may still be in the queue, and be printed later.
        code: what the handbook has it under.

    """

    def __init__(self, message: str, trouble: PrinterTrouble | None = None, *, left: bool = False) -> None:
        super().__init__(message)
        self.trouble, self.left = trouble, left
        self.code = trouble.code if trouble else Code.PRINTER_SILENT


@dataclass(frozen=True, slots=True)
class JobFollower:
    """How a job is followed.

    Attributes:
        patience: the seconds since the first trouble without any progress after which the job is cancelled. Progress
            is another sheet, or a minute without a trouble.
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
        delay = _Delay()
        while not (found := _look(job)).printed:
            if found.trouble is not last:
                last = found.trouble
                self.say(last)
            if delay.after(found, self.clock()) > self.patience and last is not None:
                raise _given_up(job, last)
            self.wait()


@dataclass(frozen=True, slots=True)
class _Look:
    """How far a job is: printed, or how many sheets of it are, and what keeps the printer from it, if anything does."""

    printed: bool
    trouble: PrinterTrouble | None = None
    sheets: int = 0


@dataclass(slots=True)
class _Delay:
    """For how long a job has made no progress; times in seconds.

    ``since`` is the first trouble since the last progress, and ``good_since`` the first look without one since the last
    trouble.
    """

    sheets: int = 0
    since: float | None = None
    good_since: float | None = None

    def after(self, look: _Look, now: float) -> float:
        """Take up a look; return the seconds since the first trouble."""
        if look.trouble is not None:
            self.good_since = None
        elif self.good_since is None:
            self.good_since = now
        steady = self.good_since is not None and now - self.good_since >= _GOES_ON
        if look.sheets > self.sheets or steady:
            self.sheets, self.since = max(look.sheets, self.sheets), None
        if look.trouble is not None and self.since is None:
            self.since = now
        return now - self.since if self.since is not None else 0.0


def _look(job: PrintJob) -> _Look:
    try:
        found = job.state()
        state = _number(found, "job-state")
        if state >= _State.STOPPED:
            _require_printed(job, found, state)
            return _Look(printed=True)
        return _Look(False, _trouble(found, job.printer()), _number(found, "job-media-sheets-completed"))
    except UnknownTarget:
        raise PrintFailed(f"CUPS does not know job {job.queue}-{job.number} any more") from None
    except IppError:
        return _Look(False, PrinterTrouble.NO_SCHEDULER)


def _require_printed(job: PrintJob, found: Attributes, state: int) -> None:
    failed = "job-completed-with-errors" in found.get("job-state-reasons", ())
    if state == _State.COMPLETED and not failed:
        return
    left = state == _State.STOPPED and not called_off(job)  # or it would be printed again with the next one
    if state == _State.CANCELED:
        raise PrintFailed(f"job {job.queue}-{job.number} was cancelled")
    said = _said(found, "job-printer-state-message")
    still = f" and {_STILL_QUEUED}" if left else ""
    raise PrintFailed(f"job {job.queue}-{job.number} ended with an error{still}{said}", left=left)


def _trouble(job: Attributes, printer: Attributes) -> PrinterTrouble | None:
    for reason in printer.get("printer-state-reasons", ()):
        name, _, severity = str(reason).rpartition("-")
        if severity not in ("error", "report", "warning"):
            name = str(reason)
        if severity != "warning" and name in _BY_REASON:
            return _BY_REASON[name]
    if _number(printer, "printer-state") == _PRINTER_STOPPED:
        return PrinterTrouble.STOPPED
    if _NOT_READY & {*map(str, job.get("job-state-reasons", ()))}:  # CUPS holds a job between two attempts too
        return PrinterTrouble.SILENT
    return PrinterTrouble.HELD if _number(job, "job-state") == _State.HELD else None


def _given_up(job: PrintJob, trouble: PrinterTrouble) -> PrintFailed:
    left = not called_off(job)
    how = _STILL_QUEUED if left else "was cancelled"
    return PrintFailed(f"job {job.queue}-{job.number} {how}", trouble, left=left)


def called_off(job: PrintJob) -> bool:
    """Cancel a job; return whether it is at an end, so that nothing of it is printed later."""
    if job.cancel():
        return True
    try:
        return _number(job.state(), "job-state") >= _State.CANCELED
    except UnknownTarget:
        return True
    except IppError:
        return False


def _number(found: Attributes, name: str) -> int:
    value = next(iter(found.get(name, ())), 0)
    return value if isinstance(value, int) else 0


def _said(found: Attributes, name: str) -> str:
    text = "".join(one for one in str(next(iter(found.get(name, ())), "")) if one.isprintable())
    return f": {text[:_LONGEST]}" if text else ""
