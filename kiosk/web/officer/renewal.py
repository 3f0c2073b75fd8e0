"""Renew a page by itself while something goes on: rarer the longer it lasts, and not at all for those who stop it.

Each renewal takes the focus from the keyboard, and a screen reader begins the page anew.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict

__all__ = ["RenewQuery", "seconds_until_renewal"]

_STEPS: Final = ((15.0, 2), (120.0, 5))
_LONGEST: Final = 10


class RenewView(BaseModel):
    """Whether the page renews itself, as its address says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    renew: Literal["yes", "no"] = "yes"

    @property
    def by_itself(self) -> bool:
        """Whether it does."""
        return self.renew == "yes"


RenewQuery = Annotated[RenewView, Query()]


def seconds_until_renewal(lasted: float) -> int:
    """Return after how many seconds the page is asked for again; the work has lasted so many."""
    return next((seconds for until, seconds in _STEPS if lasted < until), _LONGEST)
