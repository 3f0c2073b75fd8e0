"""Answer for the holder of a card that no register knows, and that staff have tied to a 照会番号. Blocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from kiosk import tokyo_day
from kiosk.decision import unmarked
from kiosk.eligibility import Member
from kiosk.eligibility.sources import OUTAGE, member_of
from kiosk.eligibility.terminal import Answer, Desk, Enquiry, PatientCard, PatientCardsUnusable, Qualification
from kiosk.failures import Code, Failure, place_of
from kiosk.reception.eligibility_service import EligibilityService
from kiosk.reception.judged import Judged
from kiosk.reception.not_determinable import NotDeterminable
from kiosk.reception.patients import patient_of, unnamed_patient
from kiosk.reception.persons import person_for
from kiosk.reception.photo import shows_whose
from kiosk.reception.questions import inquire, with_limit_consent
from kiosk.reception.renewal import renewal_of
from kiosk.reception.visit.card import CheckedCard, card_seen
from kiosk.reception.visit.effects import Determine
from kiosk.reception.visit.eligibility import Eligibility

__all__ = ["answer_by_card"]


def answer_by_card(service: EligibilityService, effect: Determine) -> Eligibility | Enquiry:
    """Return the answer by the register or, of a card that it does not know, by the tie to a 照会番号.

    Raises NotDeterminable, as `EligibilityService.answer`.
    """
    try:
        return service.answer(effect)
    except NotDeterminable as unknown:
        card = effect.asked.person.card
        if unknown.failure.code is not Code.UNKNOWN_MEMBER or not isinstance(card, CheckedCard):
            raise
        patient = _patient(service, card)
        if patient is None:
            raise
    return _answer(service, effect, card, patient)


def _patient(service: EligibilityService, card: CheckedCard) -> PatientCard | None:
    if card.check.certificate is None:
        return None
    try:
        return patient_of(service.patient_cards, card.check.certificate, service.site_key)
    except PatientCardsUnusable as error:
        raise NotDeterminable(Failure(Code.REGISTRY_DOWN, place_of(error), str(error))) from error


def _answer(
    service: EligibilityService, effect: Determine, card: CheckedCard, patient: PatientCard
) -> Eligibility | Enquiry:
    asked, now = effect.asked, service.right_now()
    today = tokyo_day(now)
    enquiry = patient.enquiry(today, limit_consent=asked.replies.limit_consent)
    _require_photo_seen(effect, unnamed_patient(patient, today, now), today)
    if asked.answer is None or not asked.answer.is_of(today):
        return enquiry
    judged = _judged(service, effect, card, patient, asked.answer, today)
    person = _person(asked.answer, enquiry, today, now)
    made = service.concluded(effect, judged, person, now)
    return replace(
        made,
        inquiry=with_limit_consent(inquire(unmarked(judged.facts), judged.policy), made.decision),
        renewal=renewal_of(judged.facts, card.check.last_day, service.policy),
        person=person_for(person, None, now, asked.answer),
    )


def _person(answer: Answer, enquiry: Enquiry, today: date, now: datetime) -> Member:
    return member_of(answer.results[0] if answer.results else Qualification(), enquiry, today, now)


def _judged(
    service: EligibilityService, effect: Determine, card: CheckedCard, patient: PatientCard, answer: Answer, today: date
) -> Judged:
    asked = effect.asked
    if answer.failure in OUTAGE:
        last_known = service.last_known(patient.enquiry(today))
        raise NotDeterminable(Failure.here(answer.failure, answer.reason), last_known)
    if answer.failure is None:
        _require_reference(answer, patient)
    desk = Desk(
        birth_date=patient.birth_date,
        card=card_seen(card),
        purpose=asked.purpose,
        needs=asked.replies.needs,
        smartphone=asked.replies.smartphone,
    )
    return service.by_terminal(answer, None, None, desk, today)


def _require_reference(answer: Answer, patient: PatientCard) -> None:
    """Raise NotDeterminable unless the answer has the 照会番号 of the tie, and no other.

    Without it the 資格 is not the one that the clinic registered: staff find out whose it is.
    """
    if {one.reference for one in answer.results if one.reference} != {patient.reference}:
        raise NotDeterminable(Failure.here(Code.PATIENT_NUMBER_LOST))


def _require_photo_seen(effect: Determine, holder: Member, today: date) -> None:
    """Raise NotDeterminable if the 目視確認 was of a card whose holder turns out to be under five."""
    act = effect.asked.person.staff
    if act and not shows_whose(act, holder, today):
        raise NotDeterminable(Failure.here(Code.UNKNOWN_MEMBER))
