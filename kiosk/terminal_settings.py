"""The settings ``[eligibility]`` and ``[terminal]``: who is asked about a person, and where the 資格確認端末 is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from kiosk.settings_section import Seconds, Section

__all__ = ["EligibilitySettings", "TerminalSettings"]

_Source = Literal["registry", "terminal"]


class EligibilitySettings(Section):
    """``[eligibility]``: who is asked about a person's 資格."""

    sources: list[_Source] = Field(
        default=["registry"],
        min_length=1,
        description="who is asked: the register, the 資格確認端末, or the register first and then the 資格確認端末",
    )
    keep_days: int = Field(
        default=90, ge=1, le=400, description="days that what the 資格確認端末 last said of a person is kept"
    )

    @field_validator("sources")
    @classmethod
    def _register_first(cls, value: list[_Source]) -> list[_Source]:
        if value not in (["registry"], ["terminal"], ["registry", "terminal"]):
            raise ValueError('must be ["registry"], ["terminal"] or ["registry", "terminal"]')
        return value


class TerminalSettings(Section):
    """``[terminal]``: the folders that a 資格確認端末 shares. They may come later, and come back: see N-11."""

    req: Path | None = Field(default=None, description="the folder for requests to the 資格確認端末")
    res: Path | None = Field(default=None, description="the folder where its answers appear")
    face: Path | None = Field(
        default=None, description="the folder where results of the 顔認証付きカードリーダー appear"
    )
    trash: Path | None = Field(
        default=None, description="the folder where another program moves the results of the face reader once read"
    )
    institution: str = Field(default="", pattern=r"^([0-9]{10})?$", description="医療機関コード, 10 digits")
    timeout: Seconds = Field(default=30.0, description="seconds until an answer counts as not given")
    encoding: Literal["utf-8", "shift_jis"] = Field(default="utf-8", description="of requests; answers say their own")

    @model_validator(mode="after")
    def _all_or_none(self) -> TerminalSettings:
        given = [self.req is not None, self.res is not None, bool(self.institution)]
        if any(given) and not all(given):
            raise ValueError("req, res and institution are given together or not at all")
        return self
