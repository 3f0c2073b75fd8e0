"""What a person's facts amount to, by the register or by an answer of the 資格確認端末."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.decision import Decision, Facts, Policy, decide
from kiosk.eligibility.sources import ConfirmedFacts, EligibilitySource, FieldDifference
from kiosk.eligibility.terminal import Answer, FactsNote
from kiosk.reception.visit.eligibility import AskedSource

__all__ = ["Judged", "by_answer", "by_register"]


@dataclass(frozen=True, slots=True, repr=False)
class Judged:
    """The decision for a person as staff read it, and what it was made of."""

    facts: Facts
    policy: Policy
    for_staff: Decision
    source: AskedSource
    differences: tuple[FieldDifference, ...] = ()
    insurer_name: str | None = None
    notes: tuple[FactsNote, ...] = ()


def by_register(facts: Facts, policy: Policy, now: datetime) -> Judged:
    """Return what the register's facts amount to."""
    return Judged(facts, policy, decide(facts, policy), AskedSource(EligibilitySource.REGISTRY, now))


def by_answer(found: ConfirmedFacts, answer: Answer, now: datetime, *, compared: bool) -> Judged:
    """Return what an answer amounts to; ``compared`` says whether the register has the person too."""
    fields = tuple(difference.field for difference in found.differences)
    agrees = not fields if compared else None
    source = AskedSource(EligibilitySource.TERMINAL, answer.as_of or now, agrees, fields)
    return Judged(
        found.facts,
        found.policy,
        found.decision(decide),
        source,
        found.differences,
        found.insurer_name,
        found.notes,
    )
