"""What the event streams share: places, views as they come, signs of life in between, and an end when there is one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import contextmanager, suppress

from fastapi import Request

from kiosk.reception import View

__all__ = ["BEAT", "MOST_STREAMS", "Seats", "watch"]

BEAT = 2.0
"""Seconds of quiet after which a stream gives a sign of life."""


MOST_STREAMS = 16
"""Streams that one kind of caller, or one session of staff, has at a time."""


class Seats:
    """Places for streams, ``most`` for each who comes: whoever takes one more has the oldest of theirs told to go.

    The newest wins, so that a reload or a program that was started anew can never be locked out by its own ghosts.
    """

    def __init__(self, most: int = 1) -> None:
        self._most = most
        self._taken: dict[Hashable, deque[asyncio.Event]] = {}

    @contextmanager
    def taken(self, request: Request, whose: Hashable = None) -> Iterator[asyncio.Event]:
        """Hold a place; the event is set when it is needed for another.

        As long as it is not, the connection of ``request`` gives way to nobody (``kiosk.web.patience``).
        """
        taken, left = self._taken.setdefault(whose, deque()), asyncio.Event()
        while len(taken) >= self._most:
            taken.popleft().set()
        taken.append(left)
        request.state.seats = (*getattr(request.state, "seats", ()), left)
        try:
            yield left
        finally:
            if not left.is_set():
                taken.remove(left)
            if not taken:
                self._taken.pop(whose, None)


async def watch(views: AsyncIterator[View], *ends: asyncio.Event) -> AsyncIterator[View | None]:
    """Yield each view, and None after every BEAT of quiet, until ``views`` ends or one of ``ends`` is set."""
    ending = [asyncio.ensure_future(end.wait()) for end in ends]
    upcoming = asyncio.ensure_future(anext(views))
    try:
        while True:
            await asyncio.wait({upcoming, *ending}, timeout=BEAT, return_when=asyncio.FIRST_COMPLETED)
            if any(end.is_set() for end in ends) or _exhausted(upcoming):
                return
            yield upcoming.result() if upcoming.done() else None
            if upcoming.done():
                upcoming = asyncio.ensure_future(anext(views))
    finally:
        for waiting in (upcoming, *ending):
            waiting.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(upcoming, *ending, return_exceptions=True)


def _exhausted(upcoming: asyncio.Future[View]) -> bool:
    return upcoming.done() and isinstance(upcoming.exception(), StopAsyncIteration)
