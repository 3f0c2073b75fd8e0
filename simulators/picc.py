"""Simulate the card's side of ISO/IEC 14443-3 Type B and 14443-4, frame by frame, by the standard's PICC rules.

It takes a frame and gives a frame or silence. The link adds and removes CRCs.
"""

from __future__ import annotations

import random
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from simulators.cards import Card

__all__ = ["ATQBS", "FRAME_SIZES", "ExtraTime", "Picc", "TargetAtqb"]

FRAME_SIZES: Final = (16, 24, 32, 40, 48, 64, 96, 128, 256)
"""Bytes of a frame, with CRC, by FSCI or FSDI."""

_CARRIER_HZ: Final = 13.56e6
_CRC: Final = 2
# The part of its frame waiting time that a card lets pass before it asks for more.
_OF_WAITING_TIME: Final = 0.4
_ANY_FAMILY: Final = 0x00
_RESERVED_FWI: Final = 15
_DEFAULT_FWI: Final = 4


@dataclass(frozen=True, slots=True)
class TargetAtqb:
    """A card's answer to REQB: application data (4 bytes) and protocol info (3 bytes); the identifier is random."""

    application: bytes = bytes.fromhex("000005E0")
    protocol: bytes = bytes.fromhex("B381A1")

    def with_sizes(self, *, fsci: int | None = None, fwi: int | None = None) -> TargetAtqb:
        """Return the same with another frame size code (0-8) or waiting time code (0-15; the last is reserved)."""
        rates, frame, waiting = self.protocol
        frame = frame if fsci is None else fsci << 4 | frame & 0x0F
        waiting = waiting if fwi is None else fwi << 4 | waiting & 0x0F
        return TargetAtqb(self.application, bytes([rates, frame, waiting]))

    @property
    def frame_size(self) -> int:
        """The longest frame that this card accepts, in bytes."""
        return FRAME_SIZES[min(self.protocol[1] >> 4, 8)]

    @property
    def waiting_time(self) -> float:
        """Seconds within which the card answers or asks for more time."""
        code = self.protocol[2] >> 4
        return 4096 / _CARRIER_HZ * (1 << (code if code != _RESERVED_FWI else _DEFAULT_FWI))


ATQBS: Final = (
    TargetAtqb(),
    TargetAtqb(bytes.fromhex("000041E0"), bytes.fromhex("B381A1")),
    TargetAtqb(bytes.fromhex("004B51FF"), bytes.fromhex("B381D1")),
)
"""Every kind of My Number card that was seen on a contactless reader (docs/card.md): FWI 10, FWI 10, FWI 13."""


@dataclass(frozen=True, slots=True)
class ExtraTime:
    """How often a card asks for more time without need: before an answer, and before each further part of one."""

    before: int = 0
    inside: int = 0
    multiplier: int = 1


class _State(Enum):
    OFF = auto()
    IDLE = auto()
    READY = auto()
    ACTIVE = auto()
    HALT = auto()


class Picc:
    """One card in the field. ``receive`` does not catch CardLeft and CardFellSilent of a faulty card."""

    def __init__(self, card: Card, atqb: TargetAtqb | None = None, patience: ExtraTime | None = None) -> None:
        self.card = card
        self.atqb = atqb or ATQBS[0]
        self._patience = patience or ExtraTime()
        self._state = _State.OFF
        self._pupi = b""
        self._executor = ThreadPoolExecutor(1, "picc")
        self._forget()

    @property
    def active(self) -> bool:
        """Whether the card was activated and accepts blocks."""
        return self._state is _State.ACTIVE

    def field_on(self) -> None:
        """Enter a field, with a new random identifier."""
        if self._state is _State.OFF:
            self._pupi = random.randbytes(4)
            self._state = _State.IDLE
            self.card.power_on()

    def field_off(self) -> None:
        """Lose the power as soon as the command under way has ended."""
        if self._state is not _State.OFF:
            self._executor.submit(self.card.power_off).result()
            self._state = _State.OFF
            self._forget()

    def end(self) -> None:
        """Lose the power for good."""
        self.field_off()
        self._executor.shutdown()

    def receive(self, frame: bytes) -> bytes | None:
        """Return the frame that answers this one; None for silence."""
        if self._state is _State.ACTIVE:
            return self._block(frame) if frame else None
        if self._is_request(frame):
            self._state = _State.READY
            return b"\x50" + self._pupi + self.atqb.application + self.atqb.protocol
        if self._state is _State.READY and len(frame) >= 9 and frame[:5] == b"\x1d" + self._pupi:
            return self._activate(frame)
        return None

    def _is_request(self, frame: bytes) -> bool:
        """Return whether this REQB or WUPB wakes the card; a deselected card reacts to WUPB only."""
        if len(frame) != 3 or frame[0] != 0x05 or frame[1] != _ANY_FAMILY:
            return False
        return self._state is not _State.OFF and (self._state is not _State.HALT or bool(frame[2] & 0x08))

    def _activate(self, attrib: bytes) -> bytes:
        self._forget()
        self._room = FRAME_SIZES[min(attrib[6] & 0x0F, 8)] - 1 - _CRC
        self._state = _State.ACTIVE
        return b"\x00"

    def _forget(self) -> None:
        self._number = 1
        self._room = 0
        self._command = b""
        self._answer = b""
        self._running: Future[bytes] | None = None
        self._waits = 0
        self._last: bytes | None = None

    def _block(self, frame: bytes) -> bytes | None:
        """Answer a block by the PICC rules 9 to 13, C, D and E of clause 7.5.4; ignore one for another card."""
        if len(frame) + _CRC > self.atqb.frame_size:
            return None
        match frame[0]:
            case 0xC2 if len(frame) == 1:
                self._state = _State.HALT
                return b"\xc2"
            case 0xF2 if len(frame) == 2 and frame == self._last:
                return self._proceed()
            case pcb if pcb & 0xEE == 0x02:
                return self._information(pcb, frame[1:])
            case pcb if pcb & 0xEE == 0xA2 and len(frame) == 1:
                return self._reply(pcb)
        return None

    def _information(self, pcb: int, part: bytes) -> bytes:
        self._number ^= 1
        self._command += part
        if pcb & 0x10:
            return self._send(bytes([0xA2 | self._number]))
        command, self._command = self._command, b""
        self._running = self._executor.submit(self.card.transmit, command)
        self._waits = self._patience.before
        return self._proceed()

    def _reply(self, pcb: int) -> bytes | None:
        if pcb & 1 == self._number:
            return self._last
        if pcb & 0x10:
            return bytes([0xA2 | self._number])
        if not self._answer:
            return None
        self._number ^= 1
        self._waits = self._patience.inside
        return self._proceed()

    def _proceed(self) -> bytes:
        """Return the next part of the answer, or a request for time while there is none or as often as ``patience``
        says.
        """
        if self._waits > 0:
            self._waits -= 1
            return self._send(bytes([0xF2, self._patience.multiplier]))
        if self._running is not None and not self._is_ready(self._running):
            return self._send(bytes([0xF2, 1]))
        part, self._answer = self._answer[: self._room], self._answer[self._room :]
        return self._send(bytes([0x02 | (0x10 if self._answer else 0) | self._number]) + part)

    def _is_ready(self, running: Future[bytes]) -> bool:
        with suppress(TimeoutError):
            self._answer = running.result(_OF_WAITING_TIME * self.atqb.waiting_time)
            self._running = None
            return True
        return False

    def _send(self, block: bytes) -> bytes:
        self._last = block
        return block
