"""Keep what a daemon writes and wait for it: the only way to know when a foreign program has noticed something."""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from collections.abc import Iterable
from typing import IO, Final

__all__ = ["DaemonLog"]

_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")
_KEPT_LINES: Final = 2000


class DaemonLog:
    """The last lines of one process, and how often each of some words has come. Safe from any thread."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(words)
        self._counts: Counter[str] = Counter()
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._ended = False
        self._changed = threading.Condition()

    @property
    def text(self) -> str:
        """The last lines."""
        with self._changed:
            return "\n".join(self._lines)

    @property
    def ended(self) -> bool:
        """Whether the process has closed its output."""
        with self._changed:
            return self._ended

    def count(self, word: str) -> int:
        """Return how many lines with this word have come."""
        with self._changed:
            return self._counts[word]

    def wait_for(self, word: str, count: int, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds for that many lines with the word, or the end; return whether they came."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._counts[word] >= count, timeout)
            return self._counts[word] >= count

    def follow(self, stream: IO[bytes]) -> None:
        """Read every line until the end of the stream, then close it. It needs a thread of its own."""
        with stream:
            for raw in stream:
                self._take(_COLOURS.sub("", raw.decode("utf-8", "replace")).rstrip())
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _take(self, line: str) -> None:
        with self._changed:
            self._lines.append(line)
            self._counts.update(word for word in self._words if word in line)
            self._changed.notify_all()
