"""The settings ``[import]``: what `kiosk registry import` and `feed` may do."""

from __future__ import annotations

from pydantic import BaseModel, Field

from kiosk.settings_section import Section

__all__ = ["IMPORT", "ImportSettings", "most_changed"]

IMPORT = "import"
"""The name of the section, which no attribute in Python can have."""


class ImportSettings(Section):
    """``[import]``: guards against a wrong file."""

    most_changed: int = Field(
        default=20,
        ge=0,
        le=100,
        description="percent of the members of a register of 100 or more that one file may change, end or leave out "
        "(`--allow-large-change` takes it all the same)",
    )


def most_changed(settings: BaseModel) -> int:
    """Return `import.most_changed` of the service's settings, in percent."""
    sections = [section for _, section in settings if isinstance(section, ImportSettings)]
    return (sections or [ImportSettings()])[0].most_changed
