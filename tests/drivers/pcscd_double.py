"""pyscard and the clock as the tests of the PC/SC driver script them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from smartcard import scard

OK = scard.SCARD_S_SUCCESS
ATR = bytes([0x3B, 0x88])
PRESENT, EMPTY = scard.SCARD_STATE_PRESENT, scard.SCARD_STATE_EMPTY
PNP = "\\\\?PnP?\\Notification"


class PcscdDouble:
    """What pyscard would answer. ``results`` overrides the next results of a function, in turn."""

    def __init__(self) -> None:
        self.states: dict[str, tuple[int, bytes]] = {"reader": (PRESENT | 1 << 16, ATR)}
        self.answer: list[int] = [0x90, 0x00]
        self.results: dict[str, list[int]] = {}
        self.calls: list[tuple[Any, ...]] = []
        self.contexts = 0
        self.on_wait: Callable[[], None] = lambda: None

    def called(self, name: str) -> list[tuple[Any, ...]]:
        return [call[1:] for call in self.calls if call[0] == name]

    def _result(self, name: str, *arguments: Any) -> int:
        self.calls.append((name, *arguments))
        planned = self.results.get(name, [])
        return planned.pop(0) if planned else OK

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:
        result = self._result("establish", scope)
        self.contexts += result == OK
        return result, self.contexts

    def SCardReleaseContext(self, context: int) -> int:
        self.contexts -= 1
        return self._result("release", context)

    def list_readers(self, context: int) -> tuple[int, list[str]]:
        return self._result("list"), list(self.states)

    def status_change(
        self, context: int, timeout: int, states: list[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, bytes]]]:
        if timeout:
            self.on_wait()
        result = self._result("wait" if timeout else "look", timeout, states)
        known = [(name, *self.states.get(name, (0, b""))) for name, _ in states]
        if any(name != PNP and name not in self.states for name, _ in states) and result == OK:
            result = scard.SCARD_E_UNKNOWN_READER
        return result, known

    def SCardCancel(self, context: int) -> int:
        return self._result("cancel", context)

    def connect(self, context: int, reader: str, mode: int, protocols: int) -> tuple[int, int, int]:
        return self._result("connect", reader, mode, protocols), 7, scard.SCARD_PROTOCOL_T1

    def SCardReconnect(self, handle: int, mode: int, protocols: int, initialization: int) -> tuple[int, int]:
        return self._result("reconnect", mode, protocols, initialization), scard.SCARD_PROTOCOL_T1

    def SCardDisconnect(self, handle: int, disposition: int) -> int:
        return self._result("disconnect", disposition)

    def SCardBeginTransaction(self, handle: int) -> int:
        return self._result("begin")

    def SCardEndTransaction(self, handle: int, disposition: int) -> int:
        return self._result("end", disposition)

    def SCardGetAttrib(self, handle: int, attribute: int) -> tuple[int, list[int]]:
        return self._result("attribute", attribute), []

    def SCardTransmit(self, handle: int, protocol: int, apdu: list[int]) -> tuple[int, list[int]]:
        self.command = apdu
        return self._result("transmit", protocol, bytes(apdu)), self.answer


class ClockDouble:
    """A clock that only sleeping and waiting move."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        self.now += 0.001
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
