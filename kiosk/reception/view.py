"""What may be seen of a visit from outside: page, API and tests read this."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from kiosk.decision import DEFAULT_POLICY, Decision, Need, Purpose
from kiosk.eligibility.sources import FieldDifference
from kiosk.eligibility.terminal import Consents, FactsNote
from kiosk.failures import Failure
from kiosk.identity import Level, Revocation
from kiosk.languages import Language
from kiosk.reception.aids import Aids
from kiosk.reception.guidance import Guide
from kiosk.reception.renewal import Renewal
from kiosk.reception.screens import Alert, CallShown, Screen
from kiosk.reception.union_office import Browsing, PaperHere, PersonalPages
from kiosk.reception.visit.eligibility import AskedSource, Reminder
from kiosk.reception.visit.states import StateName

__all__ = ["View"]


@dataclass(frozen=True, slots=True)
class View:
    """One immutable picture of the kiosk. ``sequence`` grows by one at every change and never repeats.

    ``identifier`` names the visit for other programs; it has no meaning, and is unique for ever. ``at`` is when this
    picture came to be. ``member`` is the pseudonym of the member, once there is one;
    ``receipt`` the signed statement that they were here and got this answer.
    ``decision`` is as everybody may read it, ``for_staff`` as staff may.
    ``deadline`` is how many seconds the server waits on this screen, from the moment of the change (None: no limit).
    ``masked_name`` is kana with all but the first letters masked, or empty; nothing here identifies a person but
    ``pages``, which is there only at the union's terminal, while a confirmed person has one of its pages open.
    ``needs`` are those to choose from while the question is shown, else the visitor's answer.
    ``chime`` is how many seconds lie between two chimes (0: one only, None: quiet).
    ``unchecked_before_pin``: the certificate could not be checked before the 暗証番号 was asked for.
    ``reminds_of_subsidy``: a 受給者証 of the 医療費助成 is to be shown too by those who have one.
    ``usual_days``: between how many business days after a filing the union links the data.
    ``papers_here`` are the documents that the person may ask for at the union's terminal, or has asked for.
    ``offers_information``: the idle screen of the union's terminal leads to pages that need no card.
    ``looked_up``: the answer is one that staff looked up and put on this screen, without a card.
    ``without_card``: no card lies on a reader of the kiosk.
    ``source`` is who has answered, ``differences`` is for staff alone: where the register says something else.
    ``consents`` too: what the person agreed to, at the 顔認証付きカードリーダー or here.
    ``notes`` too: what is to be known of the terminal's answer, such as that there is a newer 資格.
    ``terminal_words`` too: code and message as the 資格確認端末 wrote them.
    ``insurer_name`` is that of a member of another insurer. ``terminal_limit`` is how many seconds the 資格確認端末 may
    take, while it is asked.
    ``offers_reader``: the screen leads to the 顔認証付きカードリーダー. ``to_choose``: staff have to
    choose its result.
    ``visitor`` grows by one whenever another person may have come.
    ``language`` is that of the visitor's screens.
    ``aids`` is how this visitor wants the screen.
    ``farewell`` is what only the farewell screen still says of an answer.
    """

    kiosk: str
    sequence: int
    visit: int
    state: StateName
    screen: Screen
    identifier: str = ""
    at: datetime = datetime.min.replace(tzinfo=UTC)
    member: str | None = None
    receipt: str | None = None
    level: Level | None = None
    purpose: Purpose = Purpose.VISIT
    decision: Decision | None = None
    for_staff: Decision | None = field(default=None, repr=False)
    failure: Failure | None = None
    tries_left: int | None = None
    masked_name: str = ""
    revocation: Revocation | None = None
    unchecked_before_pin: bool = False
    call: CallShown = CallShown.NONE
    deadline: float | None = None
    farewell: Reminder | None = None
    simulation: bool = False
    looked_up: bool = False
    without_card: bool = False
    needs: tuple[Need, ...] = ()
    guide: Guide | None = None
    renewal: Renewal | None = None
    reminds_of_subsidy: bool = False
    browsing: Browsing = Browsing()
    has_personal_pages: bool = False
    pages: PersonalPages | None = field(default=None, repr=False)
    alert: Alert | None = None
    chime: float | None = None
    offers_information: bool = False
    papers_here: tuple[PaperHere, ...] = ()
    usual_days: tuple[int, int] = DEFAULT_POLICY.linkage_days
    source: AskedSource | None = None
    differences: tuple[FieldDifference, ...] = field(default=(), repr=False)
    insurer_name: str | None = field(default=None, repr=False)
    notes: tuple[FactsNote, ...] = ()
    consents: Consents = Consents()
    terminal_words: str = field(default="", repr=False)
    terminal_limit: float | None = None
    offers_reader: bool = False
    to_choose: bool = False
    language: Language = Language.JAPANESE
    aids: Aids = Aids()
    visitor: int = 1

    @property
    def staff_called(self) -> bool:
        """Whether a call waits for its answer, be anybody there to see it or not."""
        return self.call in {CallShown.CALLED, CallShown.NOBODY}
