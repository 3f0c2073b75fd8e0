"""How long the server waits for a client that says nothing, and how many it lets in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["HEAD_SECONDS", "MOST_CONNECTIONS", "PatientProtocol"]

HEAD_SECONDS = 10.0
"""From a connection's first moment, or the first byte of its next request, to the end of the request's head."""

MOST_CONNECTIONS = 128
"""A kiosk has one page and a few programs; more connections than this are somebody's mistake or malice.

Event streams, which are counted where they are given, never come near it.
"""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, but a request head that never ends is not waited for.

    Where too many are in, a newcomer takes the place of a stream that has lost its seat, else of whoever has been quiet
    the longest, first of those who have still to say something: a crowd keeps no page out, nor ends its event stream.
    """

    _patience: asyncio.TimerHandle | None = None
    _heard = 0.0

    def connection_made(self, transport: Any) -> None:
        """Let the client in, in another's place where too many are in already."""
        super().connection_made(transport)
        self._heard = self.loop.time()
        self._wait_for_head()
        here = [one for one in self.connections if isinstance(one, PatientProtocol) and not one.transport.is_closing()]
        if len(here) > MOST_CONNECTIONS:
            min(here, key=PatientProtocol._claim).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take bytes; between two requests they are the beginning of a head."""
        self._heard = self.loop.time()
        super().data_received(data)
        if self._at_rest:
            self._wait_for_head()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._stop_waiting()
        super().connection_lost(exc)

    @property
    def _seats(self) -> Sequence[asyncio.Event]:
        return () if self._at_rest else self.scope["state"].get("seats", ())

    @property
    def _at_rest(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _claim(self) -> tuple[int, float]:
        """How good a claim to its place a connection has: by what is due to it, and then the later it spoke."""
        if self._seats:
            return (0 if any(left.is_set() for left in self._seats) else 3), self._heard
        return (1 if self._at_rest or self.cycle.more_body else 2), self._heard

    def _wait_for_head(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
