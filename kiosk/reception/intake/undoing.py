"""Take a file back that the register has taken, as `kiosk registry undo` does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kiosk.eligibility import Registry, UndoNotAsPreviewed, UndoRefused, UndoReport
from kiosk.reception.intake.problems import IntakeProblem, IntakeRefused
from kiosk.reception.intake.proposals import Consent, Doing, Moved, Progress, Proposal

__all__ = ["UndoWork"]

_UNDO = "undo"


@dataclass(frozen=True, slots=True)
class UndoWork:
    """The taking back of file ``batch`` by the account ``by``; ``now`` is the clock (UTC)."""

    registry: Registry
    batch: int
    by: str
    now: Callable[[], datetime]

    @property
    def kind(self) -> str:
        """That of an undoing."""
        return _UNDO

    @property
    def subject(self) -> str:
        """The number of the file."""
        return str(self.batch)

    def preview(self, progress: Progress) -> Proposal:
        """Return what would be taken back, and who has changed since."""
        progress.doing = Doing.MATCHING
        return _proposal(self._undone(None))

    def take(self, seen: Proposal, progress: Progress) -> Proposal:
        """Take the file back. Members who have changed since stay as they are, which was agreed to."""
        progress.doing = Doing.MATCHING
        previewed = seen.report if isinstance(seen.report, UndoReport) else None
        try:
            return _proposal(self._undone(previewed))
        except UndoNotAsPreviewed as error:
            raise Moved(_proposal(error.report)) from None

    def forget(self) -> None:
        """Do nothing: there is no draft."""

    def _undone(self, previewed: UndoReport | None) -> UndoReport:
        try:
            return self.registry.undo(
                self.batch,
                self.by,
                self.now(),
                leave_changed=True,
                preview=previewed is None,
                previewed=previewed,
            )
        except UndoRefused as error:
            raise IntakeRefused(self._why_not()) from error

    def _why_not(self) -> IntakeProblem:
        kept = self.registry.kept_report(self.batch)
        if kept is None:
            return IntakeProblem.NO_SUCH_FILE
        if kept.kind == _UNDO:
            return IntakeProblem.IS_UNDOING
        return IntakeProblem.KEPT_TOO_LITTLE if kept.undone_by is None else IntakeProblem.ALREADY_UNDONE


def _proposal(report: UndoReport) -> Proposal:
    return Proposal(report, frozenset({Consent.LEAVE_CHANGED} if report.left else ()))
