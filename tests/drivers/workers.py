"""Workers in threads and in processes, for the tests of the client's side and of the real drivers."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace

from drivers.worker.client import (
    DEFAULT_LIMITS,
    Limits,
    ReaderWorker,
)
from drivers.worker.messages import Message, receive
from drivers.worker.plugin import ReaderPlugin
from drivers.worker.server import serve
from tests.drivers.doubles import CardDouble, DriverDouble, Events

QUICK = replace(DEFAULT_LIMITS, first_pause=0.0, last_pause=0.01)
SHORT_OF_PATIENCE = replace(QUICK, read=0.05, prove=0.05, release=0.05, end=0.05)
# Generous: a busy machine must not fail what only a real silence may.
PATIENT = replace(DEFAULT_LIMITS, read=60.0, prove=60.0, release=60.0, readers=60.0, ping=60.0, first_pause=0.0)
SELECT = "00A4040C0AD392F000260100000001"
CHALLENGE = bytes(range(32))

Work = Callable[[socket.socket], None]


class ProcessDouble:
    """A worker in a thread; like a process it can be ended whatever its card does."""

    def __init__(self, work: Callable[[socket.socket], None]) -> None:
        self.socket, self.far = socket.socketpair()
        self.gone = threading.Event()
        self.killed = False
        threading.Thread(target=self._run, args=(work,), daemon=True).start()

    def _run(self, work: Callable[[socket.socket], None]) -> None:
        with self.far:
            work(self.far)
        self.gone.set()

    def kill(self) -> None:
        self.killed = True
        with contextlib.suppress(OSError):
            self.far.shutdown(socket.SHUT_RDWR)
        self.gone.set()

    def wait(self) -> None:
        self.gone.wait()


class PluginDouble:
    """Starts workers in threads, and remembers them."""

    name = "double"

    def __init__(self, work: Callable[[socket.socket], None]) -> None:
        self.work = work
        self.launched: list[ProcessDouble] = []
        self.failures = 0

    def launch(self, options: Mapping[str, object]) -> ProcessDouble:
        if self.failures:
            self.failures -= 1
            raise OSError("no more processes")
        self.launched.append(ProcessDouble(self.work))
        return self.launched[-1]


@contextlib.asynccontextmanager
async def running(work: Work, limits: Limits = QUICK) -> AsyncIterator[tuple[ReaderWorker, Events, PluginDouble]]:
    """A client whose workers do this work, its events and its plug-in."""
    plugin, events = PluginDouble(work), Events()
    client = ReaderWorker(plugin, limits=limits, on_event=events)
    await client.start()
    try:
        yield client, events, plugin
    finally:
        await client.stop()


@contextlib.asynccontextmanager
async def real_worker(
    plugin: ReaderPlugin, options: Mapping[str, object] | None = None, limits: Limits = PATIENT
) -> AsyncIterator[tuple[ReaderWorker, Events]]:
    """A client of a worker in its own process, once it has listed its readers, and its events."""
    events = Events()
    client = ReaderWorker(plugin, options=options, limits=limits, on_event=events)
    await client.start()
    try:
        await client.readers()
        yield client, events
    finally:
        await client.stop()


def serving(driver: DriverDouble, hold_seconds: float = 60.0) -> Callable[[socket.socket], None]:
    return lambda sock: serve(driver, sock, hold_seconds=hold_seconds)


async def in_thread(event: threading.Event) -> None:
    assert await asyncio.to_thread(event.wait, 10)


def silence(card: CardDouble) -> threading.Event:
    """Let the card never answer READ BINARY, until the event is set."""
    speak = threading.Event()
    card.always = lambda apdu: (speak.wait(10), None)[1] if apdu[1] == 0xB0 else None
    return speak


@contextlib.contextmanager
def served(driver: DriverDouble) -> Iterator[socket.socket]:
    """The bare socket of a worker."""
    near, far = socket.socketpair()
    near.settimeout(10)
    thread = threading.Thread(target=serve, args=(driver, far))
    thread.start()
    with near:
        yield near
    thread.join(10)
    assert not thread.is_alive()


def answer(sock: socket.socket) -> Message:
    """The next message that is no event."""
    while (message := receive(sock)) is not None:
        if "event" not in message.header:
            return message
    raise AssertionError("the worker hung up")


def listens_only(sock: socket.socket) -> None:
    """A worker that takes every message and never answers."""
    while receive(sock) is not None:
        pass
