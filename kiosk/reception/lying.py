"""Which cards lie on which readers, as the visit was told: they are read when the kiosk can serve again."""

from __future__ import annotations

from kiosk.reception.events import Event, EventName, Served

__all__ = ["CardsLying"]


class CardsLying:
    """Keeps, by reader, the event that told of the card there. A reader that goes takes its card along."""

    def __init__(self) -> None:
        self._put: dict[str, Event] = {}

    @property
    def events(self) -> list[Event]:
        """CARD_PUT of every card that lies there, the longest first."""
        return list(self._put.values())

    def note(self, event: Event) -> None:
        """Take what happens to readers and cards; every other event is no concern of it."""
        match event:
            case Event(EventName.CARD_PUT, reader=reader):
                self._put.pop(reader, None)
                self._put[reader] = event
            case Event(EventName.CARD_TAKEN, reader=reader):
                self._put.pop(reader, None)
            case Event(EventName.SERVICE_CHANGED, payload=Served(readers=readers)):
                self._put = {reader: put for reader, put in self._put.items() if reader in readers}
