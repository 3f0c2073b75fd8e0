"""What a persona is: an invented person, the row of the decision that applies, and what is expected of the kiosk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

__all__ = ["CardKind", "CardSpec", "ExpectedAnswer", "FailureKind", "Path", "Persona", "PersonaVisit"]


class Path(StrEnum):
    """How the kiosk comes to know the person."""

    CARD = "card"
    """A readable card is put on the reader and the 暗証番号 entered."""
    LOOKUP = "lookup"
    """No readable card: staff look the member up."""


class CardKind(StrEnum):
    """What the card on the reader is."""

    GENUINE = "genuine"
    CLONE = "clone"
    """A forger's copy: genuine certificate, another key, every PIN accepted."""
    FORGED = "forged"
    """Issued by somebody who only calls himself the authority."""
    FOREIGN = "foreign"
    """No My Number card at all."""


class FailureKind(StrEnum):
    """How a visit ends that comes to no decision."""

    UNKNOWN_MEMBER = "unknown_member"
    NOT_GENUINE = "not_genuine"
    REVOKED = "revoked"
    PIN_BLOCKED = "pin_blocked"
    PIN_LAST_TRY = "pin_last_try"
    NOT_MY_NUMBER_CARD = "not_my_number_card"


@dataclass(frozen=True, slots=True)
class CardSpec:
    """The card to make. ``tries`` are left of its 暗証番号; ``last_day`` is its certificate's, in Asia/Tokyo."""

    last_day: date
    kind: CardKind = CardKind.GENUINE
    pin: str = field(default="1234", repr=False)
    tries: int = 3
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class PersonaVisit:
    """What the kiosk is told besides the member: values of docs/formats.md, "The facts"."""

    purpose: str = "visit"
    needs: tuple[str, ...] = ()
    card_today: str = "read"
    smartphone: bool = False
    event: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectedAnswer:
    """The decision, typed by hand from the tables: ``reason`` is the first reason, ``step`` the first next step."""

    applies: str | None
    usable: str
    reason: str
    step: str
    issue: str | None = None


@dataclass(frozen=True, slots=True)
class Persona:
    """One invented person on one day.

    ``id`` is ASCII and stable, ``label`` and ``explanation`` are Japanese. ``row`` names the table of docs/decision.md
    ("1", "2", "3a" to "3e", "4") or is "-" where no decision is reached. ``member`` holds the registry's columns of
    docs/formats.md, None for somebody the registry does not know. Either ``expected`` or ``failure`` is set.
    """

    id: str
    label: str
    explanation: str
    row: str
    path: Path
    member: Mapping[str, str] | None = field(repr=False)
    card: CardSpec | None
    visit: PersonaVisit
    expected: ExpectedAnswer | None
    failure: FailureKind | None
