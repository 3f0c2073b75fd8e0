"""Decide which document applies, why, and what to do next."""

from __future__ import annotations

from kiosk.decision.codes import CardToday, Document, NextStep, Presented, Purpose, Supplement, Usable
from kiosk.decision.derived import Derived, derive, supplements
from kiosk.decision.details import answer_details
from kiosk.decision.facts import Confirmation, Facts
from kiosk.decision.issuance import Issuance, issuance, validity
from kiosk.decision.matched_row import MatchedRow
from kiosk.decision.membership import not_insured
from kiosk.decision.policy import DEFAULT_POLICY, Policy
from kiosk.decision.remarks import extra_reasons
from kiosk.decision.result import Decision
from kiosk.decision.steps import may_register, next_steps
from kiosk.decision.visit import answer_visit

__all__ = ["confirmation_validity", "decide", "decide_if_owed"]


def decide(facts: Facts, policy: Policy = DEFAULT_POLICY) -> Decision:
    """Return the one decision for valid facts.

    It never raises, and reads no clock and nothing outside its arguments.
    """
    return not_insured(facts, policy) or _insured(derived := derive(facts, policy), issuance(derived))


def decide_if_owed(facts: Facts, policy: Policy = DEFAULT_POLICY) -> Decision | None:
    """Return the decision if the union now issues a document on these facts; None if not, or if papers come first.

    For most people of a register nothing is issued, and their visit need not be decided to know that.
    """
    if not_insured(facts, policy):
        return None
    derived = derive(facts, policy)
    issued = issuance(derived)
    return None if issued.issue is None or issued.file else _insured(derived, issued)


def confirmation_validity(facts: Facts, policy: Policy = DEFAULT_POLICY) -> Confirmation | None:
    """Return the validity of the 資格確認書 that is issued on these facts; None if none is issued."""
    return validity(facts, policy) if decide(facts, policy).issue is Document.CONFIRMATION else None


def _insured(derived: Derived, issued: Issuance) -> Decision:
    is_visit = derived.facts.purpose is Purpose.VISIT
    answer = answer_visit(derived) if is_visit else answer_details(derived)
    also_bring = _also_bring(derived, answer) if is_visit else ()
    usable_after = _usable_after(derived) if is_visit else None
    return Decision(
        applies=answer.applies,
        usable=answer.usable,
        present=answer.present,
        also_bring=also_bring,
        usable_after=usable_after,
        issue=issued.issue,
        file=issued.file,
        usable_from=answer.usable_from,
        reasons=answer.reasons + extra_reasons(derived, answer.reasons) + issued.reasons,
        next_steps=next_steps(derived, answer, also_bring, usable_after, issued),
    )


_NEEDS_SUPPLEMENTS = (
    (Presented.CONFIRMATION,),
    (Presented.LEGACY_CARD,),
    (Presented.CARD, Presented.NOTICE),
)
"""The ways of being served that have △; with ○, the card and the smartphone screen, there is nothing more to bring."""


def _also_bring(derived: Derived, answer: MatchedRow) -> tuple[Supplement, ...]:
    needed = supplements(derived.facts, derived.policy)
    if not needed or not answer.present:
        return ()
    return tuple(paper for paper in needed if _is_missed(paper, derived, answer))


def _is_missed(paper: Supplement, derived: Derived, answer: MatchedRow) -> bool:
    """Return whether what is shown does not hold what this supplementary certificate says."""
    if paper is Supplement.SUBSIDY_CERTIFICATE:
        return not (derived.policy.subsidy_on_card and _is_read_by_the_desk(answer))
    if derived.pays_in_full or answer.present not in _NEEDS_SUPPLEMENTS:
        return False
    return answer.present != (Presented.CONFIRMATION,) or paper not in derived.policy.printed_on_confirmation


def _is_read_by_the_desk(answer: MatchedRow) -> bool:
    if answer.present == (Presented.PHONE_CARD,):
        return True
    return answer.present == (Presented.CARD,) and answer.usable is Usable.YES


def _usable_after(derived: Derived) -> NextStep | None:
    """Return ``register_card`` when registering at this very desk makes the card apply."""
    facts, policy = derived.facts, derived.policy
    here = facts.card_today is CardToday.READ and derived.linked
    can = policy.desk_has_face_reader or not facts.card_without_pin
    return NextStep.REGISTER_CARD if here and can and may_register(derived) else None
