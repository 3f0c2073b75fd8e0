"""What a reader of the stream has missed: the changes that the reception still has, and the finished visits before."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from kiosk.reception import View
from kiosk.results import FinishedVisit

__all__ = ["MOST_MISSED", "event_number", "in_place"]

MOST_MISSED: Final = 200
"""Most finished visits that a reader is told of when it comes back; for more it asks ``/api/v1/visits``."""

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


def event_number(last_event_id: str | None) -> int | None:
    """Return the number in a Last-Event-ID header; None if it is no identifier of ours."""
    found = _NUMBER.fullmatch(last_event_id.strip()) if last_event_id else None
    return int(found[0]) if found else None


def in_place(views: Iterable[View], missed: deque[FinishedVisit]) -> Iterator[View | FinishedVisit]:
    """Yield ``views``, and at its place each visit that has finished meanwhile, in full, out of ``missed``.

    A view of the past no longer has its decision, so the finished visit takes the place of the view that ended it.
    """
    for view in views:
        while missed and missed[0].event < view.sequence:
            yield missed.popleft()
        yield missed.popleft() if missed and missed[0].event == view.sequence else view
