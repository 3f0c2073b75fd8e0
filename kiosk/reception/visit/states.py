"""The states of a visit: a closed union in which each state owns exactly the data that it needs.

Personal data lives in the present state and nowhere else: wiping it is replacing the state.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk.decision import LifeEvent, Purpose
from kiosk.eligibility.terminal import Answer, Awaited
from kiosk.failures import Code, Failure
from kiosk.identity import Level
from kiosk.reception.guidance import Belonging, Whereabouts
from kiosk.reception.questions import Question, Replies
from kiosk.reception.union_office import PersonalPages, UnionPage
from kiosk.reception.visit.card import CheckedCard, Person, ReadCard, StaffAct
from kiosk.reception.visit.eligibility import AskedSource, Eligibility, Reminder

__all__ = [
    "AskingTerminal",
    "AtGuide",
    "AwaitingReader",
    "Determining",
    "Failed",
    "Farewell",
    "GuideAdvice",
    "GuideBelongings",
    "GuideCard",
    "GuidePhone",
    "Idle",
    "Information",
    "OnPage",
    "Ordering",
    "OutOfService",
    "Patience",
    "PinEntry",
    "Proving",
    "Questioning",
    "Reading",
    "Result",
    "Shown",
    "ShownByStaff",
    "StaffCheck",
    "StateName",
    "TakeCard",
    "Timed",
    "VisitState",
    "card_of",
    "name_of",
]


class StateName(StrEnum):
    """The names of the states in the API and on the page."""

    OUT_OF_SERVICE = "out_of_service"
    IDLE = "idle"
    READING = "reading"
    PIN = "pin"
    STAFF = "staff"
    CHECKING = "checking"
    RESULT = "result"
    FAILURE = "failure"
    TAKE_CARD = "take_card"
    FAREWELL = "farewell"
    GUIDE = "guide"
    INFORMATION = "information"
    OFFICIAL_READER = "official_reader"


@dataclass(frozen=True, slots=True)
class Patience:
    """Whether the visitor was warned that the time is nearly over, and how often they asked for more."""

    warned: bool = False
    extensions: int = 0

    @property
    def renewed(self) -> Patience:
        """The same without the warning: the visitor has done something."""
        return replace(self, warned=False)


@dataclass(frozen=True, slots=True)
class OutOfService:
    """Nobody can be served; ``Visit.service`` says why."""


@dataclass(frozen=True, slots=True)
class Idle:
    """The kiosk waits for a card."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The card is being read and checked."""


@dataclass(frozen=True, slots=True)
class PinEntry:
    """The key pad is offered. ``failure``: why the last entry did not do."""

    card: ReadCard
    failure: Failure | None = None
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class StaffCheck:
    """The visit waits for a 目視確認. ``failure``: why it is needed; None if the visitor asked for it."""

    card: ReadCard
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Proving:
    """The card judges the 暗証番号 and signs."""

    card: ReadCard


@dataclass(frozen=True, slots=True)
class Determining:
    """Register and decision are asked for an identified person. ``answer`` is what the 資格確認端末 said of them.

    ``before`` is what it said before the person agreed to the 限度額, which makes it be asked anew.
    """

    person: Person
    purpose: Purpose = Purpose.VISIT
    replies: Replies = Replies()
    answer: Answer | None = field(default=None, repr=False)
    before: Answer | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AskingTerminal:
    """The 資格確認端末 is asked about the person; ``before`` as in `Determining`."""

    person: Person
    purpose: Purpose
    replies: Replies
    before: Answer | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Questioning:
    """Something is asked before the answer is shown, since it changes the answer."""

    person: Person
    purpose: Purpose
    replies: Replies
    eligibility: Eligibility
    question: Question
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class Result:
    """The answer is shown."""

    person: Person
    purpose: Purpose
    replies: Replies
    eligibility: Eligibility
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class OnPage:
    """A page of the union's terminal is open over the result. ``event`` belongs to the page of one procedure."""

    result: Result
    pages: PersonalPages = field(repr=False)
    page: UnionPage = UnionPage.MENU
    event: LifeEvent | None = None
    failure: Failure | None = None

    @property
    def patience(self) -> Patience:
        """That of the result under the page."""
        return self.result.patience


@dataclass(frozen=True, slots=True)
class Ordering:
    """The document that the visitor asked for is being put into the queue."""

    result: Result
    pages: PersonalPages = field(repr=False)

    @property
    def patience(self) -> Patience:
        """That of the result under the page."""
        return self.result.patience


@dataclass(frozen=True, slots=True)
class ShownByStaff:
    """The answer for somebody whom staff have identified and looked up, without a card."""

    eligibility: Eligibility
    staff: StaffAct
    purpose: Purpose = Purpose.VISIT
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class Failed:
    """The visit has failed. What is known of card and person is kept, because staff may let it go on.

    ``last_known``: the 資格確認端末 gave no answer, and this is what it said the last time. It proves nothing.
    ``terminal_words``: what the terminal wrote instead of an answer, for staff.
    """

    failure: Failure
    card: ReadCard | None = None
    level: Level | None = None
    staff: StaffAct | None = None
    last_known: AskedSource | None = None
    terminal_words: str = field(default="", repr=False)
    patience: Patience = Patience()

    @property
    def from_elsewhere(self) -> bool:
        """Whether the visitor comes from the 顔認証付きカードリーダー, and has no card here."""
        return self.level is Level.OFFICIAL_READER or self.failure.code is Code.READER_RESULT_MISSING


@dataclass(frozen=True, slots=True)
class AwaitingReader:
    """The visitor uses the 顔認証付きカードリーダー, and the visit waits for its result.

    ``card`` was checked here before; ``awaited`` is what the visit knows of the person, once that was looked up.
    ``to_choose``: staff have to choose the result. ``failure``: why, if more than one fits.
    """

    card: CheckedCard | None = None
    awaited: Awaited | None = field(default=None, repr=False)
    to_choose: bool = False
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class TakeCard:
    """The visit is over and the card lies there. ``left_behind``: for so long that staff are alerted."""

    left_behind: bool = False


@dataclass(frozen=True, slots=True)
class Farewell:
    """The card was taken from a result; ``reminder`` is None if no answer had been shown yet."""

    reminder: Reminder | None = None


@dataclass(frozen=True, slots=True)
class GuideCard:
    """The guide asks where the card is. ``failure``: what led there, if anything."""

    failure: Failure | None = None
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class GuidePhone:
    """The guide asks whether the マイナ保険証 is in the visitor's smartphone, where the desk takes it."""

    card: Whereabouts
    failure: Failure | None = None
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class GuideBelongings:
    """The guide asks what the visitor has along instead of a card that can be read."""

    card: Whereabouts
    failure: Failure | None = None
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class GuideAdvice:
    """The guide says what to show and what to do. ``phone_card``: the smartphone is held to the reader."""

    card: Whereabouts
    belonging: Belonging
    failure: Failure | None = None
    patience: Patience = Patience()
    phone_card: bool = False


@dataclass(frozen=True, slots=True)
class Information:
    """A page of the union's terminal is open without a card: it says nothing of anybody."""

    page: UnionPage = UnionPage.MENU
    event: LifeEvent | None = None
    patience: Patience = Patience()


Shown = Result | OnPage | Ordering | ShownByStaff
"""An answer is, or was a moment ago, on the screen."""

AtGuide = GuideCard | GuidePhone | GuideBelongings | GuideAdvice
"""The guide for people without a card that can be read."""

Timed = PinEntry | Questioning | Shown | AtGuide | Information | Failed
"""States that warn before they end."""

VisitState = (
    OutOfService
    | Idle
    | Reading
    | StaffCheck
    | Proving
    | Determining
    | AskingTerminal
    | AwaitingReader
    | TakeCard
    | Farewell
    | Timed
)


def card_of(state: VisitState) -> ReadCard | None:
    """Return what is known of the card of this visit; None if no card was read."""
    match state:
        case PinEntry(card=card) | StaffCheck(card=card) | Proving(card=card) | Failed(card=card):
            return card
        case AwaitingReader(card=card):
            return card
        case Determining(person=person) | AskingTerminal(person=person):
            return person.card
        case Questioning(person=person) | Result(person=person):
            return person.card
        case OnPage(result=result) | Ordering(result=result):
            return result.person.card
        case _:
            return None


_NAMES: dict[type[VisitState], StateName] = {
    OutOfService: StateName.OUT_OF_SERVICE,
    Idle: StateName.IDLE,
    Reading: StateName.READING,
    PinEntry: StateName.PIN,
    StaffCheck: StateName.STAFF,
    Proving: StateName.CHECKING,
    Determining: StateName.CHECKING,
    AskingTerminal: StateName.CHECKING,
    Questioning: StateName.RESULT,
    Result: StateName.RESULT,
    OnPage: StateName.RESULT,
    Ordering: StateName.RESULT,
    ShownByStaff: StateName.RESULT,
    Failed: StateName.FAILURE,
    TakeCard: StateName.TAKE_CARD,
    Farewell: StateName.FAREWELL,
    GuideCard: StateName.GUIDE,
    GuidePhone: StateName.GUIDE,
    GuideBelongings: StateName.GUIDE,
    GuideAdvice: StateName.GUIDE,
    Information: StateName.INFORMATION,
    AwaitingReader: StateName.OFFICIAL_READER,
}


def name_of(state: VisitState) -> StateName:
    """Return the name of a state in the API and on the page."""
    return _NAMES[type(state)]
