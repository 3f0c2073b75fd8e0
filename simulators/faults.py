"""Simulate what can go wrong with a card, as wrappers around a healthy one: silence, removal, wrong answers, delays."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from simulators.cards import Card, CardExchange

__all__ = ["CardFellSilent", "CardLeft", "Fault", "FaultKind", "FaultyCard", "Latency", "SlowCard"]


# The longest response APDU: 65,536 bytes and the status word.
_LONGEST_ANSWER = 65_538


class CardFellSilent(Exception):
    """The card will never answer this command; the link waits until the card is taken away."""


class CardLeft(Exception):
    """The card was taken away before it answered; the link reports it as gone."""


class FaultKind(StrEnum):
    """What happens at one command."""

    SILENT = "silent"
    LEAVES = "leaves"
    LEAVES_AFTER = "leaves after"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault at the ``at``-th command of the card, counted from 1; with ``lasting`` also at every later one.

    ``instruction`` counts only commands of that INS. An ``answer`` replaces the card's own, and the card never sees the
    command; use :meth:`status` for a bare status word.
    """

    at: int
    kind: FaultKind
    answer: bytes = b""
    instruction: int | None = None
    lasting: bool = False

    def __post_init__(self) -> None:
        if self.at < 1:
            raise ValueError("commands are counted from 1")
        if (self.kind is not FaultKind.ANSWERS and self.answer) or len(self.answer) > _LONGEST_ANSWER:
            raise ValueError("a fault that answers takes up to 65,538 bytes, another none")

    @classmethod
    def silent(cls, at: int = 1, *, instruction: int | None = None, lasting: bool = False) -> Fault:
        """Return a fault in which the card never answers."""
        return cls(at, FaultKind.SILENT, instruction=instruction, lasting=lasting)

    @classmethod
    def leaves(cls, at: int = 1, *, instruction: int | None = None) -> Fault:
        """Return a fault in which the card is taken away."""
        return cls(at, FaultKind.LEAVES, instruction=instruction)

    @classmethod
    def leaves_after(cls, at: int = 1, *, instruction: int | None = None) -> Fault:
        """Return a fault in which the card does the command and is taken away before its answer arrives."""
        return cls(at, FaultKind.LEAVES_AFTER, instruction=instruction)

    @classmethod
    def status(cls, sw: int, at: int = 1, *, instruction: int | None = None, lasting: bool = False) -> Fault:
        """Return a fault in which the card answers this status word and nothing else."""
        return cls(at, FaultKind.ANSWERS, sw.to_bytes(2, "big"), instruction, lasting)

    @classmethod
    def answers(cls, answer: bytes, at: int = 1, *, instruction: int | None = None) -> Fault:
        """Return a fault in which the card answers exactly these bytes, which include the status word."""
        return cls(at, FaultKind.ANSWERS, answer, instruction)


class _Wrapped:
    """A card that passes every call to the one inside."""

    def __init__(self, card: Card) -> None:
        self._card = card

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._card.atr

    @property
    def apdu_log(self) -> list[CardExchange]:
        """The log of the card inside."""
        return self._card.apdu_log

    def power_on(self) -> None:
        """Call the card inside."""
        self._card.power_on()

    def power_off(self) -> None:
        """Call the card inside."""
        self._card.power_off()

    def reset(self) -> None:
        """Call the card inside."""
        self._card.reset()

    def transmit(self, apdu: bytes) -> bytes:
        """Call the card inside."""
        return self._card.transmit(apdu)


class FaultyCard(_Wrapped):
    """A card with faults at chosen commands."""

    def __init__(self, card: Card, faults: Iterable[Fault]) -> None:
        super().__init__(card)
        self._faults = tuple(faults)
        self._seen = 0
        self._seen_of: dict[int, int] = {}

    def transmit(self, apdu: bytes) -> bytes:
        """Answer the command, or do what the faults say.

        Raises:
            CardFellSilent: The card will never answer.
            CardLeft: The card was taken away.

        """
        instruction = apdu[1] if len(apdu) > 1 else 0
        self._seen += 1
        self._seen_of[instruction] = self._seen_of.get(instruction, 0) + 1
        fault = next((fault for fault in self._faults if self._is_due(fault, instruction)), None)
        if fault is None:
            return super().transmit(apdu)
        if fault.kind is FaultKind.LEAVES_AFTER:
            super().transmit(apdu)
        return _happen(fault)

    def _is_due(self, fault: Fault, instruction: int) -> bool:
        if fault.instruction not in (None, instruction):
            return False
        seen = self._seen if fault.instruction is None else self._seen_of[instruction]
        return seen >= fault.at if fault.lasting else seen == fault.at


@dataclass(frozen=True, slots=True)
class Latency:
    """The seconds that a card takes, fitted to the one published log of a real card (docs/card.md)."""

    per_command: float = 0.043
    per_byte: float = 0.00068
    per_signature: float = 0.490

    def of(self, exchange: CardExchange) -> float:
        """Return the seconds of one exchange."""
        signed = exchange.ins == 0x2A and exchange.sw == 0x9000
        return self.per_command + self.per_byte * exchange.received + self.per_signature * signed


class SlowCard(_Wrapped):
    """A card as slow as a real one. ``pause`` waits for a number of seconds."""

    def __init__(
        self, card: Card, latency: Latency | None = None, *, pause: Callable[[float], None] = time.sleep
    ) -> None:
        super().__init__(card)
        self._latency = latency or Latency()
        self._pause = pause

    def transmit(self, apdu: bytes) -> bytes:
        """Answer after the time that the answer takes."""
        response = super().transmit(apdu)
        self._pause(self._latency.of(self.apdu_log[-1]))
        return response


def _happen(fault: Fault) -> bytes:
    if fault.kind is FaultKind.SILENT:
        raise CardFellSilent
    if fault.kind is FaultKind.ANSWERS:
        return fault.answer
    raise CardLeft
