"""Run a driver's worker in a thread of this process, for tests that replace the library below a real driver."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from drivers.connection import Driver
from drivers.worker.plugin import PlainPlugin
from drivers.worker.server import serve

__all__ = ["ThreadedPlugin", "ThreadedProcess"]


@dataclass(frozen=True, slots=True)
class ThreadedProcess:
    """A worker in a thread, as ``launch`` returns it. A thread cannot be killed, so one that hangs is left behind."""

    _far: socket.socket
    socket: socket.socket

    def kill(self) -> None:
        """Close the worker's socket; a call that hangs keeps hanging."""
        with contextlib.suppress(OSError):
            self._far.shutdown(socket.SHUT_RDWR)

    def wait(self) -> None:
        """Return at once."""


@dataclass(frozen=True)
class ThreadedPlugin(PlainPlugin):
    """Runs the driver that ``create`` makes from the options; ``launched`` are its workers."""

    name: str
    create: Callable[[Mapping[str, object]], Driver]
    launched: list[ThreadedProcess] = field(default_factory=list)
    label: str = "カードリーダー"

    def launch(self, options: Mapping[str, object]) -> ThreadedProcess:
        """Start a worker. Exceptions of ``create`` pass through."""
        driver = self.create(options)
        near, far = socket.socketpair()
        threading.Thread(target=serve, args=(driver, far), name=f"{self.name}-worker", daemon=True).start()
        self.launched.append(ThreadedProcess(far, near))
        return self.launched[-1]
