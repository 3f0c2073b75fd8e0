"""All readers of nfcpy: they are found when they are plugged in, and each is watched in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Final

from drivers.connection import ReaderState, Snapshot
from drivers.errors import DriverError, NoReader, ReaderClaimed, Trouble
from drivers.nfc.device import NfcConnection, NfcDevice
from drivers.nfc.frontend import FoundDevice, Frontend, find
from drivers.nfc.paths import paths_of

__all__ = ["STUCK_SECONDS", "NfcDriver", "NfcReader", "create"]

_log = logging.getLogger(__name__)

_SEARCH_SECONDS: Final = 2.0
_EMPTY_SECONDS: Final = 0.5
"""The least time from one look at an empty reader to the next."""
_OCCUPIED_SECONDS: Final = 0.15
STUCK_SECONDS: Final = 20.0
"""Seconds that one look at a reader may take: longer than any dialogue, for which it may have to wait."""

# nfcpy's udp device waits a second for the first card.
_FIRST_LOOK_SECONDS: Final = 2.0
_LONG_LOOK_SECONDS: Final = 1.5
"""Seconds after which the first look at a reader counts as one that does not return."""


class NfcReader:
    """A reader by name. The device of that name may come and go."""

    def __init__(self, driver: NfcDriver, name: str) -> None:
        self._driver = driver
        self._name = name

    @property
    def name(self) -> str:
        """The name it is listed under."""
        return self._name

    def connect(self) -> NfcConnection:
        """Return the connection to the card on it. Raises NoReader, NoCard or ReaderFailed."""
        device = self._driver.device(self._name)
        if device is None:
            raise NoReader("no reader of that name is connected")
        return device.connect()

    def release(self) -> None:
        """Power the card off and forget the connection. Never raises."""
        device = self._driver.device(self._name)
        if device is not None:
            device.release()

    def close(self) -> None:
        """Release the card. The device stays open for the driver. Never raises."""
        self.release()


class NfcDriver:
    """The driver ``nfc`` for the readers that ``paths`` mean.

    A reader that another driver has, or that fails, is shown with its trouble as long as another one works. ``watch``
    raises the trouble only if no reader works.
    """

    name = "nfc"

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self._changed = threading.Condition()
        self._woken = False
        # A field that nobody watches stays off: at the worker's end, after the last release.
        self._watched = threading.Event()
        self._devices: dict[str, NfcDevice] = {}
        self._seen: Snapshot = {}
        self._looking: dict[str, float] = {}
        # By the reader's name, or by the path whose readers could not be looked for.
        self._troubles: dict[str, DriverError] = {}
        self._searched = -_SEARCH_SECONDS

    def watch(self, known: Snapshot | None, timeout: float) -> Snapshot:
        """Return all readers, waiting up to ``timeout`` seconds for a state that differs from ``known``.

        Raises ReaderClaimed or ReaderFailed.
        """
        deadline = time.monotonic() + timeout
        self._watched.set()
        try:
            self._search_if_due()
            if known is None:
                self._wait_for_first_look()
            while not self._is_over(known, deadline):
                self._search_if_due()
            return self._present()
        finally:
            self._watched.clear()
            self._woken = False

    @property
    def overdue(self) -> bool:
        """Whether the library hangs in a look at a reader. A search that hangs makes ``watch`` itself late."""
        with self._changed:
            return any(time.monotonic() - begun > STUCK_SECONDS for begun in self._looking.values())

    def wake(self) -> None:
        """Make a waiting ``watch`` return."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def reader(self, name: str) -> NfcReader:
        """Return the reader of that name."""
        return NfcReader(self, name)

    def device(self, name: str) -> NfcDevice | None:
        """Return the open device of that name, if there is one."""
        with self._changed:
            return self._devices.get(name)

    def _is_over(self, known: Snapshot | None, deadline: float) -> bool:
        """Wait for a change, at most until a search is due. Return whether ``watch`` should return."""
        now = time.monotonic()
        with self._changed:
            until = min(deadline, self._searched + _SEARCH_SECONDS)
            self._changed.wait_for(lambda: self._news(known), max(0.0, until - now))
            return self._news(known) or time.monotonic() >= deadline

    def _news(self, known: Snapshot | None) -> bool:
        return self._woken or known is None or self._state() != known or self._is_down()

    def _wait_for_first_look(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._woken or len(self._seen) == len(self._devices), _FIRST_LOOK_SECONDS)

    def _present(self) -> Snapshot:
        with self._changed:
            if self._is_down():
                worst = min(self._troubles.values(), key=lambda trouble: not isinstance(trouble, ReaderClaimed))
                raise type(worst)(str(worst))
            return self._state()

    def _is_down(self) -> bool:
        return not self._devices and bool(self._troubles)

    def _state(self) -> Snapshot:
        troubles = {name: error.trouble for name, error in self._troubles.items()} | self._never_seen()
        return {name: ReaderState(False, trouble=trouble) for name, trouble in troubles.items()} | dict(self._seen)

    def _never_seen(self) -> dict[str, Trouble]:
        """Return the readers whose first look has not returned."""
        since = time.monotonic() - _LONG_LOOK_SECONDS
        late = [name for name, begun in self._looking.items() if begun < since and name not in self._seen]
        return dict.fromkeys(late, Trouble.READER_STUCK)

    def _search_if_due(self) -> None:
        """Open what was plugged in since the last search."""
        if time.monotonic() < self._searched + _SEARCH_SECONDS:
            return
        self._searched = time.monotonic()
        troubles = {name: trouble for path in self._paths for name, trouble in self._search(path).items()}
        for name, trouble in troubles.items():
            if str(trouble) != str(self._troubles.get(name)):
                _log.warning("left out: %s: %s", type(trouble).__name__, trouble)
        with self._changed:
            self._troubles = troubles

    def _search(self, path: str) -> dict[str, DriverError]:
        """Open the readers that a path means; return those that cannot be used, by name, and why."""
        try:
            opened = {found.name: self._open(found) for found in find(path)}
        except DriverError as error:
            return {path: error}
        return {name: trouble for name, trouble in opened.items() if trouble is not None}

    def _open(self, found: FoundDevice) -> DriverError | None:
        if self.device(found.name) is not None:
            return None
        try:
            device = NfcDevice(found.name, Frontend(found.path))
        except NoReader:
            return None
        except DriverError as error:
            return type(error)(f"{found.name}: {error}")
        with self._changed:
            self._devices[found.name] = device
        threading.Thread(target=self._poll, args=(device,), name=f"poll {found.name}", daemon=True).start()
        return None

    def _poll(self, device: NfcDevice) -> None:
        """Look at one reader again and again until it fails. It is opened again when the next search finds it."""
        try:
            while True:
                self._watched.wait()
                begun = time.monotonic()
                self._note(device)
                rest = _OCCUPIED_SECONDS if device.state.card_present else begun + _EMPTY_SECONDS - time.monotonic()
                time.sleep(max(0.0, rest))
        except DriverError:
            self._drop(device)
        except Exception as error:
            # Nobody would look at it again, and it would seem to work.
            _log.error("%s is given up: %s", device.name, type(error).__name__)
            self._drop(device)

    def _note(self, device: NfcDevice) -> None:
        with self._changed:
            self._looking[device.name] = time.monotonic()
        try:
            state = device.look()
        finally:
            with self._changed:
                del self._looking[device.name]
        with self._changed:
            if self._seen.get(device.name) != state:
                self._seen = {**self._seen, device.name: state}
                self._changed.notify_all()

    def _drop(self, device: NfcDevice) -> None:
        device.close()
        with self._changed:
            self._devices.pop(device.name, None)
            self._seen = {name: state for name, state in self._seen.items() if name != device.name}
            self._changed.notify_all()


def create(options: Mapping[str, object]) -> NfcDriver:
    """Return the driver for the option ``devices``, a list of nfcpy's paths. Raises ValueError for anything else."""
    return NfcDriver(paths_of(options))
