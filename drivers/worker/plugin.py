"""How a driver's worker is started: as a process of its own, or by whatever a plug-in brings."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["ReaderPlugin", "SpawnedPlugin", "WorkerProcess"]


class WorkerProcess(Protocol):
    """A running worker."""

    @property
    def socket(self) -> socket.socket:
        """The client's end of the connection; when it is closed the worker lets go of its cards and ends."""

    def kill(self) -> None:
        """End it now, whatever it is doing."""

    def wait(self) -> object:
        """Block until it has ended."""


class ReaderPlugin(Protocol):
    """A driver that can be chosen in the settings, found by the entry point group ``kiosk.readers``."""

    @property
    def name(self) -> str:
        """``pcsc``, ``nfc`` or ``simulator``."""

    def launch(self, options: Mapping[str, object]) -> WorkerProcess:
        """Start a worker with the driver's own options. Raises OSError."""


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
class SpawnedPlugin:
    """Runs a built-in driver as ``python -m drivers.worker NAME``; ``program`` is how Python is told what to run."""

    name: str
    program: Sequence[str] = ("-m", "drivers.worker")

    def launch(self, options: Mapping[str, object]) -> SpawnedProcess:
        """Start the worker; of our descriptors it gets its socket and standard error, nothing else."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-P", *self.program, self.name]
            command += ["--socket", str(theirs.fileno()), "--options", json.dumps(dict(options))]
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
            )
        return SpawnedProcess(ours, process)
