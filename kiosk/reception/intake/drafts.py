"""One file, or the taking back of one, from the preview to its end; it belongs to the account that began it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import structlog

from kiosk.reception.intake.problems import IntakeRefused, refusal_of
from kiosk.reception.intake.proposals import IntakeWork, Progress, Proposal, Stopped
from kiosk.reception.job_book import AtWork, OfficeJob

__all__ = ["Draft", "DraftStage"]

_log = structlog.get_logger(__name__)


class DraftStage(StrEnum):
    """How far a draft is."""

    CHECKING = "checking"
    PROPOSED = "proposed"
    TAKING = "taking"
    DONE = "done"
    REFUSED = "refused"


@dataclass(slots=True, eq=False, repr=False)
class Draft(OfficeJob):
    """A draft.

    Attributes:
        work: what is to be done.
        progress: of the work that is going on.
        stage: how far it is.
        proposal: what would be done, or was.
        moved: whether the register has changed since an earlier proposal.
        refusal: why nothing was done.

    """

    work: IntakeWork
    progress: Progress
    stage: DraftStage = DraftStage.CHECKING
    proposal: Proposal | None = None
    moved: bool = False
    refusal: IntakeRefused | None = None

    @property
    def is_working(self) -> bool:
        """Whether a thread is at it."""
        return self.stage in {DraftStage.CHECKING, DraftStage.TAKING}

    @property
    def is_undecided(self) -> bool:
        """Whether nobody has agreed to it."""
        return self.stage in {DraftStage.CHECKING, DraftStage.PROPOSED}

    @property
    def at_work(self) -> AtWork:
        """Who does what, and since when."""
        return AtWork(self.account.display, self.stage.value, self.began_at)

    def propose(self, proposal: Proposal, *, moved: bool) -> None:
        """Ask the officer, if somebody waits for it still."""
        if self.progress.stopped:
            self.fail(Stopped())
            return
        self.stage, self.proposal, self.moved = DraftStage.PROPOSED, proposal, moved

    def end(self, proposal: Proposal) -> None:
        """Say that it is done."""
        self.stage, self.proposal = DraftStage.DONE, proposal

    def fail(self, error: Exception) -> None:
        """Say why it is not done, in the log too."""
        self.stage, self.refusal = DraftStage.REFUSED, refusal_of(error)
        _log.warning("a file was refused", problem=self.refusal.problem.value, effect=self.work.kind)

    def stop(self) -> None:
        """Let the preview end as soon as it can."""
        self.progress.stopped = True

    def forget(self) -> None:
        """Remove the file. Raises OSError."""
        self.work.forget()
