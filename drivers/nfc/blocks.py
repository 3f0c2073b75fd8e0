"""The half-duplex block protocol of ISO/IEC 14443-4, reader's side (clause 7; its rules 1 to 8 and A, B).

Pure: it sends through a function and knows neither nfcpy nor a device. nfcpy's own cannot take a waiting-time
extension inside a chained answer and never repeats a block to a card with a long frame waiting time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

__all__ = [
    "BUDGET_SECONDS",
    "MAX_ANSWER",
    "RETRIES",
    "BlockFault",
    "Blocks",
    "BlockExchange",
    "Overdue",
    "BlockTooLong",
]

RETRIES: Final = 3
"""How often one block is asked for again, without anything valid in between."""

BUDGET_SECONDS: Final = 10.0
"""The longest time for one command, every retry and every extension included."""

MAX_ANSWER: Final = 65_538
"""Bytes of the longest answer: 65,536 and the status word."""

_MAX_BLOCKS: Final = 8192
_CRC: Final = 2
_PCB: Final = 1
# The frame waiting time has no room for the time that USB and a busy machine add.
_MARGIN_SECONDS: Final = 0.05
_LEAST_SECONDS: Final = 0.15
_LONGEST_SECONDS: Final = 5.0
# A card answers R(NAK) at once, whatever it has promised for commands (FWI 13: 2.5 seconds), and one that was taken
# away shall not be waited for four times as long.
_AGAIN_SECONDS: Final = 0.5
# Two are 0.3 seconds.
_PRESENCE_SECONDS: Final = 0.15
_PRESENCE_TRIES: Final = 2

_I, _MORE, _ACK, _NAK, _WTX, _DESELECT = 0x02, 0x10, 0xA2, 0xB2, 0xF2, 0xC2
_WTXM: Final = range(1, 60)


class BlockFault(Exception):
    """The link broke: every retry brought nothing valid. The block numbers are out of step now."""


class Overdue(BlockFault):
    """The card asked for more and more time, or never came to an end, within the budget of one command."""


class BlockTooLong(BlockFault):
    """The answer is longer than any answer can be."""


class BlockExchange(Protocol):
    """Sends one block and returns the one that comes back within ``timeout`` seconds; None for silence or noise."""

    def __call__(self, block: bytes | bytearray, timeout: float) -> bytes | None:
        """Exchange one block for another."""


class Blocks:
    """One activated card. ``frame`` is the longest frame it takes, in bytes with PCB and CRC; ``fwt`` is in seconds.

    After a BlockFault the card must be activated anew: this object is of no use then.
    """

    def __init__(
        self, exchange: BlockExchange, frame: int, fwt: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._exchange = exchange
        self._room = frame - _PCB - _CRC
        self._fwt = fwt
        self._clock = clock
        self._number = 0
        self._deadline = 0.0
        self._blocks = 0
        self._late = False

    def transceive(self, apdu: bytes | bytearray) -> bytes:
        """Return the card's answer to one command. Raises BlockFault."""
        self._deadline = self._clock() + BUDGET_SECONDS
        self._blocks = 0
        block = self._send_command(apdu)
        answer = bytearray(block[1:])
        while block[0] & _MORE:
            # Rule 5: what is lost of a chained answer is asked for with the acknowledgement itself.
            acknowledge = bytes([_ACK | self._number])
            block = self._deliver(acknowledge, _I, acknowledge)
            answer += block[1:]
            if len(answer) > MAX_ANSWER:
                raise BlockTooLong("an answer of more than 65,538 bytes")
        return bytes(answer)

    def is_there(self) -> bool:
        """Return whether the card still answers (clause 7.5.6, R(NAK)); it disturbs nothing."""
        question = bytes([_NAK | self._number])
        return any(self._exchange(question, _PRESENCE_SECONDS) for _ in range(_PRESENCE_TRIES))

    def deselect(self) -> None:
        """Send the card to sleep. Its answer does not matter, because the field is switched off next."""
        self._exchange(bytes([_DESELECT]), _PRESENCE_SECONDS)

    def _send_command(self, apdu: bytes | bytearray) -> bytes:
        """Send a command in as many blocks as it needs; return the first block of the answer."""
        start = 0
        while len(apdu) - start > self._room:
            self._deliver(self._information(apdu, start, _MORE), _ACK)
            start += self._room
        return self._deliver(self._information(apdu, start, 0), _I)

    def _information(self, apdu: bytes | bytearray, start: int, more: int) -> bytearray:
        # No copy of what may be a PIN.
        part = memoryview(apdu)[start : start + self._room]
        block = bytearray(_PCB + len(part))
        block[0] = _I | more | self._number
        block[_PCB:] = part
        return block

    def _deliver(self, block: bytes | bytearray, wanted: int, again: bytes | None = None) -> bytes:
        """Send ``block`` until a block of the kind ``wanted`` answers it; ``again`` (R(NAK)) asks for what was lost."""
        try:
            answer = self._answer(block, wanted, again or bytes([_NAK | self._number]))
        finally:
            if isinstance(block, bytearray):
                # It may hold a part of a PIN.
                block[:] = bytes(len(block))
        self._number ^= 1
        return answer

    def _answer(self, block: bytes | bytearray, wanted: int, again: bytes) -> bytes:
        outgoing: bytes | bytearray = block
        timeout, faults = self._fwt, 0
        while True:
            received = self._ask(outgoing, timeout)
            if received and self._fits(received, wanted):
                return received
            if received and _is_extension(received):
                # Rule 3. The multiplier counts until the card's next block, and only up to the longest time.
                outgoing, timeout, faults = bytes([_WTX, received[1] & 0x3F]), self._fwt * (received[1] & 0x3F), 0
                continue
            if outgoing is again and again[0] & _MORE and received == bytes([_ACK | self._number ^ 1]):
                # Rule 6. Only a card that was asked can say so, else it is an old answer that came late.
                self._require_step()
                outgoing, timeout, faults = block, self._fwt, 0
                continue
            self._late = self._late or self._is_old(received)
            faults += 1
            if faults > RETRIES:
                raise BlockFault("the card did not answer, or not as it must")
            outgoing, timeout = again, min(self._fwt, _AGAIN_SECONDS)

    def _ask(self, block: bytes | bytearray, fwt: float) -> bytes | None:
        timeout = min(max(fwt + _MARGIN_SECONDS, _LEAST_SECONDS), _LONGEST_SECONDS)
        rest = self._deadline - self._clock()
        self._blocks += 1
        if self._blocks > _MAX_BLOCKS or rest <= 0:
            raise Overdue("the card did not come to an end in time")
        return self._exchange(block, min(timeout, rest))

    def _require_step(self) -> None:
        """Raise BlockFault where answers have come late: whether the card has a block cannot be known then."""
        if self._late:
            raise BlockFault("the card's answers come late")

    def _is_old(self, block: bytes | None) -> bool:
        """Return whether it answers an earlier block: on a link in step, no other number comes unasked."""
        earlier = self._number ^ 1
        return block is not None and block[:1] in {bytes([kind | earlier]) for kind in (_I, _I | _MORE, _ACK)}

    def _fits(self, block: bytes, wanted: int) -> bool:
        if wanted == _ACK:
            return block == bytes([_ACK | self._number])
        # No CID and no NAD were agreed on, so none may come.
        return block[0] & ~_MORE == _I | self._number


def _is_extension(block: bytes) -> bool:
    return len(block) == 2 and block[0] == _WTX and block[1] & 0x3F in _WTXM
