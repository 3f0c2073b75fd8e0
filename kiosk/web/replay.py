"""What a reader of the stream has missed: the changes that the reception still has, and the finished visits before."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final

from kiosk.reception import View
from kiosk.results import FinishedVisit

__all__ = ["MOST_MISSED", "event_number", "with_missed"]

MOST_MISSED: Final = 200
"""Most finished visits that a reader is told of when it comes back; for more it asks ``/api/v1/visits``."""

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)

Missed = Callable[[], Awaitable[Sequence[FinishedVisit]]]


def event_number(last_event_id: str | None) -> int | None:
    """Return the number in a Last-Event-ID header; None if it is no identifier of ours."""
    found = _NUMBER.fullmatch(last_event_id.strip()) if last_event_id else None
    return int(found[0]) if found else None


async def with_missed(views: AsyncIterator[View | None], missed: Missed) -> AsyncIterator[View | FinishedVisit | None]:
    """Yield ``views``, and at its place each visit that has finished meanwhile, in full.

    A view of the past no longer has its decision, so the finished visit takes the place of the view that ended it.
    """
    waiting: deque[FinishedVisit] | None = None
    async for view in views:
        if view is None:
            yield None
            continue
        if waiting is None:
            waiting = deque(sorted(await missed(), key=lambda each: each.event))
        while waiting and waiting[0].event < view.sequence:
            yield waiting.popleft()
        yield waiting.popleft() if waiting and waiting[0].event == view.sequence else view
