"""Decide section 4: what the union issues, and what to file.

The sources are 「資格確認書交付の概要」 and 「資格情報通知書を交付します」.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from kiosk.decision.calendar import attains, day_before_anniversary, same_day_of_month
from kiosk.decision.codes import CardStatus, Document, LifeEvent, Paper, Reason
from kiosk.decision.derived import Derived
from kiosk.decision.facts import Confirmation, Facts
from kiosk.decision.policy import Policy, UnknownRegistrationIssue

__all__ = ["Issuance", "issuance", "papers_to_join", "reaches_end_of_stay", "validity"]


class Issuance(NamedTuple):
    """The document to issue, the papers to file for it, and the reasons that concern either."""

    issue: Document | None
    file: tuple[Paper, ...]
    reasons: tuple[Reason, ...]


def issuance(derived: Derived) -> Issuance:
    """Return what the union issues to an insured person on this day."""
    issue, reasons = _final_issue(derived, _issue_by_event(derived))
    stay_cap = _stay_cap(derived.facts, derived.policy)
    if issue is Document.CONFIRMATION and stay_cap is not None and stay_cap < derived.facts.on:
        issue, reasons = None, (Reason.STAY_ENDED,)
    return Issuance(issue, _papers(derived, issue, reasons), reasons)


def reaches_end_of_stay(issued: Issuance) -> bool:
    """Return whether the stay is why no 資格確認書 is issued: the union must hear of its renewal."""
    return Reason.STAY_ENDED in issued.reasons or (
        issued.issue is None and Reason.CONFIRMATION_ENDING in issued.reasons
    )


def papers_to_join(facts: Facts) -> tuple[Paper, ...]:
    """Return the papers of the events that begin a membership, ``enrolled`` and ``reemployed``."""
    if facts.event is LifeEvent.REEMPLOYED:
        return (Paper.WITHDRAWAL_NOTICE, Paper.ENROLMENT_NOTICE)
    return (Paper.ENROLMENT_NOTICE, Paper.ACQUISITION_NOTICE) if facts.filed_on is None else ()


def validity(facts: Facts, policy: Policy) -> Confirmation:
    """Return the validity of a 資格確認書 issued on the day asked about (「有効期限は5年」)."""
    full_term = day_before_anniversary(facts.on, policy.confirmation_years)
    return Confirmation(valid_from=facts.on, valid_until=min(full_term, _cap(facts, policy)))


def _issue_by_event(derived: Derived) -> Document | None:
    """Return what the row of the event issues, to 要配慮者 a confirmation beside the card."""
    facts = derived.facts
    if facts.special_consideration or facts.event in _CONFIRMATION_EVENTS:
        return Document.CONFIRMATION
    if facts.event is LifeEvent.ENROLLED and facts.confirmation_requested:
        return Document.CONFIRMATION
    if derived.lasting:
        return _issue_to_lasting(derived)
    return _issue_to_undetermined(derived) if derived.undetermined else Document.CONFIRMATION


_CONFIRMATION_EVENTS = (
    LifeEvent.REGISTRATION_CANCELLED,
    LifeEvent.CARD_RETURNED,
    LifeEvent.CARD_LOST,
    LifeEvent.CONFIRMATION_LOST,
    LifeEvent.CONSIDERATION_REQUESTED,
)


def _issue_to_lasting(derived: Derived) -> Document | None:
    match derived.facts.event:
        case None:
            return None
        case LifeEvent.ENROLLED:
            return Document.NOTICE
        case _:
            return Document.NOTICE if derived.policy.notice_on_change else None


def _issue_to_undetermined(derived: Derived) -> Document | None:
    match derived.policy.unknown_registration_issue:
        case UnknownRegistrationIssue.NONE:
            return None
        case UnknownRegistrationIssue.CONFIRMATION:
            return Document.CONFIRMATION
        case UnknownRegistrationIssue.NOTICE:
            return _issue_to_lasting(derived)


def _final_issue(derived: Derived, issue: Document | None) -> tuple[Document | None, tuple[Reason, ...]]:
    """Compare a confirmation that the table names with the one of this membership that the person has."""
    facts, policy, held = derived.facts, derived.policy, derived.confirmation
    if issue is not Document.CONFIRMATION or held is None or held.valid_until < facts.on or _always_issued(facts):
        return issue, ()
    renewal = timedelta(days=policy.confirmation_renewal_days)
    if derived.confirmation_coming or held.valid_until > facts.on + renewal:
        return None, (Reason.CONFIRMATION_IS_ENOUGH,)
    if held.valid_until >= _cap(facts, policy):
        return None, (Reason.CONFIRMATION_ENDING,) if _stay_ends_first(facts, policy) else ()
    return issue, (Reason.CONFIRMATION_ENDING,)


def _always_issued(facts: Facts) -> bool:
    if facts.event is LifeEvent.ENROLLED:
        return facts.confirmation_requested
    return facts.event in (LifeEvent.RENAMED, LifeEvent.REEMPLOYED, LifeEvent.CONFIRMATION_LOST)


def _papers(derived: Derived, issue: Document | None, reasons: tuple[Reason, ...]) -> tuple[Paper, ...]:
    facts = derived.facts
    match facts.event:
        case LifeEvent.ENROLLED | LifeEvent.REEMPLOYED:
            return papers_to_join(facts)
        case LifeEvent.RENAMED:
            return (Paper.NAME_CHANGE_NOTICE,)
        case LifeEvent.CERTIFICATE_EXPIRED:
            return ()
        case LifeEvent.REGISTRATION_CANCELLED:
            return (Paper.REGISTRATION_CANCELLATION,)
    if facts.information_withheld or Reason.STAY_ENDED in reasons:
        return ()
    return _APPLICATION if _must_apply(derived, issue) else ()


_APPLICATION = (Paper.CONFIRMATION_APPLICATION,)


def _must_apply(derived: Derived, issue: Document | None) -> bool:
    """Return whether a confirmation comes on application (申請書に基づき交付), not on the union's own motion."""
    facts = derived.facts
    if facts.event in (LifeEvent.CONFIRMATION_LOST, LifeEvent.CONSIDERATION_REQUESTED):
        return True
    if issue is not Document.CONFIRMATION:
        return False
    if facts.event is not None:
        return True
    gone = facts.card in (CardStatus.RETURNED, CardStatus.LOST)
    return gone and derived.confirmation is None and not facts.special_consideration


def _cap(facts: Facts, policy: Policy) -> date:
    """Return the last day that a confirmation can be valid on."""
    insured_until, stay_cap = _insured_until(facts, policy), _stay_cap(facts, policy)
    return insured_until if stay_cap is None else min(insured_until, stay_cap)


def _insured_until(facts: Facts, policy: Policy) -> date:
    """Return the last insured day that is known."""
    last_day = attains(facts.birth_date, policy.late_elderly_age)
    return last_day if facts.lost_on is None else min(last_day, facts.lost_on - timedelta(days=1))


def _stay_cap(facts: Facts, policy: Policy) -> date | None:
    """Return the stay's last day, with the 特例期間 once it is over: its renewal may be under way. None: no stay."""
    if facts.stay_until is None or facts.stay_until >= facts.on:
        return facts.stay_until
    return same_day_of_month(facts.stay_until, policy.stay_grace_months)


def _stay_ends_first(facts: Facts, policy: Policy) -> bool:
    stay_cap = _stay_cap(facts, policy)
    return stay_cap is not None and stay_cap < _insured_until(facts, policy)
