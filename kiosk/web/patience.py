"""Limit how long the server waits for a silent client, and how many clients it lets in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["HEAD_SECONDS", "MOST_CONNECTIONS", "PatientProtocol"]

HEAD_SECONDS = 10.0
"""Seconds from a connection's first moment, or the first byte of its next request, to the end of the request's head."""

MOST_CONNECTIONS = 288
"""A kiosk has one page and some programs; more connections than this are somebody's mistake or malice.

Event streams never come to this number, since they have a limit of their own (``kiosk.web.streams``).
"""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, but with a limit on the time for a request's head.

    If too many clients are connected, a newcomer takes the place of a stream that has lost its seat, or else of the
    client
    that has been quiet the longest, beginning with those that still owe a request. So a crowd cannot keep a page out,
    nor
    end its event stream.
    """

    _patience: asyncio.TimerHandle | None = None
    _heard = 0.0

    def connection_made(self, transport: Any) -> None:
        """Let the client in, in another's place if too many are in already."""
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
        """Return how strong a connection's claim to its place is: first by what it is owed, then by how lately it
        spoke.
        """
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
