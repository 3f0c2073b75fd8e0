"""One reader and the card on it: find, activate, watch, use and power off the card, in one thread at a time."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from drivers.connection import ReaderState, Transport
from drivers.errors import BadCardData, CardRemoved, CardSilent, CommunicationFailed, DriverError, NoCard
from drivers.nfc.activation import Atqb
from drivers.nfc.blocks import BlockFault, Blocks, BlockTooLong, Overdue
from drivers.nfc.frontend import Frontend

__all__ = ["NfcConnection", "NfcDevice"]

CHECK_SECONDS: Final = 0.12
"""How long a card is left alone before it is asked whether it is still there."""

_ATTRIB_SECONDS: Final = 0.3
_ACTIVATIONS: Final = 2


class NfcConnection:
    """The connection to one card until it is moved or released. No other program shares the device: no waiting."""

    def __init__(self, device: NfcDevice, transport: Transport, insertion: int) -> None:
        self._device = device
        self._transport = transport
        self.insertion = insertion

    @property
    def transport(self) -> Transport:
        """The reader, and the ATR that PC/SC would show."""
        return self._transport

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        """Send one command. Raises CardRemoved, CommunicationFailed, CardSilent, BadCardData or ReaderFailed."""
        answer = self._device.transceive(self, apdu)
        if len(answer) < 2:
            raise BadCardData("an answer without a status word")
        return answer[:-2], answer[-2] << 8 | answer[-1]

    def __enter__(self) -> Self:
        """Begin a transaction: no other program shares the device."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """End it; the card stays powered."""


class NfcDevice:
    """An open device. Any thread may call its methods, and each raises what the device raises.

    The identifier of an activation is random, so that a card that comes back cannot be recognised. So a card that
    stops answering between two commands has left, even if another activation succeeds at once.
    """

    def __init__(self, name: str, frontend: Frontend) -> None:
        self.name = name
        self._frontend = frontend
        self._lock = threading.Lock()
        self._state = ReaderState(card_present=False)
        self._blocks: Blocks | None = None
        self._connection: NfcConnection | None = None
        self._used = 0.0

    @property
    def state(self) -> ReaderState:
        """What was seen last; no I/O."""
        return self._state

    def look(self) -> ReaderState:
        """Look for a card, or check that the one that was there still is. Raises ReaderFailed or NoReader."""
        with self._lock:
            if self._blocks is None:
                self._find()
            elif time.monotonic() - self._used >= CHECK_SECONDS:
                self._check()
            return self._state

    def connect(self) -> NfcConnection:
        """Return the connection to the card on the reader. Raises NoCard, ReaderFailed or NoReader."""
        with self._lock:
            if self._state.card_present and self._blocks is None:
                self._find()
            if self._blocks is None:
                raise NoCard("no card on the reader")
            if self._connection is None:
                self._connection = self._new_connection()
            return self._connection

    def transceive(self, connection: NfcConnection, apdu: bytes) -> bytes:
        """Return the answer of the card that ``connection`` leads to."""
        with self._lock:
            if self._blocks is None or self._connection is not connection:
                raise self._end_of(connection)
            try:
                return self._blocks.transceive(apdu)
            except BlockFault as fault:
                raise self._after(fault) from None
            finally:
                self._used = time.monotonic()

    def release(self) -> None:
        """Power the card off: a verified PIN is gone. The next look activates it anew. Never raises."""
        with self._lock:
            if self._blocks is None:
                return
            # A device that fails is noticed by the next look.
            with suppress(DriverError):
                self._blocks.deselect()
            with suppress(DriverError):
                self._frontend.field_off()
            self._forget()

    def close(self) -> None:
        """Give the device back, the field off. Never raises."""
        self.release()
        with self._lock:
            self._frontend.close()

    def _find(self) -> None:
        """Activate the card in the field. One that is still there after a release or a fault has not moved."""
        for _ in range(_ACTIVATIONS):
            atqb = Atqb.parse(self._frontend.sense())
            if atqb is None:
                break
            if self._activate(atqb):
                self._see(atqb)
                return
        self._miss()

    def _activate(self, atqb: Atqb) -> bool:
        sends, receives = self._frontend.largest_frames()
        answer = self._frontend.exchange(atqb.attrib(receives), _ATTRIB_SECONDS)
        # One byte and no card identifier; anything else is a collision, or a late frame of another card.
        if answer is None or len(answer) != 1 or answer[0] & 0x0F:
            return False
        self._blocks = Blocks(self._frontend.exchange, min(atqb.frame_size, sends), atqb.waiting_time)
        self._used = time.monotonic()
        return True

    def _check(self) -> None:
        if self._blocks is None or not self._blocks.is_there():
            self._miss()
        self._used = time.monotonic()

    def _see(self, atqb: Atqb) -> None:
        if not self._state.card_present or self._state.atr != atqb.atr:
            self._state = ReaderState(True, atqb.atr, self._state.insertions + 1)

    def _miss(self) -> None:
        """Note that no card is there, or none that can be used."""
        self._forget()
        if self._state.card_present:
            self._state = ReaderState(False, insertions=self._state.insertions + 1)
        self._frontend.field_off()

    def _new_connection(self) -> NfcConnection:
        return NfcConnection(self, Transport("nfc", self.name, self._state.atr), self._state.insertions)

    def _end_of(self, connection: NfcConnection) -> DriverError:
        """Return the error for a connection that is used after its end."""
        if connection.insertion == self._state.insertions:
            return CommunicationFailed("the card lost its power since")
        return CardRemoved("the card is no longer on the reader")

    def _after(self, fault: BlockFault) -> DriverError:
        """Return the error for a broken link, telling a card that left from one that fell out of step."""
        before = self._state
        self._forget()
        self._find()
        if self._state != before:
            return CardRemoved("the card left during a command")
        if isinstance(fault, BlockTooLong):
            return BadCardData(str(fault))
        return CardSilent(str(fault)) if isinstance(fault, Overdue) else CommunicationFailed(str(fault))

    def _forget(self) -> None:
        self._blocks = self._connection = None
