"""Run the HTTP server around the application: loopback, without a banner and without a log of requests."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI

from kiosk.web.patience import MOST_CONNECTIONS, PatientProtocol
from kiosk.web.seams import WebSettings

__all__ = ["make_server", "serving_beside"]


class _Server(uvicorn.Server):
    """Ends the application's event streams before it waits for the connections to close."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the visitor's server if this one only runs beside it."""
        if self.config.app.state.beside:  # type: ignore[union-attr]
            yield
            return
        with super().capture_signals():
            yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Handle a signal: readers that go away from now on are no loss, since their processes get the signal too."""
        self.config.app.state.leaving()  # type: ignore[union-attr]
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.config.app.state.closing.set()  # type: ignore[union-attr]
        await super().shutdown(sockets)


def make_server(app: FastAPI, settings: WebSettings) -> uvicorn.Server:
    """Return a server for ``settings.listen`` and an application of ``create_app``; ``run()`` blocks until a signal."""
    return _server(app, settings.listen, beside=False)


@asynccontextmanager
async def serving_beside(app: FastAPI, listener: socket.socket) -> AsyncIterator[None]:
    """Serve ``app`` on ``listener`` in this event loop while the block runs; another server handles the signals."""
    host, port = listener.getsockname()[:2]
    server = _server(app, f"{host}:{port}", beside=True)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def _server(app: FastAPI, listen: str, *, beside: bool) -> uvicorn.Server:
    app.state.beside = beside
    host, _, port = listen.rpartition(":")
    config = uvicorn.Config(
        app,
        host=host.strip("[]"),
        port=int(port),
        log_config=None,
        access_log=False,
        # Below that level it reports callers: a request that is not HTTP is no fault of ours.
        log_level="error",
        server_header=False,
        proxy_headers=False,
        http=PatientProtocol,
        # This many newcomers are accepted before any of them is read; more would push each other out unread.
        backlog=MOST_CONNECTIONS // 4,
        ws="none",
        timeout_graceful_shutdown=2,
    )
    return _Server(config)
