"""What can happen to drivers, readers and cards: a closed union of frozen dataclasses.

In every event ``driver`` is the driver's name, and ``at`` is the machine's monotonic clock in nanoseconds, which is
comparable between processes.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.errors import Trouble

__all__ = [
    "CardInserted",
    "CardWithdrawn",
    "DriverLost",
    "DriverReady",
    "OfReader",
    "ReaderAdded",
    "ReaderEvent",
    "ReaderLeftOut",
    "ReaderRemoved",
]


@dataclass(frozen=True, slots=True)
class DriverReady:
    """The driver has begun to look at its readers; those that are there follow."""

    driver: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class DriverLost:
    """The driver cannot use any of its readers, because of ``trouble``. Their removal was reported before."""

    driver: str
    trouble: Trouble
    at: int = 0


@dataclass(frozen=True, slots=True)
class ReaderAdded:
    """A reader is there and works."""

    driver: str
    reader: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class ReaderLeftOut:
    """A reader is there and cannot be used, because of ``trouble``: another driver has it, or it is at fault."""

    driver: str
    reader: str
    trouble: Trouble
    at: int = 0


@dataclass(frozen=True, slots=True)
class ReaderRemoved:
    """A reader is no longer there."""

    driver: str
    reader: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class CardInserted:
    """A card was put on a reader, or was there when the driver began.

    ``insertions`` is the driver's count of the reader's movements, 0 where it counts none. ``trouble`` is set for a
    card that must not be read again: it has cost its worker, or is no My Number card, and has not been moved since.
    """

    driver: str
    reader: str
    atr: bytes = b""
    insertions: int = 0
    trouble: Trouble | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class CardWithdrawn:
    """The card has left a reader."""

    driver: str
    reader: str
    at: int = 0


OfReader = ReaderAdded | ReaderLeftOut | ReaderRemoved | CardInserted | CardWithdrawn
"""The events that concern one reader; the others concern a whole driver."""

ReaderEvent = DriverReady | DriverLost | OfReader
"""Every event."""
