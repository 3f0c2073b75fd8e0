"""Facts for a decision from an answer of the terminal, as `kiosk/eligibility/facts.py` makes them from the register.

The facts made here are always a possible combination, even if the answer's days are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from kiosk.decision import (
    CardStatus,
    CardToday,
    Certificate,
    Decision,
    Facts,
    LifeEvent,
    Need,
    NextStep,
    Policy,
    Purpose,
    Registration,
    Supplement,
)
from kiosk.decision.facts import FIRST_YEAR, LAST_YEAR
from kiosk.eligibility.facts import CardSeen, PapersSeen
from kiosk.eligibility.terminal.codes import PAYS_IN_FULL, Reference, Validity
from kiosk.eligibility.terminal.model import Answer, Limit, Qualification, SpecificDisease
from kiosk.failures import Code

__all__ = [
    "Desk",
    "NoFacts",
    "FactsNote",
    "TerminalFacts",
    "facts_of_answer",
    "policy_for",
    "shows_card",
    "without_served",
]

_MEDICAL_ASSISTANCE: Final = "A1"
_LATE_ELDERLY_INSURERS: Final = "39"
_NO_AGE: Final = 1000
"""An age that nobody attains (the largest that a policy takes)."""

_BY_CERTIFICATE = {
    "01": (Supplement.LIMIT_APPLICATION_CERTIFICATE,),
    "02": (Supplement.LIMIT_APPLICATION_CERTIFICATE, Supplement.MEAL_REDUCTION_CERTIFICATE),
    "03": (Supplement.MEAL_REDUCTION_CERTIFICATE,),
}
_BY_NEED = {
    Need.HIGH_COST: Supplement.LIMIT_APPLICATION_CERTIFICATE,
    Need.MEAL_REDUCTION: Supplement.MEAL_REDUCTION_CERTIFICATE,
    Need.SPECIFIC_DISEASE: Supplement.SPECIFIC_DISEASE_CERTIFICATE,
}


class FactsNote(StrEnum):
    """What staff are told beside the facts."""

    OLD_QUALIFICATION = "old_qualification"
    """新しい資格があります: the result is the old one. Ask again with the new paper."""
    ACQUIRED_ON_MISSING = "acquired_on_missing"
    """資格取得年月日 is missing: the day asked about stands in its place."""
    LOST_ON_MISSING = "lost_on_missing"
    """資格喪失年月日 is missing, or lies after the day asked about: that day stands in its place."""
    DAYS_CONTRADICT = "days_contradict"
    """資格取得年月日 is before the birthday, after 資格喪失年月日, or, of a valid 資格, after the day asked about: the
    nearest possible day stands in its place."""


@dataclass(frozen=True, slots=True)
class NoFacts:
    """There are no facts: the visit goes to the screen of this code and to the fall-backs beside it."""

    code: Code


@dataclass(frozen=True, slots=True, repr=False)
class TerminalFacts:
    """Facts, and what belongs to them.

    Attributes:
        result: the qualification that they are made of; None where the answer has no result.
        served: supplementary certificates that the answer itself has: nothing is to be brought for them.

    """

    facts: Facts
    result: Qualification | None
    served: frozenset[Supplement]
    notes: tuple[FactsNote, ...]


_NOBODY_LOOKED = PapersSeen()


@dataclass(frozen=True, slots=True, repr=False)
class Desk:
    """What is known at the desk beside the answer.

    Attributes:
        birth_date: the birthday that was asked with; None for a face file.
        face_file: the answer is that of the 顔認証付きカードリーダー.
        card: the card that was read here.
        card_status: where the card is, as the person says, when none was read here.
        card_today: why the card cannot be used at this desk, as the person says, when none was read here.
        registration: what is known of the 利用登録 where the answer does not show it.
        phone_card: the visitor has the マイナ保険証 in the smartphone.
        smartphone: the person can show the 資格情報 screen of マイナポータル.
        papers: the papers that staff saw; the terminal knows of none.
        purpose: why the person comes.
        needs: what the visit needs beyond the insurance; those that the answer serves are not in the facts.
        event: what has happened that brings the person here.

    """

    birth_date: date | None = None
    face_file: bool = False
    card: CardSeen | None = None
    card_status: CardStatus = CardStatus.HELD
    card_today: CardToday = CardToday.NOT_HERE
    registration: Registration = Registration.UNKNOWN
    phone_card: bool = False
    smartphone: bool = False
    papers: PapersSeen = _NOBODY_LOOKED
    purpose: Purpose = Purpose.VISIT
    needs: Sequence[Need] = ()
    event: LifeEvent | None = None


def facts_of_answer(answer: Answer, on: date, desk: Desk) -> TerminalFacts | NoFacts:
    """Return the facts about the person of an answer, for the day that was asked about (資格確認日, Asia/Tokyo).

    Raises:
        kiosk.decision.FactsError: `event` or `needs` is impossible for this person. The answer's values never are.

    """
    if answer.failure is not None:
        return NoFacts(answer.failure)
    results = qualifications(answer)
    if len(results) > 1:
        return NoFacts(Code.SEVERAL_FOUND_ONLINE)
    result = results[0] if results else Qualification()
    birth_date = result.birth_date or desk.birth_date
    if birth_date is None or not _are_possible(birth_date, answer, result, on):
        return NoFacts(Code.ANSWER_UNREADABLE)
    days = _days(answer, result, birth_date, on)
    served = frozenset(_served(result, on))
    facts = _facts(answer, result, replace(desk, birth_date=birth_date), days, served, on)
    return TerminalFacts(facts, results[0] if results else None, served, days.notes)


def shows_card(answer: Answer, desk: Desk) -> bool:
    """Return whether an answer comes from a card: 照会区分 1, or a face file."""
    return desk.face_file or answer.reference_class == Reference.CARD


def _facts(
    answer: Answer, result: Qualification, desk: Desk, days: _Days, served: frozenset[Supplement], on: date
) -> Facts:
    by_card = shows_card(answer, desk)
    certificate, expired_on = _certificate(desk.card, on)
    return Facts.checked(
        on=on,
        purpose=desk.purpose,
        needs=tuple(need for need in desk.needs if _BY_NEED.get(need) not in served),
        birth_date=desk.birth_date,
        acquired_on=days.acquired_on,
        lost_on=days.lost_on,
        linked_on=on,
        card=CardStatus.HELD if by_card or desk.card else desk.card_status,
        certificate=certificate,
        certificate_expired_on=expired_on,
        registration=Registration.REGISTERED if by_card else desk.registration,
        card_today=_card_today(desk, by_card),
        smartphone=desk.smartphone,
        notice_held=desk.papers.notice is True,
        confirmation_held=desk.papers.confirmation or None,
        legacy_card_until=desk.papers.legacy_card or None,
        event=desk.event,
        pays_in_full=result.certificate_class == PAYS_IN_FULL,
        phone_card=desk.phone_card,
        card_without_pin=desk.card is not None and desk.card.without_pin,
    )


_ENDED = (Validity.INVALID, Validity.NEW_QUALIFICATION)


def _are_possible(birth_date: date, answer: Answer, result: Qualification, on: date) -> bool:
    """Return whether facts can hold these days at all; a 資格喪失年月日 that does not count may be any day."""
    lost_on = result.lost_on if answer.validity in _ENDED and result.lost_on and result.lost_on <= on else None
    days = (one for one in (birth_date, result.acquired_on, lost_on) if one is not None)
    return birth_date <= on and all(FIRST_YEAR <= day.year <= LAST_YEAR for day in days)


def policy_for(result: Qualification | None, policy: Policy) -> Policy:
    """Return the policy for a member of the insurer of a result: with 後期高齢者医療 nobody leaves it at 75."""
    insurer = (result.insurer_number or "") if result else ""
    late = len(insurer) == len("39131016") and insurer.startswith(_LATE_ELDERLY_INSURERS)
    return replace(policy, late_elderly_age=_NO_AGE) if late else policy


def without_served(decision: Decision, served: frozenset[Supplement]) -> Decision:
    """Return a decision that asks for no supplementary certificate which the answer has, and for the rest as before."""
    left = tuple(one for one in decision.also_bring if one not in served)
    steps = decision.next_steps
    if not left:
        steps = tuple(step for step in steps if step is not NextStep.BRING_SUPPLEMENTS)
    return replace(decision, also_bring=left, next_steps=steps)


def qualifications(answer: Answer) -> Sequence[Qualification]:
    """Return the results of 医療保険; those of 医療扶助 where there are no others."""
    insured = [one for one in answer.results if one.certificate_class != _MEDICAL_ASSISTANCE]
    return insured or answer.results


@dataclass(frozen=True, slots=True)
class _Days:
    acquired_on: date
    lost_on: date | None
    notes: tuple[FactsNote, ...]


def _days(answer: Answer, result: Qualification, birth_date: date, on: date) -> _Days:
    """Return 資格取得年月日 and 資格喪失年月日 as possible days."""
    notes = [FactsNote.OLD_QUALIFICATION] if answer.validity is Validity.NEW_QUALIFICATION else []
    lost_on = None
    if answer.validity in _ENDED:
        lost_on = result.lost_on if result.lost_on is not None and result.lost_on <= on else on
        notes += [FactsNote.LOST_ON_MISSING] if lost_on != result.lost_on else []
        lost_on = max(lost_on, birth_date)
    if result.acquired_on is None:
        return _Days(min(on, lost_on or on), lost_on, (*notes, FactsNote.ACQUIRED_ON_MISSING))
    acquired_on = max(result.acquired_on, birth_date)
    if answer.validity not in _ENDED:
        acquired_on = min(acquired_on, on)
    elif on < acquired_on:  # not insured yet, whatever else the answer says
        lost_on = None
    acquired_on = acquired_on if lost_on is None else min(acquired_on, lost_on)
    notes += [FactsNote.DAYS_CONTRADICT] if acquired_on != result.acquired_on else []
    return _Days(acquired_on, lost_on, tuple(notes))


def _card_today(desk: Desk, by_card: bool) -> CardToday:
    if desk.card is not None:
        return desk.card.today
    return CardToday.READ if by_card else desk.card_today


def _certificate(card: CardSeen | None, on: date) -> tuple[Certificate, date | None]:
    """Return the state of the certificate of the card that was read here, and `certificate_expired_on`."""
    if card is None:
        return Certificate.VALID, None
    if card.revocation == "revoked":
        return Certificate.REVOKED, None
    if card.last_day < on:
        return Certificate.EXPIRED, card.last_day
    good = card.chain_trusted and card.revocation == "good"
    return (Certificate.VALID if good else Certificate.UNKNOWN), None


def _served(result: Qualification, on: date) -> Iterator[Supplement]:
    """Yield what the answer has itself: 高齢受給者証 or a ratio, 限度額, 特定疾病, each if it is in date."""
    elderly = result.elderly
    if result.contribution_percent is not None or (elderly and _lasts(elderly.valid_from, elderly.valid_until, on)):
        yield Supplement.ELDERLY_RECIPIENT_CERTIFICATE
    if result.limit and _lasts(result.limit.valid_from, result.limit.valid_until, on):
        yield from _limits(result.limit)
    if any(_is_current(one, on) for one in result.specific_diseases):
        yield Supplement.SPECIFIC_DISEASE_CERTIFICATE


def _limits(limit: Limit) -> tuple[Supplement, ...]:
    """Return what a 認定証 serves; one of an unknown kind serves the 限度額 alone."""
    return _BY_CERTIFICATE.get(limit.certificate or "", (Supplement.LIMIT_APPLICATION_CERTIFICATE,))


def _is_current(disease: SpecificDisease, on: date) -> bool:
    return _lasts(disease.valid_from, disease.valid_until, on)


def _lasts(first: date | None, last: date | None, on: date) -> bool:
    return (first is None or first <= on) and (last is None or on <= last)
