"""Decide section 5: the next steps of an insured person."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.decision.codes import (
    CardStatus,
    CardToday,
    Certificate,
    Document,
    LifeEvent,
    NextStep,
    Presented,
    Purpose,
    Reason,
    Supplement,
    Usable,
)
from kiosk.decision.derived import Derived
from kiosk.decision.facts import Facts
from kiosk.decision.issuance import Issuance, reaches_end_of_stay
from kiosk.decision.matched_row import MatchedRow

__all__ = ["may_register", "next_steps"]


def next_steps(
    derived: Derived,
    answer: MatchedRow,
    also_bring: tuple[Supplement, ...],
    usable_after: NextStep | None,
    issued: Issuance,
) -> tuple[NextStep, ...]:
    """Return exactly the steps whose condition is met, each once, in the order of docs/decision.md."""
    return (
        *_at_the_desk(derived, answer, usable_after),
        *_with_the_union(derived, answer, also_bring, issued),
        *_with_people(derived, answer, issued),
    )


def may_register(derived: Derived) -> bool:
    """Return whether the 利用登録 is all that the person's card lacks by itself, or may lack."""
    facts = derived.facts
    if facts.card is not CardStatus.HELD or not derived.in_date or facts.information_withheld:
        return False
    if derived.registration_unknown:
        return facts.event is not LifeEvent.REGISTRATION_CANCELLED
    return not derived.registration_works


_SHOW = {
    (Presented.CARD, Presented.SMARTPHONE_SCREEN): NextStep.SHOW_SMARTPHONE_SCREEN,
    (Presented.CARD, Presented.NOTICE): NextStep.SHOW_NOTICE_WITH_CARD,
    (Presented.NOTICE,): NextStep.SHOW_NOTICE,
    (Presented.SMARTPHONE_SCREEN,): NextStep.VIEW_MYNAPORTAL,
    (Presented.CONFIRMATION,): NextStep.SHOW_CONFIRMATION,
    (Presented.LEGACY_CARD,): NextStep.SHOW_OLD_CARD,
}


def _at_the_desk(derived: Derived, answer: MatchedRow, usable_after: NextStep | None) -> Iterator[NextStep]:
    if answer.present == (Presented.PHONE_CARD,):
        yield NextStep.HOLD_PHONE_TO_READER
    if usable_after is None and answer.reasons[0] in _CARD_IS_READ:
        yield NextStep.TAKE_CARD_AND_WAIT
    if _shall_register(derived, answer):
        yield NextStep.REGISTER_CARD_AT_READER if derived.facts.card_without_pin else NextStep.REGISTER_CARD
    if answer.present in _SHOW:
        yield _SHOW[answer.present]
    if answer.usable is Usable.WITH_DECLARATION and not derived.pays_in_full:
        yield NextStep.DECLARE_ELIGIBILITY
    if _must_bring_card(derived, answer):
        yield NextStep.BRING_CARD


_CARD_IS_READ = (Reason.CARD_WORKS, Reason.REGISTRATION_UNKNOWN)
"""The main reasons of row 3a."""


def _shall_register(derived: Derived, answer: MatchedRow) -> bool:
    if not may_register(derived):
        return False
    here_for_treatment = derived.facts.purpose is Purpose.VISIT and answer.present != (Presented.PHONE_CARD,)
    return here_for_treatment or not derived.registration_unknown


def _must_bring_card(derived: Derived, answer: MatchedRow) -> bool:
    facts = derived.facts
    if facts.purpose is not Purpose.VISIT or facts.card is not CardStatus.HELD or facts.information_withheld:
        return False
    if facts.card_today is not CardToday.NOT_HERE:
        return False
    return Reason.CARD_NOT_HERE in answer.reasons or (derived.in_date and not derived.registration_works)


def _with_the_union(
    derived: Derived, answer: MatchedRow, also_bring: tuple[Supplement, ...], issued: Issuance
) -> Iterator[NextStep]:
    if also_bring:
        yield NextStep.BRING_SUPPLEMENTS
    if _pays_and_claims(derived):
        yield NextStep.PAY_AND_CLAIM
    if Reason.NOT_LINKED_YET in answer.reasons:
        yield NextStep.WAIT_FOR_LINKAGE
    if Reason.MY_NUMBER_MISSING in answer.reasons:
        yield NextStep.REPORT_MY_NUMBER
    if issued.file:
        yield NextStep.FILE_PAPERS
    if issued.issue is Document.CONFIRMATION:
        yield NextStep.AWAIT_CONFIRMATION
    if _shall_renew(derived.facts):
        yield NextStep.RENEW_CERTIFICATE


def _pays_and_claims(derived: Derived) -> bool:
    return derived.pays_in_full and derived.facts.purpose is Purpose.VISIT


_TO_RENEW = (Certificate.EXPIRED, Certificate.REVOKED)


def _shall_renew(facts: Facts) -> bool:
    return facts.card is CardStatus.HELD and facts.certificate in _TO_RENEW and not facts.information_withheld


def _with_people(derived: Derived, answer: MatchedRow, issued: Issuance) -> Iterator[NextStep]:
    if answer.usable is Usable.NO:
        yield NextStep.ASK_FOR_NOTICE if _notice_would_do(derived) else NextStep.ASK_STAFF
    if _shall_contact_union(derived, answer, issued):
        yield NextStep.CONTACT_UNION


def _notice_would_do(derived: Derived) -> bool:
    confirms_details = derived.facts.purpose is not Purpose.VISIT
    return confirms_details and derived.has_card and not derived.registration_unknown


def _shall_contact_union(derived: Derived, answer: MatchedRow, issued: Issuance) -> bool:
    if Reason.FILING_UNKNOWN in answer.reasons or Reason.LINKAGE_OVERDUE in answer.reasons:
        return True
    if reaches_end_of_stay(issued):
        return True
    # Where a paper of theirs is sent, or a claim answered, is agreed first with a person whose data are withheld.
    comes_by_post = issued.issue is Document.CONFIRMATION or bool(issued.file) or _pays_and_claims(derived)
    return derived.facts.information_withheld and comes_by_post
