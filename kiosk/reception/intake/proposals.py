"""What a file, or the taking back of one, would do, and to what an officer must agree before it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

from kiosk.eligibility import ImportReport, UndoReport

__all__ = ["Doing", "Moved", "Consent", "Progress", "Proposal", "Report", "Stopped", "IntakeWork"]

Report = ImportReport | UndoReport

_Step = TypeVar("_Step")


class Consent(StrEnum):
    """What an officer must tick before the proposal is done."""

    LARGE_CHANGE = "large_change"
    OLDER = "older"
    LEAVE_CHANGED = "leave_changed"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be done, or was; ``needs`` is what must be agreed to."""

    report: Report = field(repr=False)
    needs: frozenset[Consent] = frozenset()


class Moved(Exception):
    """The register has changed since the proposal; nothing was done. ``proposal`` is the new one."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__("the register has changed")
        self.proposal = proposal


class Stopped(Exception):
    """Nobody waits for this preview any more, or the service ends; the transaction is to be rolled back."""


class Doing(StrEnum):
    """What a work is at."""

    READING = "reading"
    MATCHING = "matching"
    WRITING = "writing"


@dataclass(slots=True)
class Progress:
    """How far a work is. It is written by the thread that works and read by the pages.

    ``done`` of ``total`` are bytes while it reads and steps while it writes; ``total`` 0: not known. ``closing`` says
    whether the service ends, and ``since`` when the work began (seconds of the monotonic clock).
    """

    closing: Callable[[], bool]
    doing: Doing = Doing.READING
    done: int = 0
    total: int = 0
    stopped: bool = False
    since: float = field(default_factory=time.monotonic)

    def read(self, piece: bytes) -> None:
        """Count bytes. Raises Stopped if nobody waits for the preview any more, or the service ends."""
        self.done += len(piece)
        if self.stopped or self.closing():
            raise Stopped

    @contextmanager
    def matching(self, _: str) -> Iterator[None]:
        """Say that the lines are compared with the register; how long that takes is not known."""
        self.doing, self.done, self.total = Doing.MATCHING, 0, 0
        yield

    def writing(self, steps: list[_Step]) -> Iterable[_Step]:
        """Count steps."""
        self.doing, self.done, self.total = Doing.WRITING, 0, len(steps)
        for step in steps:
            yield step
            self.done += 1


class IntakeWork(Protocol):
    """A file to take, or one to take back. The methods block, so they are called in a thread."""

    @property
    def kind(self) -> str:
        """``members``, the kind of a feed, or ``undo``."""

    @property
    def subject(self) -> str:
        """What the journal says of it: the kind, or the number of the file that is taken back."""

    def preview(self, progress: Progress) -> Proposal:
        """Return what would be done, and do nothing."""

    def take(self, seen: Proposal, progress: Progress) -> Proposal:
        """Do what was proposed, whole or not at all. Raises Moved if it would be something else now."""

    def forget(self) -> None:
        """Remove what is kept for the work."""
