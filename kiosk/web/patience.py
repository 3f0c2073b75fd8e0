"""How long the server waits for a client that says nothing, and how many it lets in."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["HEAD_SECONDS", "MOST_CONNECTIONS", "PatientProtocol"]

HEAD_SECONDS = 10.0
"""From a connection's first moment, or the first byte of its next request, to the end of the request's head."""

MOST_CONNECTIONS = 128
"""A kiosk has one page and a few programs; more connections than this are somebody's mistake or malice."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, but a request head that never ends is not waited for."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Let the client in, unless too many are in already."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Take bytes; between two requests they are the beginning of a head."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._wait_for_head()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
