"""Why something about the post was not done: a code of a closed list, without anything of a person."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import structlog

from kiosk.audit import JournalError
from kiosk.documents import BadDocument, BatchRefused, PapersLost, StationeryError
from kiosk.eligibility import RegistryBusy, RegistryError, RegistryFull, RegistryUnsure
from kiosk.failures import Code, code_of, place_of
from kiosk.issuance import BatchEnded, DayRefused, NoSuchBatch, OrderRefused, PapersSpoilt, PapersWithheld
from kiosk.printing import PrinterTrouble, PrintFailed, PrintingError
from kiosk.reception.job_book import AtWork

__all__ = ["PostProblem", "PostRefused", "refusal_of"]

_log = structlog.get_logger(__name__)


class PostProblem(StrEnum):
    """The closed list."""

    BUSY = "busy"
    BATCH_IN_WORK = "batch_in_work"
    NOTHING_FREE = "nothing_free"
    TAKEN = "taken"
    REGISTER_MOVED = "register_moved"
    NO_SUCH_BATCH = "no_such_batch"
    BATCH_ENDED = "batch_ended"
    NOT_AGREED = "not_agreed"
    COUNT = "count"
    WITHHELD = "withheld"
    SPOILT = "spoilt"
    DAY = "day"
    PAPERS_DAY = "papers_day"
    DAY_ON_PAPER = "day_on_paper"
    NO_SUCH_ORDER = "no_such_order"
    NOT_HERE = "not_here"
    NO_PAPERS_YET = "no_papers_yet"
    REASON = "reason"
    ORDER_DONE = "order_done"
    ORDER_CANCELLED = "order_cancelled"
    UNSURE = "unsure"
    CANCEL_UNSURE = "cancel_unsure"
    UNMAKEABLE = "unmakeable"
    NO_STATIONERY = "no_stationery"
    NO_PRINTER = "no_printer"
    NOT_SENT = "not_sent"
    NOT_PRINTED = "not_printed"
    PRINT_STOPPED = "print_stopped"
    PAPERS_GONE = "papers_gone"
    STOPPED = "stopped"
    REGISTER_BUSY = "register_busy"
    REGISTER_DOWN = "register_down"
    REGISTER_UNSURE = "register_unsure"
    REGISTER_FULL = "register_full"
    CLOCK = "clock"
    JOURNAL_DOWN = "journal_down"
    DISK = "disk"
    PAPERS_LOST = "papers_lost"
    FAILED = "failed"


class PostRefused(Exception):
    """It was not done, or not to its end.

    With UNSURE, CANCEL_UNSURE and REGISTER_UNSURE nobody knows. With NOT_PRINTED the files before it were printed, and
    some of its pages may have been. With PAPERS_LOST the orders are in batches, whose papers have to be made again.

    Attributes:
        problem: why.
        bad: the first of the ``count`` documents that cannot be made.
        file: what was not printed.
        trouble: why the printer did not go on.
        left: whether the file may still be in the queue of CUPS.
        batches: the batches without papers.
        at_work: who does what it has to wait for.

    """

    def __init__(
        self,
        problem: PostProblem,
        bad: tuple[BadDocument, ...] = (),
        count: int = 0,
        *,
        file: str = "",
        trouble: PrinterTrouble | None = None,
        left: bool = False,
        batches: tuple[int, ...] = (),
        at_work: AtWork | None = None,
    ) -> None:
        super().__init__(problem.value)
        self.problem, self.bad, self.count = problem, bad, count
        self.file, self.trouble, self.left = file, trouble, left
        self.batches, self.at_work = batches, at_work

    @property
    def is_unsure(self) -> bool:
        """Whether it may have been done."""
        return self.problem in (PostProblem.UNSURE, PostProblem.CANCEL_UNSURE, PostProblem.REGISTER_UNSURE)

    @property
    def is_partial(self) -> bool:
        """Whether a part of it was done."""
        return bool(self.batches)

    @property
    def code(self) -> Code | None:
        """What the handbook has the printer's trouble under; None if it is no matter of the printer."""
        if self.problem not in (PostProblem.NOT_SENT, PostProblem.NOT_PRINTED):
            return None
        return self.trouble.code if self.trouble else Code.PRINTER_SILENT


_PROBLEMS: Final[Mapping[type[Exception], PostProblem]] = {
    NoSuchBatch: PostProblem.NO_SUCH_BATCH,
    BatchEnded: PostProblem.BATCH_ENDED,
    PapersWithheld: PostProblem.WITHHELD,
    PapersSpoilt: PostProblem.SPOILT,
    DayRefused: PostProblem.DAY,
    OrderRefused: PostProblem.TAKEN,
    StationeryError: PostProblem.NO_STATIONERY,
    PrintingError: PostProblem.NOT_SENT,
    PrintFailed: PostProblem.NOT_PRINTED,
    RegistryBusy: PostProblem.REGISTER_BUSY,
    RegistryFull: PostProblem.REGISTER_FULL,
    RegistryUnsure: PostProblem.REGISTER_UNSURE,
    RegistryError: PostProblem.REGISTER_DOWN,
    JournalError: PostProblem.JOURNAL_DOWN,
    ChildProcessError: PostProblem.FAILED,
    OSError: PostProblem.DISK,
}
"""By the exception; of a kind and a more general one, the first counts."""


def refusal_of(error: Exception) -> PostRefused:
    """Return why it was not done.

    An exception that is not one of ours, or that says that a process was ended from outside, is logged by its place,
    never by its text.
    """
    if isinstance(error, PostRefused):
        return error
    if isinstance(error, BatchRefused):
        return PostRefused(PostProblem.UNMAKEABLE, error.first, error.refused)
    if isinstance(error, PapersLost):
        return PostRefused(PostProblem.PAPERS_LOST, batches=error.batches)
    problem = next((problem for kind, problem in _PROBLEMS.items() if isinstance(error, kind)), PostProblem.FAILED)
    if problem is PostProblem.FAILED:
        _log.error("work for the post has failed", code=code_of(error).value, place=place_of(error))
    return PostRefused(problem)
