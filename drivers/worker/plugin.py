"""The plug-ins that bring a driver, and how the worker of one is started."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    # Only their types: a driver needs neither a web framework nor, in its worker, the models of the settings.
    from fastapi import APIRouter

    from drivers.options import ReaderOptions

__all__ = ["ReaderPlugin", "PlainPlugin", "SpawnedPlugin", "WorkerProcess"]


class WorkerProcess(Protocol):
    """A running worker."""

    @property
    def socket(self) -> socket.socket:
        """The client's end of the connection. When it is closed the worker powers off its cards and ends."""

    def kill(self) -> None:
        """End the process now, whatever it is doing."""

    def wait(self) -> object:
        """Block until it has ended."""


@runtime_checkable
class ReaderPlugin(Protocol):
    """A driver that can be chosen in the settings, found by the entry point group ``kiosk.readers``."""

    @property
    def name(self) -> str:
        """The name of its entry point, and of its section in the settings."""

    @property
    def label(self) -> str:
        """What the staff desk calls its readers, in Japanese."""

    @property
    def simulated(self) -> bool:
        """Whether no reader of this driver is hardware: it is then taken only with ``simulation = true``."""

    @property
    def options(self) -> type[ReaderOptions]:
        """The model of its section in the settings."""

    def is_virtual(self, reader: str) -> bool:
        """Return whether this reader, unlike others of the driver, is no hardware: it then serves simulations only."""

    def router(self) -> APIRouter | None:
        """Return the pages that a simulation shows below ``/simulation``; None if there are none."""

    def launch(self, options: Mapping[str, object]) -> WorkerProcess:
        """Start a worker with the values of its options and the card profiles (``profiles``). Raises OSError."""


class PlainPlugin:
    """What a plug-in answers unless it says otherwise: it has no options, and nothing of it is simulated."""

    simulated: bool = False

    @property
    def options(self) -> type[ReaderOptions]:
        """The model without any option."""
        # Not in the worker's process, which loads a plug-in's package too: it needs no pydantic.
        from drivers.options import ReaderOptions

        return ReaderOptions

    def is_virtual(self, reader: str) -> bool:
        """Return False for every reader."""
        return False

    def router(self) -> APIRouter | None:
        """Return None: there are no pages."""
        return None


@dataclass(frozen=True)
class SpawnedProcess:
    """A worker in a process of its own."""

    socket: socket.socket
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it with SIGKILL."""
        self.process.kill()

    def wait(self) -> int:
        """Return the exit status once it has ended."""
        return self.process.wait()


@dataclass(frozen=True)
class SpawnedPlugin(PlainPlugin):
    """Runs a driver as ``python -m drivers.worker MODULE:FUNCTION``, in a process of its own.

    ``driver`` is that function (``acme.driver:create``): it makes a driver of the options. ``program`` is how Python
    is told what to run.
    """

    name: str
    label: str
    driver: str
    program: Sequence[str] = ("-m", "drivers.worker")

    def launch(self, options: Mapping[str, object]) -> SpawnedProcess:
        """Start the worker. Of our descriptors it gets its socket and standard error, and no other."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-P", *self.program, self.driver]
            command += ["--socket", str(theirs.fileno()), "--options", json.dumps(dict(options))]
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
            )
        return SpawnedProcess(ours, process)
