"""The connection to one card through PC/SC, and the reader that the card is on."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from types import TracebackType
from typing import Self

from smartcard import scard

from drivers.connection import Transport
from drivers.errors import (
    BadCardData,
    CardBusy,
    CardRemoved,
    CommunicationFailed,
    DriverError,
    ServiceNotRunning,
    ServiceStuck,
)
from drivers.pcsc import library
from drivers.pcsc.programs import other_programs
from drivers.pcsc.results import LINK_FAULTS, error_for

__all__ = ["PcscConnection", "PcscReader", "kept_waiting"]

_PROTOCOLS = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
_MAX_ANSWER = 65_538
_BUSY_SECONDS = 3.0
_BUSY_POLL_SECONDS = 0.1
# pcscd looks for a card every 0.4 s: a fault after which it has looked twice is no removal.
_REMOVAL_SECONDS = 0.9


class PcscConnection:
    """A shared connection to one card, in a context of its own."""

    def __init__(self, reader: str, context: int | None = None) -> None:
        """Connect. Raises NoReader, NoCard, CardBusy, ServiceNotRunning, ReaderFailed, CommunicationFailed.

        It returns only when no program has a transaction, however long that takes. ``context`` is one that an earlier
        connection has left: to establish another one costs as much as two commands.
        """
        self._reader = reader
        self._context = _established() if context is None else context
        try:
            self._state, atr = self._look()
            self._handle, self._protocol = self._connect()
        except DriverError:
            library.release(self._context)
            raise
        self._transport = Transport("pcsc", reader, atr)
        self._resets = 0

    @property
    def transport(self) -> Transport:
        """The reader and the card's ATR."""
        return self._transport

    @property
    def resets(self) -> int:
        """How often a transaction began with a card that another program had reset."""
        return self._resets

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        """Send one command and return (data, status word)."""
        command = list(apdu)
        try:
            result, answer = library.transmit(self._handle, self._protocol, command)
        finally:
            # It may have held a PIN.
            command[:] = [0] * len(command)
        if result == scard.SCARD_S_SUCCESS and len(answer) < 2:
            # This is how pcscd reports a card that vanishes inside a command.
            result = scard.SCARD_E_NOT_TRANSACTED
        if result != scard.SCARD_S_SUCCESS:
            raise self._fault(result)
        if len(answer) > _MAX_ANSWER:
            raise BadCardData("an answer of more than 65,538 bytes")
        return answer[:-2], answer[-2] << 8 | answer[-1]

    def __enter__(self) -> Self:
        """Begin a transaction, even if another program has reset the card. Raises CardBusy after 3 seconds."""
        self._wait_until_free()
        result = library.begin_transaction(self._handle)
        if result == scard.SCARD_W_RESET_CARD:
            # Nothing was said to the card yet, so nothing is lost with its state.
            self._reconnect()
            self._resets += 1
            result = library.begin_transaction(self._handle)
        if result != scard.SCARD_S_SUCCESS:
            raise self._fault(result)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """End the transaction. An error here is ignored: what went wrong before matters more."""
        library.end_transaction(self._handle, scard.SCARD_LEAVE_CARD)

    def is_current(self) -> bool:
        """Return whether the card has not been moved since it was connected. Raises as connecting does."""
        return not self._moved(self._look()[0])

    def close(self) -> int | None:
        """Power the card off and disconnect; under another program's transaction as soon as that ends. Never raises.

        Returns the context, for the next connection, where it is good for one.
        """
        if not self._is_taken():
            return self._disconnect()
        # pcscd keeps a disconnect waiting too, and whoever waits for our answer with it.
        leaving = threading.Thread(target=self._leave, name=f"disconnect {self._reader}", daemon=True)
        leaving.start()
        leaving.join(_BUSY_POLL_SECONDS)
        return None

    def _disconnect(self) -> int | None:
        result = library.disconnect(self._handle, scard.SCARD_UNPOWER_CARD)
        if result == scard.SCARD_S_SUCCESS:
            return self._context
        library.release(self._context)
        return None

    def _leave(self) -> None:
        _release_context(self._disconnect())

    def _look(self) -> tuple[int, bytes]:
        """Return the reader's state bits and the ATR of its card."""
        unaware = [(self._reader, scard.SCARD_STATE_UNAWARE)]
        result, states = library.status_change(self._context, 0, unaware)
        if result != scard.SCARD_S_SUCCESS:
            raise error_for(result, "look at the reader")
        _, state, atr = states[0]
        return state, atr

    def _connect(self) -> tuple[int, int]:
        shared = scard.SCARD_SHARE_SHARED
        result, handle, protocol = library.connect(self._context, self._reader, shared, _PROTOCOLS)
        if result != scard.SCARD_S_SUCCESS:
            raise _error(result, "connect")
        return handle, protocol

    def _reconnect(self) -> None:
        shared, leave = scard.SCARD_SHARE_SHARED, scard.SCARD_LEAVE_CARD
        result, self._protocol = library.reconnect(self._handle, shared, _PROTOCOLS, leave)
        if result != scard.SCARD_S_SUCCESS:
            raise self._fault(result)
        # pcscd tells a handle the last event only: a reset may hide that the card was moved before it.
        if not self.is_current():
            raise CardRemoved("the card left before it was reset")

    def _wait_until_free(self) -> None:
        """Wait while another program has a transaction: to begin ours would wait for it without a limit."""
        deadline = time.monotonic() + _BUSY_SECONDS
        while self._is_taken():
            if time.monotonic() > deadline:
                raise _busy()
            time.sleep(_BUSY_POLL_SECONDS)

    def _is_taken(self) -> bool:
        # Of the calls that say so, the only one that neither waits itself nor reaches the card.
        try:
            result, _ = library.attribute(self._handle, scard.SCARD_ATTR_ATR_STRING)
        except DriverError:
            return False
        return bool(result == scard.SCARD_E_SHARING_VIOLATION)

    def _fault(self, result: int) -> DriverError:
        """Return the error for a failed call: CardRemoved for a card that left, another one for a link that broke."""
        if result in LINK_FAULTS and self._has_left():
            return CardRemoved("the card left during a command")
        return _error(result, "talk to the card")

    def _has_left(self) -> bool:
        deadline = time.monotonic() + _REMOVAL_SECONDS
        state = self._state
        while (rest := deadline - time.monotonic()) > 0:
            known = [(self._reader, state & ~scard.SCARD_STATE_CHANGED)]
            result, states = library.status_change(self._context, int(rest * 1000) + 1, known)
            if result != scard.SCARD_S_SUCCESS:
                return False
            state = states[0][1]
            if self._moved(state):
                return True
        return False

    def _moved(self, state: int) -> bool:
        present = state & scard.SCARD_STATE_PRESENT
        return not present or state >> 16 != self._state >> 16


class PcscReader:
    """A PC/SC reader by name. Used by one thread at a time."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._connection: PcscConnection | None = None
        self._opening: Future[PcscConnection] | None = None
        self._spare: int | None = None

    @property
    def name(self) -> str:
        """The name under which pcscd lists it."""
        return self._name

    def connect(self) -> PcscConnection:
        """Return the connection to the card on it, a new one if the card was moved.

        Raises NoReader, NoCard, CardBusy, ServiceNotRunning, ServiceStuck, ReaderFailed or CommunicationFailed.
        """
        if self._connection is None and self._opening is not None:
            self._adopt(self._opening)
        if self._connection is not None and not _is_current(self._connection):
            self._close()
        if self._connection is None:
            self._connection = self._connected()
        return self._connection

    def release(self) -> None:
        """Power the card off and forget the connection. Never raises."""
        if self._opening is not None and self._opening.done():
            self._adopt(self._opening)
        self._close()

    def close(self) -> None:
        """Release the card, the context that was kept, and the connection that is on its way. Never raises."""
        self.release()
        if self._opening is not None:
            self._opening.add_done_callback(_give_back)
        spare, self._spare = self._spare, None
        _release_context(spare)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._spare = connection.close()

    def _connected(self) -> PcscConnection:
        """Return a new connection; a context that was left behind may be one of a service that is gone."""
        spare, self._spare = self._spare, None
        try:
            return self._opened(_open(self._name, spare))
        except (ServiceNotRunning, CommunicationFailed):
            if spare is None:
                raise
        return self._opened(_open(self._name))

    def _adopt(self, earlier: Future[PcscConnection]) -> None:
        """Take over a connection that was on its way. If it failed, that says nothing about the present card."""
        try:
            self._connection = self._opened(earlier)
        except DriverError:
            if self._opening is not None:
                # It is on its way still: whoever keeps it waiting is in the way now.
                raise

    def _opened(self, opening: Future[PcscConnection]) -> PcscConnection:
        """Wait for the connection. After 3 seconds raise who keeps it waiting, and leave it for later."""
        self._opening = opening
        try:
            connection = opening.result(_BUSY_SECONDS)
        except TimeoutError as error:
            raise kept_waiting() from error
        except DriverError:
            self._opening = None
            raise
        self._opening = None
        return connection


def _error(result: int, during: str) -> DriverError:
    """Return the error for a result. If another program has the card, it names that program, if it can be found."""
    error = error_for(result, during)
    return _busy() if isinstance(error, CardBusy) else error


def _busy() -> CardBusy:
    return CardBusy(f"another program holds the card: {other_programs()}")


def kept_waiting() -> DriverError:
    """Return the error for a connect that waits: another program's transaction, or one that pcscd cannot end itself."""
    others = other_programs()
    if others.connections == 0:
        return ServiceStuck("pcscd is still busy with the command of a program that is gone")
    return CardBusy(f"another program holds the card: {others}")


def _established() -> int:
    result, context = library.establish()
    if result != scard.SCARD_S_SUCCESS:
        raise error_for(result, "establish a context")
    return context


def _open(reader: str, context: int | None = None) -> Future[PcscConnection]:
    """Connect in a thread: pcscd answers only when no other program has a transaction, however long that takes."""
    opening: Future[PcscConnection] = Future()

    def connect() -> None:
        try:
            opening.set_result(PcscConnection(reader, context))
        except BaseException as error:
            # It belongs to whoever waits for the result.
            opening.set_exception(error)

    threading.Thread(target=connect, name=f"connect {reader}", daemon=True).start()
    return opening


def _give_back(opening: Future[PcscConnection]) -> None:
    """Close a connection that is no longer needed, if there is one."""
    if opening.exception() is None:
        _release_context(opening.result().close())


def _release_context(context: int | None) -> None:
    if context is not None:
        library.release(context)


def _is_current(connection: PcscConnection) -> bool:
    try:
        return connection.is_current()
    except DriverError:
        return False
