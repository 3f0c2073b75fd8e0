"""Simulate readers in this process, behind the seam of every driver; any thread can put or take cards."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from drivers.connection import ReaderState, Snapshot, Transport
from drivers.errors import (
    BadCardData,
    CardRemoved,
    CommunicationFailed,
    DriverError,
    NoCard,
    NoReader,
    ServiceNotRunning,
)
from simulators.card import CardUnpowered
from simulators.cards import Card
from simulators.faults import CardFellSilent, CardLeft

__all__ = ["DRIVER_NAME", "READER_NAME", "SimulatedReaders", "SimulatorDriver"]

DRIVER_NAME: Final = "simulator"
READER_NAME: Final = "Simulated reader"
"""The name of the only reader if none is given."""


@dataclass(slots=True)
class _Slot:
    """One reader: its card, how often a card was moved, and what is wrong with it."""

    card: Card | None = None
    insertions: int = 0
    trouble: type[DriverError] | None = None
    transaction: threading.RLock = field(default_factory=threading.RLock)


class SimulatedReaders:
    """The connected readers and the cards on them. Every method may be called from any thread.

    ``largest_message`` is the most bytes that the readers carry either way, as for real ones (271 or 522 are seen).
    """

    def __init__(self, names: Sequence[str] = (READER_NAME,), *, largest_message: int | None = None) -> None:
        self.changed = threading.Condition()
        self.largest_message = largest_message
        self._slots = {name: _Slot() for name in names}
        self._running = True

    @property
    def names(self) -> list[str]:
        """The connected readers, in order."""
        with self.changed:
            return list(self._slots)

    def put(self, card: Card, reader: str | None = None) -> None:
        """Put a card on a reader (the first by default), taking away the one that is there.

        Raises:
            NoReader: There is no such reader.

        """
        self._place(card, reader)

    def take(self, reader: str | None = None) -> None:
        """Take the card away; an empty reader stays as it is.

        Raises:
            NoReader: There is no such reader.

        """
        self._place(None, reader)

    def add(self, reader: str) -> None:
        """Plug in a reader."""
        with self.changed:
            self._slots.setdefault(reader, _Slot())
            self.changed.notify_all()

    def remove(self, reader: str) -> None:
        """Unplug a reader, with the card on it."""
        with self.changed:
            self._slots.pop(reader, None)
            self.changed.notify_all()

    def stop_service(self) -> None:
        """Stop the reader service: everything raises ServiceNotRunning until ``start_service``."""
        self._set_running(False)

    def start_service(self) -> None:
        """Start the reader service again."""
        self._set_running(True)

    def trouble(self, kind: type[DriverError] | None, reader: str | None = None) -> None:
        """Let ``connect`` fail in this way from now on; None repairs the reader.

        Raises:
            NoReader: There is no such reader.

        """
        with self.changed:
            self._named(reader).trouble = kind

    def snapshot(self) -> Snapshot:
        """Return the present state of all readers.

        Raises:
            ServiceNotRunning: The service was stopped.

        """
        with self.changed:
            self._check_service()
            return {name: _state(slot) for name, slot in self._slots.items()}

    def open(self, reader: str) -> tuple[_Slot, Card, int]:
        """Return the slot, its card and the number of its movements.

        Raises:
            DriverError: There is no service, reader or card, or the reader has a trouble.

        """
        with self.changed:
            self._check_service()
            slot = self._named(reader)
            if slot.trouble is not None:
                raise slot.trouble("the simulated reader has this trouble")
            if slot.card is None:
                raise NoCard("no card on the simulated reader")
            return slot, slot.card, slot.insertions

    def still_there(self, reader: str, insertion: int) -> bool:
        """Return whether the card of that movement is still on the reader."""
        with self.changed:
            slot = self._slots.get(reader)
            return self._running and slot is not None and slot.card is not None and slot.insertions == insertion

    def _place(self, card: Card | None, reader: str | None) -> None:
        with self.changed:
            slot = self._named(reader)
            if slot.card is not None or card is not None:
                slot.insertions += 1
            slot.card = card
            self.changed.notify_all()

    def _set_running(self, running: bool) -> None:
        with self.changed:
            self._running = running
            self.changed.notify_all()

    def _check_service(self) -> None:
        if not self._running:
            raise ServiceNotRunning("the simulated reader service is down")

    def _named(self, reader: str | None) -> _Slot:
        name = next(iter(self._slots), "") if reader is None else reader
        if name not in self._slots:
            raise NoReader("no simulated reader of that name")
        return self._slots[name]


class SimulatorDriver:
    """The driver of simulated readers, for one worker."""

    name = DRIVER_NAME

    def __init__(self, readers: SimulatedReaders | None = None) -> None:
        self.readers = readers or SimulatedReaders()
        self._woken = False
        self._abandoned = False

    def put_card(self, card: Card, reader: str | None = None) -> None:
        """Put a card on a reader, the first by default.

        Raises:
            NoReader: There is no such reader.

        """
        self.readers.put(card, reader)

    def take_card(self, reader: str | None = None) -> None:
        """Take the card away.

        Raises:
            NoReader: There is no such reader.

        """
        self.readers.take(reader)

    def watch(self, known: Snapshot | None, timeout: float) -> Snapshot:
        """Return the state of all readers; wait up to ``timeout`` seconds for one that differs from ``known``."""
        changed = self.readers.changed
        with changed:
            if known is not None:
                changed.wait_for(lambda: self._woken or self.readers.snapshot() != known, timeout)
            self._woken = False
            return self.readers.snapshot()

    def wake(self) -> None:
        """Make ``watch`` return early, even one that begins only now."""
        with self.readers.changed:
            self._woken = True
            self.readers.changed.notify_all()

    def reader(self, name: str) -> SimulatedReader:
        """Return the reader of that name."""
        return SimulatedReader(self, name)

    def abandon(self) -> None:
        """End every wait for a silent card, as killing the process does for a real driver."""
        with self.readers.changed:
            self._abandoned = True
            self.readers.changed.notify_all()

    def wait_until_taken(self, reader: str, insertion: int) -> None:
        """Block until that card is gone, or until the driver is abandoned."""
        with self.readers.changed:
            self.readers.changed.wait_for(lambda: self._abandoned or not self.readers.still_there(reader, insertion))


class SimulatedReader:
    """One simulated reader, as the worker uses it."""

    def __init__(self, driver: SimulatorDriver, name: str) -> None:
        self._driver = driver
        self._name = name
        self._connection: SimulatedConnection | None = None

    @property
    def name(self) -> str:
        """The name under which the reader is listed."""
        return self._name

    def connect(self) -> SimulatedConnection:
        """Return the connection to the card on the reader; a new card is powered on.

        Raises:
            NoReader: The reader was unplugged.
            NoCard: The reader is empty.
            ServiceNotRunning: The service was stopped.
            DriverError: The trouble that was set.

        """
        slot, card, insertion = self._driver.readers.open(self._name)
        if self._connection is None or self._connection.insertion != insertion:
            card.power_on()
            self._connection = SimulatedConnection(self._driver, self._name, slot, card, insertion)
        return self._connection

    def release(self) -> None:
        """Power the card off and forget it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.power_off()

    def close(self) -> None:
        """Release the card; nothing else is kept."""
        self.release()


class SimulatedConnection:
    """The connection to one card on a simulated reader."""

    def __init__(self, driver: SimulatorDriver, reader: str, slot: _Slot, card: Card, insertion: int) -> None:
        self._driver = driver
        self._slot = slot
        self._card = card
        self.insertion = insertion
        self.transport = Transport(DRIVER_NAME, reader, card.atr)

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        """Return what the card answers.

        Raises:
            CardRemoved: The card is gone.
            CommunicationFailed: The command or the answer is too long for the reader.
            BadCardData: The answer has no status word.

        """
        self._check_presence()
        self._check_size(apdu)
        response = self._exchange(apdu)
        self._check_presence()
        self._check_size(response)
        if len(response) < 2:
            raise BadCardData("an answer without a status word")
        return response[:-2], int.from_bytes(response[-2:], "big")

    def power_off(self) -> None:
        """Take the power from the card, if it is still there."""
        if self._driver.readers.still_there(self.transport.reader, self.insertion):
            self._card.power_off()

    def __enter__(self) -> Self:
        """Begin a transaction."""
        self._slot.transaction.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """End the transaction."""
        self._slot.transaction.release()

    def _exchange(self, apdu: bytes) -> bytes:
        reader = self.transport.reader
        try:
            return self._card.transmit(apdu)
        except CardLeft:
            self._driver.take_card(reader)
        except CardUnpowered as error:
            raise CommunicationFailed("somebody powered the card off") from error
        except CardFellSilent:
            self._driver.wait_until_taken(reader, self.insertion)
        raise CardRemoved("the card left during a command")

    def _check_presence(self) -> None:
        if not self._driver.readers.still_there(self.transport.reader, self.insertion):
            raise CardRemoved("the card is no longer on the reader")

    def _check_size(self, message: bytes) -> None:
        limit = self._driver.readers.largest_message
        if limit is not None and len(message) > limit:
            raise CommunicationFailed(f"the reader carries {limit} bytes, not {len(message)}")


def _state(slot: _Slot) -> ReaderState:
    if slot.card is None:
        return ReaderState(False, insertions=slot.insertions)
    return ReaderState(True, slot.card.atr, slot.insertions)
