"""The visit as a table: in this state, when this happens, that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.jpki import PinOutcome
from drivers.worker.client import Proof
from kiosk.decision import DEFAULT_POLICY, CardStatus, Facts, Need, Purpose, Registration, decide
from kiosk.failures import Code, Failure
from kiosk.identity import CertificateCheck, Chain, Level, Revocation
from kiosk.reception.events import Said
from kiosk.reception.guidance import Belonging, Whereabouts
from kiosk.reception.machine import (
    TABLE,
    Event,
    EventName,
    GiveAnswer,
    LookedUp,
    Probe,
    Prove,
    Proved,
    Read,
    ReadResult,
    Record,
    Release,
    Renew,
    Served,
    StaffAct,
    step,
)
from kiosk.reception.mending import bindable
from kiosk.reception.questions import Question
from kiosk.reception.states import Screen, State
from kiosk.reception.union_office import Browsing, Page
from kiosk.reception.view import Reminder
from kiosk.reception.visit import Answer, Require, Rules, Visit, screen_of, time_limit, view_of

RULES = Rules()
READER = "Reader A"
GOOD = CertificateCheck(None, Chain.TRUSTED)
FACTS = Facts.checked(
    on=date(2026, 11, 22),
    birth_date=date(1980, 4, 1),
    acquired_on=date(2020, 4, 1),
    linked_on=date(2020, 4, 5),
    card=CardStatus.HELD,
    registration=Registration.REGISTERED,
)
HARDWARE = {EventName.CARD_PUT, EventName.CARD_TAKEN, EventName.SERVICE_CHANGED, EventName.SUSPENDED}
SILENT = Failure(Code.CARD_SILENT, "x:y")
ANSWER = Answer(decide(FACTS), "ト＊＊ タ＊＊ 様")


def visit(state: State, **known: object) -> Visit:
    usual = {"reader": READER, "card_present": True} if state not in {State.IDLE, State.OUT_OF_SERVICE} else {}
    return Visit(7, state, **(usual | known))


def happens(before: Visit, name: EventName, payload: object = None, *, reader: str = READER, rules: Rules = RULES):
    number = None if name in HARDWARE else before.number
    outcome = step(before, Event(name, number, reader, payload), rules)
    assert outcome is not None
    return outcome


def read(check: CertificateCheck = GOOD, tries: int | None = 3) -> ReadResult:
    return ReadResult(check, tries)


def proof(outcome: PinOutcome, tries: int | None = 3, *, valid: bool = True) -> Proved:
    return Proved(Proof(outcome, tries, b"s", 3, 0.1), valid)


def test_a_card_on_the_idle_kiosk_is_read() -> None:
    after, effects = happens(visit(State.IDLE), EventName.CARD_PUT)
    assert after.state is State.READING
    assert after.number == 8
    assert effects == (Read(8, READER),)


def test_the_last_card_put_down_wins_and_the_earlier_visit_ends() -> None:
    before = visit(State.PIN, check=GOOD, level=Level.PRESENTED, tries_left=3)
    after, effects = happens(before, EventName.CARD_PUT, reader="Reader B")
    assert (after.state, after.reader, after.check) == (State.READING, "Reader B", None)
    assert effects == (Record(7, Level.PRESENTED, "replaced"), Release(7, READER), Read(8, "Reader B"))


def test_a_genuine_card_leads_to_the_key_pad() -> None:
    after, effects = happens(visit(State.READING), EventName.CARD_READ, read())
    assert (after.state, screen_of(after), after.level) == (State.PIN, Screen.PIN, Level.PRESENTED)
    assert effects == ()


@pytest.mark.parametrize(
    ("check", "code", "screen"),
    [
        (CertificateCheck(None, Chain.UNTRUSTED), Code.NOT_GENUINE, Screen.NOT_GENUINE),
        (CertificateCheck(None, Chain.MALFORMED), Code.CERTIFICATE_MALFORMED, Screen.NOT_GENUINE),
        (CertificateCheck(None, Chain.NOT_YET_VALID), Code.CERTIFICATE_NOT_YET_VALID, Screen.NOT_GENUINE),
        (CertificateCheck(None, Chain.EXPIRED), Code.ISSUER_EXPIRED, Screen.NOT_GENUINE),
        (
            CertificateCheck(None, Chain.TRUSTED, Revocation.REVOKED),
            Code.CERTIFICATE_REVOKED,
            Screen.CERTIFICATE_REVOKED,
        ),
        (
            CertificateCheck(None, Chain.TRUSTED, revocation_required=True),
            Code.REVOCATION_UNKNOWN,
            Screen.SERVICE_TROUBLE,
        ),
        (
            CertificateCheck(None, Chain.EXPIRED, leaf_expired=True, revocation_required=True),
            Code.REVOCATION_UNKNOWN,
            Screen.SERVICE_TROUBLE,
        ),
    ],
)
def test_no_card_that_is_not_in_order_is_asked_for_a_pin(check: CertificateCheck, code: Code, screen: Screen) -> None:
    after, effects = happens(visit(State.READING), EventName.CARD_READ, read(check))
    assert (after.state, screen_of(after), after.level) == (State.FAILURE, screen, None)
    assert after.failure is not None and after.failure.code is code
    assert effects == (Record(7, None, code.value, check.revocation), Release(7, READER))


def test_an_expired_leaf_goes_on_to_the_decision_which_knows_the_grace() -> None:
    expired = CertificateCheck(None, Chain.EXPIRED, leaf_expired=True)
    after, _ = happens(visit(State.READING), EventName.CARD_READ, read(expired))
    assert after.state is State.PIN


@pytest.mark.parametrize(("tries", "code"), [(0, Code.PIN_BLOCKED), (1, Code.PIN_LAST_TRY), (None, Code.PIN_LAST_TRY)])
def test_the_last_try_is_never_offered(tries: int | None, code: Code) -> None:
    after, _ = happens(visit(State.READING), EventName.CARD_READ, read(tries=tries))
    assert after.state is State.FAILURE
    assert after.failure is not None and after.failure.code is code


@pytest.mark.parametrize("require", [Require.STAFF, Require.PRESENTED])
def test_other_requirements_ask_for_no_pin(require: Require) -> None:
    after, effects = happens(visit(State.READING), EventName.CARD_READ, read(), rules=Rules(require=require))
    if require is Require.STAFF:
        assert after.state is State.STAFF
    else:
        assert effects == (GiveAnswer(7, GOOD, Level.PRESENTED),)


def test_an_entered_pin_is_proved_by_the_card() -> None:
    pin = bytearray(b"1234")
    before = visit(State.PIN, check=GOOD)
    after, effects = happens(before, EventName.PIN_ENTERED, pin)
    assert after.state is State.CHECKING
    assert effects == (Prove(7, READER, GOOD, pin),)
    assert "1234" not in repr(effects)


def test_a_malformed_pin_stays_on_the_key_pad() -> None:
    after, effects = happens(visit(State.PIN, check=GOOD), EventName.PIN_MALFORMED)
    assert (after.state, screen_of(after), effects) == (State.PIN, Screen.PIN_WRONG, ())


@pytest.mark.parametrize(
    ("result", "state", "code"),
    [
        (proof(PinOutcome.WRONG, 2), State.PIN, Code.PIN_WRONG),
        (proof(PinOutcome.WRONG, 1), State.FAILURE, Code.PIN_LAST_TRY),
        (proof(PinOutcome.WRONG, 0), State.FAILURE, Code.PIN_BLOCKED),
        (proof(PinOutcome.WRONG, None), State.FAILURE, Code.PIN_LAST_TRY),
        (proof(PinOutcome.LAST_TRY, 1), State.FAILURE, Code.PIN_LAST_TRY),
        (proof(PinOutcome.BLOCKED, 0), State.FAILURE, Code.PIN_BLOCKED),
        (proof(PinOutcome.RIGHT, 3, valid=False), State.FAILURE, Code.SIGNATURE_INVALID),
    ],
)
def test_what_the_card_says_of_the_pin(result: Proved, state: State, code: Code) -> None:
    after, _ = happens(visit(State.CHECKING, check=GOOD), EventName.PROVED, result)
    assert after.state is state
    assert after.failure is not None and after.failure.code is code
    assert after.level is not Level.CONFIRMED


def test_only_the_right_pin_with_a_fitting_signature_confirms() -> None:
    after, effects = happens(visit(State.CHECKING, check=GOOD), EventName.PROVED, proof(PinOutcome.RIGHT))
    assert (after.state, after.level) == (State.CHECKING, Level.CONFIRMED)
    assert effects == (GiveAnswer(7, GOOD, Level.CONFIRMED),)


ALLOWED = Rules(pin_before_certificate=True)
PROTECTED = ReadResult(None, 3)


@pytest.mark.parametrize(
    ("rules", "result"),
    [
        (RULES, PROTECTED),
        (replace(ALLOWED, require=Require.STAFF), PROTECTED),
        (replace(ALLOWED, require=Require.PRESENTED), PROTECTED),
        (ALLOWED, ReadResult(None, None, without_pin=True)),
    ],
    ids=["not allowed", "staff look anyway", "no number is asked for", "there is no number"],
)
def test_a_card_that_hides_its_certificate_is_refused(rules: Rules, result: ReadResult) -> None:
    after, _ = happens(visit(State.READING), EventName.CARD_READ, result, rules=rules)
    assert after.state is State.FAILURE
    assert after.failure is not None and after.failure.code is Code.CERTIFICATE_PROTECTED


@pytest.mark.parametrize(
    ("tries", "state", "code"), [(1, State.FAILURE, Code.PIN_LAST_TRY), (0, State.FAILURE, Code.PIN_BLOCKED)]
)
def test_the_last_try_of_a_phone_is_kept_too(tries: int, state: State, code: Code) -> None:
    after, _ = happens(visit(State.READING), EventName.CARD_READ, ReadResult(None, tries), rules=ALLOWED)
    assert (after.state, after.failure and after.failure.code) == (state, code)


def unchecked(state: State) -> Visit:
    return visit(state, tries_left=3, unchecked_before_pin=True)


def test_where_it_is_allowed_the_number_comes_first_and_staff_are_told() -> None:
    after, effects = happens(visit(State.READING), EventName.CARD_READ, PROTECTED, rules=ALLOWED)
    assert (after.state, after.level, effects) == (State.PIN, None, ())
    assert view_of(after, kiosk="1", sequence=1, rules=ALLOWED, simulation=False).unchecked_before_pin
    checking, effects = happens(after, EventName.PIN_ENTERED, pin := bytearray(b"1234"), rules=ALLOWED)
    assert (checking.state, effects) == (State.CHECKING, (Prove(7, READER, None, pin),))


@pytest.mark.parametrize(
    ("check", "valid", "level", "code"),
    [
        (GOOD, True, Level.CONFIRMED, None),
        (GOOD, False, None, Code.SIGNATURE_INVALID),
        (CertificateCheck(None, Chain.UNTRUSTED), True, None, Code.NOT_GENUINE),
        (CertificateCheck(None, Chain.TRUSTED, Revocation.REVOKED), True, None, Code.CERTIFICATE_REVOKED),
        (None, True, None, Code.CERTIFICATE_PROTECTED),
    ],
)
def test_a_level_follows_only_once_the_chain_is_checked(
    check: CertificateCheck | None, valid: bool, level: Level | None, code: Code | None
) -> None:
    result = replace(proof(PinOutcome.RIGHT, valid=valid), check=check)
    after, effects = happens(unchecked(State.CHECKING), EventName.PROVED, result, rules=ALLOWED)
    assert (after.level, after.failure and after.failure.code) == (level, code)
    assert any(isinstance(effect, GiveAnswer) for effect in effects) is (level is Level.CONFIRMED)


def test_a_phone_that_leaves_in_the_proof_leaves_the_outcome_unknown() -> None:
    after, _ = happens(unchecked(State.CHECKING), EventName.CARD_TAKEN, rules=ALLOWED)
    assert after.failure is not None and after.failure.code is Code.PIN_OUTCOME_UNKNOWN
    assert not after.unchecked_before_pin


def test_a_card_without_a_number_waits_for_staff() -> None:
    after, effects = happens(visit(State.READING), EventName.CARD_READ, ReadResult(GOOD, None, without_pin=True))
    assert (after.state, after.level, effects) == (State.STAFF, Level.PRESENTED, (Release(7, READER),))
    assert after.failure is not None and after.failure.code is Code.CARD_WITHOUT_PIN
    answered, effects = happens(after, EventName.STAFF_CONFIRMED, act := StaffAct("hanako", "card_without_pin"))
    assert (answered.failure, effects) == (None, (GiveAnswer(7, GOOD, Level.STAFF_CONFIRMED, act),))


def test_a_card_without_a_number_that_is_not_genuine_ends_there() -> None:
    forged = CertificateCheck(None, Chain.UNTRUSTED)
    after, _ = happens(visit(State.READING), EventName.CARD_READ, ReadResult(forged, None, without_pin=True))
    assert after.failure is not None and after.failure.code is Code.NOT_GENUINE


def test_a_link_that_breaks_in_the_proof_leaves_the_outcome_unknown() -> None:
    after, _ = happens(visit(State.CHECKING, check=GOOD), EventName.CARD_FAILED, Failure(Code.CARD_LEFT, "x:y"))
    assert after.failure == Failure(Code.PIN_OUTCOME_UNKNOWN, "x:y")


@pytest.mark.parametrize("code", [Code.READER_SERVICE_DOWN, Code.NO_READER, Code.READER_FAULT])
def test_a_reader_that_fails_in_the_proof_leaves_the_outcome_unknown_too(code: Code) -> None:
    after, _ = happens(visit(State.CHECKING, check=GOOD), EventName.CARD_FAILED, Failure(code, "x:y"))
    assert after.failure == Failure(Code.PIN_OUTCOME_UNKNOWN, "x:y")


@pytest.mark.parametrize("state", [State.IDLE, State.OUT_OF_SERVICE])
def test_a_card_that_cost_its_worker_is_not_read_again(state: State) -> None:
    held, effects = happens(visit(state), EventName.CARD_PUT, SILENT)
    assert (held.state, screen_of(held), held.failure) == (State.FAILURE, Screen.READER_TROUBLE, SILENT)
    assert effects == (Probe(8, READER),), "and its one entry stands in the journal already"
    assert time_limit(held, RULES) is None, "the screen stays as long as the card"
    taken, _ = happens(held, EventName.CARD_TAKEN)
    assert (taken.failure, taken.card_present, time_limit(taken, RULES)) == (SILENT, False, RULES.farewell)


def test_what_the_screen_has_said_of_it_stands() -> None:
    unknown = Failure(Code.PIN_OUTCOME_UNKNOWN)
    before = visit(State.FAILURE, failure=unknown, card_present=False)
    assert happens(before, EventName.CARD_PUT, SILENT)[0].failure == unknown


OLD_CARD = {"on": date(2025, 11, 1), "card": CardStatus.LOST, "legacy_card_until": date(2025, 12, 1)}


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"card": CardStatus.LOST},
        {"linked_on": None, "notice_held": True},
        OLD_CARD,
        {"purpose": Purpose.BENEFIT_CLAIM, "smartphone": True},
    ],
)
def test_the_farewell_keeps_of_the_answer_what_it_still_says_and_nothing_else(facts: dict[str, object]) -> None:
    asked = replace(FACTS, **facts)
    decision = decide(asked)
    before = visit(State.RESULT, answer=Answer(decision, "ト＊＊"), purpose=asked.purpose)
    after, _ = happens(before, EventName.CARD_TAKEN)
    kept = Reminder(decision.applies, decision.usable, decision.present, asked.purpose, decision.next_steps[0])
    assert (after.state, after.answer, after.farewell) == (State.FAREWELL, None, kept)


def test_the_farewell_says_nothing_of_an_answer_that_was_not_shown_yet() -> None:
    decision = decide(replace(FACTS, card=CardStatus.LOST))
    asked = visit(State.RESULT, answer=Answer(decision, "ト＊＊"), question=Question.NEEDS)
    assert happens(asked, EventName.CARD_TAKEN)[0].farewell is None


def test_who_called_staff_and_takes_the_card_has_the_time_to_wait_for_them() -> None:
    called, _ = happens(visit(State.RESULT, answer=ANSWER), EventName.STAFF_WANTED)
    gone, _ = happens(called, EventName.CARD_TAKEN)
    assert (gone.staff_called, time_limit(gone, RULES)) == (True, RULES.idle_limit)


@pytest.mark.parametrize(
    ("state", "name", "then"),
    [
        (State.READING, EventName.CARD_TAKEN, State.FAILURE),
        (State.CHECKING, EventName.CARD_TAKEN, State.FAILURE),
        (State.RESULT, EventName.FINISHED, State.TAKE_CARD),
    ],
)
def test_a_call_is_not_taken_back_while_the_visit_ends(state: State, name: EventName, then: State) -> None:
    called, _ = happens(visit(state, check=GOOD, answer=ANSWER), EventName.STAFF_WANTED)
    after, _ = happens(called, name)
    assert (after.state, after.staff_called) == (then, True)


@pytest.mark.parametrize("state", State)
def test_staff_can_be_called_in_every_state(state: State) -> None:
    before = visit(state, check=GOOD, answer=ANSWER, failure=SILENT)
    after, _ = happens(before, EventName.STAFF_WANTED)
    assert after.staff_called
    assert after.number == before.number


@pytest.mark.parametrize("state", [State.READING, State.PIN, State.CHECKING, State.RESULT])
def test_it_displaces_nobody(state: State) -> None:
    before = visit(state, check=GOOD, answer=ANSWER)
    assert happens(before, EventName.CARD_PUT, SILENT, reader="Reader B") == (before, ())


@pytest.mark.parametrize("code", [Code.READER_SERVICE_STUCK, Code.NO_CARD, Code.READER_BUSY])
def test_only_a_stuck_service_is_news_of_it(code: Code) -> None:
    held = visit(State.FAILURE, failure=SILENT)
    after, effects = happens(held, EventName.CARD_FAILED, Failure(code))
    assert after.failure == (Failure(code) if code is Code.READER_SERVICE_STUCK else SILENT)
    assert effects == ()


@pytest.mark.parametrize("state", State)
def test_a_machine_that_slept_ends_whatever_was_on(state: State) -> None:
    before = visit(state, check=GOOD, level=Level.CONFIRMED, answer=ANSWER, failure=SILENT, staff_called=True)
    after, effects = happens(before, EventName.SUSPENDED)
    assert after == Visit(8, State.IDLE)
    assert effects[-1] == Renew()
    recorded = state in {State.READING, State.PIN, State.STAFF, State.CHECKING}
    assert (Record(7, Level.CONFIRMED, "suspended") in effects) is recorded


def test_trouble_of_the_service_outlives_a_visit_that_was_begun_in_it() -> None:
    trouble = Failure(Code.REGISTRY_DOWN)
    reading, _ = happens(visit(State.OUT_OF_SERVICE, service=trouble), EventName.CARD_PUT)
    assert reading.service == trouble


def test_an_answer_is_shown_and_the_card_powered_off() -> None:
    after, effects = happens(visit(State.CHECKING, check=GOOD), EventName.ANSWERED, ANSWER)
    assert (after.state, screen_of(after)) == (State.RESULT, Screen.RESULT_CARD)
    assert effects == (Release(7, READER),)


def test_an_expired_card_of_nobody_known_is_told_of_its_expiry() -> None:
    expired = CertificateCheck(None, Chain.EXPIRED, leaf_expired=True)
    before = visit(State.CHECKING, check=expired)
    after, _ = happens(before, EventName.ANSWER_FAILED, Failure(Code.UNKNOWN_MEMBER))
    assert screen_of(after) is Screen.CERTIFICATE_EXPIRED


def test_staff_may_confirm_where_the_pin_cannot() -> None:
    blocked = visit(State.FAILURE, check=GOOD, failure=Failure(Code.PIN_BLOCKED))
    act = StaffAct("hanako", "pin_blocked")
    after, effects = happens(blocked, EventName.STAFF_CONFIRMED, act)
    assert after.level is Level.STAFF_CONFIRMED
    assert effects == (GiveAnswer(8, GOOD, Level.STAFF_CONFIRMED, act),)


@pytest.mark.parametrize("code", [code for code in Code if code.value[0] != "P"])
def test_staff_cannot_confirm_a_card_that_failed_in_any_other_way(code: Code) -> None:
    """A clone has a genuine certificate too: it is its signature that gave it away."""
    failed = visit(State.FAILURE, check=GOOD, failure=Failure(code))
    called, _ = happens(failed, EventName.STAFF_WANTED)
    assert (called.state, called.failure, called.staff_called) == (State.FAILURE, Failure(code), True)
    assert happens(called, EventName.STAFF_CONFIRMED, StaffAct("a", "other")) == (called, ())


def test_calling_the_desk_keeps_what_the_screen_says() -> None:
    result = visit(State.RESULT, answer=ANSWER)
    called, effects = happens(result, EventName.STAFF_WANTED)
    assert (called.answer, called.staff_called, effects) == (ANSWER, True, ())


def test_staff_cannot_confirm_a_card_that_is_not_genuine() -> None:
    fake = visit(State.FAILURE, check=CertificateCheck(None, Chain.UNTRUSTED), failure=Failure(Code.NOT_GENUINE))
    assert happens(fake, EventName.STAFF_CONFIRMED, StaffAct("a", "other")) == (fake, ())


@pytest.mark.parametrize("state", [s for s in State if s not in {State.IDLE, State.OUT_OF_SERVICE, State.FAREWELL}])
def test_taking_the_card_away_leaves_nothing_personal(state: State) -> None:
    before = visit(
        state, check=GOOD, tries_left=2, level=Level.CONFIRMED, answer=ANSWER, failure=Failure(Code.PIN_BLOCKED)
    )
    after, _ = happens(before, EventName.CARD_TAKEN)
    assert (after.check, after.answer, after.level, after.tries_left) == (None, None, None, None)
    assert after.number == before.number + 1, "late messages of the visit must be dropped"
    seen = view_of(after, kiosk="1", sequence=1, rules=RULES, simulation=False)
    assert (seen.decision, seen.masked_name, seen.level) == (None, "", None)


def test_another_readers_card_going_away_changes_nothing() -> None:
    before = visit(State.PIN, check=GOOD)
    assert happens(before, EventName.CARD_TAKEN, reader="Reader B") == (before, ())


@pytest.mark.parametrize("state", [State.PIN, State.RESULT, State.STAFF, State.FAILURE])
def test_another_reader_that_comes_is_no_change_of_the_screen(state: State) -> None:
    before = visit(state, check=GOOD)
    after, effects = happens(before, EventName.SERVICE_CHANGED, Served(frozenset({READER, "Reader B"}), None))
    assert after is before and not effects


def test_a_message_of_an_earlier_visit_is_dropped() -> None:
    assert step(visit(State.READING), Event(EventName.CARD_READ, 6, payload=read()), RULES) is None


def test_a_person_who_waits_is_warned_then_asked_to_take_the_card() -> None:
    warned, _ = happens(visit(State.PIN, check=GOOD), EventName.TIMED_OUT)
    assert (warned.state, screen_of(warned), time_limit(warned, RULES)) == (State.PIN, Screen.STILL_THERE, 30)
    ended, effects = happens(warned, EventName.TIMED_OUT)
    assert (ended.state, ended.check) == (State.TAKE_CARD, None)
    assert Release(7, READER) in effects


def test_ten_extensions_and_no_more() -> None:
    now = visit(State.RESULT, answer=ANSWER, warned=True)
    for _ in range(10):
        now, _ = happens(now, EventName.CONTINUED)
        assert not now.warned
        now = replace(now, warned=True)
    assert happens(now, EventName.CONTINUED) == (now, ())


def test_a_reader_that_vanishes_ends_its_visit() -> None:
    gone = Served(frozenset({"Reader B"}), None)
    after, _ = happens(visit(State.PIN, check=GOOD), EventName.SERVICE_CHANGED, gone)
    assert (after.state, screen_of(after), after.check) == (State.FAILURE, Screen.READER_TROUBLE, None)


def test_no_reader_at_all_is_out_of_service_and_recovers_by_itself() -> None:
    trouble = Failure(Code.READER_SERVICE_DOWN)
    down, _ = happens(visit(State.IDLE), EventName.SERVICE_CHANGED, Served(frozenset(), trouble))
    assert (down.state, screen_of(down)) == (State.OUT_OF_SERVICE, Screen.READER_TROUBLE)
    up, _ = happens(down, EventName.SERVICE_CHANGED, Served(frozenset({READER}), None))
    assert up.state is State.IDLE


def test_staff_who_come_answer_the_call_and_change_nothing_else() -> None:
    called = visit(State.PIN, check=GOOD, staff_called=True)
    assert happens(called, EventName.STAFF_CAME) == (replace(called, staff_called=False), ())
    calm = visit(State.PIN, check=GOOD)
    assert happens(calm, EventName.STAFF_CAME) == (calm, ())


UNKNOWN = {"check": GOOD, "level": Level.CONFIRMED, "failure": Failure(Code.UNKNOWN_MEMBER)}


@pytest.mark.parametrize("level", [Level.CONFIRMED, Level.STAFF_CONFIRMED])
def test_a_card_that_staff_bound_goes_on_at_the_level_that_was_proved(level: Level) -> None:
    unknown = visit(State.FAILURE, **{**UNKNOWN, "level": level})
    after, effects = happens(unknown, EventName.CARD_BOUND)
    assert (after.state, after.level, after.failure) == (State.CHECKING, level, None)
    assert effects == (GiveAnswer(8, GOOD, level),), "the failure stands in the journal under the old number"


@pytest.mark.parametrize(
    "change",
    [
        {"check": None},
        {"check": CertificateCheck(None, Chain.UNTRUSTED)},
        {"card_present": False},
        {"level": None},
        {"failure": Failure(Code.SIGNATURE_INVALID)},
        {"failure": Failure(Code.PIN_BLOCKED)},
    ],
    ids=str,
)
def test_what_binding_cannot_mend_stays(change: dict[str, object]) -> None:
    failed = visit(State.FAILURE, **{**UNKNOWN, **change})
    assert happens(failed, EventName.CARD_BOUND) == (failed, ())


@pytest.mark.parametrize(
    ("state", "known", "may"),
    [
        (State.PIN, {}, True),
        (State.STAFF, {}, True),
        (State.FAILURE, {"failure": Failure(Code.UNKNOWN_MEMBER)}, True),
        (State.FAILURE, {"failure": Failure(Code.PIN_LAST_TRY)}, True),
        (State.FAILURE, {"failure": Failure(Code.SIGNATURE_INVALID)}, False),
        (State.FAILURE, {"failure": Failure(Code.REGISTRY_DOWN)}, False),
        (State.CHECKING, {}, False),
        (State.RESULT, {"answer": ANSWER}, False),
        (State.TAKE_CARD, {}, False),
        (State.PIN, {"card_present": False}, False),
        (State.PIN, {"check": CertificateCheck(None, Chain.TRUSTED, Revocation.REVOKED)}, False),
    ],
    ids=str,
)
def test_only_a_genuine_card_that_lies_there_can_be_bound(state: State, known: dict[str, object], may: bool) -> None:
    assert (bindable(visit(state, **{"check": GOOD, **known})) is not None) is may


def test_a_screen_that_staff_can_mend_stands_long_enough_for_them() -> None:
    assert time_limit(visit(State.FAILURE, **UNKNOWN), RULES) == RULES.staff_limit
    assert time_limit(visit(State.FAILURE, failure=Failure(Code.CARD_UNREADABLE)), RULES) == RULES.idle_limit
    assert time_limit(visit(State.FAILURE, failure=Failure(Code.CARD_SILENT)), RULES) is None
    assert time_limit(visit(State.FAILURE, **{**UNKNOWN, "card_present": False}), RULES) == RULES.farewell


LOOKED_UP = LookedUp(ANSWER, StaffAct("hanako", "lookup.passport"))


@pytest.mark.parametrize("state", [State.IDLE, State.OUT_OF_SERVICE, State.STAFF, State.FAILURE, State.TAKE_CARD])
def test_an_answer_that_staff_looked_up_is_shown_as_theirs(state: State) -> None:
    after, _ = happens(visit(state, failure=Failure(Code.CARD_SILENT)), EventName.LOOKED_UP, LOOKED_UP)
    assert (screen_of(after), after.level, after.looked_up) == (Screen.RESULT_CARD, Level.STAFF_CONFIRMED, True)
    assert after.check is None and after.failure is None
    assert after.number == 8


def test_it_does_not_push_aside_the_answer_of_a_card_but_another_of_its_kind() -> None:
    of_a_card = visit(State.RESULT, answer=ANSWER)
    assert happens(of_a_card, EventName.LOOKED_UP, LOOKED_UP) == (of_a_card, ())
    first, _ = happens(visit(State.IDLE), EventName.LOOKED_UP, LOOKED_UP)
    assert happens(first, EventName.LOOKED_UP, LOOKED_UP)[0].number == first.number + 1


def test_it_ends_like_a_result_and_needs_no_reader() -> None:
    shown, _ = happens(visit(State.IDLE), EventName.LOOKED_UP, LOOKED_UP)
    gone, _ = happens(shown, EventName.SERVICE_CHANGED, Served(frozenset(), Failure(Code.NO_READER)))
    assert gone.answer is ANSWER
    warned, _ = happens(gone, EventName.TIMED_OUT)
    assert screen_of(warned) is Screen.STILL_THERE
    over, _ = happens(warned, EventName.TIMED_OUT)
    assert (over.state, over.answer) == (State.OUT_OF_SERVICE, None)


def test_a_card_put_down_ends_it() -> None:
    shown, _ = happens(visit(State.IDLE), EventName.LOOKED_UP, LOOKED_UP)
    after, _ = happens(shown, EventName.CARD_PUT)
    assert (after.state, after.answer, after.looked_up) == (State.READING, None, False)


OUT = Failure(Code.OUT_OF_USE)


def test_out_of_use_no_card_begins_a_visit() -> None:
    closed = visit(State.OUT_OF_SERVICE, service=OUT, failure=OUT)
    assert happens(closed, EventName.CARD_PUT) == (closed, ())


def test_a_visit_under_way_may_end_but_the_next_card_finds_the_kiosk_out_of_use() -> None:
    before = visit(State.PIN, check=GOOD)
    under_way, _ = happens(before, EventName.SERVICE_CHANGED, Served(frozenset({READER}), OUT))
    assert (under_way.state, under_way.service) == (State.PIN, OUT)
    after, effects = happens(under_way, EventName.CARD_PUT)
    assert (after.state, after.failure, after.check) == (State.OUT_OF_SERVICE, OUT, None)
    assert Release(7, READER) in effects


def test_every_pair_outside_the_table_is_ignored() -> None:
    for state, name in product(State, EventName):
        if (state, name) not in TABLE:
            assert step(visit(state), Event(name), RULES) is None


CHECKS = st.builds(
    CertificateCheck,
    st.none(),
    st.sampled_from(Chain),
    st.sampled_from(Revocation),
    leaf_expired=st.booleans(),
)
PAYLOADS: dict[EventName, st.SearchStrategy[object]] = {
    EventName.CARD_READ: st.builds(
        ReadResult,
        st.none() | CHECKS,
        st.sampled_from([None, 0, 1, 2, 3]),
        st.booleans(),
    ),
    EventName.CARD_PUT: st.sampled_from([None, SILENT]),
    EventName.CARD_FAILED: st.builds(Failure, st.sampled_from(Code)),
    EventName.ANSWER_FAILED: st.builds(Failure, st.sampled_from(Code)),
    EventName.PIN_ENTERED: st.builds(bytearray, st.just(b"1234")),
    EventName.PROVED: st.builds(
        Proved,
        st.builds(
            Proof,
            st.sampled_from(PinOutcome),
            st.sampled_from([None, 0, 1, 2, 3]),
            st.just(b"s"),
            st.just(3),
            st.just(0.1),
        ),
        st.booleans(),
        st.none() | CHECKS,
    ),
    EventName.ANSWERED: st.just(ANSWER),
    EventName.STAFF_CONFIRMED: st.just(StaffAct("a", "other")),
    EventName.LOOKED_UP: st.just(LookedUp(ANSWER, StaffAct("a", "lookup.passport"))),
    EventName.PURPOSE_CHOSEN: st.sampled_from(Purpose),
    EventName.NEEDS_SAID: st.sampled_from([(), (Need.HIGH_COST,)]),
    EventName.SMARTPHONE_SAID: st.booleans(),
    EventName.WHEREABOUTS_SAID: st.sampled_from(Whereabouts),
    EventName.BELONGING_SAID: st.builds(
        Said, st.sampled_from(Belonging), st.just(date(2026, 11, 22)), st.just(DEFAULT_POLICY)
    ),
    EventName.PAGE_OPENED: st.builds(Browsing, st.sampled_from(Page)),
    EventName.SERVICE_CHANGED: st.builds(
        Served,
        st.sampled_from([frozenset(), frozenset({READER}), frozenset({"Reader B"})]),
        st.sampled_from([None, Failure(Code.NO_READER)]),
    ),
}
EVENTS = st.sampled_from(EventName).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from([READER, "Reader B"]), PAYLOADS.get(name, st.none()))
)


@given(st.lists(EVENTS, max_size=40), st.sampled_from(Require), st.booleans())
def test_whatever_happens_there_is_a_screen_and_no_answer_without_its_proof(
    history, require: Require, unchecked_first: bool
) -> None:
    rules = Rules(require=require, pin_before_certificate=unchecked_first)
    now, asked = Visit(1, State.IDLE), Level.PRESENTED
    for name, reader, payload in history:
        number = None if name in HARDWARE else now.number
        outcome = step(now, Event(name, number, reader, payload), rules)
        if outcome is None:
            continue
        for effect in outcome[1]:
            if isinstance(effect, GiveAnswer):
                asked = effect.level
                assert effect.check.chain in {Chain.TRUSTED, Chain.EXPIRED}
                assert effect.check.revocation is not Revocation.REVOKED
                by_staff = {EventName.STAFF_CONFIRMED, EventName.CARD_BOUND}
                proved = require is Require.PRESENTED or name in {EventName.PROVED, *by_staff}
                assert proved or asked is not Level.PRESENTED
            if isinstance(effect, Prove):
                assert now.tries_left is not None and now.tries_left >= 2
        assert outcome[0].number >= now.number
        now = outcome[0]
        assert isinstance(screen_of(now), Screen)
        if not now.card_present:
            assert (now.answer is None or now.looked_up) and now.check is None
