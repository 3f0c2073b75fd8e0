"""Share what all event streams need: seats, views as they come, signs of life, and an end."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import contextmanager, suppress

from fastapi import Request

from kiosk.reception import View

__all__ = ["BEAT", "MOST_READERS", "MOST_READERS_IN_ALL", "MOST_STREAMS", "Seats", "watch"]

BEAT = 2.0
"""Seconds of quiet after which a stream sends a sign of life."""


MOST_STREAMS = 16
"""Most streams at a time of one session of staff."""

MOST_READERS = 224
"""Most streams of the API at a time with one token."""

MOST_READERS_IN_ALL = 256
"""Most streams of the API at a time, which leaves some of the connections for the page and for requests."""


class Seats:
    """Seats for streams, at most ``most`` per owner; a further stream ends that owner's oldest one.

    The newest wins, so that a reload or a restarted program can never be locked out by its own former streams.
    """

    def __init__(self, most: int = 1) -> None:
        self._most = most
        self._taken: dict[Hashable, deque[asyncio.Event]] = {}

    @contextmanager
    def taken(self, request: Request, whose: Hashable = None) -> Iterator[asyncio.Event]:
        """Hold a seat; the event is set when another stream needs it.

        Until then the connection of ``request`` keeps its place (``kiosk.web.patience``).
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
