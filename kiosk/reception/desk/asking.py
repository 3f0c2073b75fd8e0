"""What staff ask at their desk, whom they find, and why an act of theirs is not done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.decision import CardToday, LifeEvent, Need, Purpose
from kiosk.eligibility import Binding, FormerKey, Member, PapersSeen
from kiosk.eligibility.sources import FieldDifference
from kiosk.eligibility.terminal import Answer, FaceFile, FactsNote
from kiosk.failures import Code

__all__ = ["Asked", "ConfirmedOnline", "DeskProblem", "DeskRefused", "FoundMember", "Seen"]


class DeskProblem(StrEnum):
    """Why an act of staff was not done; the staff pages have a text for each."""

    SCREEN_CHANGED = "screen_changed"
    VISIT_CHANGED = "visit_changed"
    """The person was found for an earlier visit, and staff have not said that they are still the one."""
    PHOTO_UNASKED = "photo_unasked"
    CARD_WITHOUT_PHOTO = "card_without_photo"
    IN_THE_MIDST = "in_the_midst"
    """The visitor is still busy with the kiosk, and staff have not said that it shall end all the same."""
    BIND_BEFORE_CHECK = "bind_before_check"
    """A 目視確認 was made before anybody knew that the holder is under five, and whether the card has a photograph."""
    NO_CARD_TO_BIND = "no_card_to_bind"
    BOUND_TO_ANOTHER = "bound_to_another"
    BINDINGS_CHANGED = "bindings_changed"
    ANSWER_CHANGED = "answer_changed"
    NOTHING_BOUND = "nothing_bound"
    MEMBER_GONE = "member_gone"
    EVENT_IMPOSSIBLE = "event_impossible"
    NO_FACTS = "no_facts"
    CONFIRMATION_ELSEWHERE = "confirmation_elsewhere"
    REGISTER_DOWN = "register_down"
    UNSURE = "unsure"
    """No answer came: it may be done, or may be done yet."""
    JOURNAL_DOWN = "journal_down"
    CLOCK_WRONG = "clock_wrong"
    NO_SUCH_DRIVER = "no_such_driver"
    NOT_KEPT = "not_kept"
    NOT_CONFIRMED_ONLINE = "not_confirmed_online"
    """The 資格確認端末 gave no answer that may be used; `DeskRefused.code` says why."""
    NOT_IN_REGISTER = "not_in_register"
    NOBODY_WAITS = "nobody_waits"
    """The visitor's screen does not wait for a result of the 顔認証付きカードリーダー."""
    RESULTS_OLD = "results_old"
    """The results were listed for another visit, or another visit has this one, or it is too old."""
    ALREADY_IN_REGISTER = "already_in_register"
    """The register has the person, so that their card is bound there."""
    NOT_VALID_ONLINE = "not_valid_online"
    REFERENCE_DIFFERS = "reference_differs"
    """The 資格確認端末 has another 照会番号 of this clinic for the person."""
    NOT_REGISTERED_ONLINE = "not_registered_online"
    """The 資格確認端末 has not registered the 照会番号; `DeskRefused.code` says why."""
    TIES_UNUSABLE = "ties_unusable"
    NOTHING_TIED = "nothing_tied"
    NUMBER_TAKEN = "number_taken"
    """The 記号・番号・枝番 that the 資格確認端末 says is that of another member."""
    NOT_TAKEN_OVER = "not_taken_over"
    """What the 資格確認端末 says cannot be a value of the register, or the member has changed since."""


class DeskRefused(Exception):
    """Nothing was done, for the reason ``problem``. With UNSURE nobody knows whether it was done.

    ``code`` is that of the handbook, where there is one; ``terminal_words`` is what the 資格確認端末 wrote instead.
    """

    def __init__(self, problem: DeskProblem, code: Code | None = None, terminal_words: str = "") -> None:
        super().__init__(problem.value)
        self.problem, self.code, self.terminal_words = problem, code, terminal_words


class Seen(StrEnum):
    """The document by which staff identified a person (本人確認書類)."""

    MY_NUMBER_CARD = "my_number_card"
    DRIVERS_LICENCE = "drivers_licence"
    PASSPORT = "passport"
    RESIDENCE_CARD = "residence_card"
    OTHER_PHOTO = "other_photo"
    TWO_PAPERS = "two_papers"
    """Two papers without a photograph, such as 資格確認書 and 年金手帳."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What staff asked the person: the part of the facts that no register knows.

    ``smartphone``: the person can show マイナポータル's 資格情報 on it. ``phone_card``: the マイナ保険証 is in it.
    """

    purpose: Purpose = Purpose.VISIT
    needs: tuple[Need, ...] = ()
    card_today: CardToday = CardToday.NOT_HERE
    smartphone: bool = False
    event: LifeEvent | None = None
    papers: PapersSeen = PapersSeen()
    phone_card: bool = False

    @property
    def code(self) -> str:
        """What the journal keeps: what became of the card, and what staff saw that the register does not know."""
        papers = self.papers
        looked_at = {"notice": papers.notice, "confirmation": papers.confirmation, "old_card": papers.legacy_card}
        seen = [f".{name}_{'here' if seen else 'missing'}" for name, seen in looked_at.items() if seen is not None]
        phone = ".phone_card" if self.phone_card else ""
        return self.card_today.value + "".join(seen) + phone


@dataclass(frozen=True, slots=True, repr=False)
class ConfirmedOnline:
    """A usable answer of the 資格確認端末, and what staff read of it beside the decision."""

    answer: Answer
    as_of: datetime
    differences: tuple[FieldDifference, ...] = ()
    insurer_name: str | None = None
    notes: tuple[FactsNote, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundMember:
    """A member as staff see one, with every binding to a card there ever was.

    ``visit`` is the number of the visit for which staff look at them. ``online`` is what the 資格確認端末 has said of
    them at this desk; it knows people of whom the register does not know (``registered``). ``former`` are the numbers
    that they had before. ``face`` is the result of the 顔認証付きカードリーダー that they were found by.
    ``patient`` is the 照会番号 that a card of theirs is tied to, if one is.
    """

    member: Member
    bindings: tuple[Binding, ...] = field(default=())
    visit: int = 0
    online: ConfirmedOnline | None = field(default=None, repr=False)
    registered: bool = True
    former: tuple[FormerKey, ...] = field(default=(), repr=False)
    face: FaceFile | None = field(default=None, repr=False)
    patient: str = field(default="", repr=False)

    @property
    def binding(self) -> Binding | None:
        """The present binding; None if no card is bound."""
        return next((binding for binding in self.bindings if binding.ended_at is None), None)
