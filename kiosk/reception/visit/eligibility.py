"""What the register and the decision say of a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.decision import Decision, Document, NextStep, Presented, Purpose, Reason, Supplement, Usable
from kiosk.eligibility.sources import ConfirmedField, EligibilitySource, FieldDifference
from kiosk.eligibility.terminal import Answer, FactsNote
from kiosk.reception.questions import Inquiry
from kiosk.reception.renewal import Renewal
from kiosk.reception.union_office import PersonalPages
from kiosk.results import NamedMember

__all__ = ["AskedSource", "Eligibility", "Reminder"]


@dataclass(frozen=True, slots=True)
class AskedSource:
    """Where an answer comes from, and whether the register agrees with it (None: it was not compared).

    ``as_of`` is the moment that the answer is of. ``differences`` are fields, never what they hold. ``was_valid`` is of
    an answer that is only the last one known: whether there was a valid 資格 then.
    """

    source: EligibilitySource
    as_of: datetime
    agrees: bool | None = None
    differences: tuple[ConfirmedField, ...] = ()
    was_valid: bool | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The decision for a person, and what the screen shows beside it.

    ``decision`` is the published one (``kiosk.decision.published``), so that no output marks people whose data are
    withheld. ``for_staff`` is the one that staff read; None: it is the same.
    ``source`` is who has answered; ``answer`` is what the 資格確認端末 said, which is asked once a visit;
    ``differences`` is where the register says something else, for staff. ``insurer_name`` is there for a member of
    another insurer. ``notes`` is what staff are told of the terminal's answer.
    ``member`` is the member's pseudonym, ``person`` who they are, for other programs; ``receipt`` is the signed
    statement that they were here.
    ``inquiry`` is what could still be asked, ``pages`` what the union's terminal shows of the person's own record.
    """

    decision: Decision
    masked_name: str
    inquiry: Inquiry = Inquiry()
    renewal: Renewal | None = None
    pages: PersonalPages | None = field(default=None, repr=False)
    for_staff: Decision | None = field(default=None, repr=False)
    source: AskedSource | None = None
    answer: Answer | None = field(default=None, repr=False)
    differences: tuple[FieldDifference, ...] = field(default=(), repr=False)
    insurer_name: str | None = field(default=None, repr=False)
    notes: tuple[FactsNote, ...] = ()
    member: str | None = None
    receipt: str | None = None
    person: NamedMember | None = field(default=None, repr=False)

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

    ``reasons`` are only those that the heading says. ``of_another_insurer``: the words speak of no 組合.
    """

    purpose: Purpose
    applies: Document | None
    usable: Usable
    present: tuple[Presented, ...]
    also_bring: tuple[Supplement, ...]
    usable_after: NextStep | None
    reasons: tuple[Reason, ...]
    next_steps: tuple[NextStep, ...]
    of_another_insurer: bool = False

    @classmethod
    def of(cls, decision: Decision, purpose: Purpose, *, of_another_insurer: bool = False) -> Reminder:
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
            of_another_insurer=of_another_insurer,
        )
