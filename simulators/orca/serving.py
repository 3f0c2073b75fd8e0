"""Serve a simulated ORCA over HTTP on loopback, with the faults that a scenario asks for."""

from __future__ import annotations

import base64
import hmac
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self

from simulators.orca.answering import AnsweringOrca, OrcaScenario, SimulatedReception
from simulators.orca.patients import patients_of
from simulators.orca.xml2 import MOST_BYTES
from simulators.terminal.insured import InsuredPerson

__all__ = ["SimulatedOrca"]

_JAPAN: Final = timezone(timedelta(hours=9), "Asia/Tokyo")
_HUGE: Final = 64 * 1024 * 1024
_CHUNK: Final = b"<a>" * 21_845


def _now() -> datetime:
    return datetime.now(_JAPAN)


class SimulatedOrca:
    """An ORCA that runs inside a ``with`` block, or from ``start`` to ``stop``.

    ``calls`` are the paths of the latest thousand calls that had the right password, ``receptions`` what was
    registered, by whomever.
    """

    def __init__(
        self,
        everybody: Iterable[InsuredPerson],
        *,
        user: str,
        password: str,
        port: int = 0,
        scenario: OrcaScenario | None = None,
        delay: float = 0.0,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        patients = patients_of(everybody)
        self.patients = len(patients)
        self.calls: deque[str] = deque(maxlen=1000)
        self.stopping = threading.Event()
        self._service = AnsweringOrca(patients, clock, scenario)
        self._key = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._delay, self._lock = delay, threading.Condition()
        self._server = _Server(("127.0.0.1", port), self)
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="orca", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def scenario(self) -> OrcaScenario | None:
        """What it does to every call. It may be set any time."""
        return self._service.scenario

    @scenario.setter
    def scenario(self, scenario: OrcaScenario | None) -> None:
        self._service.scenario = scenario

    @property
    def receptions(self) -> tuple[SimulatedReception, ...]:
        """What is registered, in its order."""
        with self._lock:
            return tuple(self._service.receptions)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """End; calls that are on are given up."""
        self.stopping.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def knows(self, authorization: str) -> bool:
        """Return whether a header has the right user and password."""
        return hmac.compare_digest(authorization.encode(), f"Basic {self._key}".encode())

    def answer(self, path: str, body: bytes) -> bytes | None:
        """Return the answer to a call after the usual delay; None if there is no such call."""
        self.calls.append(path)
        self.stopping.wait(self._delay)
        with self._lock:
            answer = self._service.answer(path, body)
            self._lock.notify_all()
            return answer

    def wait_until_registered(self, receptions: int, timeout: float) -> bool:
        """Return whether so many receptions are registered, after at most ``timeout`` seconds."""
        with self._lock:
            return self._lock.wait_for(lambda: len(self._service.receptions) >= receptions, timeout)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], orca: SimulatedOrca) -> None:
        super().__init__(address, _Handler)
        self.orca = orca

    def handle_error(self, request: object, client_address: object) -> None:
        """Let a peer go away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """Answer a call."""
        orca = self.server.orca
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MOST_BYTES:
            self._send(413)
            return
        body = self.rfile.read(int(length))
        if not orca.knows(self.headers.get("Authorization", "")):
            self._send(401)
        elif not self._spoil(orca):
            self._give(orca, orca.answer(self.path, body))

    def _spoil(self, orca: SimulatedOrca) -> bool:
        """Answer as the scenario says, if it is one about HTTP; return whether that was done."""
        match orca.scenario:
            case OrcaScenario.ERROR_500:
                self._send(500)
            case OrcaScenario.REDIRECT:
                self._send(302, location=f"{orca.url}/elsewhere")
            case OrcaScenario.NOT_XML:
                self._send(200, b"<html>welcome</html")
            case OrcaScenario.HUGE:
                self._send_much()
            case OrcaScenario.SLOW:
                self._send_slowly(orca)
            case _:
                return False
        return True

    def _give(self, orca: SimulatedOrca, answer: bytes | None) -> None:
        if orca.scenario is OrcaScenario.LOST_ANSWER and self.path == "/orca11/acceptmodv2":
            self.close_connection = True
            return
        self._send(404 if answer is None else 200, answer or b"")
        if orca.scenario is OrcaScenario.TWICE:
            self._send(200, answer or b"")

    def _send(self, status: int, content: bytes = b"", location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/xml; charset=UTF-8")
        self.send_header("Content-Length", str(len(content)))
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="ORCA"')
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(content)

    def _send_much(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(_HUGE))
        self.end_headers()
        for _ in range(_HUGE // len(_CHUNK)):
            self.wfile.write(_CHUNK)

    def _send_slowly(self, orca: SimulatedOrca) -> None:
        """Send a byte now and then, so that no single read takes long."""
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        while not orca.stopping.wait(0.05):
            self.wfile.write(b" ")
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Write no line a call."""
