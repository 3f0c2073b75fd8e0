"""Define a persona: an invented person, the row of the decision that applies, and what the kiosk must answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

__all__ = ["CardKind", "CardSpec", "ExpectedAnswer", "FailureKind", "Path", "Persona", "PersonaVisit"]


class Path(StrEnum):
    """How the kiosk identifies the person."""

    CARD = "card"
    """A readable card is put on the reader and the 暗証番号 is entered."""
    LOOKUP = "lookup"
    """There is no readable card: staff look the member up."""


class CardKind(StrEnum):
    """What kind of card is on the reader."""

    GENUINE = "genuine"
    CLONE = "clone"
    """A forger's copy: genuine certificate, another key, every PIN accepted."""
    FORGED = "forged"
    """Issued by somebody who only claims to be the authority."""
    FOREIGN = "foreign"
    """Not a My Number card at all."""
    WITHOUT_PIN = "without_pin"
    """顔認証マイナンバーカード: genuine, but it has no 暗証番号."""


class FailureKind(StrEnum):
    """How a visit ends without a decision."""

    UNKNOWN_MEMBER = "unknown_member"
    NOT_GENUINE = "not_genuine"
    REVOKED = "revoked"
    PIN_BLOCKED = "pin_blocked"
    PIN_LAST_TRY = "pin_last_try"
    NOT_MY_NUMBER_CARD = "not_my_number_card"
    WITHOUT_PIN = "without_pin"


@dataclass(frozen=True, slots=True)
class CardSpec:
    """The card to make. ``tries`` of its 暗証番号 are left; ``last_day`` is its certificate's, in Asia/Tokyo."""

    last_day: date
    kind: CardKind = CardKind.GENUINE
    pin: str = field(default="1234", repr=False)
    tries: int = 3
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class PersonaVisit:
    """The facts that the kiosk gets beside the member: values of docs/formats.md, "The facts"."""

    purpose: str = "visit"
    needs: tuple[str, ...] = ()
    card_today: str = "read"
    smartphone: bool = False
    phone_card: bool = False
    event: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectedAnswer:
    """The decision, typed by hand from the tables: ``reason`` is the first reason, ``step`` the first next step."""

    applies: str | None
    usable: str
    reason: str
    step: str
    issue: str | None = None

    @property
    def published_reason(self) -> str:
        """The first reason as everybody but staff reads it (docs/decision.md)."""
        return "not_registered" if self.reason == "information_withheld" else self.reason


@dataclass(frozen=True, slots=True)
class Persona:
    """One invented person on one day.

    ``id`` is ASCII and stable; ``label`` and ``explanation`` are Japanese. ``row`` names the table of docs/decision.md
    ("1", "2", "3a" to "3e", "4") or is "-" if no decision is reached. ``member`` has the registry's columns of
    docs/formats.md; None for somebody whom the registry does not know. Either ``expected`` or ``failure`` is set.
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
