"""Why a file, or the taking back of one, was not previewed or not done: a code, and what the register says."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import structlog

from kiosk.audit import JournalError
from kiosk.eligibility import (
    BadLine,
    EncodingRefused,
    EndlessFile,
    HeaderRefused,
    ImportRefused,
    RegistryBusy,
    RegistryError,
    RegistryFull,
    RegistryUnsure,
)
from kiosk.failures import code_of, place_of
from kiosk.reception.intake.proposals import Stopped
from kiosk.reception.job_book import AtWork

__all__ = ["IntakeProblem", "IntakeRefused", "refusal_of"]

_log = structlog.get_logger(__name__)


class IntakeProblem(StrEnum):
    """The closed list."""

    BUSY = "busy"
    TOO_MANY_DRAFTS = "too_many_drafts"
    OTHERS_DRAFTS = "others_drafts"
    NOT_AGREED = "not_agreed"
    HEADER = "header"
    ENCODING = "encoding"
    ENDLESS = "endless"
    BAD_LINES = "bad_lines"
    NO_SUCH_FILE = "no_such_file"
    IS_UNDOING = "is_undoing"
    ALREADY_UNDONE = "already_undone"
    KEPT_TOO_LITTLE = "kept_too_little"
    REGISTER_BUSY = "register_busy"
    REGISTER_DOWN = "register_down"
    REGISTER_UNSURE = "register_unsure"
    NO_ROOM = "no_room"
    CLOCK = "clock"
    JOURNAL_DOWN = "journal_down"
    UNREADABLE = "unreadable"
    STOPPED = "stopped"
    FAILED = "failed"


class IntakeRefused(Exception):
    """Nothing was done; with REGISTER_UNSURE nobody knows.

    ``words`` are the register's own, in English, without anything of a person; ``bad_lines`` the first of ``count``.
    ``at_work``: who does what it has to wait for.
    """

    def __init__(
        self,
        problem: IntakeProblem,
        words: str = "",
        bad_lines: tuple[BadLine, ...] = (),
        count: int = 0,
        *,
        at_work: AtWork | None = None,
    ) -> None:
        super().__init__(problem.value)
        self.problem, self.words, self.bad_lines, self.count, self.at_work = problem, words, bad_lines, count, at_work

    @property
    def is_unsure(self) -> bool:
        """Whether it may have been done."""
        return self.problem is IntakeProblem.REGISTER_UNSURE


_PROBLEMS: Final[Mapping[type[Exception], IntakeProblem]] = {
    Stopped: IntakeProblem.STOPPED,
    EncodingRefused: IntakeProblem.ENCODING,
    HeaderRefused: IntakeProblem.HEADER,
    EndlessFile: IntakeProblem.ENDLESS,
    ImportRefused: IntakeProblem.BAD_LINES,
    RegistryBusy: IntakeProblem.REGISTER_BUSY,
    RegistryFull: IntakeProblem.NO_ROOM,
    RegistryUnsure: IntakeProblem.REGISTER_UNSURE,
    RegistryError: IntakeProblem.REGISTER_DOWN,
    JournalError: IntakeProblem.JOURNAL_DOWN,
    ChildProcessError: IntakeProblem.FAILED,
    OSError: IntakeProblem.UNREADABLE,
}
"""By the exception; of a kind and a more general one, the first counts."""

_SAID: Final = (EncodingRefused, HeaderRefused, EndlessFile)


def refusal_of(error: Exception) -> IntakeRefused:
    """Return why nothing was done.

    An exception that is not one of ours, or that says that a process was ended from outside, is logged by its place,
    never by its text.
    """
    if isinstance(error, IntakeRefused):
        return error
    found = (problem for kind, problem in _PROBLEMS.items() if isinstance(error, kind))
    problem = next(found, IntakeProblem.FAILED)
    if isinstance(error, ImportRefused):
        return IntakeRefused(problem, bad_lines=error.first, count=error.refused)
    if problem is IntakeProblem.FAILED:
        _log.error("a file was not taken", code=code_of(error).value, place=place_of(error))
    return IntakeRefused(problem, str(error) if isinstance(error, _SAID) else "")
