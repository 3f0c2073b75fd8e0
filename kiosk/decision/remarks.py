"""Decide the extra reasons of sections 2 and 3: what the person should also know, after the main reasons."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.decision.codes import CardStatus, Certificate, Purpose, Reason
from kiosk.decision.derived import Derived
from kiosk.decision.visit import phone_card_is_asked_for

__all__ = ["extra_reasons"]


def extra_reasons(derived: Derived, main: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Return the extra reasons that hold beside the ``main`` ones, in their order, but for those of section 4."""
    extra = (*_of_the_card(derived), *_of_the_visit(derived), *_of_the_papers(derived))
    return tuple(reason for reason in extra if reason not in main) if derived.registration_unknown else extra


def _of_the_card(derived: Derived) -> Iterator[Reason]:
    has_card = derived.has_card
    if has_card and derived.in_grace:
        yield Reason.CERTIFICATE_IN_GRACE
    if derived.facts.card is CardStatus.HELD and derived.facts.certificate is Certificate.UNKNOWN:
        yield Reason.CERTIFICATE_NOT_CHECKED
    if has_card and derived.ending:
        yield Reason.REGISTRATION_ENDING
    if has_card and derived.registration_unknown:
        yield Reason.REGISTRATION_UNKNOWN
    if has_card and derived.assumed:
        yield Reason.LINKAGE_ASSUMED


def _of_the_visit(derived: Derived) -> Iterator[Reason]:
    if derived.facts.purpose is not Purpose.VISIT:
        return
    if phone_card_is_asked_for(derived) and not derived.policy.desk_takes_phone_card:
        yield Reason.PHONE_CARD_NOT_TAKEN
    if derived.pays_in_full:
        yield Reason.PAYS_IN_FULL


def _of_the_papers(derived: Derived) -> Iterator[Reason]:
    facts, confirmation = derived.facts, derived.confirmation
    old_card = facts.legacy_card_until is not None
    old_card_is_ours = facts.acquired_on <= derived.policy.legacy_card_last_issue
    if old_card and old_card_is_ours and not derived.legacy_valid:
        yield Reason.OLD_CARD_EXPIRED
    if confirmation is not None and confirmation.valid_until < facts.on:
        yield Reason.CONFIRMATION_EXPIRED
    if derived.confirmation_coming:
        yield Reason.CONFIRMATION_STARTS_LATER
    earlier_confirmation = facts.confirmation_held is not None and confirmation is None
    if earlier_confirmation or (old_card and not old_card_is_ours):
        yield Reason.PAPER_OF_EARLIER_INSURANCE
