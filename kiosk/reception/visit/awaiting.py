"""A visit that waits for the result of the 顔認証付きカードリーダー beside the kiosk.

The visit takes a result by itself only if it knows the person, by number or by name and birthday, and one alone fits.
In every other case staff choose: the next result is not for that reason the one of the person at the kiosk.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Code, Failure
from kiosk.reception.actions import Finish, UseReader
from kiosk.reception.guidance import Whereabouts
from kiosk.reception.visit.card import CheckedCard, FromReader
from kiosk.reception.visit.closing import forbids_answers
from kiosk.reception.visit.coming_and_going import leaving
from kiosk.reception.visit.effects import AwaitReader, SeekResult
from kiosk.reception.visit.events import (
    CardTaken,
    ReaderAwaited,
    ReaderWanted,
    ResultChosen,
    ResultFound,
    ResultToChoose,
    TimedOut,
)
from kiosk.reception.visit.identifying import STAFF_MAY_HELP, determine, failed
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import (
    AtGuide,
    AwaitingReader,
    Determining,
    Failed,
    GuideAdvice,
    Idle,
    Information,
    OutOfService,
    ShownByStaff,
    StaffCheck,
    TakeCard,
    card_of,
)
from kiosk.reception.visit.table import IGNORED, Moment, Reaction, Transition
from kiosk.reception.visit.visit import Call, Visit, at_rest, following, renewed

__all__ = [
    "card_taken_while_awaiting",
    "gave_up",
    "may_use_reader",
    "reader_awaited",
    "reader_silent",
    "reader_wanted",
    "result_chosen",
    "result_found",
    "result_to_choose",
    "use_reader",
]

_DOUBTFUL = {Code.NOT_FOUND_ONLINE, Code.SEVERAL_FOUND_ONLINE}
"""The terminal did not know one person by the numbers of the register: name and birthday are left."""

_HELPED = {
    *STAFF_MAY_HELP,
    *_DOUBTFUL,
    Code.UNKNOWN_MEMBER,
    Code.CERTIFICATE_PROTECTED,
    Code.SEVERAL_ANSWERS,
    Code.ANSWER_OF_ANOTHER,
    Code.READER_RESULT_MISSING,
}
"""Failures that say nothing against the person's card there. After an unreadable card the guide leads there."""

_Leaves = Idle | StaffCheck | Failed | GuideAdvice


def may_use_reader(visit: Visit, rules: Rules) -> bool:
    """Return whether the screen offers the 顔認証付きカードリーダー now."""
    if not rules.official_reader or forbids_answers(visit.service):
        return False
    match visit.state:
        case Idle() | StaffCheck():
            return True
        case Failed(failure=failure):
            return failure.code in _HELPED
        case GuideAdvice(card=card, phone_card=phone_card):
            return phone_card or card is Whereabouts.UNREADABLE
        case _:
            return False


def use_reader(at: Moment[_Leaves, UseReader]) -> Reaction:
    """Wait for the result of the reader; a card that lies here goes there with its holder."""
    if not may_use_reader(at.visit, at.rules):
        return IGNORED
    known = card_of(at.state)
    card = known if isinstance(known, CheckedCard) else None
    doubtful = isinstance(at.state, Failed) and at.state.failure.code in _DOUBTFUL
    waiting = _waiting(at.visit, AwaitingReader(card))
    return Transition(waiting, (*leaving(at.visit, "official_reader"), AwaitReader(waiting.number, card, doubtful)))


def _waiting(visit: Visit, state: AwaitingReader) -> Visit:
    """Return the waiting visit. Whoever waited for a 目視確認 does not need it any more."""
    waiting = renewed(visit, state)
    return replace(waiting, call=Call.NONE) if isinstance(visit.state, StaffCheck) else waiting


def reader_awaited(at: Moment[AwaitingReader, ReaderAwaited]) -> Reaction:
    """Look for a result that fits what is known of the person."""
    known = replace(at.state, awaited=at.event.awaited)
    return Transition(replace(at.visit, state=known), (SeekResult(at.visit.number, at.event.awaited),))


def reader_wanted(
    at: Moment[
        Idle | OutOfService | TakeCard | StaffCheck | Failed | ShownByStaff | AtGuide | Information | AwaitingReader,
        ReaderWanted,
    ],
) -> Reaction:
    """Wait for the result of a person whom staff have looked up."""
    if not at.rules.official_reader or forbids_answers(at.visit.service):
        return IGNORED
    waiting = replace(renewed(at.visit, AwaitingReader(None, at.event.awaited)), call=Call.NONE, identifier="")
    effects = (*leaving(at.visit, "replaced"), SeekResult(waiting.number, at.event.awaited))
    return Transition(following(at.visit, waiting), effects)


def result_found(at: Moment[AwaitingReader, ResultFound]) -> Reaction:
    """Answer for the person whom the reader has identified."""
    return _answered(at.visit, FromReader(at.event.face, at.state.card))


def result_chosen(at: Moment[AwaitingReader, ResultChosen]) -> Reaction:
    """Answer by the result that staff have chosen; whose the card was that was checked here, nobody knows."""
    return _answered(at.visit, FromReader(at.event.face, None, at.event.staff))


def _answered(visit: Visit, person: FromReader) -> Transition:
    return determine(replace(visit, call=Call.NONE), Determining(person, answer=person.face.answer))


def result_to_choose(at: Moment[AwaitingReader, ResultToChoose]) -> Reaction:
    """Call staff, once."""
    if at.state.to_choose:
        return IGNORED
    failure = Failure.here(Code.SEVERAL_RESULTS) if at.event.several else None
    asked = replace(at.state, to_choose=True, failure=failure)
    return Transition(replace(at.visit, state=asked, call=Call.WAITING))


def card_taken_while_awaiting(at: Moment[AwaitingReader, CardTaken]) -> Reaction:
    """Go on waiting: the card is on its way to the other reader."""
    if at.event.reader != at.visit.reader:
        return IGNORED
    return Transition(replace(at.visit, reader="", card_present=False))


def gave_up(at: Moment[AwaitingReader, Finish]) -> Reaction:
    """End the visit; a card that still lies there is to be taken first."""
    effects = leaving(at.visit, "abandoned")
    return Transition(renewed(at.visit, TakeCard()) if at.visit.card_present else at_rest(at.visit), effects)


def reader_silent(at: Moment[AwaitingReader, TimedOut]) -> Reaction:
    """Say that no result has come, and that staff help."""
    return failed(at.visit, Failed(Failure.here(Code.READER_RESULT_MISSING)))
