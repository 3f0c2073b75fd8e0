"""Cards that come and go, readers and service that come and go, visits that end."""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Code, Failure
from kiosk.identity import Level, Revocation
from kiosk.reception.actions import ChooseLanguage, Continue, Finish, NeedStaff, SetAids
from kiosk.reception.aids import Aids
from kiosk.reception.visit.card import CheckedCard
from kiosk.reception.visit.closing import ends_visits, hides_the_day
from kiosk.reception.visit.effects import Effect, Probe, Read, Record, Release, Renew
from kiosk.reception.visit.eligibility import Reminder
from kiosk.reception.visit.events import CardPut, CardTaken, ServiceChanged, StaffCame, Suspended, TimedOut
from kiosk.reception.visit.states import (
    AskingTerminal,
    AtGuide,
    AwaitingReader,
    Determining,
    Failed,
    Farewell,
    Idle,
    Information,
    OnPage,
    Ordering,
    OutOfService,
    Patience,
    PinEntry,
    Proving,
    Questioning,
    Reading,
    Shown,
    ShownByStaff,
    StaffCheck,
    TakeCard,
    Timed,
    VisitState,
    card_of,
)
from kiosk.reception.visit.table import IGNORED, Moment, Reaction, Transition
from kiosk.reception.visit.visit import Call, Visit, at_rest, following, renewed

__all__ = [
    "aids_set",
    "call_staff",
    "card_left",
    "card_put",
    "card_taken_from_failure",
    "card_taken_from_guide",
    "card_taken_from_result",
    "card_taken_while_proving",
    "card_taken_while_waiting",
    "card_taken_while_working",
    "choose_language",
    "continued",
    "end",
    "failure_timed_out",
    "leaving",
    "patient",
    "record",
    "service_changed_after_failure",
    "service_changed_at_guide",
    "service_changed_at_rest",
    "service_changed_before_proof",
    "service_changed_for_card",
    "service_changed_while_shown_by_staff",
    "staff_came",
    "still_here",
    "suspended",
    "visitor_gone",
    "warn_or_end",
]

_STAYS_AFTER_REMOVAL = {
    Code.CARD_LEFT,
    Code.CARD_UNREADABLE,
    Code.CARD_SILENT,
    Code.WORKER_LOST,
    Code.PIN_OUTCOME_UNKNOWN,
}


def leaving(visit: Visit, outcome: str) -> tuple[Effect, ...]:
    """Return the effects of leaving a visit early: it is journaled if it had begun, and its card is powered off."""
    release = (Release(visit.number, visit.reader),) if visit.reader else ()
    match visit.state:
        case Reading() | AwaitingReader():
            return record(visit, None, outcome), *release
        case PinEntry(card=card) | StaffCheck(card=card) | Proving(card=card):
            return record(visit, card.level, outcome), *release
        case Determining(person=person) | AskingTerminal(person=person):
            return record(visit, person.level, outcome), *release
        case _:
            return release


def record(visit: Visit, level: Level | None, outcome: str) -> Record:
    """Return the effect that journals how the visit ended."""
    card = card_of(visit.state)
    revocation = card.check.revocation if isinstance(card, CheckedCard) else Revocation.NOT_CHECKED
    return Record(visit.number, level, outcome, revocation, visit.began)


# Cards


def card_put(at: Moment[VisitState, CardPut]) -> Reaction:
    """Begin a visit: the last card that was put down wins."""
    visit = at.visit
    if visit.service:
        # Nothing could be answered, or nothing written down: the card is read once that has changed.
        closed = isinstance(at.state, OutOfService)
        return IGNORED if closed else Transition(at_rest(visit), leaving(visit, "replaced"))
    if at.event.failure is not None:
        return _left_unread(visit, at.event.reader, at.event.failure)
    fresh = _fresh(visit, Reading(), at.event.reader)
    return Transition(fresh, (*leaving(visit, "replaced"), Read(fresh.number, at.event.reader)))


def _left_unread(visit: Visit, reader: str, failure: Failure) -> Reaction:
    """Show what the card that still lies there has done; it is not read again, and displaces nobody's visit."""
    if visit.card_present or isinstance(visit.state, AwaitingReader):
        return IGNORED
    known = visit.state.failure if isinstance(visit.state, Failed) and visit.reader == reader else failure
    fresh = _fresh(visit, Failed(known), reader)
    return Transition(fresh, (Probe(fresh.number, reader),))


def _fresh(visit: Visit, state: VisitState, reader: str) -> Visit:
    return following(visit, Visit(visit.number + 1, state, visit.service, reader, card_present=True, call=visit.call))


def card_taken_while_working(at: Moment[Reading | Determining | AskingTerminal, CardTaken]) -> Reaction:
    """End a visit whose card was needed. Who only waits for the 限度額 has had an answer, and may go."""
    if isinstance(at.state, Determining | AskingTerminal) and at.state.before is not None:
        return _left_while_asked_anew(at.visit, at.event)
    return _cut_short(at.visit, at.event, Failure.here(Code.CARD_LEFT))


def _left_while_asked_anew(visit: Visit, taken: CardTaken) -> Reaction:
    if taken.reader != visit.reader:
        return IGNORED
    return Transition(_gone(visit, Farewell()), leaving(visit, "abandoned"))


def card_taken_while_proving(at: Moment[Proving, CardTaken]) -> Reaction:
    """End a visit of which nobody knows whether the card has judged the 暗証番号."""
    return _cut_short(at.visit, at.event, Failure.here(Code.PIN_OUTCOME_UNKNOWN))


def _cut_short(visit: Visit, taken: CardTaken, failure: Failure) -> Reaction:
    if taken.reader != visit.reader:
        return IGNORED
    return Transition(_gone(visit, Failed(failure)), leaving(visit, failure.code.value))


def card_taken_from_result(at: Moment[Questioning | Shown, CardTaken]) -> Reaction:
    """Say good-bye; if an answer was shown, with a reminder that names nobody."""
    if at.event.reader != at.visit.reader:
        return IGNORED
    return Transition(_gone(at.visit, Farewell(_reminder(at.state))))


def _reminder(state: Questioning | Shown) -> Reminder | None:
    if isinstance(state, Questioning):
        return None
    shown = state.result if isinstance(state, OnPage | Ordering) else state
    elsewhere = shown.eligibility.insurer_name is not None
    return Reminder.of(shown.eligibility.decision, shown.purpose, of_another_insurer=elsewhere)


def card_taken_from_guide(at: Moment[AtGuide, CardTaken]) -> Reaction:
    """Keep the guide open: it is what sends people to the desk with their card."""
    if at.event.reader != at.visit.reader:
        return IGNORED
    return Transition(_gone(at.visit, replace(at.state, patience=Patience())))


def card_taken_from_failure(at: Moment[Failed, CardTaken]) -> Reaction:
    """Keep saying what a removal itself has caused; every other failure ends with its card."""
    if at.event.reader != at.visit.reader:
        return IGNORED
    if at.state.failure.code in _STAYS_AFTER_REMOVAL:
        return Transition(_gone(at.visit, Failed(at.state.failure)))
    return card_taken_while_waiting(at)


def card_taken_while_waiting(at: Moment[PinEntry | StaffCheck | TakeCard | Failed, CardTaken]) -> Reaction:
    """End a visit that waited for its visitor, or only for the card to be taken."""
    if at.event.reader != at.visit.reader:
        return IGNORED
    return Transition(at_rest(at.visit), leaving(at.visit, "abandoned"))


def _gone(visit: Visit, state: VisitState) -> Visit:
    return replace(renewed(visit, state), card_present=False)


# Readers and service


def service_changed_at_rest(at: Moment[Idle | OutOfService | Farewell, ServiceChanged]) -> Reaction:
    """Open or close the kiosk."""
    if isinstance(at.state, Idle) and not at.event.failure:
        return _known(at.visit, at.event)
    return Transition(at_rest(replace(at.visit, service=at.event.failure)))


def service_changed_while_shown_by_staff(at: Moment[ShownByStaff | AwaitingReader, ServiceChanged]) -> Reaction:
    """Keep the answer, or the wait for one: it comes without a reader of ours, and goes on without one."""
    if at.visit.reader in at.event.readers:
        return _known(at.visit, at.event)
    return Transition(replace(at.visit, service=at.event.failure, reader="", card_present=False))


def service_changed_at_guide(at: Moment[AtGuide | Information, ServiceChanged]) -> Reaction:
    """Keep the guide and the pages for anybody, which need no register, unless the day is unknown."""
    if hides_the_day(at.event.failure):
        return Transition(at_rest(replace(at.visit, service=at.event.failure)))
    return _known(at.visit, at.event)


def service_changed_after_failure(at: Moment[Failed, ServiceChanged]) -> Reaction:
    """Read the card that still lies there anew, once the service is back that could not serve it."""
    visit, service = at.visit, at.visit.service
    was_its_fault = service is not None and at.state.failure.code is service.code and ends_visits(service)
    if was_its_fault and not at.event.failure and visit.card_present:
        return Transition(at_rest(replace(visit, service=None)))
    return _known(visit, at.event)


def service_changed_before_proof(at: Moment[Reading | PinEntry, ServiceChanged]) -> Reaction:
    """End a visit that could not be answered any more: nobody types a 暗証番号 in vain."""
    failure = at.event.failure
    if failure is None or not ends_visits(failure):
        return service_changed_for_card(at)
    card = card_of(at.state)
    level = card.level if card else None
    effects = (record(at.visit, level, failure.code.value), Release(at.visit.number, at.visit.reader))
    return Transition(replace(at.visit, state=Failed(failure, card, level), service=failure), effects)


_WithCard = Reading | PinEntry | StaffCheck | Proving | Determining | AskingTerminal | Questioning | Shown | TakeCard


def service_changed_for_card(at: Moment[_WithCard, ServiceChanged]) -> Reaction:
    """End the visit of a reader that is gone; one without a card goes on."""
    if not at.visit.reader or at.visit.reader in at.event.readers:
        return _known(at.visit, at.event)
    failure = at.event.failure or Failure.here(Code.NO_READER)
    lost = replace(_gone(at.visit, Failed(failure)), service=at.event.failure)
    return Transition(lost, leaving(at.visit, failure.code.value))


def _known(visit: Visit, changed: ServiceChanged) -> Reaction:
    # Another reader's coming must not cost a person the digits typed so far.
    return IGNORED if visit.service == changed.failure else Transition(replace(visit, service=changed.failure))


def suspended(at: Moment[VisitState, Suspended]) -> Reaction:
    """End what was shown before the machine slept: another person may be here now."""
    return Transition(at_rest(at.visit), (*leaving(at.visit, "suspended"), Renew()))


# The desk


def call_staff(at: Moment[VisitState, NeedStaff]) -> Reaction:
    """Call the desk; the screen keeps what it says."""
    return Transition(replace(at.visit, state=_calm(at.state), call=Call.WAITING))


def _calm(state: VisitState) -> VisitState:
    """Return the state without its warning: the visitor has done something."""
    return patient(state, state.patience.renewed) if isinstance(state, Timed) else state


def choose_language(at: Moment[VisitState, ChooseLanguage]) -> Reaction:
    """Go on in another language, which ends with the visit."""
    if at.event.language not in at.rules.languages:
        return IGNORED
    return Transition(replace(at.visit, language=at.event.language))


def staff_came(at: Moment[VisitState, StaffCame]) -> Reaction:
    """Answer the call: the screen says that somebody is on the way."""
    return Transition(replace(at.visit, call=Call.ANSWERED)) if at.visit.staff_called else IGNORED


# The visitor's own wishes


def aids_set(at: Moment[VisitState, SetAids]) -> Reaction:
    """Show everything as this visitor needs it, until the visit ends."""
    return Transition(replace(at.visit, state=_calm(at.state), aids=at.event.applied_to(at.visit.aids)))


# Time


def patient(state: Timed, patience: Patience) -> Timed:
    """Return the state with another patience."""
    if isinstance(state, OnPage | Ordering):
        return replace(state, result=replace(state.result, patience=patience))
    return replace(state, patience=patience)


def continued(at: Moment[Timed, Continue]) -> Reaction:
    """Give the visitor more time, as often as the rules allow."""
    used = at.state.patience
    if not used.warned:
        return Transition(replace(at.visit, state=at.state))
    if used.extensions >= at.rules.extensions:
        return IGNORED
    more = Patience(extensions=used.extensions + 1)
    return Transition(replace(at.visit, state=patient(at.state, more)))


def still_here(at: Moment[Idle | OutOfService, Continue]) -> Reaction:
    """Wait on for somebody who has a language or aids of theirs and has not put down a card yet."""
    return Transition(at.visit)


def warn_or_end(at: Moment[Timed, TimedOut]) -> Reaction:
    """Ask whether somebody is still there; the second time the visit is over."""
    if at.state.patience.warned:
        return end(at)
    warned = replace(at.state.patience, warned=True)
    return Transition(replace(at.visit, state=patient(at.state, warned)))


def end(at: Moment[StaffCheck | AskingTerminal | Farewell | Timed, Finish | TimedOut]) -> Reaction:
    """End the visit; a card that still lies there is to be taken first."""
    if not at.visit.card_present:
        return Transition(at_rest(at.visit))
    return Transition(renewed(at.visit, TakeCard()), leaving(at.visit, "abandoned"))


def failure_timed_out(at: Moment[Failed, TimedOut]) -> Reaction:
    """Ask whoever may still be here, then end the visit.

    A card that is no My Number card may stay if another reader is free: the screen has said so.
    """
    if not at.state.patience.warned and (at.visit.card_present or at.state.from_elsewhere):
        return warn_or_end(at)
    if at.event.card_may_stay:
        return Transition(at_rest(at.visit), leaving(at.visit, "abandoned"))
    return end(at)


def card_left(at: Moment[TakeCard, TimedOut]) -> Reaction:
    """Alert staff to a card that was left behind, but for one that may stay."""
    if at.event.card_may_stay:
        return Transition(at_rest(at.visit), leaving(at.visit, "abandoned"))
    return Transition(replace(at.visit, state=TakeCard(left_behind=True)))


def visitor_gone(at: Moment[Idle | OutOfService, TimedOut]) -> Reaction:
    """Let go of a call that nobody waits for any more, and of language and aids of somebody who has left."""
    gone = at.visit
    return Transition(replace(gone, call=Call.NONE, language=None, aids=Aids(), visitor=gone.visitor + 1))
