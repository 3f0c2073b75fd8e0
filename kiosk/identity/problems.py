"""What is wrong with a safeguard of identity before any card is there; some of it stops visits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Problem", "Safeguard"]


class Safeguard(StrEnum):
    """What keeps a card from being taken for more than it is."""

    TRUST = "trust"
    REVOCATION = "revocation"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. ``cause`` is English, for staff, with files and dates and nobody's number.

    ``stops``: no card could be accepted, so nobody shall be asked for a 暗証番号.
    """

    safeguard: Safeguard
    cause: str
    stops: bool = False
