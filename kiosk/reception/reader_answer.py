"""Answer for somebody whom the 顔認証付きカードリーダー has identified. Blocks; runs in a thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from kiosk import tokyo_day
from kiosk.audit import JournalError
from kiosk.decision import CardToday, Facts, unmarked
from kiosk.eligibility import Member, RegistryError, facts_for
from kiosk.eligibility.sources import enquiry_of, member_of
from kiosk.eligibility.terminal import (
    Awaited,
    Desk,
    Enquiry,
    FaceFile,
    PatientCard,
    PatientCardsUnusable,
    Qualification,
    qualifications,
)
from kiosk.failures import Code, Failure, place_of
from kiosk.identity import binding_key
from kiosk.reception.eligibility_service import EligibilityService
from kiosk.reception.judged import Judged
from kiosk.reception.not_determinable import NotDeterminable
from kiosk.reception.patients import patient_of
from kiosk.reception.persons import person_for
from kiosk.reception.questions import inquire
from kiosk.reception.registered import registered_member
from kiosk.reception.renewal import renewal_of
from kiosk.reception.visit.card import CheckedCard, FromReader, card_seen
from kiosk.reception.visit.effects import AwaitReader, Determine
from kiosk.reception.visit.eligibility import Eligibility
from kiosk.reception.visit.states import Determining

__all__ = ["FaceOf", "answer_by_reader", "awaited_as", "awaited_by_card", "face_of", "somebody"]


_LONGEST: Final = timedelta(hours=1)
"""Longer than any visit waits: its screen ends before."""


@dataclass(frozen=True, slots=True, repr=False)
class FaceOf:
    """Whose result it is: ``member`` is the person as a member, ``registered`` whether the register has them."""

    member: Member
    registered: bool


def answer_by_reader(service: EligibilityService, effect: Determine, person: FromReader) -> Eligibility:
    """Return the answer for the person of a result; it is journaled before this returns.

    Raises NotDeterminable.
    """
    now = service.right_now()
    today = tokyo_day(now)
    try:
        whose = face_of(service, person.face, today, now)
    except RegistryError as error:
        raise NotDeterminable(Failure(Code.REGISTRY_DOWN, place_of(error))) from error
    judged = _judged(service, effect.asked, person, whose, today)
    made = service.concluded(effect, judged, whose.member, now)
    service.sources.keep(enquiry_of(whose.member.id, whose.member.birth_date, today), person.face.answer)
    last_day = person.card.check.last_day if person.card else None
    return replace(
        made,
        inquiry=inquire(unmarked(judged.facts), judged.policy),
        renewal=renewal_of(judged.facts, last_day, service.policy) if last_day else None,
        answer=person.face.answer,
        person=person_for(whose.member, None, now, person.face.answer) if whose.member.id.number else None,
    )


def face_of(service: EligibilityService, face: FaceFile, today: date, now: datetime) -> FaceOf:
    """Return whose result it is: as the register has them, or else as the result does. Raises RegistryError."""
    result = next(iter(qualifications(face.answer)), Qualification())
    numbers = (result.insurer_number or "", result.symbol or "", result.number or "", result.branch or "")
    if member := registered_member(service, numbers, result.birth_date):
        return FaceOf(member, registered=True)
    unknown = Enquiry(*numbers, result.birth_date or today, today)
    return FaceOf(member_of(result, unknown, today, now), registered=False)


def _judged(service: EligibilityService, asked: Determining, person: FromReader, whose: FaceOf, today: date) -> Judged:
    member = whose.member if whose.registered else None
    facts = _facts(service, asked, member, person.card, today) if member else None
    desk = Desk(
        face_file=True,
        card=card_seen(person.card),
        purpose=asked.purpose,
        needs=asked.replies.needs,
        smartphone=asked.replies.smartphone,
    )
    return service.by_terminal(person.face.answer, member, facts, desk, today)


def _facts(
    service: EligibilityService, asked: Determining, member: Member, card: CheckedCard | None, today: date
) -> Facts:
    facts = facts_for(
        member,
        today,
        policy=service.policy,
        card=card_seen(card),
        card_today=CardToday.READ,
        purpose=asked.purpose,
        needs=asked.replies.needs,
        smartphone=asked.replies.smartphone,
    )
    if not isinstance(facts, Facts):
        raise NotDeterminable(Failure.here(Code.NO_FACTS))
    return facts


def awaited_by_card(service: EligibilityService, effect: AwaitReader) -> Awaited:
    """Return what is known of a card's holder, who uses the reader now; of no card, or an unknown one, nothing."""
    now = service.now()
    if member := _holder(service, effect.card):
        known = awaited_as(member, now)
        return replace(known, numbers=None) if effect.by_name else known
    patient = _patient(service, effect.card)
    if patient is None:
        return somebody(now)
    return replace(somebody(now), reference=patient.reference, birth_date=patient.birth_date)


def awaited_as(member: Member, now: datetime) -> Awaited:
    """Return what is known of a member who uses the reader now."""
    one = member.id
    numbers = (one.insurer_number, one.symbol, one.number, one.branch)
    return replace(somebody(now), numbers=numbers, kana=member.kana, birth_date=member.birth_date)


def somebody(now: datetime) -> Awaited:
    """Return what is known of a person of whom nothing is known, but that they use the reader now."""
    return Awaited(now, now + _LONGEST)


def _holder(service: EligibilityService, card: CheckedCard | None) -> Member | None:
    """Return the member whose card it is; None where that is not known just now."""
    if card is None or card.check.certificate is None or not service.sources.registry:
        return None
    try:
        binding = service.registry.member_by_binding(binding_key(card.check.certificate, service.site_key))
    except (RegistryError, JournalError):
        return None
    return binding.member if binding else None


def _patient(service: EligibilityService, card: CheckedCard | None) -> PatientCard | None:
    """Return the patient to whom staff have tied the card; None where that is not known just now."""
    if card is None or card.check.certificate is None:
        return None
    try:
        return patient_of(service.patient_cards, card.check.certificate, service.site_key)
    except (PatientCardsUnusable, JournalError):
        return None
