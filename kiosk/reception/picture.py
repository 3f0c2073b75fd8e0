"""What may be seen of a visit from outside: its screen, how long that is shown, and the view of page and API."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from kiosk import tokyo_day
from kiosk.decision import Document, Policy, Purpose
from kiosk.eligibility.terminal import Answer, Consents, own_words
from kiosk.failures import Code, Failure, Family
from kiosk.identity import Level
from kiosk.reception.guidance import Guide, advise
from kiosk.reception.questions import Question
from kiosk.reception.screens import Alert, CallShown, Screen
from kiosk.reception.time_limits import time_limit
from kiosk.reception.union_office import Browsing, UnionPage, papers_here
from kiosk.reception.view import View
from kiosk.reception.visit.awaiting import may_use_reader
from kiosk.reception.visit.card import CheckedCard, LockedCard, ReadCard
from kiosk.reception.visit.eligibility import Eligibility
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import (
    AskingTerminal,
    AtGuide,
    AwaitingReader,
    Determining,
    Failed,
    Farewell,
    GuideAdvice,
    GuideBelongings,
    GuideCard,
    GuidePhone,
    Idle,
    Information,
    OnPage,
    Ordering,
    OutOfService,
    PinEntry,
    Proving,
    Questioning,
    Reading,
    Result,
    Shown,
    ShownByStaff,
    StaffCheck,
    TakeCard,
    Timed,
    name_of,
)
from kiosk.reception.visit.visit import Call, Visit

__all__ = ["Painter", "screen_of"]

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
    Code.TERMINAL_SILENT: Screen.NOT_CONFIRMED_ONLINE,
    Code.TERMINAL_FOLDER: Screen.NOT_CONFIRMED_ONLINE,
    Code.ANSWER_UNREADABLE: Screen.NOT_CONFIRMED_ONLINE,
    Code.TERMINAL_REFUSED: Screen.NOT_CONFIRMED_ONLINE,
    Code.SEVERAL_ANSWERS: Screen.NOT_CONFIRMED_ONLINE,
    Code.ANSWER_OF_ANOTHER: Screen.NOT_CONFIRMED_ONLINE,
    Code.NOT_FOUND_ONLINE: Screen.NOT_CONFIRMED_ONLINE,
    Code.SEVERAL_FOUND_ONLINE: Screen.NOT_CONFIRMED_ONLINE,
    Code.READER_RESULT_MISSING: Screen.NOT_CONFIRMED_ONLINE,
    Code.PATIENT_NUMBER_LOST: Screen.NOT_CONFIRMED_ONLINE,
}
_FAMILY_SCREENS = {
    Family.READER: Screen.READER_TROUBLE,
    Family.CARD: Screen.CARD_UNREADABLE,
    Family.PIN: Screen.CARD_UNREADABLE,
}
_QUESTION_SCREENS = {
    Question.PURPOSE: Screen.QUESTION_PURPOSE,
    Question.NEEDS: Screen.QUESTION_NEEDS,
    Question.SMARTPHONE: Screen.QUESTION_SMARTPHONE,
    Question.LIMIT_CONSENT: Screen.QUESTION_LIMIT_CONSENT,
}
_PAGE_SCREENS = {
    UnionPage.MENU: Screen.UNION_MENU,
    UnionPage.OWN_RECORD: Screen.OWN_RECORD,
    UnionPage.LOOKS: Screen.LOOKS,
    UnionPage.PROCEDURES: Screen.PROCEDURES,
    UnionPage.PROCEDURE: Screen.PROCEDURE,
    UnionPage.MYNAPORTAL: Screen.MYNAPORTAL,
    UnionPage.DOCUMENT_REQUEST: Screen.DOCUMENT_REQUEST,
    UnionPage.ORDERS: Screen.ORDERS,
    UnionPage.WAY_TO_USE: Screen.WAY_TO_USE,
    UnionPage.MERITS: Screen.MERITS,
    UnionPage.IDENTIFYING: Screen.IDENTIFYING,
    UnionPage.COMPARISON: Screen.COMPARISON,
    UnionPage.ABOUT_CONFIRMATION: Screen.ABOUT_CONFIRMATION,
    UnionPage.ABOUT_NOTICE: Screen.ABOUT_NOTICE,
}
_RESULT_SCREENS = {
    Document.CARD: Screen.RESULT_CARD,
    Document.NOTICE: Screen.RESULT_NOTICE,
    Document.CONFIRMATION: Screen.RESULT_CONFIRMATION,
    None: Screen.RESULT_NONE,
}


def screen_of(visit: Visit) -> Screen:
    """Return the one screen that shows this visit."""
    state = visit.state
    if isinstance(state, Timed) and state.patience.warned:
        return Screen.STILL_THERE
    match state:
        case OutOfService():
            return _failure_screen(visit.service) if visit.service else Screen.SERVICE_TROUBLE
        case Idle():
            return Screen.IDLE
        case Reading():
            return Screen.READING
        case PinEntry():
            return Screen.PIN_WRONG if state.failure else Screen.PIN
        case StaffCheck():
            return Screen.STAFF_CHECK
        case Proving() | Determining():
            return Screen.CHECKING
        case AskingTerminal():
            return Screen.ASKING_TERMINAL
        case AwaitingReader():
            return Screen.OFFICIAL_READER
        case Failed():
            return _failure_screen(state.failure)
        case TakeCard():
            return Screen.TAKE_CARD
        case Farewell():
            return Screen.FAREWELL
        case GuideCard() | GuidePhone() | GuideBelongings() | GuideAdvice():
            return _guide_screen(state)
        case Information():
            return _PAGE_SCREENS[state.page]
        case Questioning() | Result() | OnPage() | Ordering() | ShownByStaff():
            return _result_screen(state)
        case _:
            assert_never(state)


def _failure_screen(failure: Failure) -> Screen:
    code = failure.code
    return _FAILURE_SCREENS.get(code) or _FAMILY_SCREENS.get(code.family, Screen.SERVICE_TROUBLE)


def _guide_screen(state: AtGuide) -> Screen:
    match state:
        case GuideCard():
            return Screen.GUIDE_CARD
        case GuidePhone():
            return Screen.GUIDE_PHONE
        case GuideBelongings():
            return Screen.GUIDE_BELONGINGS
        case GuideAdvice():
            return Screen.GUIDE_ADVICE
        case _:
            assert_never(state)


def _result_screen(state: Questioning | Shown) -> Screen:
    match state:
        case Questioning():
            return _QUESTION_SCREENS[state.question]
        case OnPage():
            return _PAGE_SCREENS[state.page]
        case Ordering():
            return Screen.DOCUMENT_REQUEST
        case Result() | ShownByStaff():
            return _RESULT_SCREENS[state.eligibility.decision.applies]
        case _:
            assert_never(state)


@dataclass(frozen=True, slots=True)
class Painter:
    """Makes the views of one kiosk."""

    kiosk: str
    rules: Rules
    policy: Policy
    simulation: bool = False

    def view(self, visit: Visit, sequence: int, now: datetime, *, attended: bool = False) -> View:
        """Return what may be seen of the visit now (aware). ``attended``: a staff page is open."""
        return self._with_state(self._plain(visit, sequence, now, attended), visit, tokyo_day(now))

    def _plain(self, visit: Visit, sequence: int, now: datetime, attended: bool) -> View:
        """Return the view without what belongs to the state only."""
        resting = isinstance(visit.state, TakeCard)
        return View(
            kiosk=self.kiosk,
            sequence=sequence,
            visit=visit.number,
            visitor=visit.visitor,
            state=name_of(visit.state),
            screen=screen_of(visit),
            identifier=visit.identifier,
            at=now,
            call=_call_shown(visit.call, attended),
            deadline=None if resting else time_limit(visit, self.rules),
            simulation=self.simulation,
            chime=self._chime(visit),
            usual_days=self.policy.linkage_days,
            without_card=not visit.card_present,
            offers_reader=may_use_reader(visit, self.rules),
            language=visit.language or self.rules.languages[0],
            aids=visit.aids,
        )

    def _chime(self, visit: Visit) -> float | None:
        if isinstance(visit.state, TakeCard):
            return self.rules.card_left_chime / (2 if visit.state.left_behind else 1)
        return 0.0 if isinstance(visit.state, Timed) and visit.state.patience.warned else None

    def _with_state(self, view: View, visit: Visit, today: date) -> View:
        match visit.state:
            case OutOfService():
                return replace(view, failure=visit.service)
            case Idle():
                return replace(view, offers_information=self.rules.union_office)
            case Reading():
                return view
            case PinEntry() | StaffCheck() as waiting:
                return replace(_with_card(view, waiting.card), level=waiting.card.level, failure=waiting.failure)
            case Proving(card=card):
                return replace(_with_card(view, card), level=card.level)
            case Determining() as asked:
                known = _with_card(view, asked.person.card)
                return replace(known, level=asked.person.level, purpose=asked.purpose, needs=asked.replies.needs)
            case AskingTerminal() as asked:
                known = _with_card(view, asked.person.card)
                known = replace(known, level=asked.person.level, purpose=asked.purpose, needs=asked.replies.needs)
                return replace(known, terminal_limit=self.rules.terminal_limit)
            case Failed() as failed:
                known = replace(view, source=failed.last_known, terminal_words=failed.terminal_words)
                return replace(_with_card(known, failed.card), level=failed.level, failure=failed.failure)
            case AwaitingReader() as waiting_there:
                return replace(view, failure=waiting_there.failure, to_choose=waiting_there.to_choose)
            case TakeCard(left_behind=left_behind):
                return replace(view, alert=Alert.CARD_LEFT_BEHIND if left_behind else None)
            case Farewell(reminder=reminder):
                return replace(view, farewell=reminder)
            case GuideCard() | GuidePhone() | GuideBelongings() | GuideAdvice() as guide:
                return replace(view, failure=guide.failure, guide=self._guide(guide, today))
            case Information(page=page, event=event):
                return replace(view, browsing=Browsing(page, event))
            case Questioning() | Result() | OnPage() | Ordering() | ShownByStaff() as shown:
                return _with_answer(view, shown)
            case _ as state:
                assert_never(state)

    def _guide(self, state: AtGuide, today: date) -> Guide:
        match state:
            case GuideCard():
                return Guide()
            case GuidePhone() | GuideBelongings():
                return Guide(state.card)
            case GuideAdvice(card, belonging, phone_card=phone_card):
                return advise(card, belonging, today, self.policy, phone_card=phone_card)
            case _:
                assert_never(state)


def _call_shown(call: Call, attended: bool) -> CallShown:
    match call:
        case Call.NONE:
            return CallShown.NONE
        case Call.WAITING:
            return CallShown.CALLED if attended else CallShown.NOBODY
        case Call.ANSWERED:
            return CallShown.ANSWERED
        case _:
            assert_never(call)


def _with_card(view: View, card: ReadCard | None) -> View:
    match card:
        case CheckedCard():
            return replace(
                view,
                tries_left=card.tries_left,
                revocation=card.check.revocation,
                unchecked_before_pin=card.unlocked,
            )
        case LockedCard():
            return replace(view, tries_left=card.tries_left, unchecked_before_pin=True)
        case None:
            return view
        case _:
            assert_never(card)


def _with_answer(view: View, state: Questioning | Shown) -> View:
    match state:
        case ShownByStaff():
            known = replace(view, level=Level.STAFF_CONFIRMED, looked_up=True)
            return _with_eligibility(known, state.eligibility, state.purpose)
        case Questioning(question=Question.NEEDS):
            return replace(_with_person(view, state), needs=state.eligibility.inquiry.needs)
        case Questioning() | Result():
            return _with_person(view, state)
        case OnPage():
            return _with_page(view, state, Browsing(state.page, state.event, failure=state.failure))
        case Ordering():
            return _with_page(view, state, Browsing(UnionPage.DOCUMENT_REQUEST, ordering=True))
        case _:
            assert_never(state)


def _with_page(view: View, state: OnPage | Ordering, browsing: Browsing) -> View:
    known = _with_person(view, state.result)
    pages = None if state.patience.warned else state.pages
    return replace(known, browsing=browsing, pages=pages, failure=browsing.failure)


def _with_person(view: View, state: Questioning | Result) -> View:
    known = _with_eligibility(_with_card(view, state.person.card), state.eligibility, state.purpose)
    return replace(known, level=state.person.level, needs=state.replies.needs)


def _with_eligibility(view: View, eligibility: Eligibility, purpose: Purpose) -> View:
    return replace(
        view,
        purpose=purpose,
        decision=eligibility.decision,
        for_staff=eligibility.for_staff or eligibility.decision,
        masked_name=eligibility.masked_name,
        renewal=eligibility.renewal,
        reminds_of_subsidy=eligibility.inquiry.reminds_of_subsidy,
        has_personal_pages=eligibility.pages is not None,
        papers_here=papers_here(eligibility.pages),
        source=eligibility.source,
        differences=eligibility.differences,
        insurer_name=eligibility.insurer_name,
        notes=eligibility.notes,
        consents=_consents_of(eligibility.answer),
        terminal_words=own_words(eligibility.answer) if eligibility.answer else "",
        member=eligibility.member,
        receipt=eligibility.receipt,
    )


def _consents_of(answer: Answer | None) -> Consents:
    """Return what the person was asked for. An answer by numbers says no to whatever nobody asked for."""
    said = answer.consents if answer else Consents()
    if replace(said, limit=None, specific_disease=None) != Consents():
        return said
    return Consents(limit=said.limit or None, specific_disease=said.specific_disease or None)
