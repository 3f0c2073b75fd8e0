"""To whom the union owes a document on a day: the decision, asked for every member (docs/formats.md)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kiosk.decision import (
    Confirmation,
    Decision,
    Document,
    Facts,
    LifeEvent,
    Policy,
    Reason,
    confirmation_validity,
    decide,
)
from kiosk.eligibility import Member, MemberId, NotBornYet, facts_for

__all__ = ["PlanLine", "first_of_membership", "line_for", "plan_lines"]


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One member to whom the union owes a document.

    Attributes:
        member: whose.
        issue: the document, `notice` or `confirmation`.
        reasons: those of the decision.
        validity: of a confirmation; None for a notice.

    """

    member: MemberId
    issue: Document
    reasons: tuple[Reason, ...]
    validity: Confirmation | None

    def to_json(self) -> dict[str, object]:
        """The object of docs/formats.md; the two days of validity stand in a confirmation's only."""
        line: dict[str, object] = {"member": str(self.member), "issue": self.issue, "reasons": list(self.reasons)}
        if self.validity is not None:
            line["valid_from"] = self.validity.valid_from.isoformat()
            line["valid_until"] = self.validity.valid_until.isoformat()
        return line


def plan_lines(members: Iterable[Member], on: date, policy: Policy) -> Iterator[PlanLine]:
    """The lines for a day (Asia/Tokyo), in the order of `members`, one member in memory at a time.

    Raises kiosk.decision.FactsError when `on` lies outside the years that facts can speak of.
    """
    for member in members:
        line = line_for(member, on, policy)
        if line is not None:
            yield line


def line_for(member: Member, on: date, policy: Policy) -> PlanLine | None:
    """The line of one member; None when nothing is owed, or the union acts on the papers the person files."""
    event = LifeEvent.ENROLLED if first_of_membership(member, policy) else None
    facts = facts_for(member, on, policy=policy, event=event)
    if isinstance(facts, NotBornYet):
        return None
    decision = decide(facts, policy)
    if decision.issue is None or decision.file:
        return None
    return PlanLine(member.id, decision.issue, decision.reasons, _validity(decision, facts, policy))


def first_of_membership(member: Member, policy: Policy) -> bool:
    """Whether nothing was issued in this membership: no notice, no confirmation, no 保険証.

    A notice that is dated later than the day asked about counts as issued: it is under way.
    """
    papers = (member.notice_issued_on, member.confirmation_valid_from)
    if any(day is not None and day >= member.acquired_on for day in papers):
        return False
    return member.legacy_card_until is None or member.acquired_on > policy.legacy_card_last_issue


def _validity(decision: Decision, facts: Facts, policy: Policy) -> Confirmation | None:
    return confirmation_validity(facts, policy) if decision.issue is Document.CONFIRMATION else None
