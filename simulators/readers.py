"""Offer simulated readers to the service, as the plug-in ``simulator``.

Its worker speaks the protocol of the real ones, over a socket pair, in a thread of the same process.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from drivers.profiles import profiles_in
from drivers.worker.plugin import PlainPlugin
from drivers.worker.server import serve
from simulators.driver import DRIVER_NAME, SimulatedReaders, SimulatorDriver

if TYPE_CHECKING:
    # Commands that serve no page use a reader too, and need not wait for this import.
    from fastapi import APIRouter

__all__ = ["SimulatedReaders", "SimulatorDriver", "SimulatorPlugin", "ThreadedWorker", "plugin"]


@dataclass(frozen=True, slots=True)
class ThreadedWorker:
    """A worker in a thread, as ``launch`` returns it."""

    _far_end: socket.socket
    _driver: SimulatorDriver
    _thread: threading.Thread
    socket: socket.socket

    def kill(self) -> None:
        """End the worker now; a command that waits for a silent card is given up."""
        self._driver.abandon()
        with contextlib.suppress(OSError):
            self._far_end.shutdown(socket.SHUT_RDWR)

    def wait(self) -> None:
        """Block until the worker's thread has ended."""
        self._thread.join()


@dataclass(frozen=True)
class SimulatorPlugin(PlainPlugin):
    """Simulated readers as a plug-in. The readers, and the cards on them, outlive each worker."""

    readers: SimulatedReaders = field(default_factory=SimulatedReaders)
    name: str = DRIVER_NAME
    label: str = "模擬リーダー"
    simulated: bool = True

    def launch(self, options: Mapping[str, object]) -> ThreadedWorker:
        """Start a worker.

        Raises:
            ValueError: There is an option other than ``profiles``.

        """
        own = dict(options)
        profiles = profiles_in(own)
        if own:
            raise ValueError("the simulator takes no options, not " + ", ".join(sorted(own)))
        near, far = socket.socketpair()
        driver = SimulatorDriver(self.readers)
        work = partial(serve, driver, far, profiles=profiles)
        thread = threading.Thread(target=work, name="simulator-worker", daemon=True)
        thread.start()
        return ThreadedWorker(far, driver, thread, near)

    def router(self) -> APIRouter:
        """Return the 模擬 panel, its page and its API, for mounting below ``/simulation``."""
        from simulators.panel import panel_router

        return panel_router(self.readers)


plugin = SimulatorPlugin()
"""The plug-in behind the entry point ``kiosk.readers`` / ``simulator``."""
