"""The seam: everything above it sees cards and readers only through these shapes.

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
    """The road to a card: what was learnt of it (extended length, short ids) is remembered under this key."""

    driver: str
    reader: str
    atr: bytes


class CardConnection(Protocol):
    """An open road to one card. A ``with`` block is one transaction: nobody else's command comes between."""

    @property
    def transport(self) -> Transport:
        """The road this connection takes."""

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        """Send one command APDU and return (response data, status word 0x0000-0xFFFF).

        The status word is never interpreted here. A command that carries a PIN is a bytearray which the
        caller wipes: keep no reference to ``apdu``. Raises CardRemoved, CommunicationFailed, BadCardData
        (an answer of fewer than 2 or more than 65,538 bytes) or another DriverError.
        """

    def __enter__(self) -> Self:
        """Begin a transaction."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """End the transaction; the card stays powered."""


@runtime_checkable
class Resettable(Protocol):
    """What a connection has besides if another program can reset its card between two transactions."""

    @property
    def resets(self) -> int:
        """How often a transaction began with a card that was reset; what was known of its state is then void."""


class Reader(Protocol):
    """One reader, by name. Used by one thread at a time."""

    @property
    def name(self) -> str:
        """The name its driver lists it under."""

    def connect(self) -> CardConnection:
        """Return the connection to the card that lies on it, opening one if there is none.

        It is the same object exactly as long as the card was neither moved nor released.
        Raises NoReader, NoCard, CardBusy, ServiceNotRunning, ReaderFailed or CommunicationFailed.
        """

    def release(self) -> None:
        """Power the card off and forget the connection (a verified PIN survives anything less). Never raises."""

    def close(self) -> None:
        """Release, and give back what was kept for the next connection: there will be none. Never raises."""


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
        """``pcsc``, ``nfc`` or ``simulator``."""

    def watch(self, known: Snapshot | None, timeout: float) -> Snapshot:
        """Return the present state, waiting up to ``timeout`` seconds for one that differs from ``known``.

        ``None`` means nothing is known yet: return at once. Raises ServiceNotRunning, ReaderClaimed or ReaderFailed.
        """

    def wake(self) -> None:
        """Make a waiting ``watch`` return early; safe from any thread."""

    def reader(self, name: str) -> Reader:
        """Return the reader of that name (no I/O; a wrong name shows itself at ``connect``)."""


@runtime_checkable
class Polling(Protocol):
    """What a driver has besides if it looks at its readers in threads of its own, which ``watch`` does not wait for."""

    @property
    def overdue(self) -> bool:
        """Whether a look at a reader takes so long that only another process can look again."""
