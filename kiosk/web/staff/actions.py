"""Define what the buttons of the staff pages send: a union discriminated by ``action``.

A text is bounded here and judged by ``entry``, which can say what is wrong with it. A member's key is never sent: the
members who were found are kept with the session, and ``choice`` is an index into them. ``work`` says which state of
that work the person sees: a second tab of the browser shares the session, and may have gone on to another member.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from kiosk.decision import CardToday, LifeEvent, Need, Purpose
from kiosk.eligibility.sources import ConfirmedField
from kiosk.reception import Seen
from kiosk.web.staff.papers import PaperKind

__all__ = [
    "AnswerCall",
    "Ask",
    "AwaitResult",
    "Bind",
    "Choose",
    "ChooseResult",
    "Clear",
    "Confirm",
    "ConfirmOnline",
    "DeskAction",
    "EndVisit",
    "Find",
    "Keep",
    "LogIn",
    "OutOfUseSwitch",
    "Print",
    "Restart",
    "Results",
    "SeeLateAnswers",
    "SeekOnline",
    "Show",
    "TakeOver",
    "TiePatient",
    "Unbind",
    "UntiePatient",
]

Sequence = Annotated[int, Field(ge=1, lt=2**53, description="of the screen that staff saw")]
VisitNumber = Annotated[int, Field(ge=0, lt=2**53, description="of the visit for which the member was found")]
WorkNumber = Annotated[int, Field(ge=0, lt=2**53, description="of the work that staff saw")]
Text = Annotated[str, Field(max_length=200, repr=False)]
Address = Annotated[str, Field(max_length=300, repr=False)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class LogIn(_Body):
    """The name and password of a member of staff."""

    name: str = Field(min_length=1, max_length=64, repr=False)
    password: str = Field(min_length=1, max_length=128, repr=False)


class AnswerCall(_Body):
    """対応する: somebody goes to the visitor who called."""

    action: Literal["answer_call"]


class SeeLateAnswers(_Body):
    """確認しました: the late answers of the 資格確認端末 up to ``through`` were read."""

    action: Literal["see_late_answers"]
    through: int = Field(ge=1, lt=2**53, description="number of the last answer that staff saw")


class Confirm(_Body):
    """目視確認: the face was compared with the card on the reader.

    ``card_has_photo`` is needed for a holder under five, and has to be true.
    """

    action: Literal["confirm"]
    sequence: Sequence
    reason: Literal["pin_forgotten", "pin_blocked", "cannot_operate", "card_without_pin", "other"]
    card_has_photo: StrictBool | None = None


class EndVisit(_Body):
    """来訪を終える: wipe the visitor's screen. ``sure`` is needed while they are in the midst of their visit."""

    action: Literal["end_visit"]
    sequence: Sequence
    sure: bool = False


class Find(_Body):
    """調べる: find a member by 記号, 番号 and 生年月日, or by フリガナ and 生年月日."""

    action: Literal["find"]
    symbol: Text = ""
    number: Text = ""
    kana: Text = ""
    birth_date: Text


class SeekOnline(_Body):
    """資格確認端末に聞く: what a paper says of a person whom the register need not know.

    ``limit_consent``: the person has agreed orally to the 限度額適用認定証情報, for this question alone.
    """

    action: Literal["ask_terminal"]
    insurer_number: Text
    symbol: Text = ""
    number: Text
    branch: Text = ""
    birth_date: Text
    limit_consent: StrictBool = False


class ConfirmOnline(_Body):
    """資格確認端末で確かめる: ask what it says of the chosen member today."""

    action: Literal["confirm_online"]
    work: WorkNumber


class Results(_Body):
    """顔認証の結果: list the results of the 顔認証付きカードリーダー that no visit has taken."""

    action: Literal["results"]


class ChooseResult(_Body):
    """この方の結果です: the result listed at this place, counted from 0, is that of the person at the kiosk."""

    action: Literal["choose_result"]
    work: WorkNumber
    sequence: Sequence
    choice: int = Field(ge=0, le=99)


class AwaitResult(_Body):
    """顔認証の結果を待つ: the chosen member uses it now, and the kiosk shows the answer."""

    action: Literal["await_result"]
    work: WorkNumber
    sequence: Sequence


class TakeOver(_Body):
    """登録簿に取り込む: fields of the chosen member that are right as the 資格確認端末 has them."""

    action: Literal["take_over"]
    work: WorkNumber
    fields: tuple[ConfirmedField, ...] = Field(min_length=1, max_length=len(ConfirmedField))


class Choose(_Body):
    """Choose one of the members who were found, counted from 0."""

    action: Literal["choose"]
    work: WorkNumber
    choice: int = Field(ge=0, le=99)


class Ask(_Body):
    """資格を確認する: decide for the chosen member, without a card at hand.

    ``phone_card``: the マイナ保険証 is in the person's smartphone.
    ``…_here`` says whether staff see the paper (null: use the register). If it is here, the other fields have its days.
    """

    action: Literal["ask"]
    work: WorkNumber
    purpose: Purpose = Purpose.VISIT
    needs: tuple[Need, ...] = Field(default=(), max_length=len(Need))
    card_today: CardToday = CardToday.NOT_HERE
    smartphone: bool = False
    phone_card: bool = False
    event: LifeEvent | None = None
    notice_here: bool | None = None
    confirmation_here: bool | None = None
    confirmation_from: Text = ""
    confirmation_until: Text = ""
    legacy_card_here: bool | None = None
    legacy_card_until: Text = ""


class Show(_Body):
    """来訪者の画面に表示する: only for a person whom staff have identified."""

    action: Literal["show"]
    work: WorkNumber
    sequence: Sequence
    visit: VisitNumber
    seen: Seen
    identified: Literal[True]


class Bind(_Body):
    """カードを登録する: the card on the reader belongs to the chosen member."""

    action: Literal["bind"]
    work: WorkNumber
    sequence: Sequence
    visit: VisitNumber
    seen: Seen
    identified: Literal[True]


class Keep(_Body):
    """この方の手続きを続ける: the chosen member, found for an earlier visit, is the person of ``visit``."""

    action: Literal["keep"]
    work: WorkNumber
    visit: Annotated[int, Field(ge=1, lt=2**53, description="of the screen that staff saw")]


class Unbind(_Body):
    """登録を取り消す: end the current binding of the chosen member."""

    action: Literal["unbind"]
    work: WorkNumber


class TiePatient(_Body):
    """この診察券番号と結びつける: the card on the reader belongs to the chosen person, of whom no register knows.

    ``reference`` is this clinic's patient number (照会番号).
    """

    action: Literal["tie_patient"]
    work: WorkNumber
    sequence: Sequence
    visit: VisitNumber
    seen: Seen
    identified: Literal[True]
    reference: Text


class UntiePatient(_Body):
    """結びつきを取り消す: the card of the chosen person is tied to no 照会番号 any more."""

    action: Literal["untie_patient"]
    work: WorkNumber


class Print(_Body):
    """書類を作る: for the chosen member, or ``blank`` for nobody; ``event`` is the 届け出 of the guidance's row.

    ``address`` is for this print only, of a person whose data are withheld: no other 住所 is printed for them.
    """

    action: Literal["print"]
    work: WorkNumber
    paper: PaperKind
    blank: bool = False
    event: LifeEvent | None = None
    postal_code: Text = ""
    address: Address = ""


class Clear(_Body):
    """調べた内容を消す."""

    action: Literal["clear"]


class OutOfUseSwitch(_Body):
    """使用を止める・再開する."""

    action: Literal["out_of_use"]
    out: bool


class Restart(_Body):
    """Replace the process that speaks to the readers of one driver."""

    action: Literal["restart"]
    driver: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")


DeskAction = Annotated[
    AnswerCall
    | SeeLateAnswers
    | Confirm
    | EndVisit
    | Find
    | SeekOnline
    | ConfirmOnline
    | Results
    | ChooseResult
    | AwaitResult
    | TakeOver
    | Choose
    | Ask
    | Keep
    | Show
    | Bind
    | Unbind
    | TiePatient
    | UntiePatient
    | Print
    | Clear
    | OutOfUseSwitch
    | Restart,
    Field(discriminator="action"),
]
