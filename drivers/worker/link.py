"""The client's end of the connection to one worker: questions and answers, events, pings."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from drivers.errors import DriverError, ReaderStuck, ServiceStuck, Trouble, WorkerLost, error_of
from drivers.events import ReaderEvent
from drivers.worker.messages import PREFIX, BadMessage, Message, decode, encode, event_of, sizes, wipe
from drivers.worker.plugin import WorkerProcess

__all__ = ["DEFAULT_LIMITS", "Limits", "WorkerLink"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a worker may be silent, in seconds. After that it is ended and replaced.

    ``end`` is how long it may take to power off its cards at its end. The pause before a replacement is
    ``first_pause`` at first, and doubles up to ``last_pause``.
    """

    read: float = 15.0
    prove: float = 15.0
    release: float = 5.0
    probe: float = 10.0
    readers: float = 5.0
    ping: float = 5.0
    ping_every: float = 2.0
    end: float = 3.0
    first_pause: float = 0.1
    last_pause: float = 10.0


DEFAULT_LIMITS = Limits()
"""The limits of the product."""


@dataclass(frozen=True, slots=True)
class _Question:
    """One question that waits for its answer. ``on_part`` is called with a part of it that comes ahead."""

    answer: asyncio.Future[Message]
    on_part: Callable[[Message], None] | None


class WorkerLink:
    """The connection to one running worker. Call ``run`` while it lives, then ``reap``; ``ask`` at any time."""

    def __init__(self, process: WorkerProcess, limits: Limits, on_event: Callable[[ReaderEvent], None]) -> None:
        self._process = process
        self._limits = limits
        self._on_event = on_event
        self._socket = process.socket
        self._socket.setblocking(False)
        self._numbers = itertools.count(1)
        self._pending: dict[tuple[int, int], _Question] = {}
        self._gone = False
        self._killed = False
        self._stuck: Trouble | None = None
        self._loss = Trouble.WORKER_LOST

    @property
    def loss(self) -> Trouble:
        """Why this worker was lost: it ended by itself, or waited without an end for a service or a reader."""
        return self._loss

    @property
    def stuck(self) -> Trouble | None:
        """What to report if listing readers times out; None before the first answer to a ping."""
        return self._stuck

    async def run(self) -> None:
        """Receive messages until the worker ends, falls silent or breaks the protocol."""
        pings = asyncio.create_task(self._ping_forever())
        try:
            while (message := await self._receive()) is not None:
                self._take(message)
        except (OSError, BadMessage):
            self.kill()
        finally:
            pings.cancel()
            self._fail_pending()

    async def reap(self) -> None:
        """Wait until the worker has ended. One that takes longer than its limit is killed."""
        # In a thread of its own: those that everybody shares may all be taken by what hangs.
        waiter = ThreadPoolExecutor(1, "reap")
        ending = asyncio.get_running_loop().run_in_executor(waiter, self._process.wait)
        waiter.shutdown(wait=False)
        await asyncio.wait({ending}, timeout=self._limits.end)
        if not ending.done():
            self.kill()
        await ending
        self._socket.close()

    async def ask(
        self,
        ask: str,
        limit: float,
        *body: bytes | bytearray,
        visit: int = 0,
        on_part: Callable[[Message], None] | None = None,
        fields: Mapping[str, object] | None = None,
    ) -> Message:
        """Ask the worker and return its answer.

        Args:
            ask: What is asked for, such as ``read``.
            limit: Seconds after which the worker is killed.
            body: The parts of the message's body. No copy of them stays behind.
            visit: The number of the visit.
            on_part: Called with a part of the answer that comes ahead of it.
            fields: More fields of the header.

        Raises:
            DriverError: The worker answers with it. WorkerLost: it has ended, or answers nonsense.
            TimeoutError: There was no answer within the limit.

        """
        key = (next(self._numbers), visit)
        question = _Question(asyncio.get_running_loop().create_future(), on_part)
        self._send({"ask": ask, "id": key[0], "visit": visit, **(fields or {})}, *body)
        # Not before it was sent: what ends a worker that takes no question would leave an error that nobody awaits.
        self._pending[key] = question
        try:
            async with asyncio.timeout(limit):
                return self._checked(await question.answer)
        except TimeoutError:
            self.kill()
            raise
        finally:
            del self._pending[key]

    def hang_up(self) -> None:
        """End the conversation, so that the worker powers off its cards and ends."""
        self._fail_pending()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """End the worker at once, whatever it is doing."""
        if self._killed:
            return
        self._killed = True
        self._fail_pending()
        # Not closed here: the event loop may be waiting on it, and sees its end this way.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._process.kill()

    async def _ping_forever(self) -> None:
        with contextlib.suppress(DriverError, TimeoutError):
            while True:
                await asyncio.sleep(self._limits.ping_every)
                await self._ping()

    async def _ping(self) -> None:
        try:
            answer = await self.ask("ping", self._limits.ping)
            self._stuck = answer.trouble("stuck")
        except (ServiceStuck, ReaderStuck) as error:
            # Its monitor waits inside the reader library, without an end: only another process can look again.
            self._loss = error.trouble
            self.kill()
        except BadMessage:
            self.kill()

    def _take(self, message: Message) -> None:
        if "event" in message.header:
            self._on_event(event_of(message))
            return
        question = self._pending.get((message.integer("id"), message.integer("visit")))
        # The answer to a question nobody waits for any more, or of another visit, is dropped.
        if question is None or question.answer.done():
            return
        if not message.flag("part"):
            question.answer.set_result(message)
        elif question.on_part is not None:
            question.on_part(message)

    def _send(self, header: dict[str, object], *body: bytes | bytearray) -> None:
        if self._gone:
            raise WorkerLost("the reader's process has ended")
        frame = encode(header, *body)
        try:
            sent = self._socket.send(frame)
        except OSError:
            sent = 0
        finally:
            wipe(frame)
        if sent != len(frame):
            # The worker does nothing but read in this direction: one that leaves even a few frames is stuck.
            self.kill()
            raise WorkerLost("the reader's process takes no more questions")

    async def _receive(self) -> Message | None:
        prefix = bytearray(PREFIX)
        if not await self._fill(prefix):
            return None
        header, body = map(bytearray, sizes(prefix))
        if not (await self._fill(header) and await self._fill(body)):
            return None
        return decode(header, body)

    async def _fill(self, buffer: bytearray) -> bool:
        loop = asyncio.get_running_loop()
        view = memoryview(buffer)
        while view:
            count = await loop.sock_recv_into(self._socket, view)
            if not count:
                return False
            view = view[count:]
        return True

    def _checked(self, answer: Message) -> Message:
        """Return an answer, or raise the error that it carries. A worker that answers nonsense is killed."""
        try:
            failure = _failure_in(answer)
        except BadMessage as error:
            self.kill()
            raise WorkerLost("the reader's process answered nonsense") from error
        if failure is not None:
            raise failure
        return answer

    def _fail_pending(self) -> None:
        self._gone = True
        for question in self._pending.values():
            if not question.answer.done():
                question.answer.set_exception(WorkerLost("the reader's process has ended"))


def _failure_in(answer: Message) -> DriverError | None:
    """Return the error that an answer carries, if it does. Raises BadMessage."""
    trouble = answer.optional_trouble("error")
    sw, apdus, card_seconds = answer.optional_integer("sw"), answer.integer("apdus"), answer.number("card_seconds")
    message, place = answer.text("message"), answer.text("place")
    if trouble is None:
        return None
    failure = error_of(trouble, message, sw=sw, place=place)
    failure.apdus, failure.card_seconds = apdus, card_seconds
    return failure
