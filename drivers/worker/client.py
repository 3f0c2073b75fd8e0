"""The service's side of a driver: an object that starts, watches, ends and replaces its worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import TypeVar

from drivers.connection import ReaderState, Snapshot
from drivers.errors import (
    CardBusy,
    CardSilent,
    DriverError,
    ServiceStuck,
    Trouble,
    UnsupportedCard,
    WorkerLost,
    error_of,
)
from drivers.events import ReaderEvent
from drivers.jpki import PinOutcome, is_pin
from drivers.monitor import events_of_loss, snapshot_after
from drivers.recording import RecordedCommand, unpack
from drivers.worker.link import DEFAULT_LIMITS, Limits, WorkerLink
from drivers.worker.messages import BadMessage, Message, wipe
from drivers.worker.plugin import ReaderPlugin, WorkerProcess
from drivers.worker.replies import Proof, ReaderInfo, ReadReply, proof_of, read_reply_of, reader_infos_of
from drivers.worker.suspects import Suspects

__all__ = [
    "DEFAULT_LIMITS",
    "ReadReply",
    "Limits",
    "PinOutcome",
    "Proof",
    "ReaderInfo",
    "ReaderPlugin",
    "ReaderWorker",
    "WorkerProcess",
    "list_every",
    "list_readers",
]


ReplyT = TypeVar("ReplyT")
OnPart = Callable[[Message], None] | None

_COMMANDS = frozenset({"read", "prove"})


class ReaderWorker:
    """The worker of one driver. Every dialogue raises what can go wrong between service and card (drivers.errors).

    When the worker is lost, a dialogue under way raises CardSilent (the card did not answer within its limit) or
    WorkerLost, the events report that all cards and readers are gone and the driver is lost, and a new worker
    begins with what is there. The event of a card that cost its worker carries a trouble as long as the card is not
    moved, because reading it again would cost the next worker too. So does the event of a card that is no My Number
    card.

    Args:
        plugin: Starts the worker.
        options: The driver's options, and the card profiles.
        limits: How long the worker may be silent.
        on_event: Called from the event loop for everything that happens to readers and cards.

    """

    def __init__(
        self,
        plugin: ReaderPlugin,
        *,
        options: Mapping[str, object] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        on_event: Callable[[ReaderEvent], None],
    ) -> None:
        self._plugin = plugin
        self._options = dict(options or {})
        self._limits = limits
        self._on_event = on_event
        self._link: WorkerLink | None = None
        self._life: asyncio.Task[None] | None = None
        self._known: Snapshot = {}
        self._suspects = Suspects()

    @property
    def name(self) -> str:
        """The driver's name."""
        return self._plugin.name

    @property
    def known(self) -> Snapshot:
        """The readers as the events so far describe them; empty while the driver is lost."""
        return self._known

    async def start(self) -> None:
        """Start the worker. Dialogues may begin at once."""
        self._link = self._launch()
        self._life = asyncio.create_task(self._live())

    async def stop(self) -> None:
        """Let the worker power off its cards and end. Nothing happens if there is no worker."""
        life, self._life = self._life, None
        if life is None:
            return
        life.cancel()
        await asyncio.wait({life})
        link, self._link = self._link, None
        if link is not None:
            link.hang_up()
            await link.reap()

    def restart(self) -> None:
        """Kill the worker, whatever it is doing. It is replaced as after any loss."""
        if self._link is not None:
            self._link.kill()

    async def readers(self) -> list[ReaderInfo]:
        """Return the readers that are connected.

        Raises:
            DriverError: WorkerLost, or the trouble because of which the driver is lost.

        """
        link = self._link
        try:
            answer = await self._ask("readers", self._limits.readers)
        except TimeoutError as error:
            if link is not None and link.stuck is not None:
                raise error_of(link.stuck, "the readers are not named") from error
            raise WorkerLost("the reader's process did not name its readers") from error
        return self._parsed(answer, partial(reader_infos_of, driver=self.name))

    async def read(
        self,
        reader: str,
        visit: int,
        *,
        hold: bool = False,
        pin_before_certificate: bool = False,
        record: bool = False,
        on_certificate: Callable[[bytes], None] | None = None,
    ) -> ReadReply:
        """Read the certificate and the PIN's tries left.

        Args:
            reader: The reader's name.
            visit: The number of the visit.
            hold: Whether the transaction stays open, so that a ``prove`` within 2 seconds goes on in it.
            pin_before_certificate: Whether a card that shows its certificate only after the PIN is accepted. ``prove``
                then sends the PIN to a card that could not be checked, and returns the certificate.
            record: Whether the worker keeps commands and answers, without the PIN, until ``recording`` is called.
            on_certificate: Called with the certificate while the card is still busy with the tries left.

        Raises:
            CertificateProtected: The card shows its certificate only after the PIN, and that was not allowed.
            DriverError: Whatever else went wrong.

        """
        ahead = None if on_certificate is None else partial(_hand_over, on_certificate)
        flags: dict[str, object] = {"hold": hold, "record": record, "ahead": ahead is not None}
        flags["pin_before_certificate"] = pin_before_certificate
        answer = await self._dialogue("read", self._limits.read, reader, visit, on_part=ahead, fields=flags)
        return self._parsed(answer, read_reply_of)

    async def prove(
        self, reader: str, visit: int, challenge: bytes, pin: bytearray, *, allow_last_try: bool = False
    ) -> Proof:
        """Let the card verify a PIN and sign a challenge. After a right PIN the card is powered off.

        After an exception it is unknown whether a try was spent: call ``read`` for the tries left.

        Args:
            reader: The reader's name.
            visit: The number of the visit. Only the card that ``read`` has read in it is sent anything.
            challenge: What to sign.
            pin: Four ASCII digits, zeroed before this returns or raises. Anything else is ``malformed``, and is not
                sent.
            allow_last_try: Whether the PIN is sent with one try left.

        Raises:
            CardRemoved: The card was moved since it was read.
            CommunicationFailed: There was no read in this visit, or none since an error or a right PIN.
            DriverError: Whatever else went wrong.

        """
        try:
            if not is_pin(pin):
                return Proof(PinOutcome.MALFORMED, None, None, 0, 0.0)
            sizes: dict[str, object] = {"challenge": len(challenge), "allow_last_try": allow_last_try}
            answer = await self._dialogue("prove", self._limits.prove, reader, visit, challenge, pin, fields=sizes)
        finally:
            wipe(pin)
        return self._parsed(answer, proof_of)

    async def recording(self, reader: str, visit: int) -> list[RecordedCommand]:
        """Return the commands since the last ``read`` with ``record``, even if it failed, and have them forgotten."""
        answer = await self._dialogue("recording", self._limits.release, reader, visit)
        return self._parsed(answer, lambda message: unpack(message.body))

    async def release(self, reader: str, visit: int) -> None:
        """Power the card off, as at the end of every visit."""
        await self._dialogue("release", self._limits.release, reader, visit)

    async def probe(self, reader: str, visit: int) -> None:
        """Find out whether the reader service still lets a program connect to the card. No command is sent to it.

        Raises:
            ServiceStuck: It does not, although only a command of ours is unanswered.
            DriverError: Whatever connecting raises.

        """
        try:
            await self._dialogue("probe", self._limits.probe, reader, visit)
        except CardBusy as error:
            if reader not in self._suspects:
                raise
            raise ServiceStuck("the reader service still waits for the silent card") from error

    def renew(self) -> None:
        """Replace the worker, so that all readers are looked at again. Its cards are powered off."""
        if self._link is not None:
            self._link.hang_up()
            asyncio.get_running_loop().call_later(self._limits.end, self._link.kill)

    async def _dialogue(
        self,
        ask: str,
        limit: float,
        reader: str,
        visit: int,
        *body: bytes | bytearray,
        on_part: OnPart = None,
        fields: Mapping[str, object] | None = None,
    ) -> Message:
        lying, link = self._known.get(reader), self._link
        try:
            return await self._ask(
                ask, limit, *body, visit=visit, on_part=on_part, fields={"reader": reader, **(fields or {})}
            )
        except TimeoutError as error:
            self._accuse(ask, reader, lying, Trouble.CARD_SILENT)
            raise CardSilent(f"the card did not answer within {limit:g} seconds") from error
        except WorkerLost:
            if link is not None:
                self._accuse(ask, reader, lying, Trouble.WORKER_LOST)
            raise
        except UnsupportedCard:
            self._accuse(ask, reader, lying, Trouble.UNSUPPORTED_CARD)
            raise

    def _accuse(self, ask: str, reader: str, lying: ReaderState | None, trouble: Trouble) -> None:
        """Remember a card whose dialogue ended with this trouble: until it is moved, another dialogue would too."""
        if ask in _COMMANDS and lying is not None:
            self._suspects.accuse(reader, lying, trouble)

    async def _ask(
        self,
        ask: str,
        limit: float,
        *body: bytes | bytearray,
        visit: int = 0,
        on_part: OnPart = None,
        fields: Mapping[str, object] | None = None,
    ) -> Message:
        if self._link is None:
            raise WorkerLost("the reader's process is being replaced")
        return await self._link.ask(ask, limit, *body, visit=visit, on_part=on_part, fields=fields)

    async def _live(self) -> None:
        """Run one worker after another, with a pause that grows while they do not last."""
        pause = self._limits.first_pause
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            if self._link is not None:
                await self._outlive(self._link)
            if loop.time() - begun > self._limits.last_pause:
                pause = self._limits.first_pause
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._limits.last_pause)
            self._link = self._launch()

    async def _outlive(self, link: WorkerLink) -> None:
        await link.run()
        self._lose(link.loss)
        await link.reap()
        self._link = None

    def _lose(self, trouble: Trouble = Trouble.WORKER_LOST) -> None:
        for event in events_of_loss(self._known, self.name, trouble, time.monotonic_ns()):
            self._take(event)

    def _launch(self) -> WorkerLink | None:
        # In the loop's own thread: Linux ends a child with the thread that started it, not with the process.
        try:
            process = self._plugin.launch(self._options)
        except OSError:
            self._lose()
            return None
        return WorkerLink(process, self._limits, self._hear)

    def _hear(self, event: ReaderEvent) -> None:
        self._take(self._suspects.judge(event))

    def _take(self, event: ReaderEvent) -> None:
        self._known = snapshot_after(self._known, event)
        # By way of the loop: what a listener raises ends in the loop's handler, not in the worker's life.
        asyncio.get_running_loop().call_soon(self._on_event, event)

    def _parsed(self, answer: Message, parse: Callable[[Message], ReplyT]) -> ReplyT:
        """Parse an answer. A worker that answers nonsense is killed. Raises WorkerLost."""
        try:
            return parse(answer)
        except (BadMessage, ValueError) as error:
            if self._link is not None:
                self._link.kill()
            raise WorkerLost("the reader's process answered nonsense") from error
        finally:
            wipe(answer.body)


async def list_readers(
    plugin: ReaderPlugin,
    *,
    options: Mapping[str, object] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> list[ReaderInfo]:
    """Return the readers of a driver, from a worker that is started for this question only. Raises as ``readers``."""
    client = ReaderWorker(plugin, options=options, limits=limits, on_event=lambda event: None)
    await client.start()
    try:
        return await client.readers()
    finally:
        await client.stop()


async def list_every(lists: Iterable[Awaitable[list[ReaderInfo]]]) -> tuple[list[ReaderInfo], DriverError | None]:
    """Return the readers of all drivers that answer, and the first error of the others, which hides no reader."""
    listed: list[ReaderInfo] = []
    first: DriverError | None = None
    for answer in await asyncio.gather(*lists, return_exceptions=True):
        if isinstance(answer, DriverError):
            first = first or answer
        elif isinstance(answer, BaseException):
            raise answer
        else:
            listed += answer
    return listed, first


def _hand_over(take: Callable[[bytes], None], part: Message) -> None:
    take(bytes(part.body))
