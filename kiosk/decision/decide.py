"""Decide which document applies, why, and what to do next."""

from __future__ import annotations

from kiosk.decision.codes import CardToday, Document, NextStep, Presented, Purpose, Supplement
from kiosk.decision.derived import Derived, derive, supplements
from kiosk.decision.details import answer_details
from kiosk.decision.facts import Confirmation, Facts
from kiosk.decision.issuance import issuance, validity
from kiosk.decision.matched_row import MatchedRow
from kiosk.decision.membership import not_insured
from kiosk.decision.policy import DEFAULT_POLICY, Policy
from kiosk.decision.remarks import extra_reasons
from kiosk.decision.result import Decision
from kiosk.decision.steps import must_register, next_steps
from kiosk.decision.visit import answer_visit

__all__ = ["confirmation_validity", "decide"]


def decide(facts: Facts, policy: Policy = DEFAULT_POLICY) -> Decision:
    """Return the one decision for valid facts.

    It never raises, and reads no clock and nothing outside its arguments.
    """
    return not_insured(facts, policy) or _insured(derive(facts, policy))


def confirmation_validity(facts: Facts, policy: Policy = DEFAULT_POLICY) -> Confirmation | None:
    """Return the validity of the 資格確認書 that is issued on these facts; None if none is issued."""
    return validity(facts, policy) if decide(facts, policy).issue is Document.CONFIRMATION else None


def _insured(derived: Derived) -> Decision:
    is_visit = derived.facts.purpose is Purpose.VISIT
    answer = answer_visit(derived) if is_visit else answer_details(derived)
    issued = issuance(derived)
    also_bring = _also_bring(derived, answer) if is_visit else ()
    return Decision(
        applies=answer.applies,
        usable=answer.usable,
        present=answer.present,
        also_bring=also_bring,
        usable_after=_usable_after(derived) if is_visit else None,
        issue=issued.issue,
        file=issued.file,
        usable_from=answer.usable_from,
        reasons=answer.reasons + extra_reasons(derived) + issued.reasons,
        next_steps=next_steps(derived, answer, also_bring, issued),
    )


_NEEDS_SUPPLEMENTS = (
    (Presented.CONFIRMATION,),
    (Presented.LEGACY_CARD,),
    (Presented.CARD, Presented.NOTICE),
)
"""The ways of being served that have △; with ○, the card and the smartphone screen, there is nothing more to bring."""


def _also_bring(derived: Derived, answer: MatchedRow) -> tuple[Supplement, ...]:
    if answer.present not in _NEEDS_SUPPLEMENTS:
        return ()
    needed = supplements(derived.facts, derived.policy)
    if answer.present != (Presented.CONFIRMATION,):
        return needed
    return tuple(paper for paper in needed if paper not in derived.policy.printed_on_confirmation)


def _usable_after(derived: Derived) -> NextStep | None:
    """Return ``register_card`` if registering at this very desk makes the card apply."""
    here = derived.facts.card_today is CardToday.READ
    return NextStep.REGISTER_CARD if here and derived.linked and must_register(derived) else None
