"""What events say, in few words, for tables of expectations."""

from __future__ import annotations

from drivers.errors import Trouble
from drivers.events import CardInserted, DriverLost, OfReader, ReaderEvent, ReaderLeftOut
from drivers.worker.messages import event_header

__all__ = ["name_of", "reader_of", "trouble_of"]


def name_of(event: ReaderEvent) -> str:
    """Return the event's name in the worker's protocol."""
    return str(event_header(event)["event"])


def reader_of(event: ReaderEvent) -> str:
    """Return the reader that the event is about, empty for one of a whole driver."""
    return event.reader if isinstance(event, OfReader) else ""


def trouble_of(event: ReaderEvent) -> Trouble | None:
    """Return the trouble that the event reports, None for one that reports none."""
    return event.trouble if isinstance(event, DriverLost | ReaderLeftOut | CardInserted) else None
