"""What a visitor's buttons (and a member of staff at the desk) can ask for: a union discriminated by ``action``."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt

from kiosk.decision import LifeEvent, Need, Purpose
from kiosk.eligibility import contains_my_number
from kiosk.languages import Language
from kiosk.reception.aids import MOST_LETTERS, Aids
from kiosk.reception.guidance import Belonging
from kiosk.reception.union_office import UnionPage
from kiosk.staff import ACCOUNT_NAME

__all__ = [
    "Action",
    "AskForDocument",
    "ChooseLanguage",
    "ChoosePurpose",
    "Continue",
    "EnterPin",
    "Finish",
    "NeedStaff",
    "OpenGuide",
    "OpenPage",
    "SayBelonging",
    "SayLimitConsent",
    "SayPhoneCard",
    "SayNeeds",
    "SaySmartphone",
    "SayWhereabouts",
    "SetAids",
    "StaffConfirm",
    "UseReader",
    "VisitorAction",
]


def _without_my_number(text: str) -> str:
    if contains_my_number(text):
        raise ValueError("a number that passes as a マイナンバー must not be kept")
    return text


class _Action(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class EnterPin(_Action):
    """確認: the four digits of the 利用者証明用 暗証番号."""

    action: Literal["pin"]
    pin: str = Field(min_length=1, max_length=16, repr=False)


class NeedStaff(_Action):
    """番号がわからない方・係員をよぶ: identify me another way."""

    action: Literal["staff"]


class Continue(_Action):
    """続ける: I am still here."""

    action: Literal["continue"]


class Finish(_Action):
    """おわる: I have read it."""

    action: Literal["finish"]


class ChoosePurpose(_Action):
    """受診・給付金の申請・保健事業: what the answer is for. The first answer is for 受診."""

    action: Literal["purpose"]
    purpose: Purpose


class SayNeeds(_Action):
    """高額療養費・入院時の食事・特定疾病: which of them the visit needs; none of them is an answer too."""

    action: Literal["needs"]
    needs: list[Need] = Field(max_length=len(Need))


class SaySmartphone(_Action):
    """はい・いいえ: whether マイナポータル's 資格情報 screen can be shown."""

    action: Literal["smartphone"]
    smartphone: StrictBool


class SayLimitConsent(_Action):
    """提供する・提供しない: whether the 限度額適用認定証情報 may be asked for, in this visit alone."""

    action: Literal["limit_consent"]
    limit_consent: StrictBool


class OpenGuide(_Action):
    """カードがない方・読み取れないとき: what to do without; from the guide itself, back to its beginning."""

    action: Literal["guide"]


class SayWhereabouts(_Action):
    """Where the マイナンバーカード is."""

    action: Literal["whereabouts"]
    card: Literal["at_home", "lost", "never_issued", "returned"]


class SayPhoneCard(_Action):
    """はい・いいえ: whether the マイナ保険証 is in the visitor's smartphone."""

    action: Literal["phone_card"]
    phone_card: StrictBool


class SayBelonging(_Action):
    """What the visitor has along instead of a card that can be read."""

    action: Literal["belonging"]
    belonging: Belonging


class UseReader(_Action):
    """顔認証付きカードリーダーを使う: the visitor has used it, or goes there now; the kiosk shows its result."""

    action: Literal["official_reader"]


class OpenPage(_Action):
    """A page of the union's terminal: one's own record, procedures, マイナポータル, documents asked for.

    From the idle screen, ご用件から選ぶ: without a card only the pages that say nothing of a person.
    """

    action: Literal["page"]
    page: UnionPage
    event: LifeEvent | None = None


class AskForDocument(_Action):
    """申し込む: the document that the open page names."""

    action: Literal["request"]


class ChooseLanguage(_Action):
    """Language: the language of the screens, until this visit ends."""

    action: Literal["language"]
    language: Language


class SetAids(_Action):
    """使いやすく: how this visitor wants the screen, until the visit ends. What is left out stays as it is."""

    action: Literal["aids"]
    letters: Annotated[StrictInt, Field(ge=0, le=MOST_LETTERS)] | None = None
    contrast: StrictBool | None = None
    lowered: StrictBool | None = None
    unhurried: StrictBool | None = None
    spoken: StrictBool | None = None
    curtain: StrictBool | None = None

    def applied_to(self, aids: Aids) -> Aids:
        """Return ``aids`` with what the visitor has changed."""
        return replace(aids, **self.model_dump(exclude={"action"}, exclude_none=True))


class StaffConfirm(_Action):
    """目視確認: a member of staff, named by their account, compared the face. It takes the scope `staff:confirm`.

    ``card_has_photo`` is needed for a holder under five, whose card may have no photograph to compare.
    """

    action: Literal["staff_confirm"]
    staff: Annotated[str, Field(pattern=rf"^{ACCOUNT_NAME}$"), AfterValidator(_without_my_number)]
    reason: Literal["pin_forgotten", "pin_blocked", "cannot_operate", "card_without_pin", "other"]
    card_has_photo: StrictBool | None = None


VisitorAction = (
    EnterPin
    | NeedStaff
    | Continue
    | Finish
    | ChoosePurpose
    | SayNeeds
    | SaySmartphone
    | SayLimitConsent
    | OpenGuide
    | SayWhereabouts
    | SayPhoneCard
    | SayBelonging
    | OpenPage
    | AskForDocument
    | UseReader
    | ChooseLanguage
    | SetAids
)
"""What the buttons of the visitor's page do; each of them is an event of the visit."""

Action = Annotated[VisitorAction | StaffConfirm, Field(discriminator="action")]
