"""The answer of a Type B card when it is found (ATQB, ISO/IEC 14443-3 clause 7.9), and how it is activated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final, Self

__all__ = ["Atqb"]

_CARRIER_HZ: Final = 13.56e6
_FRAME_SIZES: Final = (16, 24, 32, 40, 48, 64, 96, 128, 256)
"""Bytes of a frame by FSCI or FSDI; larger codes are reserved and mean the last."""
_LENGTHS: Final = (12, 13)
"""Bytes of an ATQB, and of an extended one."""
_SPEAKS_BLOCKS: Final = 0x01
_RESERVED_PROTOCOL: Final = 0x08
_LARGEST_FWI: Final = 14
_DEFAULT_FWI: Final = 4


@dataclass(frozen=True, slots=True)
class Atqb:
    """An ATQB: the identifier of this activation (never one of the card), application data, protocol info."""

    pupi: bytes
    application: bytes
    protocol: bytes

    @classmethod
    def parse(cls, answer: bytes | None) -> Self | None:
        """Return the ATQB, or None for anything else and for a card that does not speak ISO/IEC 14443-4."""
        if answer is None or len(answer) not in _LENGTHS or answer[0] != 0x50:
            return None
        if answer[10] & (_SPEAKS_BLOCKS | _RESERVED_PROTOCOL) != _SPEAKS_BLOCKS:
            return None
        return cls(bytes(answer[1:5]), bytes(answer[5:9]), bytes(answer[9:12]))

    @property
    def frame_size(self) -> int:
        """The longest frame the card takes, in bytes with PCB and CRC."""
        return _FRAME_SIZES[min(self.protocol[1] >> 4, len(_FRAME_SIZES) - 1)]

    @property
    def waiting_time(self) -> float:
        """The frame waiting time in seconds; a reserved code means FWI 4."""
        fwi = self.protocol[2] >> 4
        return 4096 / _CARRIER_HZ * (1 << (fwi if fwi <= _LARGEST_FWI else _DEFAULT_FWI))

    @property
    def atr(self) -> bytes:
        """The answer to reset that PC/SC (part 3, 3.1.3.2.3.2) makes of it: a card has one ATR in both stacks."""
        atr = bytes.fromhex("3B888001") + self.application + self.protocol + b"\x00"
        return atr + bytes([reduce(xor, atr[1:])])

    def attrib(self, largest_frame: int) -> bytes:
        """Return the ATTRIB that activates the card: 106 kbit/s, no CID, answers of up to ``largest_frame`` bytes."""
        fitting = [code for code, size in enumerate(_FRAME_SIZES) if size <= largest_frame]
        return b"\x1d" + self.pupi + bytes([0x00, max(fitting, default=0), self.protocol[1] & 0x0F, 0x00])
