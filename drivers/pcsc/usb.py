"""Find vendor and product of a PC/SC reader: pcscd gives its place on the bus, the kernel what is plugged in there."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Final

from smartcard import scard

from drivers.errors import DriverError
from drivers.pcsc import library
from drivers.pcsc.connection import kept_waiting
from drivers.pcsc.results import error_for

__all__ = ["UsbIds"]

_DEVICES: Final = Path("/sys/bus/usb/devices")
_CHANNEL_ID: Final = 0x00020110
"""SCARD_ATTR_CHANNEL_ID (PC/SC part 3, 3.1.1): 0xDDDDCCCC, which pyscard does not name."""

_USB: Final = 0x0020
"""DDDD of USB; CCCC is then bus and device, one byte each."""

_ANSWER_SECONDS: Final = 3.0
_LONGEST_NUMBER: Final = 16

UsbId = str | None


class UsbIds:
    """Vendor and product of the readers that are connected. Used by one thread."""

    def __init__(self, devices: Path = _DEVICES) -> None:
        self._devices = devices
        self._asked: dict[str, Future[UsbId]] = {}

    def keep(self, names: list[str]) -> None:
        """Forget every other reader: one that comes back may be another reader with the same name."""
        self._asked = {name: asked for name, asked in self._asked.items() if name in names}

    def of(self, name: str) -> UsbId:
        """Return ``vvvv:pppp`` in lower case; None for a reader that is not on USB, or does not report it.

        A thread asks, because pcscd answers only when no program has a transaction, however long that takes.
        Raises CardBusy or ServiceStuck after 3 seconds, and until the answer is there; or what connecting raises.
        """
        begun = name in self._asked
        asked = self._asked[name] if begun else self._ask(name)
        try:
            return asked.result(0.0 if begun else _ANSWER_SECONDS)
        except TimeoutError as error:
            raise kept_waiting() from error
        except DriverError:
            del self._asked[name]
            raise

    def _ask(self, name: str) -> Future[UsbId]:
        asked = self._asked[name] = Future()

        def ask() -> None:
            try:
                asked.set_result(self._at(_channel(name)))
            except BaseException as error:
                # It belongs to whoever waits for the result.
                asked.set_exception(error)

        threading.Thread(target=ask, name=f"usb {name}", daemon=True).start()
        return asked

    def _at(self, channel: int) -> UsbId:
        place = (channel >> 8 & 0xFF, channel & 0xFF)
        for device in self._plugged_in() if channel >> 16 == _USB else []:
            with suppress(OSError, ValueError):
                if (_number(device / "busnum", 10), _number(device / "devnum", 10)) == place:
                    return f"{_number(device / 'idVendor', 16):04x}:{_number(device / 'idProduct', 16):04x}"
        return None

    def _plugged_in(self) -> list[Path]:
        try:
            return sorted(self._devices.iterdir())
        except OSError:
            return []


def _channel(reader: str) -> int:
    """Return the reader's channel, 0 if it has none. Nothing is sent to its card. Raises DriverError."""
    result, context = library.establish()
    if result != scard.SCARD_S_SUCCESS:
        raise error_for(result, "establish a context")
    try:
        result, handle, _ = library.connect(context, reader, scard.SCARD_SHARE_DIRECT, 0)
        if result != scard.SCARD_S_SUCCESS:
            raise error_for(result, "ask a reader for its place")
        result, value = library.attribute(handle, _CHANNEL_ID)
        library.disconnect(handle, scard.SCARD_LEAVE_CARD)
        return int.from_bytes(value[:4], "little") if result == scard.SCARD_S_SUCCESS else 0
    finally:
        library.release(context)


def _number(file: Path, base: int) -> int:
    """Return the number that a file of the kernel holds. Raises OSError, ValueError."""
    with file.open("rb") as opened:
        return int(opened.read(_LONGEST_NUMBER), base)
