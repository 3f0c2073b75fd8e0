"""Who looks at the visit: the present view, and those who follow its changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from kiosk.reception.view import View

__all__ = ["Audience"]

_BACKLOG = 256


class Audience:
    """Shows one view after another. All methods belong to one event loop."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._changed = asyncio.Event()
        self._followers: set[asyncio.Queue[View | None]] = set()

    def show(self, view: View) -> None:
        """Show ``view`` from now on."""
        self.view = view
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        for views in [*self._followers]:
            self._tell(views)

    async def changes(self) -> AsyncIterator[View]:
        """Yield the present view, then the latest after each change; a slow reader skips what is stale."""
        while True:
            changed, view = self._changed, self.view
            yield view
            if view is self.view:
                await changed.wait()

    async def every_change(self) -> AsyncIterator[View]:
        """Yield the present view, then every one that follows; ends for a reader that falls 256 views behind."""
        views: asyncio.Queue[View | None] = asyncio.Queue(_BACKLOG + 1)
        views.put_nowait(self.view)
        self._followers.add(views)
        try:
            while (view := await views.get()) is not None:
                yield view
        finally:
            self._followers.discard(views)

    def _tell(self, views: asyncio.Queue[View | None]) -> None:
        """Hand the view to a follower; one that has fallen too far behind gets its end instead."""
        if views.qsize() < _BACKLOG:
            views.put_nowait(self.view)
            return
        self._followers.discard(views)
        views.put_nowait(None)
