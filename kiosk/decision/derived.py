"""Derive what follows from the facts before anything is decided (docs/decision.md, "Derived")."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from kiosk.decision.calendar import attains, elderly_from, last_day_of_month
from kiosk.decision.codes import CardStatus, Certificate, LifeEvent, Need, Registration, Supplement
from kiosk.decision.facts import Confirmation, Facts
from kiosk.decision.policy import Policy

__all__ = ["Derived", "derive", "last_day_of_grace", "supplements"]


@dataclass(frozen=True, slots=True)
class Derived:
    """The facts after their event, the policy, and what follows from both."""

    facts: Facts
    policy: Policy
    in_date: bool
    """The certificate is valid or unknown."""
    in_grace: bool
    """The certificate is expired and still works."""
    registration_works: bool
    ending: bool
    """The registration is cancelled and still works."""
    linked: bool
    assumed: bool
    """Linked, because the day of linkage is unknown and 資格取得 is long enough ago."""
    confirmation: Confirmation | None
    """The confirmation that the person has, if it is of this membership."""
    confirmation_valid: bool
    confirmation_coming: bool
    legacy_valid: bool

    @property
    def has_card(self) -> bool:
        """Whether the person has a マイナ保険証 (「マイナ保険証を持っている方」)."""
        certificate_works = self.in_date or self.in_grace
        return self.facts.card is CardStatus.HELD and certificate_works and self.registration_works

    @property
    def lasting(self) -> bool:
        """Whether that マイナ保険証 works with no end in sight."""
        return self.has_card and not self.in_grace and not self.ending

    @property
    def phone_works(self) -> bool:
        """Whether マイナポータル can show the 資格情報 screen; with an expired certificate nobody can log in there."""
        return self.facts.smartphone and self.has_card and self.in_date and self.linked


def derive(facts: Facts, policy: Policy) -> Derived:
    """Return what follows from valid facts, after their event has overridden the register."""
    facts = _after_event(facts)
    ending = _ending(facts)
    assumed = _assumed(facts, policy)
    confirmation = _confirmation_of_this_membership(facts)
    return Derived(
        facts=facts,
        policy=policy,
        in_date=facts.certificate in _IN_DATE,
        in_grace=_in_grace(facts, policy),
        registration_works=ending or facts.registration is Registration.REGISTERED,
        ending=ending,
        linked=assumed or (facts.linked_on is not None and facts.linked_on <= facts.on),
        assumed=assumed,
        confirmation=confirmation,
        confirmation_valid=(
            confirmation is not None and confirmation.valid_from <= facts.on <= confirmation.valid_until
        ),
        confirmation_coming=confirmation is not None and confirmation.valid_from > facts.on,
        legacy_valid=_legacy_valid(facts, policy),
    )


def supplements(facts: Facts, policy: Policy) -> tuple[Supplement, ...]:
    """Return the supplementary certificates that the person needs beside a paper, in the order of their list."""
    elderly = elderly_from(facts.birth_date) <= facts.on <= attains(facts.birth_date, policy.late_elderly_age)
    if not elderly and not facts.needs:
        return ()
    return _ELDERLY * elderly + tuple(paper for need, paper in _SUPPLEMENT_FOR.items() if need in facts.needs)


_IN_DATE = (Certificate.VALID, Certificate.UNKNOWN)
_ELDERLY = (Supplement.ELDERLY_RECIPIENT_CERTIFICATE,)
_SUPPLEMENT_FOR = {
    Need.HIGH_COST: Supplement.LIMIT_APPLICATION_CERTIFICATE,
    Need.MEAL_REDUCTION: Supplement.MEAL_REDUCTION_CERTIFICATE,
    Need.SPECIFIC_DISEASE: Supplement.SPECIFIC_DISEASE_CERTIFICATE,
}


def _after_event(facts: Facts) -> Facts:
    """Return the facts after their event, which is more recent than the register."""
    match facts.event:
        case None:
            return facts
        case LifeEvent.CARD_LOST:
            return replace(facts, card=CardStatus.LOST)
        case LifeEvent.CARD_RETURNED:
            return replace(facts, card=CardStatus.RETURNED)
        case LifeEvent.CONFIRMATION_LOST:
            return replace(facts, confirmation_held=None, legacy_card_until=None)
        case _:
            return facts


def _in_grace(facts: Facts, policy: Policy) -> bool:
    if facts.certificate is not Certificate.EXPIRED or facts.certificate_expired_on is None:
        return False
    last_day = last_day_of_grace(facts.certificate_expired_on, policy)
    return last_day is not None and facts.on <= last_day


def last_day_of_grace(expired_on: date, policy: Policy) -> date | None:
    """Return the last day on which an expired certificate is still accepted; None if it is not accepted at all."""
    months = policy.certificate_grace_months
    return last_day_of_month(expired_on, months) if months else None


def _ending(facts: Facts) -> bool:
    last_day = facts.registration_ends_on
    return facts.registration is Registration.CANCELLED and last_day is not None and last_day >= facts.on


def _assumed(facts: Facts, policy: Policy) -> bool:
    if facts.linked_on is not None or not facts.my_number_reported:
        return False
    return facts.on >= facts.acquired_on + timedelta(days=policy.linkage_assumed_days)


def _confirmation_of_this_membership(facts: Facts) -> Confirmation | None:
    held = facts.confirmation_held
    return held if held is not None and held.valid_from >= facts.acquired_on else None


def _legacy_valid(facts: Facts, policy: Policy) -> bool:
    printed = facts.legacy_card_until
    if printed is None or facts.acquired_on > policy.legacy_card_last_issue:
        return False
    return facts.on <= min(printed, policy.legacy_card_last_day)
