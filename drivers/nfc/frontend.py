"""Find, open and use nfcpy's devices. Its many errors become a few of ours, and none of them leaves this module."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from nfc.clf import CommunicationError, ContactlessFrontend, RemoteTarget
from nfc.clf.transport import USB

from drivers.errors import DriverError, NoReader, ReaderClaimed, ReaderFailed
from drivers.nfc.paths import MODELS, is_usb

__all__ = ["FoundDevice", "Frontend", "find"]

Result = TypeVar("Result")

_TARGET = "106B"
_CLAIMED = frozenset({errno.EBUSY, errno.EACCES, errno.EPERM})
_ABSENT = frozenset({errno.ENODEV, errno.ENOENT, errno.ENXIO})


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """A device that can be opened: the reader's name, and the path of exactly this device."""

    name: str
    path: str


def find(path: str) -> list[FoundDevice]:
    """Return the devices that a configured path means at present. Raises ReaderFailed.

    nfcpy itself opens the first one that works and hides why another does not, so that USB is searched here.
    """
    if not is_usb(path):
        return [FoundDevice(path, path)]
    return _guarded("look for readers on USB", lambda: _on_usb(path))


class Frontend:
    """One open device. Used by one thread at a time. Every method raises ReaderFailed when the device does."""

    def __init__(self, path: str) -> None:
        """Open it. Raises NoReader, ReaderClaimed (EBUSY, or no permission) or ReaderFailed."""
        self._clf = _guarded("open the reader", lambda: ContactlessFrontend(path))

    def sense(self) -> bytes | None:
        """Switch the field off and on and return the ATQB of a Type B card; without one the field is off again."""

        def sense() -> bytes | None:
            target = self._clf.sense(RemoteTarget(_TARGET))
            return None if target is None or target.sensb_res is None else bytes(target.sensb_res)

        return _guarded("look for a card", sense)

    def exchange(self, block: bytes | bytearray, timeout: float) -> bytes | None:
        """Return the block that answers; None when none, or a garbled one, comes within ``timeout`` seconds."""
        frame = bytearray(block)

        def exchange() -> bytes | None:
            try:
                answer = self._clf.exchange(frame, timeout)
            except CommunicationError:
                return None
            return None if answer is None else bytes(answer)

        try:
            return _guarded("talk to the card", exchange)
        finally:
            # It may hold a part of a PIN. (What nfcpy makes of it, nobody can wipe.)
            frame[:] = bytes(len(frame))

    def largest_frames(self) -> tuple[int, int]:
        """Return how many bytes of a frame it sends and receives at most, for the card that was found."""
        clf = self._clf
        return _guarded("ask for its limits", lambda: (int(clf.max_send_data_size), int(clf.max_recv_data_size)))

    def field_off(self) -> None:
        """Switch the field off, which powers off every card on the reader."""
        # To sense nothing at all is the one public way to it.
        _guarded("switch the field off", lambda: self._clf.sense())

    def close(self) -> None:
        """Close the device. Never raises."""
        try:
            _guarded("close the reader", self._clf.close)
        except DriverError:
            return


def _on_usb(path: str) -> list[FoundDevice]:
    names: dict[str, int] = {}
    listed = sorted(USB.find(path) or [], key=lambda device: device[2:])
    return [_found(device, names) for device in listed if device[:2] in MODELS]


def _found(device: tuple[int, int, int, int], names: dict[str, int]) -> FoundDevice:
    """Return the device; the second of a kind gets a number, for a name must mean one reader."""
    vendor, product, bus, address = device
    name = f"{MODELS[vendor, product]} usb:{vendor:04x}:{product:04x}"
    names[name] = names.get(name, 0) + 1
    suffix = f" #{names[name]}" if names[name] > 1 else ""
    return FoundDevice(name + suffix, f"usb:{bus:03}:{address:03}")


def _guarded(during: str, act: Callable[[], Result]) -> Result:
    """Return what ``act`` returns. nfcpy raises errors of USB, of chips and of its own bugs: all are caught here."""
    try:
        return act()
    except OSError as error:
        raise _error_for(error, during) from None
    except Exception as error:
        raise ReaderFailed(f"{during}: {type(error).__name__}") from None


def _error_for(error: OSError, during: str) -> DriverError:
    kind = ReaderClaimed if error.errno in _CLAIMED else NoReader if error.errno in _ABSENT else ReaderFailed
    return kind(f"{during}: {errno.errorcode.get(error.errno or 0, 'an error of the system')}")


# At level DEBUG nfcpy logs every frame, and one of them holds the PIN. (It sets its level when it is imported.)
_logger = logging.getLogger("nfc")
_logger.setLevel(logging.CRITICAL + 1)
_logger.propagate = False
