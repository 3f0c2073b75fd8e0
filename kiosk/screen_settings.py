"""The settings ``[screen]``: the visitor's panel, its languages and its speech."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from kiosk.languages import DEFAULT_LANGUAGES, Language
from kiosk.settings_section import Section

__all__ = ["ScreenSettings"]


class ScreenSettings(Section):
    """``[screen]``: the visitor's panel, so that keys and letters have their size in millimetres, and its languages."""

    width: int = Field(default=0, ge=0, le=8192, description="pixels across, as the browser counts them; 0: unknown")
    height: int = Field(default=0, ge=0, le=8192, description="pixels down; 0: unknown")
    inches: float = Field(default=0, ge=0, le=100, allow_inf_nan=False, description="the diagonal; 0: unknown")
    lower_edge: float = Field(
        default=0,
        ge=0,
        le=1220,
        allow_inf_nan=False,
        description="mm from the floor to the lower edge of what the panel shows; 0: unknown. The lowered layout then "
        "has nothing to touch above 1220 mm",
    )
    curtain: bool = Field(
        default=False,
        description="the panel goes black with the first key of the numeric keypad, until the visit ends; false: only "
        "when the visitor wants it",
    )
    speech: Literal["asked", "always", "off"] = Field(
        default="asked",
        description="when the screens are spoken: if a visitor asks for it, from the start of every visit, or never",
    )
    languages: list[Language] = Field(
        default=list(DEFAULT_LANGUAGES),
        min_length=1,
        description="what a visitor may choose, in this order; the kiosk begins with the first; "
        "no native speaker has read any but `ja`; `ne` needs the Debian package fonts-noto-core",
    )

    @field_validator("languages")
    @classmethod
    def _each_once(cls, value: list[Language]) -> list[Language]:
        if len({*value}) < len(value):
            raise ValueError("one language is there twice")
        return value

    @model_validator(mode="after")
    def _all_or_none(self) -> ScreenSettings:
        given = [bool(value) for value in (self.width, self.height, self.inches)]
        if any(given) and not all(given):
            raise ValueError("width, height and inches are given together or not at all")
        if self.lower_edge and not self.inches:
            raise ValueError("lower_edge needs width, height and inches")
        return self
