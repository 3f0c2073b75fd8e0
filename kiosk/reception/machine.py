"""The visit as a state machine: a closed enum of states, a closed enum of events, one table.

Pure: ``step`` takes a visit and an event and returns the next visit and the effects to carry out. A pair that the
table does not list changes nothing. An event that carries the number of an earlier visit changes nothing.
"""

from __future__ import annotations

from dataclasses import replace

from drivers.jpki import PinOutcome
from kiosk.failures import CUT_SHORT, Code, Failure
from kiosk.identity import Level, Revocation, claimable_level
from kiosk.reception.closing import ends_visits, forbids_answers, hides_the_day
from kiosk.reception.effects import Effect, GiveAnswer, Probe, Prove, Read, Record, Release, Renew
from kiosk.reception.events import Event, EventName, Handler, LookedUp, Proved, ReadResult, Served, Step
from kiosk.reception.flows import FLOWS, answered, card_taken_from_guide
from kiosk.reception.mending import bindable, confirmable, refusal
from kiosk.reception.states import Alert, State
from kiosk.reception.view import Reminder
from kiosk.reception.visit import UNKNOWN, Answer, Require, Rules, StaffAct, Visit, end, rest

__all__ = [
    "TABLE",
    "Effect",
    "Event",
    "EventName",
    "GiveAnswer",
    "LookedUp",
    "Probe",
    "Prove",
    "Proved",
    "Read",
    "ReadResult",
    "Record",
    "Release",
    "Renew",
    "Served",
    "StaffAct",
    "step",
]


_LINK_CODES = {Code.CARD_LEFT, Code.CARD_UNREADABLE, Code.CARD_SILENT, Code.WORKER_LOST}
_STAYS_AFTER_REMOVAL = _LINK_CODES | {Code.PIN_OUTCOME_UNKNOWN}
_RECORDED_STATES = {State.READING, State.PIN, State.STAFF, State.CHECKING}
_UNPROVED = {None, Level.PRESENTED}
_BEFORE_PROOF = {State.READING, State.PIN}


def step(visit: Visit, event: Event, rules: Rules) -> Step | None:
    """Return the next visit and its effects, or None where the event does not concern this visit and state."""
    if event.visit not in (None, visit.number):
        return None
    handler = TABLE.get((visit.state, event.name))
    return handler(visit, event, rules) if handler else None


def _leave(visit: Visit, outcome: str) -> tuple[Effect, ...]:
    """Effects of leaving a visit early: it is journaled if it had begun, and its card is powered off."""
    if not visit.reader:
        return ()
    release = Release(visit.number, visit.reader)
    if visit.state not in _RECORDED_STATES:
        return (release,)
    return (_record(visit, outcome), release)


def _record(visit: Visit, outcome: str) -> Record:
    revocation = visit.check.revocation if visit.check else Revocation.NOT_CHECKED
    return Record(visit.number, visit.level, outcome, revocation)


def _fail(visit: Visit, failure: Failure) -> Step:
    effects = (
        _record(visit, failure.code.value),
        Release(visit.number, visit.reader),
    )
    return replace(visit, state=State.FAILURE, failure=failure, answer=None, warned=False), effects


def _card_put(visit: Visit, event: Event, rules: Rules) -> Step:
    if visit.service:
        # Nothing could be answered, or nothing written down: the card is read once that has changed.
        closed = visit.state is State.OUT_OF_SERVICE
        return (visit, ()) if closed else (rest(visit), _leave(visit, "replaced"))
    if event.payload is not None:
        return _card_held(visit, event)
    fresh = _fresh(visit, State.READING, event.reader)
    return fresh, (*_leave(visit, "replaced"), Read(fresh.number, event.reader))


def _card_held(visit: Visit, event: Event) -> Step:
    """Show what the card has done that still lies there; it is not read again, and displaces nobody's visit."""
    if visit.card_present:
        return visit, ()
    told = visit.failure if visit.state is State.FAILURE and visit.reader == event.reader else None
    held = replace(_fresh(visit, State.FAILURE, event.reader), failure=told or event.payload)
    return held, (Probe(held.number, event.reader),)


def _fresh(visit: Visit, state: State, reader: str) -> Visit:
    return Visit(visit.number + 1, state, visit.service, reader, card_present=True, staff_called=visit.staff_called)


def _card_taken(visit: Visit, event: Event, rules: Rules) -> Step:
    if event.reader != visit.reader:
        return visit, ()
    gone = replace(visit, card_present=False)
    if visit.state is State.GUIDE:
        return card_taken_from_guide(gone), ()
    if visit.state in {State.READING, State.CHECKING}:
        proving = visit.state is State.CHECKING and visit.level in _UNPROVED and rules.require is Require.PIN
        code = Code.PIN_OUTCOME_UNKNOWN if proving else Code.CARD_LEFT
        failure = Failure.here(code)
        return end(gone, State.FAILURE, failure=failure), _leave(visit, failure.code.value)
    if visit.state is State.RESULT and visit.answer:
        return end(gone, State.FAREWELL, farewell=_reminder(visit)), ()
    if visit.state is State.FAILURE and visit.failure and visit.failure.code in _STAYS_AFTER_REMOVAL:
        return end(gone, State.FAILURE, failure=visit.failure), ()
    return rest(gone), _leave(visit, "abandoned")


def _reminder(visit: Visit) -> Reminder | None:
    """Return what to say at the farewell; None where no answer was shown yet."""
    if visit.answer is None or visit.question:
        return None
    return Reminder.of(visit.answer.decision, visit.purpose)


def _service_changed(visit: Visit, event: Event, rules: Rules) -> Step:
    served: Served = event.payload
    # The same visit where nothing is new: another reader's coming must not cost a person the digits typed so far.
    known = visit if visit.service == served.failure else replace(visit, service=served.failure)
    if visit.looked_up:
        # It came without a reader and goes on without one.
        stays = visit.reader in served.readers
        return (known if stays else replace(known, reader="", card_present=False)), ()
    if visit.state is State.GUIDE:
        return (rest(known) if hides_the_day(known.service) else known), ()
    if _heals(visit, served):
        return rest(known), ()
    if visit.state in _BEFORE_PROOF and served.failure and ends_visits(served.failure):
        return _fail(known, served.failure)
    if visit.state in {State.IDLE, State.OUT_OF_SERVICE, State.FAREWELL} or not visit.reader:
        unchanged = visit.state is State.IDLE and not served.failure
        return (known if unchanged else rest(known)), ()
    if visit.reader in served.readers or visit.state is State.FAILURE:
        return known, ()
    failure = served.failure or Failure.here(Code.NO_READER)
    lost = replace(known, card_present=False)
    return end(lost, State.FAILURE, failure=failure), _leave(visit, failure.code.value)


def _heals(visit: Visit, served: Served) -> bool:
    """Return whether the service can serve again whom it could not: the card that still lies there is read anew."""
    if visit.failure is None or visit.service is None or served.failure or not visit.card_present:
        return False
    of_service = visit.failure.code is visit.service.code and ends_visits(visit.service)
    return visit.state is State.FAILURE and of_service


def _suspended(visit: Visit, event: Event, rules: Rules) -> Step:
    """End whatever was on before the machine slept: who comes now need not be who sat there then."""
    return rest(visit), (*_leave(visit, "suspended"), Renew())


def _card_read(visit: Visit, event: Event, rules: Rules) -> Step:
    result: ReadResult = event.payload
    if result.check is None:
        return _protected(visit, result, rules)
    known = replace(visit, check=result.check, tries_left=result.tries_left, level=claimable_level(result.check))
    code = refusal(result.check)
    if code:
        return _fail(replace(known, level=None), Failure.here(code, result.check.reason))
    match rules.require:
        case Require.PRESENTED:
            return _answer(known, Level.PRESENTED, None)
        case Require.STAFF:
            return _to_staff(known)
        case _ if result.without_pin:
            return _to_staff(known, Failure.here(Code.CARD_WITHOUT_PIN))
        case _:
            return _ask_pin(known)


def _to_staff(visit: Visit, failure: Failure | None = None) -> Step:
    """Let the card go and call the desk: nobody can go on alone."""
    waiting = replace(visit, state=State.STAFF, failure=failure, staff_called=True, warned=False)
    return waiting, (Release(visit.number, visit.reader),)


def _protected(visit: Visit, result: ReadResult, rules: Rules) -> Step:
    """Ask for the 暗証番号 before anything of the card is known: only where the settings take that risk."""
    if not rules.pin_before_certificate or rules.require is not Require.PIN or result.without_pin:
        return _fail(visit, Failure.here(Code.CERTIFICATE_PROTECTED))
    return _ask_pin(replace(visit, tries_left=result.tries_left, unchecked_before_pin=True))


def _ask_pin(visit: Visit, failure: Failure | None = None) -> Step:
    """Offer the key pad only where a wrong entry cannot block the card."""
    if visit.tries_left == 0:
        return _fail(visit, Failure.here(Code.PIN_BLOCKED))
    if visit.tries_left is None or visit.tries_left < 2:
        return _fail(visit, Failure.here(Code.PIN_LAST_TRY))
    return replace(visit, state=State.PIN, failure=failure, warned=False), ()


def _card_failed(visit: Visit, event: Event, rules: Rules) -> Step:
    failure: Failure = event.payload
    if visit.state is State.CHECKING and failure.code in CUT_SHORT:
        failure = replace(failure, code=Code.PIN_OUTCOME_UNKNOWN)
    return _fail(visit, failure)


def _probe_failed(visit: Visit, event: Event, rules: Rules) -> Step:
    """Tell of a reader service that is stuck: it takes other steps. Whatever else a probe meets is no news."""
    failure: Failure = event.payload
    return (replace(visit, failure=failure) if failure.code is Code.READER_SERVICE_STUCK else visit), ()


def _pin_entered(visit: Visit, event: Event, rules: Rules) -> Step:
    if not (visit.check or visit.unchecked_before_pin):
        return visit, ()
    checking = replace(visit, state=State.CHECKING, failure=None, warned=False)
    return checking, (Prove(visit.number, visit.reader, visit.check, event.payload),)


def _pin_malformed(visit: Visit, event: Event, rules: Rules) -> Step:
    return replace(visit, failure=Failure.here(Code.PIN_MALFORMED), warned=False), ()


def _proved(visit: Visit, event: Event, rules: Rules) -> Step:
    result: Proved = event.payload
    known = replace(visit, tries_left=result.proof.tries_left, check=result.check or visit.check)
    if result.proof.outcome is not PinOutcome.RIGHT:
        return _ask_pin(known, Failure.here(Code.PIN_WRONG))
    if code := refusal(known.check) if known.check else Code.CERTIFICATE_PROTECTED:
        return _fail(known, Failure.here(code, known.check.reason if known.check else ""))
    level = claimable_level(known.check, pin_was_right=True, signature_valid=result.signature_valid)
    if level is not Level.CONFIRMED:
        return _fail(known, Failure.here(Code.SIGNATURE_INVALID))
    return _answer(known, level, None)


def _staff_wanted(visit: Visit, event: Event, rules: Rules) -> Step:
    """Call the desk. Only the key pad gives way to it; every other screen keeps what it says."""
    if visit.state is State.PIN:
        return _to_staff(visit)
    return replace(visit, staff_called=True, warned=False), ()


def _staff_confirmed(visit: Visit, event: Event, rules: Rules) -> Step:
    """Answer for whom the 暗証番号 could not help; a card that failed in any other way proves nothing to anybody."""
    if not confirmable(visit):
        return visit, ()
    failed = visit.state is State.FAILURE
    # A failure already stands in the journal under the old number: one entry a visit.
    attended = replace(visit, number=visit.number + failed, staff_called=False)
    level = claimable_level(visit.check, staff_compared_face=True)
    return _answer(attended, level, event.payload) if level else (visit, ())


def _staff_came(visit: Visit, event: Event, rules: Rules) -> Step:
    return (replace(visit, staff_called=False) if visit.staff_called else visit), ()


def _card_bound(visit: Visit, event: Event, rules: Rules) -> Step:
    """Go on where nobody knew the card; what was proved of the person is proved still."""
    unknown = visit.failure is not None and visit.failure.code in UNKNOWN
    if not unknown or bindable(visit) is None or visit.level is None:
        return visit, ()
    return _answer(replace(visit, number=visit.number + 1, staff_called=False), visit.level, visit.staff)


def _looked_up(visit: Visit, event: Event, rules: Rules) -> Step:
    """Show what staff have looked up; only another such answer gives way to it, never one of a card."""
    shown: LookedUp = event.payload
    if (visit.state is State.RESULT and not visit.looked_up) or forbids_answers(visit.service):
        return visit, ()
    result = Visit(visit.number + 1, State.RESULT, visit.service, visit.reader, visit.card_present, looked_up=True)
    known = replace(result, level=Level.STAFF_CONFIRMED, staff=shown.staff, purpose=shown.purpose, answer=shown.answer)
    return known, _leave(visit, "replaced")


def _answer(visit: Visit, level: Level, staff: StaffAct | None) -> Step:
    if visit.check is None:
        return visit, ()
    checking = replace(visit, state=State.CHECKING, level=level, staff=staff, failure=None, warned=False)
    return checking, (GiveAnswer(visit.number, visit.check, level, staff),)


def _answered(visit: Visit, event: Event, rules: Rules) -> Step:
    answer: Answer = event.payload
    return answered(visit, answer, rules), (Release(visit.number, visit.reader),)


def _answer_failed(visit: Visit, event: Event, rules: Rules) -> Step:
    failure: Failure = event.payload
    if failure.code is Code.UNKNOWN_MEMBER and visit.check and visit.check.leaf_expired:
        failure = replace(failure, code=Code.CERTIFICATE_EXPIRED)
    return _fail(visit, failure)


def _continued(visit: Visit, event: Event, rules: Rules) -> Step:
    if not visit.warned:
        return replace(visit, warned=False), ()
    if visit.extensions >= rules.extensions:
        return visit, ()
    return replace(visit, warned=False, extensions=visit.extensions + 1), ()


def _finished(visit: Visit, event: Event, rules: Rules) -> Step:
    if not visit.card_present:
        return rest(visit), ()
    return end(visit, State.TAKE_CARD), _leave(visit, "abandoned")


def _timed_out(visit: Visit, event: Event, rules: Rules) -> Step:
    if visit.state in {State.PIN, State.RESULT, State.GUIDE} and not visit.warned:
        return replace(visit, warned=True), ()
    if event.payload and visit.state in {State.FAILURE, State.TAKE_CARD}:
        # A card that is none of ours, beside a reader that is free: it was told, and may stay.
        return rest(visit), _leave(visit, "abandoned")
    if visit.state is State.TAKE_CARD:
        return replace(visit, alert=Alert.CARD_LEFT_BEHIND), ()
    if visit.state in {State.IDLE, State.OUT_OF_SERVICE}:
        return replace(visit, staff_called=False), ()
    return _finished(visit, event, rules)


def _table() -> dict[tuple[State, EventName], Handler]:
    everywhere = {
        EventName.CARD_PUT: _card_put,
        EventName.SERVICE_CHANGED: _service_changed,
        EventName.SUSPENDED: _suspended,
    }
    with_card = [state for state in State if state not in {State.IDLE, State.OUT_OF_SERVICE, State.FAREWELL}]
    table: dict[tuple[State, EventName], Handler] = {
        (state, name): handler for state in State for name, handler in everywhere.items()
    }
    table |= {(state, EventName.CARD_TAKEN): _card_taken for state in with_card}
    table |= {(state, EventName.STAFF_WANTED): _staff_wanted for state in State}
    table |= {(state, EventName.STAFF_CAME): _staff_came for state in State}
    resting = (State.IDLE, State.OUT_OF_SERVICE, State.TAKE_CARD)
    showing = (*resting, State.STAFF, State.FAILURE, State.RESULT, State.GUIDE)
    table |= {(state, EventName.LOOKED_UP): _looked_up for state in showing}
    table |= {(state, EventName.TIMED_OUT): _timed_out for state in resting}
    return table | {
        (State.READING, EventName.CARD_READ): _card_read,
        (State.READING, EventName.CARD_FAILED): _card_failed,
        (State.PIN, EventName.PIN_ENTERED): _pin_entered,
        (State.PIN, EventName.PIN_MALFORMED): _pin_malformed,
        (State.PIN, EventName.CONTINUED): _continued,
        (State.PIN, EventName.FINISHED): _finished,
        (State.PIN, EventName.TIMED_OUT): _timed_out,
        (State.STAFF, EventName.STAFF_CONFIRMED): _staff_confirmed,
        (State.STAFF, EventName.FINISHED): _finished,
        (State.CHECKING, EventName.PROVED): _proved,
        (State.CHECKING, EventName.CARD_FAILED): _card_failed,
        (State.CHECKING, EventName.ANSWERED): _answered,
        (State.CHECKING, EventName.ANSWER_FAILED): _answer_failed,
        (State.RESULT, EventName.CONTINUED): _continued,
        (State.RESULT, EventName.FINISHED): _finished,
        (State.RESULT, EventName.TIMED_OUT): _timed_out,
        (State.FAILURE, EventName.CARD_FAILED): _probe_failed,
        (State.FAILURE, EventName.STAFF_CONFIRMED): _staff_confirmed,
        (State.FAILURE, EventName.CARD_BOUND): _card_bound,
        (State.FAILURE, EventName.FINISHED): _finished,
        (State.FAILURE, EventName.TIMED_OUT): _timed_out,
        (State.FAREWELL, EventName.TIMED_OUT): _timed_out,
        (State.GUIDE, EventName.CONTINUED): _continued,
        (State.GUIDE, EventName.FINISHED): _finished,
        (State.GUIDE, EventName.TIMED_OUT): _timed_out,
        **FLOWS,
    }


TABLE = _table()
"""Every (state, event) pair that does something; each other pair is ignored and counted."""
