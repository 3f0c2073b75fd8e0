"""What an officer supposes of a member («電子証明書が…に切れたら»): typed, and read. Nothing of it is stored."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from pydantic import Field

from kiosk.decision import CardStatus, Registration
from kiosk.decision.facts import FIRST_YEAR, LAST_YEAR
from kiosk.reception import WhatIf
from kiosk.web.officer.forms import Form
from kiosk.web.staff.written_day import written_day

__all__ = ["SupposedRefused", "WhatIfForm", "what_if_of"]

_DAYS: Final = {
    "on": "判定の日",
    "certificate_valid_until": "電子証明書の有効期限",
    "lost_on": "資格喪失年月日",
}


class WhatIfForm(Form):
    """The fields; an empty one is as the register has it."""

    on: str = Field(default="", max_length=100, repr=False)
    certificate_valid_until: str = Field(default="", max_length=100, repr=False)
    lost_on: str = Field(default="", max_length=100, repr=False)
    card: CardStatus | Literal[""] = ""
    registration: Registration | Literal[""] = ""


class SupposedRefused(Exception):
    """Nothing is supposed: ``sentence`` says why, and ``field`` is the one that is not accepted, or empty."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.field = sentence, field


def what_if_of(form: WhatIfForm) -> WhatIf:
    """Return what is supposed. Raises SupposedRefused."""
    typed = form.model_dump(include=set(_DAYS))
    days = {name: _day(typed[name], name) for name in _DAYS}
    if not any((*days.values(), form.card, form.registration)):
        raise SupposedRefused("変えてみる内容を、1つ以上入力してください。")
    return WhatIf(
        days["on"], days["certificate_valid_until"], days["lost_on"], form.card or None, form.registration or None
    )


def _day(text: str, name: str) -> date | None:
    if not text.strip():
        return None
    day = written_day(text)
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise SupposedRefused(f"{_DAYS[name]}は「令和9年4月1日」「R9.4.1」のように入力してください。", name)
    return day
