"""Cards that must not be read again while they stay where they are: they cost a worker, or are no My Number cards."""

from __future__ import annotations

from dataclasses import replace

from drivers.connection import ReaderState
from drivers.errors import Trouble
from drivers.events import CardInserted, CardWithdrawn, DriverLost, ReaderEvent, ReaderRemoved

__all__ = ["Suspects"]


class Suspects:
    """Remembers such cards beyond the worker they cost, until they are moved or the driver begins anew.

    Only where the driver counts movements can a card be known again.
    """

    def __init__(self) -> None:
        self._accused: dict[str, tuple[ReaderState, Trouble]] = {}

    def __contains__(self, reader: str) -> bool:
        """Return whether the card on this reader has cost a worker."""
        return reader in self._accused and self._accused[reader][1] is not Trouble.UNSUPPORTED_CARD

    def accuse(self, reader: str, lying: ReaderState, trouble: Trouble) -> None:
        """Note with which trouble the dialogue with the card that lay there ended."""
        if lying.insertions:
            self._accused[reader] = (lying, trouble)

    def judge(self, event: ReaderEvent) -> ReaderEvent:
        """Return an event of a living worker; that of an accused card that has not moved, with its trouble."""
        match event:
            case CardInserted():
                return self._recognised(event)
            case DriverLost():
                self._accused.clear()
            case CardWithdrawn() | ReaderRemoved():
                self._accused.pop(event.reader, None)
        return event

    def _recognised(self, event: CardInserted) -> CardInserted:
        lying, trouble = self._accused.get(event.reader, (None, None))
        if lying == ReaderState(True, event.atr, event.insertions):
            return replace(event, trouble=trouble)
        self._accused.pop(event.reader, None)
        return event
