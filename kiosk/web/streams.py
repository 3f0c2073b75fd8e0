"""What the two event streams share: views as they come, signs of life in between, and an end when there is one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

from kiosk.reception import View

__all__ = ["BEAT", "Seats", "watch"]

BEAT = 2.0
"""Seconds of quiet after which a stream gives a sign of life."""


class Seats:
    """The places before the kiosk: who connects takes one, and where none is free the one who sat longest is told.

    The newest wins, so that a reload or a program that was started anew can never be locked out by its own ghosts.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._taken: list[asyncio.Event] = []

    @contextmanager
    def take(self) -> Iterator[asyncio.Event]:
        """Sit for as long as the block runs; the event is set when somebody else needs the place."""
        left = asyncio.Event()
        self._taken.append(left)
        for longest in self._taken[: -self._places]:
            longest.set()
        try:
            yield left
        finally:
            self._taken.remove(left)


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
