"""What the two event streams share: views as they come, signs of life in between, and an end when there is one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from kiosk.reception import View

__all__ = ["BEAT", "Seat", "watch"]

BEAT = 2.0
"""Seconds of quiet after which a stream gives a sign of life."""


class Seat:
    """The one place before the kiosk: a page that connects takes it, and the page that had it is told.

    The newest wins, so that a reload or a browser that was started anew can never be locked out by its own ghost.
    """

    def __init__(self) -> None:
        self._left = asyncio.Event()

    def take(self) -> asyncio.Event:
        """Return an event that is set when another page takes the seat."""
        self._left.set()
        self._left = asyncio.Event()
        return self._left


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
