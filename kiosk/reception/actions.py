"""What a visitor's buttons (and a member of staff at the desk) can ask for: a union discriminated by ``action``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.decision import Purpose

__all__ = ["Action", "ChoosePurpose", "Continue", "EnterPin", "Finish", "NeedStaff", "StaffConfirm"]


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


class StaffConfirm(_Action):
    """目視確認: a named member of staff compared the face. Taken with the API token only."""

    action: Literal["staff_confirm"]
    staff: str = Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")
    reason: Literal["pin_forgotten", "pin_blocked", "cannot_operate", "card_without_pin", "other"]


Action = Annotated[
    EnterPin | NeedStaff | Continue | Finish | ChoosePurpose | StaffConfirm, Field(discriminator="action")
]
