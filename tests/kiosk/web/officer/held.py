"""Work of the office that is kept waiting, so that a test can look at what goes on."""

from __future__ import annotations

import threading

import anyio

__all__ = ["Held"]


class Held:
    """Keeps work waiting in its thread."""

    def __init__(self) -> None:
        self.go_on, self._began = threading.Event(), threading.Event()

    def wait(self) -> None:
        self._began.set()
        assert self.go_on.wait(60)

    async def began(self) -> None:
        assert await anyio.to_thread.run_sync(self._began.wait, 60)
