"""Define the decision, which every screen, the API, the printed guidance and the batch read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.decision.codes import Document, NextStep, Paper, Presented, Reason, Supplement, Usable

__all__ = ["Decision", "UsableFrom"]


@dataclass(frozen=True, slots=True)
class UsableFrom:
    """The business days between which the card is expected to begin to work, both inclusive."""

    earliest: date
    latest: date

    def to_json(self) -> dict[str, str]:
        """Return the days as ISO dates."""
        return {"earliest": self.earliest.isoformat(), "latest": self.latest.isoformat()}


@dataclass(frozen=True, slots=True)
class Decision:
    """Which document applies, why, and what to do next. Reasons and steps are never empty."""

    applies: Document | None
    usable: Usable
    """Whether the purpose can be served today."""
    present: tuple[Presented, ...]
    """What to show at the desk, in order."""
    also_bring: tuple[Supplement, ...]
    usable_after: NextStep | None
    """None or ``register_card``: what makes the card usable at this very desk."""
    issue: Document | None
    """What the union issues."""
    file: tuple[Paper, ...]
    """Papers to file with the union."""
    usable_from: UsableFrom | None
    reasons: tuple[Reason, ...]
    next_steps: tuple[NextStep, ...]

    def to_json(self) -> dict[str, object]:
        """Return the decision as ``kiosk decide`` writes it; the codes are strings of their own lists."""
        return {
            "applies": self.applies,
            "usable": self.usable,
            "present": list(self.present),
            "also_bring": list(self.also_bring),
            "usable_after": self.usable_after,
            "issue": self.issue,
            "file": list(self.file),
            "usable_from": self.usable_from.to_json() if self.usable_from else None,
            "reasons": list(self.reasons),
            "next_steps": list(self.next_steps),
        }
