"""What one visit knows. Wiping personal data is replacing this object: nothing else holds any."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk.decision import Decision, Document, Purpose
from kiosk.failures import Code, Failure, Family
from kiosk.identity import CertificateCheck, Level
from kiosk.reception.guidance import Guide
from kiosk.reception.questions import Inquiry, Question, Told
from kiosk.reception.renewal import Renewal
from kiosk.reception.states import Alert, Screen, State
from kiosk.reception.union_office import Browsing, OwnSide, Page
from kiosk.reception.view import Reminder, View

__all__ = [
    "STAFF_MAY_HELP",
    "UNKNOWN",
    "Answer",
    "Require",
    "Rules",
    "StaffAct",
    "Visit",
    "end",
    "may_be_mended",
    "rest",
    "screen_of",
    "time_limit",
    "view_of",
]


class Require(StrEnum):
    """``identity.require``: what must be proved of a person before an answer."""

    PIN = "pin"
    STAFF = "staff"
    PRESENTED = "presented"


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings a visit obeys; times in seconds (defaults: ux.md 2.6).

    ``pin_before_certificate``: a phone that shows its certificate only after the 暗証番号 gets it unchecked.
    """

    require: Require = Require.PIN
    pin_before_certificate: bool = False
    idle_limit: float = 60.0
    pin_warning: float = 30.0
    result_warning: float = 20.0
    farewell: float = 8.0
    staff_limit: float = 300.0
    extensions: int = 10
    card_left_alert: float = 60.0
    card_left_chime: float = 10.0
    union_office: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the register and the decision said of this person."""

    decision: Decision
    masked_name: str
    inquiry: Inquiry = Inquiry()
    renewal: Renewal | None = None
    own: OwnSide | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class StaffAct:
    """目視確認: who compared the face, and why."""

    staff: str
    reason: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit. ``number`` marks every message of it; ``service`` is why the kiosk can serve nobody, if so.

    ``unchecked_before_pin``: the card shows its certificate only after the 暗証番号; ``check`` is None until then.
    """

    number: int
    state: State
    service: Failure | None = None
    reader: str = ""
    card_present: bool = False
    check: CertificateCheck | None = None
    tries_left: int | None = None
    unchecked_before_pin: bool = False
    level: Level | None = None
    staff: StaffAct | None = None
    purpose: Purpose = Purpose.VISIT
    answer: Answer | None = None
    failure: Failure | None = None
    farewell: Reminder | None = None
    staff_called: bool = False
    warned: bool = False
    extensions: int = 0
    looked_up: bool = False
    told: Told = Told()
    question: Question | None = None
    guide: Guide | None = None
    browsing: Browsing = Browsing()
    alert: Alert | None = None


def rest(visit: Visit) -> Visit:
    """Return the kiosk at rest after ``visit``: nothing of it is left, and its late messages will be dropped."""
    state = State.OUT_OF_SERVICE if visit.service else State.IDLE
    return Visit(visit.number + 1, state, service=visit.service, failure=visit.service)


def end(visit: Visit, state: State, **kept: object) -> Visit:
    """Return a wiped visit in ``state`` that keeps reader, call and what ``kept`` names, and nothing personal."""
    wiped = Visit(visit.number + 1, state, visit.service, visit.reader, visit.card_present)
    return replace(wiped, staff_called=visit.staff_called, **kept)  # type: ignore[arg-type]


_FAILURE_SCREENS = {
    Code.NOT_MY_NUMBER_CARD: Screen.NOT_MY_NUMBER_CARD,
    Code.CERTIFICATE_MALFORMED: Screen.NOT_GENUINE,
    Code.NOT_GENUINE: Screen.NOT_GENUINE,
    Code.CERTIFICATE_NOT_YET_VALID: Screen.NOT_GENUINE,
    Code.ISSUER_EXPIRED: Screen.NOT_GENUINE,
    Code.SIGNATURE_INVALID: Screen.NOT_GENUINE,
    Code.CERTIFICATE_REVOKED: Screen.CERTIFICATE_REVOKED,
    Code.CERTIFICATE_EXPIRED: Screen.CERTIFICATE_EXPIRED,
    Code.REVOCATION_UNKNOWN: Screen.SERVICE_TROUBLE,
    Code.PIN_LAST_TRY: Screen.PIN_LAST_TRY,
    Code.PIN_BLOCKED: Screen.PIN_BLOCKED,
    Code.UNKNOWN_MEMBER: Screen.UNKNOWN_MEMBER,
}
_FAMILY_SCREENS = {
    Family.READER: Screen.READER_TROUBLE,
    Family.CARD: Screen.CARD_UNREADABLE,
    Family.PIN: Screen.CARD_UNREADABLE,
}
_STATE_SCREENS = {
    State.IDLE: Screen.IDLE,
    State.READING: Screen.READING,
    State.CHECKING: Screen.CHECKING,
    State.STAFF: Screen.STAFF_CHECK,
    State.TAKE_CARD: Screen.TAKE_CARD,
    State.FAREWELL: Screen.FAREWELL,
}
_QUESTION_SCREENS = {
    Question.PURPOSE: Screen.QUESTION_PURPOSE,
    Question.NEEDS: Screen.QUESTION_NEEDS,
    Question.SMARTPHONE: Screen.QUESTION_SMARTPHONE,
}
_PAGE_SCREENS = {
    Page.MENU: Screen.UNION_MENU,
    Page.OWN_RECORD: Screen.OWN_RECORD,
    Page.PROCEDURES: Screen.PROCEDURES,
    Page.PROCEDURE: Screen.PROCEDURE,
    Page.MYNAPORTAL: Screen.MYNAPORTAL,
    Page.DOCUMENT_REQUEST: Screen.DOCUMENT_REQUEST,
    Page.ORDERS: Screen.ORDERS,
}
_RESULT_SCREENS = {
    Document.CARD: Screen.RESULT_CARD,
    Document.NOTICE: Screen.RESULT_NOTICE,
    Document.CONFIRMATION: Screen.RESULT_CONFIRMATION,
    None: Screen.RESULT_NONE,
}


def screen_of(visit: Visit) -> Screen:
    """Return the one screen that shows this visit."""
    if visit.warned:
        return Screen.STILL_THERE
    if visit.state is State.PIN:
        return Screen.PIN_WRONG if visit.failure else Screen.PIN
    if visit.state is State.RESULT and visit.answer:
        return _result_screen(visit, visit.answer)
    if visit.state is State.GUIDE:
        return _guide_screen(visit.guide or Guide())
    if visit.failure and visit.state in {State.FAILURE, State.OUT_OF_SERVICE}:
        code = visit.failure.code
        return _FAILURE_SCREENS.get(code) or _FAMILY_SCREENS.get(code.family, Screen.SERVICE_TROUBLE)
    return _STATE_SCREENS[visit.state]


UNKNOWN = frozenset({Code.UNKNOWN_MEMBER, Code.CERTIFICATE_EXPIRED})
"""Failures of a visit whose card nobody knows: staff may bind it."""

STAFF_MAY_HELP = frozenset({Code.PIN_WRONG, Code.PIN_LAST_TRY, Code.PIN_BLOCKED, Code.PIN_OUTCOME_UNKNOWN})
"""Failures of the 暗証番号, which a 目視確認 gets round."""


def may_be_mended(failure: Failure | None) -> bool:
    """Return whether staff can make the visit go on while the card lies there: it is given the time for it."""
    return failure is not None and failure.code in UNKNOWN | STAFF_MAY_HELP


def _result_screen(visit: Visit, answer: Answer) -> Screen:
    if visit.question:
        return _QUESTION_SCREENS[visit.question]
    return _PAGE_SCREENS.get(visit.browsing.page) or _RESULT_SCREENS[answer.decision.applies]


def _guide_screen(guide: Guide) -> Screen:
    if guide.decision:
        return Screen.GUIDE_ADVICE
    return Screen.GUIDE_BELONGINGS if guide.card else Screen.GUIDE_CARD


def time_limit(visit: Visit, rules: Rules) -> float | None:
    """Return the seconds until TIMED_OUT, or None where only the card or the work ends the state."""
    match visit.state:
        case State.PIN:
            return rules.pin_warning if visit.warned else rules.idle_limit
        case State.RESULT | State.GUIDE:
            return rules.result_warning if visit.warned else rules.idle_limit
        case State.FAREWELL:
            return rules.idle_limit if visit.staff_called else rules.farewell
        case State.FAILURE:
            return _failure_limit(visit, rules)
        case State.TAKE_CARD if visit.alert is None:
            return rules.card_left_alert
        case State.IDLE | State.OUT_OF_SERVICE if visit.staff_called:
            return rules.idle_limit
        case _:
            return None


def _failure_limit(visit: Visit, rules: Rules) -> float | None:
    """Return how long a failure is shown: one of the reader as long as the card lies there, for it tells of nobody."""
    if not visit.card_present:
        return rules.farewell
    of_reader = visit.failure is not None and visit.failure.code.family is Family.READER
    if of_reader:
        return None
    return rules.staff_limit if may_be_mended(visit.failure) else rules.idle_limit


def _chime(visit: Visit, rules: Rules) -> float | None:
    if visit.state is State.TAKE_CARD:
        return rules.card_left_chime
    return 0.0 if visit.warned else None


def view_of(visit: Visit, *, kiosk: str, sequence: int, rules: Rules, simulation: bool) -> View:
    """Return what may be seen of the visit from outside."""
    answer, asked = visit.answer, visit.question is Question.NEEDS
    browsed = visit.browsing.page is not Page.ANSWER and not visit.warned
    return View(
        kiosk=kiosk,
        sequence=sequence,
        visit=visit.number,
        state=visit.state,
        screen=screen_of(visit),
        level=visit.level,
        purpose=visit.purpose,
        decision=answer.decision if answer else None,
        failure=visit.failure or visit.browsing.failure,
        tries_left=visit.tries_left,
        masked_name=answer.masked_name if answer else "",
        revocation=visit.check.revocation if visit.check else None,
        unchecked_before_pin=visit.unchecked_before_pin,
        staff_called=visit.staff_called,
        deadline=None if visit.state is State.TAKE_CARD else time_limit(visit, rules),
        farewell=visit.farewell,
        simulation=simulation,
        looked_up=visit.looked_up,
        needs=answer.inquiry.needs if answer and asked else visit.told.needs,
        guide=visit.guide,
        renewal=answer.renewal if answer else None,
        browsing=visit.browsing,
        has_own_side=bool(answer and answer.own),
        own=answer.own if answer and browsed else None,
        alert=visit.alert,
        chime=_chime(visit, rules),
    )
