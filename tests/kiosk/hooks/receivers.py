"""Other programs that are posted to: real HTTP daemons on loopback, which behave as they are told."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Final

__all__ = ["Receiver", "received"]

Reply = Callable[[BaseHTTPRequestHandler], None]
PATIENCE: Final = 30.0


def status(code: int, **headers: str) -> Reply:
    """Answer with a status, and nothing else."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return reply


class Receiver:
    """A daemon. ``bodies`` and ``ids`` are what it has taken (answered with 2xx), in order; ``asked`` every request."""

    def __init__(self, reply: Reply | None = None) -> None:
        self.reply = reply or status(204)
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.asked = 0
        self._changed = Condition()
        self.server: ThreadingHTTPServer

    @property
    def ids(self) -> list[str]:
        with self._changed:
            return [headers["kiosk-event-id"] for headers in self.headers]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/take-visits"

    def until(self, fits: Callable[[Receiver], bool]) -> None:
        """Wait until what it has seen fits."""
        with self._changed:
            assert self._changed.wait_for(lambda: fits(self), PATIENCE), (self.asked, len(self.bodies))

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        with self._changed:
            self.asked += 1
            self.bodies.append(body)
            self.headers.append({name.lower(): value for name, value in handler.headers.items()})
            self._changed.notify_all()

    def refuse(self, reply: Reply, handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers["Content-Length"]))
        with self._changed:
            self.asked += 1
            self._changed.notify_all()
        reply(handler)


@contextmanager
def received(
    reply: Reply | None = None, *, port: int = 0, tls: ssl.SSLContext | None = None, taken: bool = True
) -> Iterator[Receiver]:
    """Run a receiver for a block; with ``taken`` false it takes nothing, and ``reply`` is what it says."""
    receiver = Receiver(reply)
    receiver_takes = [taken]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if receiver_takes[0]:
                receiver.take(self)
                receiver.reply(self)
            else:
                receiver.refuse(receiver.reply, self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of a client that has left."""

    receiver.server = Server(("127.0.0.1", port), Handler)
    if tls:
        receiver.server.socket = tls.wrap_socket(receiver.server.socket, server_side=True)
    thread = Thread(target=receiver.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join(PATIENCE)
