"""From a card that was read to a person of whom something is proved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.jpki import PinOutcome
from drivers.worker.client import Proof
from kiosk.failures import Code, Failure
from kiosk.identity import CertificateCheck, Chain, Level, Revocation
from kiosk.reception.actions import EnterPin, NeedStaff
from kiosk.reception.picture import screen_of, time_limit
from kiosk.reception.screens import Screen
from kiosk.reception.visit.card import CheckedCard, Identified, LockedCard, ReadCard, StaffAct
from kiosk.reception.visit.effects import Determine, Prove, Record, Release
from kiosk.reception.visit.events import CardBound, CardFailed, CardRead, CardTaken, FaceCompared, NotDetermined, Proved
from kiosk.reception.visit.identifying import bindable
from kiosk.reception.visit.rules import Require, Rules
from kiosk.reception.visit.states import (
    Determining,
    Failed,
    PinEntry,
    Proving,
    Reading,
    StaffCheck,
    TakeCard,
    VisitState,
)
from tests.kiosk.reception.visit.scenes import (
    ACT,
    CARD,
    CLINIC,
    GOOD,
    PERSON,
    READER,
    RESULT,
    SILENT,
    failure_of,
    happens,
    is_ignored,
    seen,
    visit,
)

FORGED = CertificateCheck(None, Chain.UNTRUSTED)
REVOKED = CertificateCheck(None, Chain.TRUSTED, Revocation.REVOKED)
EXPIRED = CertificateCheck(None, Chain.EXPIRED, leaf_expired=True)
PIN = EnterPin(action="pin", pin="1234")


def proved(outcome: PinOutcome, tries: int | None = 3, *, valid: bool = True) -> Proved:
    return Proved(7, Proof(outcome, tries, b"s", 3, 0.1), valid)


# Reading


def test_a_genuine_card_leads_to_the_key_pad() -> None:
    after, effects = happens(visit(Reading()), CardRead(7, GOOD, 3))
    assert (after.state, screen_of(after), seen(after).level) == (PinEntry(CARD), Screen.PIN, Level.PRESENTED)
    assert effects == ()


@pytest.mark.parametrize(
    ("check", "code", "screen"),
    [
        (FORGED, Code.NOT_GENUINE, Screen.NOT_GENUINE),
        (CertificateCheck(None, Chain.MALFORMED), Code.CERTIFICATE_MALFORMED, Screen.NOT_GENUINE),
        (CertificateCheck(None, Chain.NOT_YET_VALID), Code.CERTIFICATE_NOT_YET_VALID, Screen.NOT_GENUINE),
        (CertificateCheck(None, Chain.EXPIRED), Code.ISSUER_EXPIRED, Screen.NOT_GENUINE),
        (REVOKED, Code.CERTIFICATE_REVOKED, Screen.CERTIFICATE_REVOKED),
        (replace(GOOD, revocation_required=True), Code.REVOCATION_UNKNOWN, Screen.SERVICE_TROUBLE),
        (replace(EXPIRED, revocation_required=True), Code.REVOCATION_UNKNOWN, Screen.SERVICE_TROUBLE),
    ],
)
def test_no_card_that_is_not_in_order_is_asked_for_a_pin(check: CertificateCheck, code: Code, screen: Screen) -> None:
    after, effects = happens(visit(Reading()), CardRead(7, check, 3))
    assert (failure_of(after).code, screen_of(after), seen(after).level) == (code, screen, None)
    assert effects == (Record(7, None, code.value, check.revocation), Release(7, READER))


def test_an_expired_leaf_goes_on_to_the_decision_which_knows_the_grace() -> None:
    after, _ = happens(visit(Reading()), CardRead(7, EXPIRED, 3))
    assert isinstance(after.state, PinEntry)


@pytest.mark.parametrize(("tries", "code"), [(0, Code.PIN_BLOCKED), (1, Code.PIN_LAST_TRY), (None, Code.PIN_LAST_TRY)])
@pytest.mark.parametrize("check", [GOOD, None], ids=["a card", "a phone"])
def test_the_last_try_is_never_offered(check: CertificateCheck | None, tries: int | None, code: Code) -> None:
    rules = Rules(pin_before_certificate=True)
    after, _ = happens(visit(Reading()), CardRead(7, check, tries), rules)
    assert failure_of(after).code is code


def test_staff_look_where_the_settings_say_so() -> None:
    after, _ = happens(visit(Reading()), CardRead(7, GOOD, 3), Rules(require=Require.STAFF))
    assert (after.state, after.staff_called) == (StaffCheck(CARD), True)


def test_the_certificate_alone_is_enough_where_the_settings_say_so() -> None:
    _, effects = happens(visit(Reading()), CardRead(7, GOOD, 3), Rules(require=Require.PRESENTED))
    assert effects == (Determine(7, Determining(Identified(CARD, Level.PRESENTED))),)


def test_a_card_without_a_number_waits_for_staff() -> None:
    after, effects = happens(visit(Reading()), CardRead(7, GOOD, None, without_pin=True))
    assert isinstance(after.state, StaffCheck) and after.state.failure is not None
    assert (after.state.failure.code, effects) == (Code.CARD_WITHOUT_PIN, (Release(7, READER),))
    answered, effects = happens(after, FaceCompared(7, act := StaffAct("hanako", "card_without_pin")))
    person = Identified(CheckedCard(GOOD, None, without_pin=True), Level.STAFF_CONFIRMED, act)
    assert (answered.state, effects) == (Determining(person), (Determine(7, Determining(person)),))


def test_a_card_without_a_number_that_is_not_genuine_ends_there() -> None:
    after, _ = happens(visit(Reading()), CardRead(7, FORGED, None, without_pin=True))
    assert failure_of(after).code is Code.NOT_GENUINE


# The 暗証番号


def test_an_entered_pin_is_proved_by_the_card() -> None:
    after, effects = happens(visit(PinEntry(CARD)), PIN)
    assert after.state == Proving(CARD)
    assert effects == (Prove(7, READER, GOOD, bytearray(b"1234")),)
    assert "1234" not in repr(effects)


@pytest.mark.parametrize("text", ["12a4", "123", "12345", "①②③④a"])
def test_a_malformed_pin_stays_on_the_key_pad_and_is_sent_to_no_card(text: str) -> None:
    after, effects = happens(visit(PinEntry(CARD)), EnterPin(action="pin", pin=text))
    assert isinstance(after.state, PinEntry)
    assert (screen_of(after), effects) == (Screen.PIN_WRONG, ())


@pytest.mark.parametrize(
    ("event", "state", "code"),
    [
        (proved(PinOutcome.WRONG, 2), PinEntry, Code.PIN_WRONG),
        (proved(PinOutcome.WRONG, 1), Failed, Code.PIN_LAST_TRY),
        (proved(PinOutcome.WRONG, 0), Failed, Code.PIN_BLOCKED),
        (proved(PinOutcome.WRONG, None), Failed, Code.PIN_LAST_TRY),
        (proved(PinOutcome.LAST_TRY, 1), Failed, Code.PIN_LAST_TRY),
        (proved(PinOutcome.BLOCKED, 0), Failed, Code.PIN_BLOCKED),
        (proved(PinOutcome.RIGHT, 3, valid=False), Failed, Code.SIGNATURE_INVALID),
    ],
)
def test_what_the_card_says_of_the_pin(event: Proved, state: type[VisitState], code: Code) -> None:
    after, _ = happens(visit(Proving(CARD)), event)
    assert isinstance(after.state, state)
    shown = seen(after)
    assert (shown.failure and shown.failure.code, shown.tries_left) == (code, event.proof.tries_left)
    assert shown.level is not Level.CONFIRMED


def test_only_the_right_pin_with_a_fitting_signature_confirms() -> None:
    after, effects = happens(visit(Proving(CARD)), proved(PinOutcome.RIGHT))
    assert after.state == Determining(PERSON)
    assert effects == (Determine(7, Determining(PERSON)),)


@pytest.mark.parametrize(
    "code", [Code.CARD_LEFT, Code.READER_SERVICE_DOWN, Code.NO_READER, Code.READER_FAULT, Code.CARD_SILENT]
)
def test_a_link_that_breaks_in_the_proof_leaves_the_outcome_unknown(code: Code) -> None:
    after, _ = happens(visit(Proving(CARD)), CardFailed(7, Failure(code, "x:y")))
    assert failure_of(after) == Failure(Code.PIN_OUTCOME_UNKNOWN, "x:y")


# A certificate that only the 暗証番号 opens


ALLOWED = Rules(pin_before_certificate=True)
LOCKED = LockedCard(3)


@pytest.mark.parametrize(
    ("rules", "event"),
    [
        (CLINIC, CardRead(7, None, 3)),
        (replace(ALLOWED, require=Require.STAFF), CardRead(7, None, 3)),
        (replace(ALLOWED, require=Require.PRESENTED), CardRead(7, None, 3)),
        (ALLOWED, CardRead(7, None, None, without_pin=True)),
    ],
    ids=["not allowed", "staff look anyway", "no number is asked for", "there is no number"],
)
def test_a_card_that_hides_its_certificate_is_refused(rules: Rules, event: CardRead) -> None:
    after, _ = happens(visit(Reading()), event, rules)
    assert failure_of(after).code is Code.CERTIFICATE_PROTECTED


def test_where_it_is_allowed_the_number_comes_first_and_staff_see_it() -> None:
    after, effects = happens(visit(Reading()), CardRead(7, None, 3), ALLOWED)
    assert (after.state, effects) == (PinEntry(LOCKED), ())
    assert (seen(after).unchecked_before_pin, seen(after).level) == (True, None)
    checking, effects = happens(after, PIN, ALLOWED)
    assert (checking.state, effects) == (Proving(LOCKED), (Prove(7, READER, None, bytearray(b"1234")),))


@pytest.mark.parametrize(
    ("check", "valid", "level", "code"),
    [
        (GOOD, True, Level.CONFIRMED, None),
        (GOOD, False, None, Code.SIGNATURE_INVALID),
        (FORGED, True, None, Code.NOT_GENUINE),
        (REVOKED, True, None, Code.CERTIFICATE_REVOKED),
        (None, True, None, Code.CERTIFICATE_PROTECTED),
    ],
)
def test_a_level_follows_only_once_the_chain_is_checked(
    check: CertificateCheck | None, valid: bool, level: Level | None, code: Code | None
) -> None:
    event = replace(proved(PinOutcome.RIGHT, valid=valid), check=check)
    after, effects = happens(visit(Proving(LOCKED)), event, ALLOWED)
    shown = seen(after)
    assert (shown.level, shown.failure and shown.failure.code) == (level, code)
    assert shown.unchecked_before_pin
    assert any(isinstance(effect, Determine) for effect in effects) is (level is Level.CONFIRMED)


def test_a_phone_that_leaves_in_the_proof_leaves_the_outcome_unknown() -> None:
    after, _ = happens(visit(Proving(LOCKED)), CardTaken(READER), ALLOWED)
    assert failure_of(after).code is Code.PIN_OUTCOME_UNKNOWN
    assert not seen(after).unchecked_before_pin


# The desk


def test_the_key_pad_gives_way_to_staff() -> None:
    after, effects = happens(visit(PinEntry(CARD)), NeedStaff(action="staff"))
    assert (after.state, after.staff_called, effects) == (StaffCheck(CARD), True, (Release(7, READER),))


def test_staff_may_confirm_where_the_pin_cannot() -> None:
    blocked = visit(Failed(Failure(Code.PIN_BLOCKED), CARD, Level.PRESENTED), called=True)
    after, effects = happens(blocked, FaceCompared(7, ACT))
    person = Identified(CARD, Level.STAFF_CONFIRMED, ACT)
    assert (after.state, after.staff_called) == (Determining(person), False)
    assert effects == (Determine(8, Determining(person)),), "the failure has the entry of the old number"


@pytest.mark.parametrize("code", [code for code in Code if code.value[0] != "P"])
def test_staff_cannot_confirm_a_card_that_failed_in_any_other_way(code: Code) -> None:
    """A clone has a genuine certificate too: it is its signature that gave it away."""
    failed = visit(Failed(Failure(code), CARD, Level.PRESENTED))
    called, _ = happens(failed, NeedStaff(action="staff"))
    assert (called.state, called.staff_called) == (failed.state, True)
    assert is_ignored(called, FaceCompared(7, ACT))


@pytest.mark.parametrize("card", [CheckedCard(FORGED, 3), CheckedCard(REVOKED, 3), LOCKED, None])
def test_staff_cannot_confirm_a_card_that_is_not_genuine_or_unknown(card: ReadCard | None) -> None:
    assert is_ignored(visit(Failed(Failure(Code.PIN_BLOCKED), card)), FaceCompared(7, ACT))
    if card is not None:
        assert is_ignored(visit(StaffCheck(card)), FaceCompared(7, ACT))


UNKNOWN = Failed(Failure(Code.UNKNOWN_MEMBER), CARD, Level.CONFIRMED)


@pytest.mark.parametrize(("level", "staff"), [(Level.CONFIRMED, None), (Level.STAFF_CONFIRMED, ACT)])
def test_a_card_that_staff_bound_goes_on_at_the_level_that_was_proved(level: Level, staff: StaffAct | None) -> None:
    after, effects = happens(visit(replace(UNKNOWN, level=level, staff=staff)), CardBound(7))
    person = Identified(CARD, level, staff)
    assert after.state == Determining(person)
    assert effects == (Determine(8, Determining(person)),), "the failure has the entry of the old number"


@pytest.mark.parametrize(
    "state",
    [
        replace(UNKNOWN, card=None),
        replace(UNKNOWN, card=CheckedCard(FORGED, 3)),
        replace(UNKNOWN, level=None),
        replace(UNKNOWN, failure=Failure(Code.SIGNATURE_INVALID)),
        replace(UNKNOWN, failure=Failure(Code.PIN_BLOCKED)),
    ],
    ids=repr,
)
def test_what_binding_cannot_mend_stays(state: Failed) -> None:
    assert is_ignored(visit(state), CardBound(7))
    assert is_ignored(visit(UNKNOWN, card=False), CardBound(7))


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (PinEntry(CARD), True),
        (StaffCheck(CARD), True),
        (UNKNOWN, True),
        (replace(UNKNOWN, failure=Failure(Code.PIN_LAST_TRY)), True),
        (replace(UNKNOWN, failure=Failure(Code.SIGNATURE_INVALID)), False),
        (replace(UNKNOWN, failure=Failure(Code.REGISTRY_DOWN)), False),
        (Proving(CARD), False),
        (Determining(PERSON), False),
        (RESULT, False),
        (TakeCard(), False),
        (PinEntry(CheckedCard(REVOKED, 3)), False),
        (PinEntry(LOCKED), False),
    ],
    ids=repr,
)
def test_only_a_genuine_card_that_lies_there_can_be_bound(state: VisitState, may: bool) -> None:
    assert (bindable(visit(state)) is not None) is may
    assert bindable(visit(state, card=False)) is None


def test_a_screen_that_staff_can_mend_stays_long_enough_for_them() -> None:
    assert time_limit(visit(UNKNOWN), CLINIC) == CLINIC.staff_limit
    assert time_limit(visit(Failed(Failure(Code.CARD_UNREADABLE))), CLINIC) == CLINIC.idle_limit
    assert time_limit(visit(Failed(SILENT)), CLINIC) is None
    assert time_limit(visit(UNKNOWN, card=False), CLINIC) == CLINIC.farewell


# No answer


def test_an_expired_card_that_nobody_knows_is_to_be_renewed() -> None:
    person = Identified(CheckedCard(EXPIRED, 3), Level.CONFIRMED)
    after, _ = happens(visit(Determining(person)), NotDetermined(7, Failure(Code.UNKNOWN_MEMBER)))
    assert screen_of(after) is Screen.CERTIFICATE_EXPIRED


def test_what_was_proved_is_kept_for_staff_who_may_bind_the_card() -> None:
    after, effects = happens(visit(Determining(PERSON)), NotDetermined(7, UNKNOWN.failure))
    assert after.state == UNKNOWN
    assert effects == (Record(7, Level.CONFIRMED, "N-01"), Release(7, READER))


@pytest.mark.parametrize("code", [Code.READER_SERVICE_STUCK, Code.NO_CARD, Code.READER_BUSY])
def test_only_a_stuck_service_is_news_of_a_card_that_is_probed(code: Code) -> None:
    held = visit(Failed(SILENT))
    if code is Code.READER_SERVICE_STUCK:
        assert failure_of(happens(held, CardFailed(7, Failure(code)))[0]) == Failure(code)
    else:
        assert is_ignored(held, CardFailed(7, Failure(code)))
