"""Decide section 5: the next steps of an insured person."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.decision.codes import (
    CardStatus,
    CardToday,
    Certificate,
    Document,
    NextStep,
    Presented,
    Purpose,
    Reason,
    Supplement,
    Usable,
)
from kiosk.decision.derived import Derived
from kiosk.decision.issuance import Issuance
from kiosk.decision.matched_row import MatchedRow

__all__ = ["must_register", "next_steps"]


def next_steps(
    derived: Derived, answer: MatchedRow, also_bring: tuple[Supplement, ...], issued: Issuance
) -> tuple[NextStep, ...]:
    """Return exactly the steps whose condition is met, each once, in the order of docs/decision.md."""
    return (
        *_at_the_desk(derived, answer),
        *_with_the_union(derived, answer, also_bring, issued),
        *_with_people(derived, answer),
    )


def must_register(derived: Derived) -> bool:
    """Return whether the 利用登録 is all that the person's card lacks."""
    return derived.facts.card is CardStatus.HELD and derived.in_date and not derived.registration_works


_SHOW = {
    (Presented.CARD, Presented.SMARTPHONE_SCREEN): NextStep.SHOW_SMARTPHONE_SCREEN,
    (Presented.CARD, Presented.NOTICE): NextStep.SHOW_NOTICE_WITH_CARD,
    (Presented.NOTICE,): NextStep.SHOW_NOTICE,
    (Presented.SMARTPHONE_SCREEN,): NextStep.VIEW_MYNAPORTAL,
    (Presented.CONFIRMATION,): NextStep.SHOW_CONFIRMATION,
    (Presented.LEGACY_CARD,): NextStep.SHOW_OLD_CARD,
}


def _at_the_desk(derived: Derived, answer: MatchedRow) -> Iterator[NextStep]:
    if Reason.CARD_WORKS in answer.reasons:
        yield NextStep.TAKE_CARD_AND_WAIT
    if must_register(derived):
        yield NextStep.REGISTER_CARD
    if answer.present in _SHOW:
        yield _SHOW[answer.present]
    if answer.usable is Usable.WITH_DECLARATION:
        yield NextStep.DECLARE_ELIGIBILITY
    if _must_bring_card(derived):
        yield NextStep.BRING_CARD


def _must_bring_card(derived: Derived) -> bool:
    facts = derived.facts
    if facts.purpose is not Purpose.VISIT or facts.card is not CardStatus.HELD:
        return False
    return facts.card_today is CardToday.NOT_HERE and (derived.has_card or not derived.registration_works)


def _with_the_union(
    derived: Derived, answer: MatchedRow, also_bring: tuple[Supplement, ...], issued: Issuance
) -> Iterator[NextStep]:
    if also_bring:
        yield NextStep.BRING_SUPPLEMENTS
    if Reason.NOT_LINKED_YET in answer.reasons:
        yield NextStep.WAIT_FOR_LINKAGE
    if Reason.MY_NUMBER_MISSING in answer.reasons:
        yield NextStep.REPORT_MY_NUMBER
    if issued.file:
        yield NextStep.FILE_PAPERS
    if issued.issue is Document.CONFIRMATION:
        yield NextStep.AWAIT_CONFIRMATION
    if derived.facts.card is CardStatus.HELD and derived.facts.certificate in _TO_RENEW:
        yield NextStep.RENEW_CERTIFICATE


_TO_RENEW = (Certificate.EXPIRED, Certificate.REVOKED)


def _with_people(derived: Derived, answer: MatchedRow) -> Iterator[NextStep]:
    if answer.usable is Usable.NO:
        confirms_details = derived.facts.purpose is not Purpose.VISIT
        yield NextStep.ASK_FOR_NOTICE if confirms_details and derived.has_card else NextStep.ASK_STAFF
    if Reason.FILING_UNKNOWN in answer.reasons or Reason.LINKAGE_OVERDUE in answer.reasons:
        yield NextStep.CONTACT_UNION
