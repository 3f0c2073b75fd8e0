"""Fuzz targets of the worker's protocol: what a worker may be sent, and what it may answer."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from drivers.errors import DriverError
from drivers.worker.client import ReaderWorker
from drivers.worker.link import Limits
from drivers.worker.messages import BadMessage, decode, event_of, receive, sizes
from drivers.worker.server import serve
from simulators.readers import SimulatedReaders, SimulatorDriver
from tests.fuzz.card import PIN, FuzzedCard, Script, Watch

__all__ = ["frames", "questions", "replies", "wire"]

_LIMITS = Limits(read=5.0, prove=5.0, readers=5.0, release=5.0, ping_every=60.0, end=5.0, first_pause=60.0)
_END_SECONDS = 60.0
_MOST_BYTES = 60_000
_MOST_FRAMES = 200


def wire(data: bytes) -> bytes:
    """Return what goes over the wire: ``data`` itself, or, after a ``#``, a well-measured frame for each line of it.

    A line is a header and, behind a zero byte, a body.
    """
    if data[:1] != b"#":
        return data[:_MOST_BYTES]
    parts = (line.partition(b"\0")[::2] for line in data[1:_MOST_BYTES].split(b"\n")[:_MOST_FRAMES])
    return b"".join(len(h).to_bytes(4, "big") + len(b).to_bytes(4, "big") + h + b for h, b in parts)


def frames(data: bytes) -> None:
    """Any bytes are a message, an event, or a BadMessage."""
    split = data[0] + 1 if data else 1
    with contextlib.suppress(BadMessage):
        assert sum(sizes(data[:8].ljust(8, b"\0"))) <= 65_536
    with contextlib.suppress(BadMessage):
        message = decode(data[1:split], bytearray(data[split:]))
        message.optional_integer("sw")
        assert event_of(message).driver == message.text("driver")


def questions(data: bytes) -> None:
    """Any bytes from a client: the worker answers what it can, and ends when the client is gone."""
    near, far = socket.socketpair()
    driver = SimulatorDriver(SimulatedReaders())
    driver.put_card(FuzzedCard(Script(b"\x01"), Watch()))
    worker = threading.Thread(target=serve, args=(driver, far), daemon=True)
    worker.start()
    with near:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            near.sendall(wire(data))
            near.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError, OSError):
            while receive(near) is not None:
                pass
        worker.join(_END_SECONDS)
    assert not worker.is_alive()


@dataclass(frozen=True)
class Babbler:
    """A worker that says its piece, whatever it is asked, and ends."""

    socket: socket.socket
    far: socket.socket

    def kill(self) -> None:
        self.far.close()

    def wait(self) -> None:
        self.far.close()


@dataclass(frozen=True)
class BabblingPlugin:
    """Starts a worker that says ``piece``."""

    piece: bytes
    name: str = "babbler"

    def launch(self, options: Mapping[str, object]) -> Babbler:
        near, far = socket.socketpair()
        far.sendall(wire(self.piece))
        far.shutdown(socket.SHUT_WR)
        return Babbler(near, far)


def replies(data: bytes) -> None:
    """Any bytes from a worker: whoever asked gets an answer or a DriverError, and the PIN is wiped."""
    asyncio.run(_ask(data))


async def _ask(data: bytes) -> None:
    loop_errors: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: loop_errors.append(context))
    client = ReaderWorker(BabblingPlugin(data), limits=_LIMITS, on_event=lambda event: None)
    await client.start()
    try:
        await _each(client)
    finally:
        await client.stop()
    assert not loop_errors, loop_errors


async def _each(client: ReaderWorker) -> None:
    pin = bytearray(PIN.encode())
    with contextlib.suppress(DriverError):
        assert len((await client.read("reader", 1)).certificate) <= 65_536
    with contextlib.suppress(DriverError):
        await client.prove("reader", 1, bytes(32), pin)
    assert not any(pin)
    with contextlib.suppress(DriverError):
        assert isinstance(await client.readers(), list)
