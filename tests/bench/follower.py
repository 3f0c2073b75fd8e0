"""A program that follows the visit on one kept connection and acts on another, in a few lines of http.client.

It takes a tenth of the time that httpx does, which would otherwise be most of what is measured.
"""

from __future__ import annotations

import json
import socket
from http.client import HTTPConnection
from typing import Self

__all__ = ["Follower", "KeptConnection"]


class KeptConnection:
    """One kept connection to a server."""

    def __init__(self, host: str, port: int) -> None:
        """Connect."""
        self._connection = HTTPConnection(host, port, timeout=30)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._cookie = ""

    def take_cookie(self) -> str:
        """Ask for the visitor page, and keep its cookie and return it."""
        self._connection.request("GET", "/")
        answer = self._connection.getresponse()
        answer.read()
        self._cookie = (answer.getheader("set-cookie") or "").partition(";")[0]
        return self._cookie

    def post(self, path: str, body: dict[str, str]) -> bytes:
        """Send a JSON object and return the answer's body. Raises RuntimeError for any status but 200."""
        headers = {"Content-Type": "application/json", "Cookie": self._cookie}
        self._connection.request("POST", path, json.dumps(body), headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return content

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Follower:
    """Makes visits as the page does: it acts on one connection, and sees every change on another."""

    def __init__(self, host: str, port: int) -> None:
        """Connect as the visitor page."""
        self._acting = KeptConnection(host, port)
        cookie = self._acting.take_cookie()
        self._following = HTTPConnection(host, port, timeout=30)
        self._following.request("GET", "/api/v1/events", headers={"Cookie": cookie})
        self._events = self._following.getresponse()

    def post(self, path: str, body: dict[str, str]) -> None:
        """Act."""
        self._acting.post(path, body)

    def until(self, *screens: str) -> None:
        """Return when one of these screens is shown. Raises EOFError if the stream ends before."""
        while line := self._events.readline():
            if line.startswith(b"data: ") and json.loads(line[6:])["screen"] in screens:
                return
        raise EOFError("the stream of events has ended")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._acting.close()
        self._following.close()
