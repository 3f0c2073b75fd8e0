"""One visit in each state, every kind of event, and a short way to say that something happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from drivers.jpki import PinOutcome
from drivers.worker.client import Proof
from kiosk import TOKYO
from kiosk.decision import (
    DEFAULT_POLICY,
    CardStatus,
    Document,
    Facts,
    LifeEvent,
    Need,
    Purpose,
    Registration,
    decide,
)
from kiosk.eligibility import MemberId
from kiosk.eligibility.terminal import Answer, Awaited, Enquiry, FaceFile, Status
from kiosk.failures import Code, Failure
from kiosk.identity import CertificateCheck, Chain, Level
from kiosk.languages import Language
from kiosk.reception.actions import (
    AskForDocument,
    ChooseLanguage,
    ChoosePurpose,
    Continue,
    EnterPin,
    Finish,
    NeedStaff,
    OpenGuide,
    OpenPage,
    SayBelonging,
    SayLimitConsent,
    SayNeeds,
    SayPhoneCard,
    SaySmartphone,
    SayWhereabouts,
    SetAids,
    UseReader,
)
from kiosk.reception.guidance import Belonging, Whereabouts
from kiosk.reception.picture import Painter
from kiosk.reception.questions import Inquiry, Question, Replies
from kiosk.reception.union_office import (
    Brings,
    Linkage,
    OwnRecord,
    OwnWay,
    PersonalPages,
    ProcedureOutlook,
    UnionPage,
)
from kiosk.reception.view import View
from kiosk.reception.visit.card import CheckedCard, Identified, StaffAct
from kiosk.reception.visit.effects import Effect
from kiosk.reception.visit.eligibility import Eligibility
from kiosk.reception.visit.events import (
    CardBound,
    CardFailed,
    CardPut,
    CardRead,
    CardTaken,
    Determined,
    FaceCompared,
    LookedUp,
    NotDetermined,
    OrderFailed,
    OrderPlaced,
    Proved,
    ReaderAwaited,
    ReaderWanted,
    ResultChosen,
    ResultFound,
    ResultToChoose,
    ServiceChanged,
    StaffCame,
    Suspended,
    TerminalAnswered,
    TerminalNeeded,
    TimedOut,
    VisitEvent,
)
from kiosk.reception.visit.machine import step
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import (
    AskingTerminal,
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
    ShownByStaff,
    StaffCheck,
    TakeCard,
    VisitState,
)
from kiosk.reception.visit.table import Ignored, Transition
from kiosk.reception.visit.visit import Call, Visit

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)
READER, OTHER_READER = "Reader A", "Reader B"
CLINIC, UNION = Rules(), Rules(union_office=True)
GOOD = CertificateCheck(None, Chain.TRUSTED)
CARD = CheckedCard(GOOD, 3)
PERSON = Identified(CARD, Level.CONFIRMED)
ACT = StaffAct("hanako", "pin_blocked")
FACTS = Facts.checked(
    on=TODAY,
    birth_date=date(1980, 4, 1),
    acquired_on=date(2020, 4, 1),
    linked_on=date(2020, 4, 5),
    card=CardStatus.HELD,
    registration=Registration.REGISTERED,
)
DECISION = decide(FACTS)
RECORD = OwnRecord(
    MemberId("133033", "71-0001", "000101", "00"),
    "組合",
    "土木 太郎",
    "ドボク タロウ",
    date(1980, 4, 1),
    "male",
    "self",
    TODAY,
    30,
    "",
)
OWN = PersonalPages(
    RECORD,
    tuple(ProcedureOutlook(event, Brings.UNSAID) for event in LifeEvent),
    wanted=Document.CONFIRMATION,
    reasons=DECISION.reasons,
    orders=(),
    if_filed_today=None,
    way=OwnWay(Linkage.UNKNOWN, None),
)
ELIGIBILITY = Eligibility(DECISION, "ト＊＊ タ＊＊ 様")
WITH_PERSONAL_PAGES = replace(ELIGIBILITY, pages=OWN)
ASKING = replace(ELIGIBILITY, inquiry=Inquiry((Question.NEEDS,), tuple(Need)))
SILENT = Failure(Code.CARD_SILENT, "x:y")
NOTHING_TOLD = Replies()
RESULT = Result(PERSON, Purpose.VISIT, NOTHING_TOLD, ELIGIBILITY)
UNION_RESULT = replace(RESULT, eligibility=WITH_PERSONAL_PAGES)
PROOF = Proof(PinOutcome.RIGHT, 3, b"s", 3, 0.1)

ENQUIRY = Enquiry("133033", "71-0001", "000101", "00", date(1980, 4, 1), TODAY)
VALID = Answer(Status.VALID)
BEGUN = datetime(2026, 11, 25, 10, 0, tzinfo=TOKYO)
NOBODY = Awaited(BEGUN, BEGUN + timedelta(minutes=5))
SOMEBODY = replace(NOBODY, kana="ドボク タロウ", birth_date=date(1980, 4, 1))
FACE = FaceFile("OQSsiquc01res_face_13123456784da5260a16de5a3d3ad7_20261125100100.xml", VALID)

STATES: tuple[VisitState, ...] = (
    OutOfService(),
    Idle(),
    Reading(),
    PinEntry(CARD),
    StaffCheck(CARD),
    Proving(CARD),
    Determining(PERSON),
    AskingTerminal(PERSON, Purpose.VISIT, NOTHING_TOLD),
    Questioning(PERSON, Purpose.VISIT, NOTHING_TOLD, ASKING, Question.NEEDS),
    RESULT,
    OnPage(UNION_RESULT, OWN, UnionPage.DOCUMENT_REQUEST),
    Ordering(UNION_RESULT, OWN),
    ShownByStaff(ELIGIBILITY, ACT),
    Failed(Failure(Code.PIN_BLOCKED), CARD, Level.PRESENTED),
    AwaitingReader(CARD, SOMEBODY),
    TakeCard(),
    Farewell(),
    GuideCard(),
    GuidePhone(Whereabouts.AT_HOME),
    GuideBelongings(Whereabouts.LOST),
    GuideAdvice(Whereabouts.LOST, Belonging.NOTHING),
    Information(),
)
"""One state of each kind."""

EVENTS: tuple[VisitEvent, ...] = (
    CardPut(READER),
    CardTaken(READER),
    ServiceChanged(frozenset({READER}), None),
    Suspended(),
    CardRead(7, GOOD, 3),
    CardFailed(7, SILENT),
    Proved(7, PROOF, signature_valid=True),
    Determined(7, ELIGIBILITY),
    NotDetermined(7, Failure(Code.UNKNOWN_MEMBER)),
    TerminalNeeded(7, ENQUIRY),
    TerminalAnswered(7, VALID),
    ReaderAwaited(7, SOMEBODY),
    ReaderWanted(7, SOMEBODY),
    ResultFound(7, FACE),
    ResultToChoose(7),
    ResultChosen(7, FACE, ACT),
    OrderPlaced(7, OWN),
    OrderFailed(7, Failure(Code.ORDER_UNSURE)),
    TimedOut(7),
    FaceCompared(7, ACT),
    StaffCame(7),
    CardBound(7),
    LookedUp(7, ELIGIBILITY, ACT),
    EnterPin(action="pin", pin="1234"),
    NeedStaff(action="staff"),
    ChooseLanguage(action="language", language=Language.ENGLISH),
    Continue(action="continue"),
    Finish(action="finish"),
    ChoosePurpose(action="purpose", purpose=Purpose.BENEFIT_CLAIM),
    SayNeeds(action="needs", needs=[Need.HIGH_COST]),
    SaySmartphone(action="smartphone", smartphone=True),
    SayLimitConsent(action="limit_consent", limit_consent=True),
    OpenGuide(action="guide"),
    SayWhereabouts(action="whereabouts", card="lost"),
    SayPhoneCard(action="phone_card", phone_card=True),
    SayBelonging(action="belonging", belonging=Belonging.NOTICE),
    OpenPage(action="page", page=UnionPage.MENU),
    AskForDocument(action="request"),
    UseReader(action="official_reader"),
    SetAids(action="aids", letters=1),
)
"""One event of each kind, for a visit with the number 7."""

_WITHOUT_CARD = (
    Idle,
    OutOfService,
    ShownByStaff,
    Farewell,
    GuideCard,
    GuidePhone,
    GuideBelongings,
    GuideAdvice,
    Information,
)


def visit(
    state: VisitState, *, service: Failure | None = None, called: bool = False, card: bool | None = None
) -> Visit:
    """Return a visit with the number 7 in this state, with a card on its reader where the state has one."""
    at_reader = not isinstance(state, Idle | OutOfService | Information)
    present = card if card is not None else not isinstance(state, _WITHOUT_CARD)
    return Visit(7, state, service, READER if at_reader else "", present, Call.WAITING if called else Call.NONE)


def happens(before: Visit, event: VisitEvent, rules: Rules = CLINIC) -> tuple[Visit, tuple[Effect, ...]]:
    """Return the visit after the event and its effects; the event must not be ignored."""
    reaction = step(before, event, rules)
    assert isinstance(reaction, Transition), f"ignored: {event}"
    return reaction.visit, reaction.effects


def is_ignored(before: Visit, event: VisitEvent, rules: Rules = CLINIC) -> bool:
    """Return whether the event means nothing to this visit."""
    return isinstance(step(before, event, rules), Ignored)


def failure_of(visit: Visit) -> Failure:
    """Return why the visit has failed."""
    assert isinstance(visit.state, Failed)
    return visit.state.failure


def seen(visit: Visit, rules: Rules = CLINIC) -> View:
    """Return what page and API show of the visit."""
    return Painter("1", rules, DEFAULT_POLICY).view(visit, 1, NOW)
