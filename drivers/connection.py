"""The interface through which all other code sees cards and readers.

PC/SC, NFC, the simulator, the recorder and the fuzzer are its only implementations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from drivers.errors import Trouble

__all__ = [
    "CardConnection",
    "Driver",
    "Polling",
    "Reader",
    "ReaderState",
    "Resettable",
    "Snapshot",
    "Transport",
]


@dataclass(frozen=True, slots=True)
class Transport:
    """Driver, reader and ATR: the key under which the capabilities of the link to a card are remembered."""

    driver: str
    reader: str
    atr: bytes


class CardConnection(Protocol):
    """An open connection to one card. A ``with`` block is one transaction: other programs must wait."""

    @property
    def transport(self) -> Transport:
        """Driver, reader and ATR of this connection."""

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        """Send one command APDU. The status word is not interpreted here.

        Args:
            apdu: The command. One that carries a PIN is a bytearray, which the caller wipes: keep no reference to it.

        Returns:
            The response data and the status word, 0x0000 to 0xFFFF.

        Raises:
            BadCardData: The answer has fewer than 2 or more than 65,538 bytes.
            DriverError: CardRemoved, CommunicationFailed, or another one.

        """

    def __enter__(self) -> Self:
        """Begin a transaction."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """End the transaction; the card stays powered."""


@runtime_checkable
class Resettable(Protocol):
    """A connection whose card another program can reset between two transactions."""

    @property
    def resets(self) -> int:
        """How many transactions began with a card that had been reset; what was known of its state is then void."""


class Reader(Protocol):
    """One reader, by name. Used by one thread at a time."""

    @property
    def name(self) -> str:
        """The name under which its driver lists it."""

    def connect(self) -> CardConnection:
        """Connect to the card on the reader, or return the connection that is open.

        Returns:
            The connection: the same object exactly as long as the card was neither moved nor released.

        Raises:
            DriverError: NoReader, NoCard, CardBusy, ServiceNotRunning, ReaderFailed or CommunicationFailed.

        """

    def release(self) -> None:
        """Power the card off and forget the connection (a verified PIN survives anything less). Never raises."""

    def close(self) -> None:
        """Release the card and everything that was kept for another connection. Never raises."""


@dataclass(frozen=True, slots=True)
class ReaderState:
    """What a driver sees of one reader. ``insertions`` grows with every card movement the driver can count.

    ``trouble`` is why the reader, though it is there, cannot be used; None for one that can.
    """

    card_present: bool
    atr: bytes = b""
    insertions: int = 0
    trouble: Trouble | None = None


Snapshot = Mapping[str, ReaderState]
"""All readers of one driver by name, in the driver's order."""


class Driver(Protocol):
    """One reader technology. ``watch`` runs in a thread of its own; readers are used from others."""

    @property
    def name(self) -> str:
        """The name of its plug-in, such as ``pcsc``."""

    def watch(self, known: Snapshot | None, timeout: float) -> Snapshot:
        """Wait until the readers are in another state than ``known``.

        Args:
            known: The state that the caller has seen; None for none yet, and then this returns at once.
            timeout: Seconds to wait at most.

        Returns:
            The present state of all readers.

        Raises:
            DriverError: ServiceNotRunning, ReaderClaimed or ReaderFailed.

        """

    def wake(self) -> None:
        """Make a waiting ``watch`` return early. Any thread may call this."""

    def reader(self, name: str) -> Reader:
        """Return the reader of that name. There is no I/O here: a wrong name is found by ``connect``."""


@runtime_checkable
class Polling(Protocol):
    """A driver that looks at its readers in threads of its own, for which ``watch`` does not wait."""

    @property
    def overdue(self) -> bool:
        """Whether a look at a reader takes so long that only another process can look again."""
