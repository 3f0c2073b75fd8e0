"""Those who look at the visit: they get the present view, and follow its changes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace

from kiosk.reception.endings import impersonal
from kiosk.reception.view import View

__all__ = ["Audience"]

_BACKLOG = 256


class _Follower:
    """A follower who gets every change, and the views that wait for them; ``ended`` once those are too many."""

    def __init__(self, view: View) -> None:
        self.views = deque([view])
        self.more = asyncio.Event()
        self.ended = False

    def tell(self, view: View) -> None:
        """Add a view. A decision that is no longer shown does not wait in memory for a slow reader."""
        if view.decision is None:
            self._blank()
        self.views.append(view)
        self.more.set()

    def end(self) -> None:
        """End after the views that wait, without their decisions."""
        self._blank()
        self.ended = True
        self.more.set()

    def _blank(self) -> None:
        self.views = deque(replace(earlier, decision=None) for earlier in self.views)


class Audience:
    """Shows one view after another. All methods belong to one event loop."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._changed = asyncio.Event()
        self._followers: set[_Follower] = set()

    def show(self, view: View) -> None:
        """Show ``view`` from now on."""
        self.view = view
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        for follower in [*self._followers]:
            if len(follower.views) < _BACKLOG:
                follower.tell(impersonal(view))
                continue
            self._followers.discard(follower)
            follower.end()

    async def changes(self) -> AsyncIterator[View]:
        """Yield the present view, then the latest after each change; a slow reader skips what is stale."""
        while True:
            changed, view = self._changed, self.view
            yield view
            if view is self.view:
                await changed.wait()

    async def every_change(self) -> AsyncIterator[View]:
        """Yield the present view, then every one that follows; ends for a reader that falls 256 views behind.

        None of them names anybody: ``masked_name``, ``pages`` and ``insurer_name`` are left out, and so is what only
        staff may read.
        """
        follower = _Follower(impersonal(self.view))
        self._followers.add(follower)
        try:
            while True:
                while follower.views:
                    yield follower.views.popleft()
                if follower.ended:
                    return
                follower.more.clear()
                await follower.more.wait()
        finally:
            self._followers.discard(follower)
