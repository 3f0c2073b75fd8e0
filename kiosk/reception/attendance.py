"""Whether a staff page is open, so that somebody sees and hears a call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["Attendance"]

_GRACE: Final = 5.0
"""Seconds in which a page that is loaded anew comes back; it is not gone for that."""


class Attendance:
    """Counts the open staff pages; a locked page counts too, since it rings. For one event loop."""

    def __init__(self, changed: Callable[[bool], None]) -> None:
        """Begin with no page. ``changed`` is called with whether one is open, each time that this changes."""
        self._changed = changed
        self._pages = 0
        self._leaving: asyncio.TimerHandle | None = None

    @contextmanager
    def page(self) -> Iterator[None]:
        """Count one page, for as long as the block runs."""
        self._come()
        try:
            yield
        finally:
            self._pages -= 1
            if not self._pages:
                self._leaving = asyncio.get_running_loop().call_later(_GRACE, self._leave)

    def _come(self) -> None:
        self._pages += 1
        if self._leaving:
            self._leaving.cancel()
            self._leaving = None
        elif self._pages == 1:
            self._changed(True)

    def _leave(self) -> None:
        self._leaving = None
        self._changed(False)
