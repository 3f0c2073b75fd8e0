"""From a card that was read to a person of whom something is proved."""

from __future__ import annotations

from dataclasses import replace

from drivers.jpki import PinOutcome
from kiosk.eligibility.terminal import own_words
from kiosk.failures import CUT_SHORT, Code, Failure
from kiosk.identity import CertificateCheck, Level, claimable_level
from kiosk.pin import pin_digits
from kiosk.reception.actions import EnterPin, NeedStaff
from kiosk.reception.visit.card import CheckedCard, Identified, LockedCard, ReadCard, refusal
from kiosk.reception.visit.coming_and_going import record
from kiosk.reception.visit.effects import Determine, Prove, Release
from kiosk.reception.visit.events import CardBound, CardFailed, CardRead, FaceCompared, NotDetermined, Proved
from kiosk.reception.visit.rules import Require, Rules
from kiosk.reception.visit.states import Determining, Failed, PinEntry, Proving, Reading, StaffCheck
from kiosk.reception.visit.table import IGNORED, Moment, Reaction, Transition
from kiosk.reception.visit.visit import Call, Visit

__all__ = [
    "STAFF_MAY_HELP",
    "UNKNOWN",
    "bindable",
    "card_bound",
    "card_failed",
    "card_read",
    "confirmable",
    "determine",
    "enter_pin",
    "face_compared_after_failure",
    "face_compared_at_desk",
    "failed",
    "let_go",
    "may_be_mended",
    "not_determined",
    "probe_failed",
    "proof_failed",
    "proved",
    "want_staff",
]

UNKNOWN = frozenset({Code.UNKNOWN_MEMBER, Code.CERTIFICATE_EXPIRED, Code.PATIENT_NUMBER_LOST})
"""Failures of a visit whose card nobody knows, or no longer: staff may bind it, or tie it to a 照会番号."""

STAFF_MAY_HELP = frozenset({Code.PIN_WRONG, Code.PIN_LAST_TRY, Code.PIN_BLOCKED, Code.PIN_OUTCOME_UNKNOWN})
"""Failures of the 暗証番号, which a 目視確認 gets round."""


def failed(visit: Visit, state: Failed) -> Transition:
    """End a visit for a failure: it is journaled, and the card is powered off."""
    ended = replace(visit, state=state)
    entry = record(ended, state.level, state.failure.code.value)
    return Transition(ended, (entry, *let_go(visit)))


def let_go(visit: Visit) -> tuple[Release, ...]:
    """Return the effect that powers the visit's card off, if one is on a reader of ours."""
    return (Release(visit.number, visit.reader),) if visit.reader else ()


def determine(visit: Visit, state: Determining) -> Transition:
    """Ask register and decision for an identified person."""
    return Transition(replace(visit, state=state), (Determine(visit.number, state, visit.identifier, visit.began),))


# The card


def card_read(at: Moment[Reading, CardRead]) -> Reaction:
    """Go on as the rules say, with a card that is in order."""
    read, visit = at.event, at.visit
    if read.check is None:
        return _locked(visit, read, at.rules)
    card = CheckedCard(read.check, read.tries_left, without_pin=read.without_pin)
    if code := refusal(read.check):
        return failed(visit, Failed(Failure.here(code, read.check.reason), card))
    match at.rules.require:
        case Require.PRESENTED:
            return determine(visit, Determining(Identified(card, Level.PRESENTED)))
        case Require.STAFF:
            return _to_desk(visit, StaffCheck(card))
        case Require.PIN if read.without_pin:
            return _to_desk(visit, StaffCheck(card, Failure.here(Code.CARD_WITHOUT_PIN)))
        case Require.PIN:
            return _ask_pin(visit, card)


def _locked(visit: Visit, read: CardRead, rules: Rules) -> Reaction:
    """Ask for the 暗証番号 before anything of the card is known, if the settings take that risk."""
    if not rules.pin_before_certificate or rules.require is not Require.PIN or read.without_pin:
        return failed(visit, Failed(Failure.here(Code.CERTIFICATE_PROTECTED)))
    return _ask_pin(visit, LockedCard(read.tries_left))


def _ask_pin(visit: Visit, card: ReadCard, wrong: Failure | None = None) -> Transition:
    """Offer the key pad only if a wrong entry cannot block the card."""
    if card.tries_left == 0:
        return failed(visit, Failed(Failure.here(Code.PIN_BLOCKED), card, card.level))
    if card.tries_left is None or card.tries_left < 2:
        return failed(visit, Failed(Failure.here(Code.PIN_LAST_TRY), card, card.level))
    return Transition(replace(visit, state=PinEntry(card, wrong)))


def card_failed(at: Moment[Reading, CardFailed]) -> Reaction:
    """End a visit whose card could not be read."""
    return failed(at.visit, Failed(at.event.failure))


def probe_failed(at: Moment[Failed, CardFailed]) -> Reaction:
    """Say that the reader service is stuck, which takes other steps; whatever else a probe meets is no news."""
    if at.event.failure.code is not Code.READER_SERVICE_STUCK:
        return IGNORED
    return Transition(replace(at.visit, state=replace(at.state, failure=at.event.failure)))


# The 暗証番号


def enter_pin(at: Moment[PinEntry, EnterPin]) -> Reaction:
    """Have the card judge four digits; anything else is sent to no card."""
    digits = pin_digits(at.event.pin)
    if digits is None:
        malformed = replace(at.state, failure=Failure.here(Code.PIN_MALFORMED), patience=at.state.patience.renewed)
        return Transition(replace(at.visit, state=malformed))
    card = at.state.card
    check = card.check if isinstance(card, CheckedCard) else None
    return Transition(replace(at.visit, state=Proving(card)), (Prove(at.visit.number, at.visit.reader, check, digits),))


def proved(at: Moment[Proving, Proved]) -> Reaction:
    """Take the card's answer for what it proves."""
    proof, visit = at.event.proof, at.visit
    card = _after_proof(at.state.card, at.event)
    if proof.outcome is not PinOutcome.RIGHT:
        return _ask_pin(visit, card, Failure.here(Code.PIN_WRONG))
    if isinstance(card, LockedCard):
        return failed(visit, Failed(Failure.here(Code.CERTIFICATE_PROTECTED), card))
    if code := refusal(card.check):
        return failed(visit, Failed(Failure.here(code, card.check.reason), card, at.state.card.level))
    level = claimable_level(card.check, pin_was_right=True, signature_valid=at.event.signature_valid)
    if level is not Level.CONFIRMED:
        return failed(visit, Failed(Failure.here(Code.SIGNATURE_INVALID), card, at.state.card.level))
    return determine(visit, Determining(Identified(card, level)))


def _after_proof(card: ReadCard, proved: Proved) -> ReadCard:
    tries = proved.proof.tries_left
    if proved.check is not None and isinstance(card, LockedCard):
        return CheckedCard(proved.check, tries, unlocked=True)
    return replace(card, tries_left=tries)


def proof_failed(at: Moment[Proving, CardFailed]) -> Reaction:
    """End a visit whose card gave no answer to the 暗証番号; a try may have been spent all the same."""
    failure = at.event.failure
    if failure.code in CUT_SHORT:
        failure = replace(failure, code=Code.PIN_OUTCOME_UNKNOWN)
    return failed(at.visit, Failed(failure, at.state.card, at.state.card.level))


# The desk


def want_staff(at: Moment[PinEntry, NeedStaff]) -> Reaction:
    """Let the key pad give way to a 目視確認."""
    return _to_desk(at.visit, StaffCheck(at.state.card))


def _to_desk(visit: Visit, state: StaffCheck) -> Transition:
    """Let the card go and call the desk: the visitor cannot go on alone."""
    return Transition(replace(visit, state=state, call=Call.WAITING), (Release(visit.number, visit.reader),))


def confirmable(visit: Visit) -> CheckedCard | None:
    """Return the card whose holder staff may compare now; None if there is none."""
    match visit.state:
        case StaffCheck(card=CheckedCard() as card):
            return _helpful(visit, card)
        case Failed(card=CheckedCard() as card, failure=failure) if failure.code in STAFF_MAY_HELP:
            return _helpful(visit, card)
        case _:
            return None


def bindable(visit: Visit) -> CertificateCheck | None:
    """Return the certificate of this visit that staff may bind to a member now; None if there is none.

    The card must lie there, and be genuine: a clone (C-11) carries a genuine certificate too.
    """
    match visit.state:
        case PinEntry(card=CheckedCard() as card) | StaffCheck(card=CheckedCard() as card):
            found = _helpful(visit, card)
        case Failed(card=CheckedCard() as card, failure=failure) if may_be_mended(failure):
            found = _helpful(visit, card)
        case _:
            return None
    return found.check if found else None


def _helpful(visit: Visit, card: CheckedCard) -> CheckedCard | None:
    return card if visit.card_present and not refusal(card.check) else None


def may_be_mended(failure: Failure) -> bool:
    """Return whether staff can make the visit go on while the card lies there: it is given the time for it."""
    return failure.code in UNKNOWN | STAFF_MAY_HELP


def face_compared_at_desk(at: Moment[StaffCheck, FaceCompared]) -> Reaction:
    """Answer for a person whose face staff have compared."""
    return _compared(at.visit, at.event)


def face_compared_after_failure(at: Moment[Failed, FaceCompared]) -> Reaction:
    """Answer for a person whom the 暗証番号 could not help; the failure has an entry of its own already."""
    return _compared(replace(at.visit, number=at.visit.number + 1), at.event, confirmable(at.visit))


def _compared(visit: Visit, compared: FaceCompared, card: CheckedCard | None = None) -> Reaction:
    card = card or confirmable(visit)
    level = claimable_level(card.check, staff_compared_face=True) if card else None
    if card is None or level is None:
        return IGNORED
    attended = replace(visit, call=Call.NONE)
    return determine(attended, Determining(Identified(card, level, compared.act)))


def card_bound(at: Moment[Failed, CardBound]) -> Reaction:
    """Go on after an unknown card was bound; what was proved of the person still counts."""
    state = at.state
    if state.failure.code not in UNKNOWN or bindable(at.visit) is None:
        return IGNORED
    if not isinstance(state.card, CheckedCard) or state.level is None:
        return IGNORED
    attended = replace(at.visit, number=at.visit.number + 1, call=Call.NONE)
    return determine(attended, Determining(Identified(state.card, state.level, state.staff)))


def not_determined(at: Moment[Determining, NotDetermined]) -> Reaction:
    """End a visit without an answer. A card that nobody knows and that is out of date is one to renew."""
    failure, person = at.event.failure, at.state.person
    if failure.code is Code.UNKNOWN_MEMBER and person.card and person.card.check.leaf_expired:
        failure = replace(failure, code=Code.CERTIFICATE_EXPIRED)
    words = own_words(at.state.answer) if at.state.answer else ""
    return failed(at.visit, Failed(failure, person.card, person.level, person.staff, at.event.last_known, words))
