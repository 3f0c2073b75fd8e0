"""Decide section 4: what the union issues, and what to file.

The sources are 「資格確認書交付の概要」 and 「資格情報通知書を交付します」.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from kiosk.decision.calendar import attains, day_before_anniversary
from kiosk.decision.codes import CardStatus, Document, LifeEvent, Paper, Reason
from kiosk.decision.derived import Derived
from kiosk.decision.facts import Confirmation, Facts
from kiosk.decision.policy import Policy

__all__ = ["Issuance", "issuance", "papers_to_join", "validity"]


class Issuance(NamedTuple):
    """The document to issue, the papers to file for it, and the reasons that concern either."""

    issue: Document | None
    file: tuple[Paper, ...]
    reasons: tuple[Reason, ...]


def issuance(derived: Derived) -> Issuance:
    """Return what the union issues to an insured person on this day."""
    issue, reasons = _final_issue(derived, _issue_by_table(derived))
    return Issuance(issue, _papers(derived, issue), reasons)


def papers_to_join(facts: Facts) -> tuple[Paper, ...]:
    """Return the papers of the events that begin a membership, ``enrolled`` and ``reemployed``."""
    if facts.event is LifeEvent.REEMPLOYED:
        return (Paper.WITHDRAWAL_NOTICE, Paper.ENROLMENT_NOTICE)
    return (Paper.ENROLMENT_NOTICE, Paper.ACQUISITION_NOTICE) if facts.filed_on is None else ()


def validity(facts: Facts, policy: Policy) -> Confirmation:
    """Return the validity of a 資格確認書 issued on the day asked about (「有効期限は5年」)."""
    full_term = day_before_anniversary(facts.on, policy.confirmation_years)
    return Confirmation(valid_from=facts.on, valid_until=min(full_term, _cap(facts, policy)))


def _issue_by_table(derived: Derived) -> Document | None:
    facts = derived.facts
    match facts.event:
        case LifeEvent.ENROLLED if not facts.confirmation_requested:
            return Document.NOTICE if derived.lasting else Document.CONFIRMATION
        case LifeEvent.RENAMED | LifeEvent.REEMPLOYED | LifeEvent.CERTIFICATE_EXPIRED if derived.lasting:
            return Document.NOTICE if derived.policy.notice_on_change else None
        case None if derived.lasting:
            return None
        case _:
            return Document.CONFIRMATION


def _final_issue(derived: Derived, issue: Document | None) -> tuple[Document | None, tuple[Reason, ...]]:
    """Compare a confirmation that the table names with the one of this membership that the person has."""
    facts, policy, held = derived.facts, derived.policy, derived.confirmation
    if issue is not Document.CONFIRMATION or held is None or held.valid_until < facts.on or _always_issued(facts):
        return issue, ()
    renewal = timedelta(days=policy.confirmation_renewal_days)
    if derived.confirmation_coming or held.valid_until > facts.on + renewal:
        return None, (Reason.CONFIRMATION_IS_ENOUGH,)
    if held.valid_until >= _cap(facts, policy):
        return None, ()
    return issue, (Reason.CONFIRMATION_ENDING,)


def _always_issued(facts: Facts) -> bool:
    if facts.event is LifeEvent.ENROLLED:
        return facts.confirmation_requested
    return facts.event in (LifeEvent.RENAMED, LifeEvent.REEMPLOYED, LifeEvent.CONFIRMATION_LOST)


def _papers(derived: Derived, issue: Document | None) -> tuple[Paper, ...]:
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
    return _APPLICATION if issue is Document.CONFIRMATION and _must_apply(derived) else ()


_APPLICATION = (Paper.CONFIRMATION_APPLICATION,)


def _must_apply(derived: Derived) -> bool:
    """Return whether a confirmation is issued only on application (申請書に基づき交付)."""
    if derived.facts.event is not None:
        return True
    return derived.facts.card in (CardStatus.RETURNED, CardStatus.LOST) and derived.confirmation is None


def _cap(facts: Facts, policy: Policy) -> date:
    """Return the last day on which a confirmation can be valid: the last insured day that is known."""
    last_day = attains(facts.birth_date, policy.late_elderly_age)
    return last_day if facts.lost_on is None else min(last_day, facts.lost_on - timedelta(days=1))
