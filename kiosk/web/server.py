"""The HTTP server around the application: loopback, without a banner and without a log of requests."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from kiosk.web.patience import PatientProtocol
from kiosk.web.seams import WebSettings

__all__ = ["make_server"]


class _Server(uvicorn.Server):
    """Tells the application's event streams to end before it waits for the connections to close."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.config.app.state.closing.set()  # type: ignore[union-attr]
        await super().shutdown(sockets)


def make_server(app: FastAPI, settings: WebSettings) -> uvicorn.Server:
    """Return a server for ``settings.listen`` and an application of ``create_app``; ``run()`` blocks until a signal."""
    host, _, port = settings.listen.rpartition(":")
    config = uvicorn.Config(
        app,
        host=host.strip("[]"),
        port=int(port),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        http=PatientProtocol,
        ws="none",
        timeout_graceful_shutdown=2,
    )
    return _Server(config)
