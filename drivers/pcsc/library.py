"""The calls to PC/SC, each of which returns its result and what it brings. An exception of pyscard is a ReaderFailed.

The text of such an exception is not kept, because it may quote what was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from smartcard import scard

from drivers.errors import DriverError, ReaderFailed
from drivers.pcsc import names
from drivers.pcsc.names import NamedState
from drivers.pcsc.refusal import is_turned_away

__all__ = [
    "attribute",
    "begin_transaction",
    "cancel",
    "connect",
    "disconnect",
    "end_transaction",
    "establish",
    "list_readers",
    "reconnect",
    "release",
    "status_change",
    "transmit",
]

Brought = TypeVar("Brought")

_FAILED: int = scard.SCARD_F_INTERNAL_ERROR
_NO_ANSWER = frozenset({scard.SCARD_E_NO_SERVICE, scard.SCARD_F_COMM_ERROR})


def establish() -> tuple[int, int]:
    """Return a new context; SCARD_W_SECURITY_VIOLATION if pcscd turns this user away, whichever result it gave."""
    system = scard.SCARD_SCOPE_SYSTEM
    result, context = _typed("establish a context", lambda: _pair(scard.SCardEstablishContext(system)))
    if result in _NO_ANSWER and is_turned_away():
        return scard.SCARD_W_SECURITY_VIOLATION, 0
    return result, context


def release(context: int) -> None:
    """Release a context. An error is ignored."""
    with suppress(DriverError):
        _typed("release a context", lambda: int(scard.SCardReleaseContext(context)))


def cancel(context: int) -> None:
    """End the wait for a change in this context, if there is one. An error is ignored."""
    with suppress(DriverError):
        _typed("cancel a wait", lambda: int(scard.SCardCancel(context)))


def list_readers(context: int) -> tuple[int, list[str]]:
    """Return the readers' names."""
    return _typed("list the readers", lambda: names.list_readers(context))


def status_change(context: int, timeout: int, known: Sequence[tuple[str, int]]) -> tuple[int, list[NamedState]]:
    """Return the state of each reader when one differs from ``known``, after ``timeout`` milliseconds at most."""
    return _typed("look at the readers", lambda: names.status_change(context, timeout, known))


def connect(context: int, reader: str, mode: int, protocols: int) -> tuple[int, int, int]:
    """Return handle and protocol of a connection to the card on a reader."""
    return _typed("connect", lambda: names.connect(context, reader, mode, protocols))


def reconnect(handle: int, mode: int, protocols: int, initialization: int) -> tuple[int, int]:
    """Reconnect to the card and return the protocol."""
    return _typed("reconnect", lambda: _pair(scard.SCardReconnect(handle, mode, protocols, initialization)))


def disconnect(handle: int, disposition: int) -> int:
    """End a connection and return the result. Never raises."""
    try:
        return _typed("disconnect", lambda: int(scard.SCardDisconnect(handle, disposition)))
    except DriverError:
        return _FAILED


def begin_transaction(handle: int) -> int:
    """Begin a transaction and return the result."""
    return _typed("begin a transaction", lambda: int(scard.SCardBeginTransaction(handle)))


def end_transaction(handle: int, disposition: int) -> None:
    """End the transaction. An error is ignored."""
    with suppress(DriverError):
        _typed("end a transaction", lambda: int(scard.SCardEndTransaction(handle, disposition)))


def attribute(handle: int, number: int) -> tuple[int, bytes]:
    """Return an attribute of a reader."""
    return _typed("ask a reader", lambda: _with_bytes(scard.SCardGetAttrib(handle, number)))


def transmit(handle: int, protocol: int, command: list[int]) -> tuple[int, bytes]:
    """Return a card's answer to one command, status word included."""
    return _typed("talk to the card", lambda: _with_bytes(scard.SCardTransmit(handle, protocol, command)))


def _typed(during: str, call: Callable[[], Brought]) -> Brought:
    try:
        return call()
    except Exception as error:
        raise ReaderFailed(f"{during}: {type(error).__name__}") from None


def _pair(brought: tuple[int, int]) -> tuple[int, int]:
    result, value = brought
    return int(result), int(value)


def _with_bytes(brought: tuple[int, Sequence[int]]) -> tuple[int, bytes]:
    result, value = brought
    return int(result), bytes(value)
