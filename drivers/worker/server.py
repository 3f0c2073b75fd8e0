"""The worker's side: it sends events, carries out whole dialogues, and answers pings whatever a card does."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
from collections.abc import Mapping, Sequence

from drivers.connection import Driver, Polling, Snapshot
from drivers.errors import Trouble, error_of
from drivers.events import CardWithdrawn, DriverLost, DriverReady, ReaderEvent
from drivers.memory import CardMemory
from drivers.monitor import snapshot_after, watch_forever
from drivers.profiles import CardProfile
from drivers.worker.dialogues import HOLD_SECONDS, DialogueRunner, Job, Reply, error_header
from drivers.worker.messages import BadMessage, Message, encode, event_header, receive, wipe

__all__ = ["serve"]

OVERDUE_SECONDS = 15.0
"""Seconds by which a look at the readers may exceed its timeout before the driver counts as stuck.

This is longer than a dialogue, because a driver may have to wait for one.
"""

END_SECONDS = 2.0
"""Seconds to wait, at the end, for the dialogues under way; a card that never answers is left behind."""


def serve(
    driver: Driver,
    sock: socket.socket,
    *,
    hold_seconds: float = HOLD_SECONDS,
    profiles: Sequence[CardProfile] = (),
) -> None:
    """Serve the client at the other end of a socket until it hangs up; then power off every card.

    The calling thread only reads the socket, so that a ping is answered at once.

    Args:
        driver: The driver to serve.
        sock: The worker's end of the connection. It is closed at the end.
        hold_seconds: How long an open transaction waits for the PIN.
        profiles: The kinds of card to look for; the built-in ones if there are none.

    """
    with sock:
        _Server(driver, sock, hold_seconds, profiles).run()


class _Server:
    def __init__(
        self, driver: Driver, sock: socket.socket, hold_seconds: float, profiles: Sequence[CardProfile]
    ) -> None:
        self._driver = driver
        self._sock = sock
        self._hold_seconds = hold_seconds
        self._profiles = profiles
        self._memory = CardMemory()
        self._runners: dict[str, DialogueRunner] = {}
        self._stop = threading.Event()
        self._sending = threading.Lock()
        # Guards the runners and the three below: the monitor writes them, the control thread asks for them.
        self._seeing = threading.Lock()
        self._readers: Snapshot = {}
        self._driver_state: DriverReady | DriverLost | None = None
        self._waiting: list[Message] = []
        self._timed = _TimedDriver(driver)

    def run(self) -> None:
        monitor = threading.Thread(target=self._monitor, name="monitor", daemon=True)
        monitor.start()
        try:
            while (message := receive(self._sock)) is not None:
                self._handle(message)
        except (BadMessage, OSError):
            pass  # The client is gone, or not what it should be: the end is the same.
        finally:
            self._end(monitor)

    def _handle(self, message: Message) -> None:
        match message.text("ask"):
            case "ping":
                self._reply(message, self._pong())
            case "readers":
                self._ask_readers(message)
            case "read" | "prove" | "probe" | "recording" | "release" as ask:
                self._submit(Job(ask, message.integer("id"), message.integer("visit"), message))
            case other:
                raise BadMessage(f"nobody may ask for {other[:20]!r}")

    def _pong(self) -> Reply:
        if self._timed.overdue:
            return Reply(error_header(error_of(self._timed.stuck, "a look at the readers does not come back")))
        return Reply({"stuck": self._timed.stuck})

    def _submit(self, job: Job) -> None:
        name = job.request.text("reader")
        with self._seeing:
            if name not in self._runners:
                reader = self._driver.reader(name)
                self._runners[name] = DialogueRunner(
                    reader, self._memory, self._answer, self._hold_seconds, self._profiles
                )
            self._runners[name].submit(job)
            self._end_runners()

    def _end_runners(self) -> None:
        """End the dialogues of readers that are not there, so that nothing of their last card stays in memory."""
        if self._driver_state is None:
            return
        usable = {name for name, state in self._readers.items() if not state.trouble}
        for name in self._runners.keys() - usable:
            self._runners.pop(name).leave()

    def _ask_readers(self, message: Message) -> None:
        """Answer at once; before the first look at the readers, answer after it."""
        with self._seeing:
            if self._driver_state is None:
                self._waiting.append(message)
                return
        self._reply(message, self._readers_reply())

    def _readers_reply(self) -> Reply:
        with self._seeing:
            state = self._driver_state
            if isinstance(state, DriverLost):
                return Reply(error_header(error_of(state.trouble, "the readers cannot be used")))
            readers = [
                {"name": name, "card": state.card_present, "trouble": state.trouble}
                for name, state in self._readers.items()
            ]
        return Reply({"readers": readers})

    def _monitor(self) -> None:
        try:
            watch_forever(self._timed, self._emit, self._stop)
        finally:
            # Without a monitor the worker is of no use: the client shall replace it.
            self._hang_up()

    def _emit(self, events: Sequence[ReaderEvent]) -> None:
        with self._seeing:
            for event in events:
                self._note(event)
            self._end_runners()
            waiting, self._waiting = self._waiting, []
        for event in events:
            self._send(event_header(event))
        for message in waiting:
            self._reply(message, self._readers_reply())

    def _note(self, event: ReaderEvent) -> None:
        self._readers = snapshot_after(self._readers, event)
        match event:
            case DriverReady() | DriverLost():
                self._driver_state = event
            case CardWithdrawn() if event.reader in self._runners:
                self._runners[event.reader].drop()

    def _answer(self, job: Job, reply: Reply) -> None:
        self._reply(job.request, reply)

    def _reply(self, request: Message, reply: Reply) -> None:
        identity = {"id": request.header.get("id"), "visit": request.header.get("visit")}
        self._send({**identity, **reply.fields}, reply.body)

    def _send(self, header: Mapping[str, object], body: bytes = b"") -> None:
        frame = encode(header, body)
        # A client that hung up needs no answer: the control thread sees its end too.
        with self._sending, contextlib.suppress(OSError):
            self._sock.sendall(frame)
        wipe(frame)

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def _end(self, monitor: threading.Thread) -> None:
        self._stop.set()
        for runner in self._runners.values():
            runner.end()
        deadline = time.monotonic() + END_SECONDS
        for thread in [monitor, *(runner.thread for runner in self._runners.values())]:
            while thread.is_alive() and time.monotonic() < deadline:
                # Again and again: a wake just before the wait begins is lost.
                self._driver.wake()
                thread.join(0.05)


class _TimedDriver:
    """A driver that knows whether a look at its readers takes too long: pcscd may be frozen, or a library may hang."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self.name = driver.name
        self.wake, self.reader = driver.wake, driver.reader
        self._due = math.inf

    @property
    def stuck(self) -> Trouble:
        """What hangs if a look does: the library if the driver polls its readers, else the service."""
        return Trouble.READER_STUCK if isinstance(self._driver, Polling) else Trouble.SERVICE_STUCK

    @property
    def overdue(self) -> bool:
        """Whether a look of ``watch``, or of the driver's own threads, should have ended long ago."""
        polling = isinstance(self._driver, Polling) and self._driver.overdue
        return polling or time.monotonic() > self._due

    def watch(self, known: Snapshot | None, timeout: float) -> Snapshot:
        """Watch the readers, and note until when this look should end."""
        self._due = time.monotonic() + timeout + OVERDUE_SECONDS
        try:
            return self._driver.watch(known, timeout)
        finally:
            self._due = math.inf
