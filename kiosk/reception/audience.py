"""Those who look at the visit: they get the present view, and follow its changes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from typing import Final

from kiosk.reception.endings import impersonal
from kiosk.reception.view import View

__all__ = ["Audience", "Following"]

_BACKLOG: Final = 256
_AT_ONCE: Final = 4
_PAUSE: Final = 0.004
"""Seconds between two groups of _AT_ONCE followers who are woken: a crowd of them takes no time from the visit."""


def _nobody_knows(_: Following) -> None:
    """Have nothing done about one who leaves."""


class Following:
    """One who gets every change, and the views that wait for them. For one event loop."""

    def __init__(self, views: Iterable[View], left: Callable[[Following], None] = _nobody_knows) -> None:
        """Begin with these views; ``left`` is called when the follower goes."""
        self._views, self._left = deque(views), left
        self._more = asyncio.Event()
        self._poked = self._ended = False

    @property
    def waiting(self) -> int:
        """How many views wait."""
        return len(self._views)

    async def next(self) -> list[View] | None:
        """Return the views that wait, once there are any; none after `poke`. None: that was the end."""
        while not (self._views or self._poked or self._ended):
            self._more.clear()
            await self._more.wait()
        if self._ended and not self._views:
            return None
        taken, self._views, self._poked = list(self._views), deque(), False
        return taken

    def tell(self, view: View) -> None:
        """Add a view, for when `wake` is called. A decision that is no longer shown does not wait in memory."""
        if view.decision is None:
            self._blank()
        self._views.append(view)

    def wake(self) -> None:
        """Let the follower take what waits."""
        self._more.set()

    def poke(self) -> None:
        """Wake the follower though nothing may have changed."""
        self._poked = True
        self.wake()

    def end(self) -> None:
        """End after the views that wait, without their decisions."""
        self._blank()
        self._ended = True
        self.wake()

    def leave(self) -> None:
        """Know that the follower has gone."""
        self._left(self)

    def _blank(self) -> None:
        self._views = deque(map(_without_answer, self._views))


class Audience:
    """Shows one view after another. All methods belong to one event loop."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._changed = asyncio.Event()
        self._followers: dict[Following, None] = {}
        self._asleep: dict[Following, None] = {}
        self._waking: asyncio.TimerHandle | None = None
        self._recent = deque([impersonal(view)], maxlen=_BACKLOG)

    def show(self, view: View) -> None:
        """Show ``view`` from now on."""
        self.view = view
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        shown = impersonal(view)
        self._remember(shown)
        for follower in [*self._followers]:
            if follower.waiting < _BACKLOG:
                follower.tell(shown)
                self._asleep[follower] = None
                continue
            self._leave(follower)
            follower.end()
        if self._waking is None:
            self._wake_some()

    async def changes(self) -> AsyncIterator[View]:
        """Yield the present view, then the latest after each change; a slow reader skips what is stale."""
        while True:
            changed, view = self._changed, self.view
            yield view
            if view is self.view:
                await changed.wait()

    def follow(self, after: int | None = None) -> Following:
        """Return a follower who gets the present view, then every one that follows; ended if 256 views wait.

        A follower that has seen the view with the number ``after`` gets those that it missed first, 256 at most, which
        may be none. None of them names anybody: ``masked_name``, ``pages``, ``insurer_name`` and ``consents`` are left
        out, and so is what only staff may read.
        """
        follower = Following(self._first_for(after), self._leave)
        self._followers[follower] = None
        return follower

    async def every_change(self, after: int | None = None) -> AsyncIterator[View]:
        """Yield what a follower gets, one by one."""
        follower = self.follow(after)
        try:
            while (views := await follower.next()) is not None:
                for view in views:
                    yield view
        finally:
            follower.leave()

    def _wake_some(self) -> None:
        """Wake a few of those for whom something waits, and the others soon."""
        for follower in [*self._asleep][:_AT_ONCE]:
            del self._asleep[follower]
            follower.wake()
        later = asyncio.get_running_loop().call_later
        self._waking = later(_PAUSE, self._wake_some) if self._asleep else None

    def _leave(self, follower: Following) -> None:
        self._followers.pop(follower, None)
        self._asleep.pop(follower, None)

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


def _without_answer(view: View) -> View:
    """Return a view that is over without its decision, and without the receipt, which has the decision in it."""
    has_answer = view.decision is not None or view.receipt is not None
    return replace(view, decision=None, receipt=None) if has_answer else view
