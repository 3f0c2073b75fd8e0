"""The decision as everybody but staff may read it: nothing in it marks a person whose data are withheld.

Specification: "Contract". A registration step that is missing can still be noticed.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.decision.codes import NextStep, Purpose, Reason, Registration
from kiosk.decision.facts import Facts
from kiosk.decision.result import Decision

__all__ = ["published", "unmarked"]


def published(decision: Decision, facts: Facts) -> Decision:
    """Return the decision for these facts without a code that marks people whose data are withheld (DV and the like).

    ``information_withheld`` reads as ``not_registered``, and a ``contact_union`` that is there for its sake alone as
    ``ask_staff``.
    """
    if not facts.information_withheld:
        return decision
    return replace(decision, reasons=_reasons(decision), next_steps=_steps(decision, facts))


def unmarked(facts: Facts) -> Facts:
    """Return the facts of somebody who is not registered, in the place of somebody whose data are withheld.

    What is asked of a person, beside the decision, follows from these.
    """
    if not facts.information_withheld:
        return facts
    return replace(facts, information_withheld=False, registration=Registration.UNREGISTERED, registration_ends_on=None)


def _reasons(decision: Decision) -> tuple[Reason, ...]:
    return tuple(Reason.NOT_REGISTERED if each is Reason.INFORMATION_WITHHELD else each for each in decision.reasons)


def _steps(decision: Decision, facts: Facts) -> tuple[NextStep, ...]:
    if _must_contact_union_anyway(decision, facts):
        return decision.next_steps
    steps = (NextStep.ASK_STAFF if step is NextStep.CONTACT_UNION else step for step in decision.next_steps)
    return tuple(dict.fromkeys(steps))


def _must_contact_union_anyway(decision: Decision, facts: Facts) -> bool:
    """Return whether somebody else in the same position would be sent to the union too."""
    reasons = decision.reasons
    if decision.applies is None:
        return facts.purpose is not Purpose.VISIT or Reason.NOT_YET_INSURED in reasons
    ends_with_stay = decision.issue is None and Reason.CONFIRMATION_ENDING in reasons
    return ends_with_stay or Reason.STAY_ENDED in reasons
