"""One file, or the taking back of one, from the preview to its end; it belongs to the session that began it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.reception.intake.problems import IntakeRefused
from kiosk.reception.intake.proposals import IntakeWork, Progress, Proposal
from kiosk.staff import StaffSession

__all__ = ["Draft", "DraftStage"]


class DraftStage(StrEnum):
    """How far a draft is."""

    CHECKING = "checking"
    PROPOSED = "proposed"
    TAKING = "taking"
    DONE = "done"
    REFUSED = "refused"


@dataclass(slots=True, eq=False, repr=False)
class Draft:
    """A draft.

    Attributes:
        owner: the session that began it.
        work: what is to be done.
        progress: of the work that is going on.
        handle: its name in addresses, which says nothing.
        stage: how far it is.
        proposal: what would be done, or was.
        moved: whether the register has changed since an earlier proposal.
        refusal: why nothing was done.

    """

    owner: StaffSession
    work: IntakeWork
    progress: Progress
    handle: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    stage: DraftStage = DraftStage.CHECKING
    proposal: Proposal | None = None
    moved: bool = False
    refusal: IntakeRefused | None = None

    @property
    def is_working(self) -> bool:
        """Whether a thread is at it."""
        return self.stage in {DraftStage.CHECKING, DraftStage.TAKING}

    def propose(self, proposal: Proposal, *, moved: bool) -> None:
        """Ask the officer."""
        self.stage, self.proposal, self.moved = DraftStage.PROPOSED, proposal, moved

    def end(self, proposal: Proposal) -> None:
        """Say that it is done."""
        self.stage, self.proposal = DraftStage.DONE, proposal

    def refuse(self, refusal: IntakeRefused) -> None:
        """Say why it is not done."""
        self.stage, self.refusal = DraftStage.REFUSED, refusal
