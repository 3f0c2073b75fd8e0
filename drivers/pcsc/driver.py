"""All PC/SC readers: the cards on them, and every change."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from smartcard import scard

from drivers.connection import ReaderState, Snapshot
from drivers.errors import DriverError, NoReader, ReaderFailed, ServiceNotRunning, ServiceRefused, Trouble
from drivers.pcsc import library
from drivers.pcsc.connection import PcscReader
from drivers.pcsc.names import NamedState, is_text, shown
from drivers.pcsc.results import error_for
from drivers.pcsc.usb import UsbIds
from drivers.reader_choice import fits, readers_of

__all__ = ["PcscDriver", "create"]

_NEW_READERS = "\\\\?PnP?\\Notification"
"""The pseudo-reader that changes when a reader comes or goes."""

_MAX_READERS = 16
# pcscd 1.9 counts its readers when a wait begins: one that came just before does not end it.
_WAIT_SECONDS = 5.0
_LOOKS = 3
_NOT_THERE = frozenset({scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE})
_ENDS_OF_WAIT = _NOT_THERE | {scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT, scard.SCARD_E_CANCELLED}

States = Sequence[NamedState]


class PcscDriver:
    """The driver ``pcsc``. ``watch`` keeps one context, and drops it after a failure, because it does not recover.

    ``chosen`` are the readers to use; empty for all. Others are treated as absent.
    """

    name = "pcsc"

    def __init__(self, chosen: Sequence[str] = (), usb_ids: UsbIds | None = None) -> None:
        self._chosen = chosen
        self._usb_ids = usb_ids or UsbIds()
        self._listed = 0
        self._context: int | None = None
        self._woken = False

    def watch(self, known: Snapshot | None, timeout: float) -> Snapshot:
        """Return all readers, waiting up to ``timeout`` seconds for a state that differs from ``known``.

        Raises:
            ServiceNotRunning: pcscd is not running.
            ServiceRefused: pcscd refuses this user.
            ReaderFailed: PC/SC reports another fault.
            DriverError: CardBusy or ServiceStuck, if it cannot be found out at present whether the only reader is a
                chosen one.

        """
        try:
            return self._watch(known, time.monotonic() + timeout)
        except (ServiceNotRunning, ServiceRefused, ReaderFailed):
            self._forget_context()
            raise

    def wake(self) -> None:
        """Make a waiting ``watch`` return. One that is only about to wait may miss it."""
        self._woken = True
        context = self._context
        if context is not None:
            library.cancel(context)

    def reader(self, name: str) -> PcscReader:
        """Return the reader of that name."""
        return PcscReader(name)

    def _watch(self, known: Snapshot | None, deadline: float) -> Snapshot:
        while True:
            states = self._look()
            seen = _snapshot(states)
            rest = deadline - time.monotonic()
            if seen != known or rest <= 0 or self._woken:
                self._woken = False
                return seen
            self._wait(states, min(rest, _WAIT_SECONDS))

    def _look(self) -> States:
        """Return name, state bits and ATR of every reader, as they are now."""
        for _ in range(_LOOKS):
            names = self._of_choice(self._names())
            if not names:
                return []
            unaware = [(name, scard.SCARD_STATE_UNAWARE) for name in names]
            result, states = library.status_change(self._opened(), 0, unaware)
            if result == scard.SCARD_S_SUCCESS:
                return states
            if result not in _NOT_THERE:
                raise _failure(result, "look at the readers")
        raise ReaderFailed("the readers come and go too fast to be looked at")

    def _names(self) -> list[str]:
        result, names = library.list_readers(self._opened())
        if result == scard.SCARD_E_NO_READERS_AVAILABLE:
            return []
        if result != scard.SCARD_S_SUCCESS:
            raise _failure(result, "list the readers")
        self._listed = len(names)
        return names

    def _of_choice(self, names: list[str]) -> list[str]:
        """Return the readers that were chosen. One that another program holds for ever does not hide the others."""
        self._usb_ids.keep(names)
        found, trouble = [], None
        for name in names:
            try:
                if fits(self._chosen, name, self._usb_ids.of):
                    found.append(name)
            except NoReader:
                continue
            except DriverError as error:
                trouble = error
        if trouble is not None and not found:
            raise trouble
        return found[:_MAX_READERS]

    def _wait(self, states: States, seconds: float) -> None:
        """Wait until something changes, ``wake`` is called, or the time is up."""
        awaited = [(_NEW_READERS, self._listed << 16)]
        awaited += [(name, state & ~scard.SCARD_STATE_CHANGED) for name, state, _ in states]
        result, _ = library.status_change(self._opened(), int(seconds * 1000) + 1, awaited)
        if result not in _ENDS_OF_WAIT:
            raise _failure(result, "wait for a change")

    def _opened(self) -> int:
        if self._context is None:
            result, context = library.establish()
            if result != scard.SCARD_S_SUCCESS:
                raise _failure(result, "establish a context")
            self._context = context
        return self._context

    def _forget_context(self) -> None:
        context, self._context = self._context, None
        if context is not None:
            library.release(context)


def create(options: Mapping[str, object]) -> PcscDriver:
    """Return the driver for the option ``readers``, as the settings choose them. Raises ValueError for nonsense."""
    return PcscDriver(readers_of(options))


def _snapshot(states: States) -> Snapshot:
    """Return the state of the readers. One whose name is not UTF-8 is left out, under what can be read of its name."""
    readable = {name: _reader_state(state, atr) for name, state, atr in states if is_text(name)}
    unnamed = ReaderState(card_present=False, trouble=Trouble.READER_NAME_UNREADABLE)
    return {shown(name): unnamed for name, _, _ in states if not is_text(name)} | readable


def _reader_state(state: int, atr: bytes) -> ReaderState:
    # pcscd counts insertions and removals in the upper half of the state.
    return ReaderState(bool(state & scard.SCARD_STATE_PRESENT), atr, state >> 16)


def _failure(result: int, during: str) -> DriverError:
    """Return ServiceNotRunning, ServiceRefused or ReaderFailed: a watch that fails knows no other cause."""
    error = error_for(result, during)
    if result == scard.SCARD_E_INVALID_HANDLE:
        return ServiceNotRunning(str(error))
    return error if isinstance(error, ServiceNotRunning | ServiceRefused) else ReaderFailed(str(error))
