"""Visit a running kiosk with the ears alone: what is said of each screen, and what somebody presses who hears it."""

from __future__ import annotations

import html
import queue
import re
import threading
from types import TracebackType
from typing import NamedTuple, Self

import httpx

__all__ = ["Heard", "Listener"]

_PATIENCE = 30.0


class Heard(NamedTuple):
    """What is said of one screen, and the names of its recordings, with a comma where a sentence ends."""

    text: str
    voice: str


class Listener:
    """Hears the visitor page at ``url`` inside a ``with`` block, from its own stream; it sees no screen's name."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=httpx.Timeout(_PATIENCE, read=None), trust_env=False)
        self._arrived: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._follow, name="listener", daemon=True)
        self.heard: list[Heard] = []

    def until(self, words: str) -> Heard:
        """Listen until these words are said. Raises queue.Empty if they are not."""
        while True:
            self.heard.append(self._arrived.get(timeout=_PATIENCE))
            if words in self.heard[-1].text:
                return self.heard[-1]

    def press(self, **action: object) -> None:
        """Press what was said."""
        self._client.post("/api/v1/visit/actions", json=action).raise_for_status()

    def __enter__(self) -> Self:
        self._client.get("/").raise_for_status()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave; the stream ends with the kiosk."""
        self._client.close()

    def _follow(self) -> None:
        try:
            with self._client.stream("GET", "/screens/events") as stream:
                for line in stream.iter_lines():
                    if said := re.search('<main data-speech="([^"]*)" data-voice="([^"]*)"', line):
                        self._arrived.put(Heard(*map(html.unescape, said.groups())))
        except (httpx.HTTPError, httpx.StreamError, OSError, RuntimeError):
            pass  # the kiosk has ended, or the listener has left
