"""Which cards lie on which readers, as the visit was told: they are read when the kiosk can serve again."""

from __future__ import annotations

from kiosk.reception.visit.events import CardPut, CardTaken, ServiceChanged, VisitEvent

__all__ = ["CardsLying"]


class CardsLying:
    """Keeps, by reader, the event that told of the card there. A reader that goes takes its card along."""

    def __init__(self) -> None:
        self._put: dict[str, CardPut] = {}

    @property
    def events(self) -> list[CardPut]:
        """The events of every card that lies there, the longest first."""
        return list(self._put.values())

    def note(self, event: VisitEvent) -> None:
        """Take what happens to readers and cards; every other event is no concern of it."""
        match event:
            case CardPut(reader=reader):
                self._put.pop(reader, None)
                self._put[reader] = event
            case CardTaken(reader=reader):
                self._put.pop(reader, None)
            case ServiceChanged(readers=readers):
                self._put = {reader: put for reader, put in self._put.items() if reader in readers}
