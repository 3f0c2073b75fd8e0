"""Remember which cards lie on which readers: they are read when the kiosk can serve again."""

from __future__ import annotations

from kiosk.reception.visit.events import CardPut, CardTaken, ServiceChanged, VisitEvent

__all__ = ["CardsLying"]


class CardsLying:
    """Keeps, for each reader, the event that reported its card. A reader that goes takes its card along."""

    def __init__(self) -> None:
        self._put: dict[str, CardPut] = {}

    @property
    def events(self) -> list[CardPut]:
        """The events of all cards that lie there, the oldest first."""
        return list(self._put.values())

    def note(self, event: VisitEvent) -> None:
        """Take what happens to readers and cards; ignore every other event."""
        match event:
            case CardPut(reader=reader):
                self._put.pop(reader, None)
                self._put[reader] = event
            case CardTaken(reader=reader):
                self._put.pop(reader, None)
            case ServiceChanged(readers=readers):
                self._put = {reader: put for reader, put in self._put.items() if reader in readers}
