"""Define what every link needs of a simulated card, and simulate cards that are not My Number cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from simulators.commands import CardStatusWord, answer

__all__ = ["ATRS", "CONTACTLESS_ATR", "CONTACT_ATR", "Card", "CardExchange", "ForeignCardSimulator"]

CONTACTLESS_ATR: Final = bytes.fromhex("3B888001000005E0B381A1007F")
"""The ATR that PC/SC makes for a Type B card with the first kind of ATQB."""
CONTACT_ATR: Final = bytes.fromhex("3BE000FF8131FE4514")
"""The answer to reset on the contact interface, as OpenSC lists it."""
ATRS: Final = (
    CONTACTLESS_ATR,
    bytes.fromhex("3B888001000041E0B381A1003B"),
    bytes.fromhex("3B888001004B51FFB381D1000F"),
    CONTACT_ATR,
    bytes.fromhex("3BDA13FF8131FB468012392F31C173C601C03B"),
    bytes.fromhex("3BC5FF8131FB458073C6010000"),
)
"""Every answer to reset that was seen on a My Number card (docs/card.md)."""

_FOREIGN_ATR = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")


@dataclass(frozen=True, slots=True)
class CardExchange:
    """One command in a card's log: its instruction, the lengths both ways and the status word, but no contents."""

    ins: int
    sent: int
    received: int
    sw: int


class Card(Protocol):
    """The part of a simulated card that every link needs. It is used by one thread at a time."""

    @property
    def atr(self) -> bytes:
        """The answer to reset."""

    @property
    def apdu_log(self) -> list[CardExchange]:
        """Every exchange since the card was made."""

    def power_on(self) -> None:
        """Give the card power (cold reset)."""

    def power_off(self) -> None:
        """Take the power away, with everything the card does not keep."""

    def reset(self) -> None:
        """Reset the card without taking its power (warm reset)."""

    def transmit(self, apdu: bytes) -> bytes:
        """Return the response APDU: data and two bytes of status word."""


class ForeignCardSimulator:
    """A card of another kind, for example a bank's: it answers, but has no JPKI application."""

    def __init__(self, atr: bytes = _FOREIGN_ATR) -> None:
        self.atr = atr
        self.apdu_log: list[CardExchange] = []

    def power_on(self) -> None:
        """Do nothing."""

    def power_off(self) -> None:
        """Do nothing."""

    def reset(self) -> None:
        """Do nothing."""

    def transmit(self, apdu: bytes) -> bytes:
        """Answer 6A82 to every SELECT and 6D00 to the rest."""
        ins = apdu[1] if len(apdu) > 1 else 0
        sw = CardStatusWord.FILE_NOT_FOUND if ins == 0xA4 else CardStatusWord.UNKNOWN_INS
        self.apdu_log.append(CardExchange(ins, len(apdu), 2, sw))
        return answer(sw)
