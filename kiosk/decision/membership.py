"""Decide section 1: whether the person is insured here at all on this day."""

from __future__ import annotations

from kiosk.decision.calendar import attains
from kiosk.decision.codes import LifeEvent, NextStep, Paper, Purpose, Reason, Usable
from kiosk.decision.facts import Facts
from kiosk.decision.issuance import papers_to_join
from kiosk.decision.policy import Policy
from kiosk.decision.result import Decision

__all__ = ["not_insured"]


def not_insured(facts: Facts, policy: Policy) -> Decision | None:
    """Return the decision for a day outside the membership; None for an insured day."""
    if facts.on > attains(facts.birth_date, policy.late_elderly_age):
        return _insured_elsewhere(facts, Reason.MOVED_TO_LATE_ELDERLY)
    if facts.lost_on is not None and facts.on >= facts.lost_on:
        return _insured_elsewhere(facts, Reason.INSURANCE_ENDED)
    if facts.on < facts.acquired_on:
        return _not_yet_insured(facts)
    return None


def _insured_elsewhere(facts: Facts, reason: Reason) -> Decision:
    # Each insurer must be told anew that a person's data are to be withheld, before the card is used.
    if facts.purpose is Purpose.VISIT and not facts.information_withheld:
        return _outside(reason, (NextStep.ASK_NEW_INSURER,))
    return _outside(reason, (NextStep.CONTACT_UNION, NextStep.ASK_NEW_INSURER))


def _not_yet_insured(facts: Facts) -> Decision:
    file = papers_to_join(facts) if facts.event in _JOINING else ()
    steps = (NextStep.FILE_PAPERS, NextStep.CONTACT_UNION) if file else (NextStep.CONTACT_UNION,)
    return _outside(Reason.NOT_YET_INSURED, steps, file)


_JOINING = (LifeEvent.ENROLLED, LifeEvent.REEMPLOYED)


def _outside(reason: Reason, next_steps: tuple[NextStep, ...], file: tuple[Paper, ...] = ()) -> Decision:
    return Decision(
        applies=None,
        usable=Usable.NO,
        present=(),
        also_bring=(),
        usable_after=None,
        issue=None,
        file=file,
        usable_from=None,
        reasons=(reason,),
        next_steps=next_steps,
    )
