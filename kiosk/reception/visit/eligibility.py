"""What the register and the decision say of a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.decision import Decision, Document, NextStep, Presented, Purpose, Reason, Supplement, Usable
from kiosk.reception.questions import Inquiry
from kiosk.reception.renewal import Renewal
from kiosk.reception.union_office import PersonalPages

__all__ = ["Eligibility", "Reminder"]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The decision for a person, and what the screen shows beside it.

    ``decision`` is the published one (``kiosk.decision.published``), so that no output marks people whose data are
    withheld. ``for_staff`` is the one that staff read; None: it is the same.
    ``inquiry`` is what could still be asked, ``pages`` what the union's terminal shows of the person's own record.
    """

    decision: Decision
    masked_name: str
    inquiry: Inquiry = Inquiry()
    renewal: Renewal | None = None
    pages: PersonalPages | None = field(default=None, repr=False)
    for_staff: Decision | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse a decision that is for staff only.

        Raises:
            ValueError: The decision says that the person's data are withheld.

        """
        if Reason.INFORMATION_WITHHELD in self.decision.reasons:
            raise ValueError("this decision is for staff only")


_SAID_IN_HEADING = {
    Reason.MOVED_TO_LATE_ELDERLY,
    Reason.INSURANCE_ENDED,
    Reason.NOT_YET_INSURED,
    Reason.PAYS_IN_FULL,
    Reason.REGISTRATION_UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Reminder:
    """What the farewell repeats of an answer: what its heading and pictures depend on, and its steps. It names nobody.

    ``reasons`` are only those that the heading says.
    """

    purpose: Purpose
    applies: Document | None
    usable: Usable
    present: tuple[Presented, ...]
    also_bring: tuple[Supplement, ...]
    usable_after: NextStep | None
    reasons: tuple[Reason, ...]
    next_steps: tuple[NextStep, ...]

    @classmethod
    def of(cls, decision: Decision, purpose: Purpose) -> Reminder:
        """Return what is kept of a decision."""
        return cls(
            purpose=purpose,
            applies=decision.applies,
            usable=decision.usable,
            present=decision.present,
            also_bring=decision.also_bring,
            usable_after=decision.usable_after,
            reasons=tuple(reason for reason in decision.reasons if reason in _SAID_IN_HEADING),
            next_steps=decision.next_steps,
        )
