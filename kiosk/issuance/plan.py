"""To whom the union owes a document on a day: the decision, asked for every member (docs/formats.md)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kiosk.decision import (
    Confirmation,
    Document,
    LifeEvent,
    Policy,
    Reason,
    decide_if_owed,
)
from kiosk.decision.issuance import validity
from kiosk.eligibility import Circumstances, Member, MemberId, NotBornYet, facts_for

__all__ = ["PlanLine", "first_of_membership", "line_for", "plan_lines"]


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One member to whom the union owes a document.

    Attributes:
        member: the member.
        issue: the document, `notice` or `confirmation`.
        reasons: the reasons of the decision.
        validity: how long a confirmation is valid; None for a notice.
        aside: whether the person's data are withheld, so that where the document goes is agreed with them first.

    """

    member: MemberId
    issue: Document
    reasons: tuple[Reason, ...]
    validity: Confirmation | None
    aside: bool = False

    def to_json(self) -> dict[str, object]:
        """Return the object of docs/formats.md: the two days for a confirmation only, `aside` only if it is true."""
        line: dict[str, object] = {"member": str(self.member), "issue": self.issue, "reasons": list(self.reasons)}
        if self.validity is not None:
            line["valid_from"] = self.validity.valid_from.isoformat()
            line["valid_until"] = self.validity.valid_until.isoformat()
        if self.aside:
            line["aside"] = True
        return line


def plan_lines(members: Iterable[Member | Circumstances], on: date, policy: Policy) -> Iterator[PlanLine]:
    """Yield the lines for the day `on` (Asia/Tokyo) in the order of `members`, with one member in memory at a time.

    Raises:
        kiosk.decision.FactsError: `on` lies outside the years that facts can have.

    """
    for member in members:
        line = line_for(member, on, policy)
        if line is not None:
            yield line


def line_for(member: Member | Circumstances, on: date, policy: Policy) -> PlanLine | None:
    """Return the line of one member; None if nothing is owed, or if the person has to file papers first."""
    event = LifeEvent.ENROLLED if first_of_membership(member, policy) else None
    facts = facts_for(member, on, policy=policy, event=event)
    if isinstance(facts, NotBornYet):
        return None
    decision = decide_if_owed(facts, policy)
    if decision is None or decision.issue is None:
        return None
    days = validity(facts, policy) if decision.issue is Document.CONFIRMATION else None
    return PlanLine(member.id, decision.issue, decision.reasons, days, aside=facts.information_withheld)


def first_of_membership(member: Member | Circumstances, policy: Policy) -> bool:
    """Return whether nothing was issued in this membership: no notice, no confirmation, no 保険証.

    A notice with a later date than the day asked about counts as issued, since it is on its way.
    """
    papers = (member.notice_issued_on, member.confirmation_valid_from)
    if any(day is not None and day >= member.acquired_on for day in papers):
        return False
    return member.legacy_card_until is None or member.acquired_on > policy.legacy_card_last_issue
