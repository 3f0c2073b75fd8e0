"""Cards that are not worth another read while they stay where they lie: they cost a worker, or are none of ours."""

from __future__ import annotations

from dataclasses import replace

from drivers.connection import EventKind, ReaderEvent, ReaderState
from drivers.errors import DriverError, UnsupportedCard

__all__ = ["Suspects"]

_FOREIGN = UnsupportedCard.__name__
_MOVED = frozenset({EventKind.CARD_REMOVED, EventKind.READER_REMOVED})


class Suspects:
    """Remembers such cards beyond the worker they cost, until they are moved or the driver begins anew.

    Only where the driver counts movements can a card be known again.
    """

    def __init__(self) -> None:
        self._accused: dict[str, tuple[ReaderState, str]] = {}

    def __contains__(self, reader: str) -> bool:
        """Return whether the card on this reader has cost a worker."""
        return self._accused.get(reader, (None, _FOREIGN))[1] != _FOREIGN

    def accuse(self, reader: str, lying: ReaderState, error: type[DriverError]) -> None:
        """Note with which error the dialogue with the card that lay there ended."""
        if lying.insertions:
            self._accused[reader] = (lying, error.__name__)

    def judge(self, event: ReaderEvent) -> ReaderEvent:
        """Return an event of a living worker; of an accused card that has not moved, with the error as detail."""
        if event.kind is EventKind.CARD_INSERTED:
            return self._recognised(event)
        if event.kind is EventKind.DRIVER_LOST:
            self._accused.clear()
        if event.kind in _MOVED:
            self._accused.pop(event.reader, None)
        return event

    def _recognised(self, event: ReaderEvent) -> ReaderEvent:
        lying, error = self._accused.get(event.reader, (None, ""))
        if lying == ReaderState(True, event.atr, event.insertions):
            return replace(event, detail=error)
        self._accused.pop(event.reader, None)
        return event
