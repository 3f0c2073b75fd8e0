"""Derive what follows from the facts before anything is decided (docs/decision.md, "Derived")."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from kiosk.decision.calendar import attains, elderly_from, full_payment_until, last_day_of_month
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
    pays_in_full: bool
    """The person has arrears and is of an age to pay in full for them."""

    @property
    def has_card(self) -> bool:
        """Whether the person has a マイナ保険証 (「マイナ保険証を持っている方」)."""
        certificate_works = self.in_date or self.in_grace
        return self.facts.card is CardStatus.HELD and certificate_works and self.registration_works

    @property
    def lasting(self) -> bool:
        """Whether that マイナ保険証 works with no end in sight."""
        return self.has_card and not self.in_grace and not self.ending and not self.registration_unknown

    @property
    def registration_unknown(self) -> bool:
        """Whether the state's data have not yet said anything of the 利用登録."""
        return self.facts.registration is Registration.UNKNOWN

    @property
    def undetermined(self) -> bool:
        """Whether the union cannot know yet if this new member has a lasting マイナ保険証."""
        facts = self.facts
        new = facts.on < facts.acquired_on + timedelta(days=self.policy.linkage_assumed_days)
        may_have_one = self.registration_unknown and self.has_card and not self.in_grace
        return may_have_one and new and facts.my_number_reported and self.confirmation is None

    @property
    def phone_works(self) -> bool:
        """Whether マイナポータル can show the 資格情報 screen."""
        return self.facts.smartphone and self._phone_logs_in

    @property
    def phone_card_works(self) -> bool:
        """Whether the マイナ保険証 in the smartphone can be used; there is no grace for its certificate."""
        return self.facts.phone_card and self._phone_logs_in

    @property
    def _phone_logs_in(self) -> bool:
        # An expired certificate cannot log in, and a card without a 暗証番号 neither.
        return self.has_card and self.in_date and self.linked and not self.facts.card_without_pin


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
        registration_works=_registration_works(facts, ending=ending),
        ending=ending,
        linked=assumed or (facts.linked_on is not None and facts.linked_on <= facts.on),
        assumed=assumed,
        confirmation=confirmation,
        confirmation_valid=(
            confirmation is not None and confirmation.valid_from <= facts.on <= confirmation.valid_until
        ),
        confirmation_coming=confirmation is not None and confirmation.valid_from > facts.on,
        legacy_valid=_legacy_valid(facts, policy),
        pays_in_full=_pays_in_full(facts, policy),
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
    Need.PUBLIC_SUBSIDY: Supplement.SUBSIDY_CERTIFICATE,
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


def _registration_works(facts: Facts, *, ending: bool) -> bool:
    """Return whether the 利用登録 works; an unknown one may, for the reader tells on the spot and registers there."""
    may_work = ending or facts.registration in (Registration.REGISTERED, Registration.UNKNOWN)
    return may_work and not facts.information_withheld


def _pays_in_full(facts: Facts, policy: Policy) -> bool:
    return facts.pays_in_full and facts.on > full_payment_until(facts.birth_date, policy.full_payment_from_age)


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
