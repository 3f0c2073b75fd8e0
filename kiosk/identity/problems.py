"""Describe what is wrong with a safeguard of identity before any card is there; some of it stops visits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Problem", "Safeguard"]


class Safeguard(StrEnum):
    """A safeguard that keeps a card from being taken for more than it is."""

    TRUST = "trust"
    REVOCATION = "revocation"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a safeguard.

    Attributes:
        safeguard: The safeguard.
        cause: What is wrong, in English, for staff, with files and dates but nobody's number.
        stops: Whether no card could be accepted, so that nobody may be asked for a 暗証番号.

    """

    safeguard: Safeguard
    cause: str
    stops: bool = False
