"""What a reader library raises, of whatever kind, leaves its driver as a DriverError: it ends no worker."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest
from smartcard import scard

from drivers.errors import DriverError, ReaderFailed
from drivers.pcsc import names
from drivers.pcsc.connection import PcscReader
from drivers.pcsc.driver import PcscDriver

ERRORS = [
    SystemError("returned a result with an exception set"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    ValueError("9999"),
    struct.error("9999"),
    OverflowError(),
    TypeError(),
]
CALLS: dict[str, object] = {
    "SCardEstablishContext": (0, 1),
    "SCardReleaseContext": 0,
    "SCardCancel": 0,
    "SCardReconnect": (0, 2),
    "SCardDisconnect": 0,
    "SCardBeginTransaction": [scard.SCARD_W_RESET_CARD, 0],
    "SCardEndTransaction": 0,
    "SCardGetAttrib": (0, [1, 4, 32, 0]),
    "SCardTransmit": (0, [0x90, 0x00]),
}
NAMED: dict[str, object] = {
    "list_readers": (0, ["reader"]),
    "status_change": (0, [("reader", scard.SCARD_STATE_PRESENT | 1 << 16, b"\x3b")]),
    "connect": (0, 7, 2),
}


def raising(error: Exception) -> Callable[..., NoReturn]:
    def call(*_: object) -> NoReturn:
        raise error

    return call


@pytest.fixture
def pcsc(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Exception], None]:
    """A PC/SC library that works, but for one call."""

    def works(value: object) -> Callable[..., object]:
        # Of a list one after the other, the last for ever.
        values = list(value) if isinstance(value, list) else [value]
        return lambda *_: values.pop(0) if len(values) > 1 else values[0]

    def set_up(failing: str, error: Exception) -> None:
        for module, calls in ((scard, CALLS), (names, NAMED)):
            for name, value in calls.items():
                monkeypatch.setattr(module, name, raising(error) if name == failing else works(value))

    return set_up


@contextmanager
def only_driver_errors() -> Iterator[None]:
    try:
        yield
    except DriverError as error:
        assert type(error) is ReaderFailed
        assert "9999" not in str(error)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("failing", [*CALLS, *NAMED])
def test_every_call_to_pcsc(pcsc: Callable[[str, Exception], None], failing: str, error: Exception) -> None:
    pcsc(failing, error)
    driver, reader = PcscDriver(["054c:0dc9", "reader"]), PcscReader("reader")
    with only_driver_errors():
        driver.watch(None, 0.0)
    driver.wake()
    with only_driver_errors(), reader.connect() as connection:
        connection.send_and_receive(b"\x00\xa4\x04\x00")
    reader.release()
    reader.close()
