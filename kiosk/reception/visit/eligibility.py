"""What the register and the decision say of a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.decision import Decision, Document, NextStep, Presented, Purpose, Reason, Usable
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


@dataclass(frozen=True, slots=True)
class Reminder:
    """What the farewell repeats of an answer: its heading, and the first step. It names nobody."""

    applies: Document | None
    usable: Usable
    present: tuple[Presented, ...]
    purpose: Purpose
    step: NextStep

    @classmethod
    def of(cls, decision: Decision, purpose: Purpose) -> Reminder:
        """Return what is kept of a decision."""
        return cls(decision.applies, decision.usable, decision.present, purpose, decision.next_steps[0])
