"""The settings ``[import]``: what `kiosk registry import` and `feed` may do."""

from __future__ import annotations

from pydantic import Field

from kiosk.settings_section import Section

__all__ = ["ImportSettings"]


class ImportSettings(Section):
    """``[import]``: guards against a wrong file."""

    most_changed: int = Field(
        default=20,
        ge=0,
        le=100,
        description="percent of the members of a register of 100 or more that one file may change, end or leave out "
        "(`--allow-large-change` takes it all the same)",
    )
