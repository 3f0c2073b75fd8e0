"""Following a job to its end: printed, ended with an error, or given up since the printer was not ready for long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from time import monotonic, sleep

from kiosk.printing.cups import Job
from kiosk.printing.ipp import Attributes, IppError, UnknownTarget

__all__ = ["Following", "PrintFailed", "Trouble"]

_ASK_EVERY = 1.0
"""Seconds between two questions; CUPS has no event that a client could wait for without asking."""
_LONGEST = 200


class Trouble(StrEnum):
    """Why a printer does not go on. The job goes on once it is mended."""

    NO_PAPER = "no_paper"
    JAM = "jam"
    OPEN = "open"
    NO_TONER = "no_toner"
    STOPPED = "stopped"
    SILENT = "silent"
    NO_SCHEDULER = "no_scheduler"


_BY_REASON = {
    "media-empty": Trouble.NO_PAPER,
    "media-needed": Trouble.NO_PAPER,
    "media-jam": Trouble.JAM,
    "cover-open": Trouble.OPEN,
    "door-open": Trouble.OPEN,
    "interlock-open": Trouble.OPEN,
    "toner-empty": Trouble.NO_TONER,
    "marker-supply-empty": Trouble.NO_TONER,
    "offline": Trouble.SILENT,
    "connecting-to-device": Trouble.SILENT,
    "timed-out": Trouble.SILENT,
    "shutdown": Trouble.SILENT,
    "paused": Trouble.STOPPED,
    "stopped": Trouble.STOPPED,
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

    """

    def __init__(self, message: str, trouble: Trouble | None = None) -> None:
        super().__init__(message)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Following:
    """How a job is followed.

    Attributes:
        patience: the seconds that a printer may not be ready before the job is cancelled.
        say: is called when a trouble begins, and with None when the printer goes on.
        wait: waits until CUPS is asked again.
        clock: the time in seconds.

    """

    patience: float
    say: Callable[[Trouble | None], object]
    wait: Callable[[], object] = lambda: sleep(_ASK_EVERY)
    clock: Callable[[], float] = monotonic

    def to_the_end(self, job: Job) -> None:
        """Return once the job is printed.

        Raises:
            PrintFailed: the job was cancelled or ended with an error, or the printer was not ready for too long.

        """
        last: Trouble | None = None
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
    trouble: Trouble | None = None


def _look(job: Job) -> _Look:
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
        return _Look(False, Trouble.NO_SCHEDULER)


def _require_printed(job: Job, found: Attributes, state: int) -> None:
    failed = "job-completed-with-errors" in found.get("job-state-reasons", ())
    if state == _State.COMPLETED and not failed:
        return
    if state == _State.STOPPED:
        job.cancel()  # or it would be printed again with the next one
    if state == _State.CANCELED:
        raise PrintFailed(f"job {job.queue}-{job.number} was cancelled")
    said = _said(found, "job-printer-state-message")
    raise PrintFailed(f"job {job.queue}-{job.number} ended with an error{said}")


def _trouble(job: Attributes, printer: Attributes) -> Trouble | None:
    for reason in printer.get("printer-state-reasons", ()):
        name, _, severity = str(reason).rpartition("-")
        if severity not in ("error", "report", "warning"):
            name = str(reason)
        if severity != "warning" and name in _BY_REASON:
            return _BY_REASON[name]
    if _number(printer, "printer-state") == _PRINTER_STOPPED:
        return Trouble.STOPPED
    return Trouble.SILENT if _NOT_READY & {*map(str, job.get("job-state-reasons", ()))} else None


def _given_up(job: Job, trouble: Trouble) -> PrintFailed:
    how = "was cancelled" if job.cancel() else "is still in the queue, since it could not be cancelled"
    return PrintFailed(f"job {job.queue}-{job.number} {how}", trouble)


def _number(found: Attributes, name: str) -> int:
    value = next(iter(found.get(name, ())), 0)
    return value if isinstance(value, int) else 0


def _said(found: Attributes, name: str) -> str:
    text = "".join(one for one in str(next(iter(found.get(name, ())), "")) if one.isprintable())
    return f": {text[:_LONGEST]}" if text else ""
