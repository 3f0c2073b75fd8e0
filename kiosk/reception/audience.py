"""Those who look at the visit: they get the present view, and follow its changes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace

from kiosk.reception.endings import impersonal
from kiosk.reception.view import View

__all__ = ["Audience"]

_BACKLOG = 256


class _Follower:
    """A follower who gets every change, and the views that wait for them; ``ended`` once those are too many."""

    def __init__(self, views: Iterable[View]) -> None:
        self.views = deque(views)
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
        self.views = deque(map(_without_answer, self.views))


class Audience:
    """Shows one view after another. All methods belong to one event loop."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._changed = asyncio.Event()
        self._followers: set[_Follower] = set()
        self._recent = deque([impersonal(view)], maxlen=_BACKLOG)

    def show(self, view: View) -> None:
        """Show ``view`` from now on."""
        self.view = view
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        shown = impersonal(view)
        self._remember(shown)
        for follower in [*self._followers]:
            if len(follower.views) < _BACKLOG:
                follower.tell(shown)
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

    def _remember(self, view: View) -> None:
        """Keep a view for readers who come back. A decision that is no longer shown is not kept."""
        if view.decision is None:
            for place in range(len(self._recent) - 1, -1, -1):
                if self._recent[place].decision is None:
                    break
                self._recent[place] = _without_answer(self._recent[place])
        self._recent.append(view)

    def _first_for(self, after: int | None) -> list[View]:
        """Return what a reader gets first: what it missed since the view ``after``, or the present view."""
        if after is None or after > self.view.sequence:
            return [impersonal(self.view)]
        return [view for view in self._recent if view.sequence > after]

    async def every_change(self, after: int | None = None) -> AsyncIterator[View]:
        """Yield the present view, then every one that follows; ends for a reader that falls 256 views behind.

        A reader that has seen the view with the number ``after`` gets those that it missed first, 256 at most, which
        may be none.
        None of them names anybody: ``masked_name``, ``pages`` and ``insurer_name`` are left out, and so is what only
        staff may read.
        """
        follower = _Follower(self._first_for(after))
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


def _without_answer(view: View) -> View:
    """Return a view that is over without its decision, and without the receipt, which has the decision in it."""
    return replace(view, decision=None, receipt=None)
