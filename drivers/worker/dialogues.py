"""The dialogues of one reader, one after another, in a thread of its own."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from types import TracebackType
from typing import Self

from drivers.connection import CardConnection, Reader, Resettable, Transport
from drivers.errors import (
    BadCardData,
    CardAnswerError,
    CardRemoved,
    CardWithoutPin,
    CertificateProtected,
    CommunicationFailed,
    DriverError,
    Trouble,
    place_of,
)
from drivers.jpki import JpkiCard, PinOutcome, PinResult
from drivers.memory import CardMemory
from drivers.profiles import CardProfile
from drivers.recording import RecordedCommand, Recorder, pack
from drivers.worker.messages import Message, wipe

__all__ = ["HOLD_SECONDS", "MAX_COMMANDS", "DialogueRunner", "Job", "Metered", "Reply", "error_header"]

HOLD_SECONDS = 2.0
"""Seconds that an open transaction waits for the PIN before other programs may have the card again."""

MAX_COMMANDS = 1024
"""The most commands of one dialogue. The longest certificate over the slowest link needs about eighty."""


@dataclass(frozen=True, slots=True)
class Job:
    """A dialogue that was asked for: ``ask`` is read, prove, probe, recording or release."""

    ask: str
    id: int
    visit: int
    request: Message


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a job: fields of the header, and the body."""

    fields: dict[str, object]
    body: bytes = field(default=b"", repr=False)


class Metered:
    """A connection that counts its commands and the seconds the card took to answer them."""

    def __init__(self, connection: CardConnection) -> None:
        self._connection = connection
        self.apdus = 0
        self.seconds = 0.0

    @property
    def transport(self) -> Transport:
        """The transport of the connection behind."""
        return self._connection.transport

    @property
    def resets(self) -> int:
        """How often another program reset the card between transactions; 0 where none can."""
        return self._connection.resets if isinstance(self._connection, Resettable) else 0

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        """Send one command through the connection behind. Raises BadCardData for a dialogue without an end."""
        if self.apdus == MAX_COMMANDS:
            raise BadCardData("the card needs more than 1,024 commands")
        self.apdus += 1
        begun = time.perf_counter()
        try:
            return self._connection.send_and_receive(apdu)
        finally:
            self.seconds += time.perf_counter() - begun

    def measured(self) -> dict[str, object]:
        """Return the fields ``apdus`` and ``card_seconds`` of a reply, and reset both counts."""
        fields: dict[str, object] = {"apdus": self.apdus, "card_seconds": self.seconds}
        self.apdus, self.seconds = 0, 0.0
        return fields

    def __enter__(self) -> Self:
        self._connection.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._connection.__exit__(kind, error, trace)


@dataclass(frozen=True, slots=True)
class PriorRead:
    """What a read leaves for ``prove``: the visit, the card, its certificate, and the tries left if known.

    It keeps the connection itself, so that a later one cannot be mistaken for it. ``certificate`` is None if the card
    shows it only after the PIN, and that was allowed.
    """

    visit: int
    connection: CardConnection
    resets: int
    tries: int | None
    certificate: bytes | None = field(repr=False)


class CardSession:
    """One transaction with a card.

    Args:
        connection: The connection to the card.
        memory: What is known of links to cards.
        profiles: The kinds of card to look for.
        known: What an earlier transaction has read. Its tries count unless another program has reset the card since.
        steps: Where to record the commands; None for no recording.

    """

    def __init__(
        self,
        connection: CardConnection,
        memory: CardMemory,
        profiles: Sequence[CardProfile],
        known: PriorRead | None = None,
        steps: list[RecordedCommand] | None = None,
    ) -> None:
        self.connection = Metered(connection)
        self._stack = ExitStack()
        self._stack.enter_context(self.connection)
        tries = known.tries if known and known.resets == self.connection.resets else None
        certificate = known.certificate if known else None
        recorded = self.connection if steps is None else Recorder(self.connection, steps)
        self.card = JpkiCard(recorded, memory, tries, profiles=profiles, certificate=certificate)

    def close(self) -> None:
        """End the transaction; the card stays powered."""
        self._stack.close()


class _Notice(Enum):
    """A notice between two dialogues: the card has left, or there will be no more dialogues."""

    CARD_LEFT = auto()
    NO_MORE = auto()


class DialogueRunner:
    """Carries out the dialogues of one reader, one after another. ``answer`` is called from its thread."""

    def __init__(
        self,
        reader: Reader,
        memory: CardMemory,
        answer: Callable[[Job, Reply], None],
        hold_seconds: float = HOLD_SECONDS,
        profiles: Sequence[CardProfile] = (),
    ) -> None:
        self._reader = reader
        self._profiles = profiles
        self._memory = memory
        self._answer = answer
        self._hold_seconds = hold_seconds
        self._jobs: queue.SimpleQueue[Job | _Notice] = queue.SimpleQueue()
        self._open: CardSession | None = None
        self._reading: PriorRead | None = None
        self._steps: list[RecordedCommand] | None = None
        self._ended = threading.Event()
        self.thread = threading.Thread(target=self._run, name=f"dialogues {reader.name}", daemon=True)
        self.thread.start()

    def submit(self, job: Job) -> None:
        """Add a dialogue to those that wait."""
        self._jobs.put(job)

    def drop(self) -> None:
        """Note that the card has left: give up the connection when the dialogue under way is over."""
        self._jobs.put(_Notice.CARD_LEFT)

    def leave(self) -> None:
        """Note that the reader has left: forget its card, and end the thread when every job has an answer."""
        # Here too: the thread may be stuck in a call, until its worker is ended.
        self._reading = None
        self._jobs.put(_Notice.NO_MORE)

    def end(self) -> None:
        """Release the card and end the thread when the dialogue under way is over."""
        self._ended.set()
        self._jobs.put(_Notice.NO_MORE)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                job = self._jobs.get(timeout=self._hold_seconds if self._open else None)
            except queue.Empty:
                self._let_go()
                continue
            if job is _Notice.NO_MORE:
                break
            if job is _Notice.CARD_LEFT:
                self._lose_card()
            else:
                self._serve(job)
        self._reading = None
        self._let_go()
        self._reader.close()

    def _serve(self, job: Job) -> None:
        try:
            reply = self._dialogue(job)
        except Exception as error:
            # Whatever happened, somebody waits for an answer.
            effort = self._open.connection.measured() if self._open else {}
            self._release()
            reply = Reply({**error_header(error), **effort})
        finally:
            wipe(job.request.body)
        self._answer(job, reply)
        if reply.fields.get("outcome") == PinOutcome.RIGHT:
            # Nothing more is wanted of the card, and its verified PIN would serve any other program.
            self._release()

    def _dialogue(self, job: Job) -> Reply:
        match job.ask:
            case "read":
                return self._read(job)
            case "prove":
                return self._prove(job)
            case "recording":
                return self._recording()
            case "probe":
                self._reader.connect()
        self._release()
        return Reply({})

    def _read(self, job: Job) -> Reply:
        self._let_go()
        self._reading = None
        self._steps = [] if job.request.flag("record") else None
        connection = self._reader.connect()
        session = self._open = CardSession(connection, self._memory, self._profiles, steps=self._steps)
        session.card.select()
        certificate = _certificate(session.card, may_be_protected=job.request.flag("pin_before_certificate"))
        if certificate and job.request.flag("ahead"):
            self._answer(job, Reply({"part": True}, certificate))
        tries, without_pin = _tries(session.card)
        self._reading = PriorRead(job.visit, connection, session.connection.resets, tries, certificate)
        if not job.request.flag("hold"):
            self._let_go()
        fields = {"tries_left": tries, "without_pin": without_pin, **session.connection.measured()}
        return Reply(fields, certificate or b"")

    def _prove(self, job: Job) -> Reply:
        reading = self._read_in(job.visit)
        session = self._open = self._open or self._resumed(reading)
        split = max(0, job.request.integer("challenge"))
        challenge, pin = bytes(job.request.body[:split]), job.request.body[split:]
        try:
            result = session.card.verify_pin(pin, allow_last_try=job.request.flag("allow_last_try"))
            certificate, signature = _signed(session.card, challenge, reading) if _is_right(result) else (b"", b"")
        finally:
            wipe(pin)
        self._reading = replace(reading, resets=session.connection.resets, tries=result.tries_left)
        self._let_go()
        fields = {"outcome": result.outcome, "tries_left": result.tries_left, "certificate": len(certificate)}
        return Reply({**fields, **session.connection.measured()}, certificate + signature)

    def _read_in(self, visit: int) -> PriorRead:
        """Return what was read in ``visit``. Only that card may be sent a PIN, because its certificate was checked."""
        reading = self._reading
        if reading is None or reading.visit != visit:
            raise CommunicationFailed("no card has been read in this visit")
        return reading

    def _resumed(self, reading: PriorRead) -> CardSession:
        """Return a new transaction with the very card that was read."""
        if self._reader.connect() is not reading.connection:
            raise CardRemoved("the card was moved since it was read")
        return CardSession(reading.connection, self._memory, self._profiles, reading, self._steps)

    def _recording(self) -> Reply:
        """Return what was recorded since the last read that asked for it, and forget it."""
        steps, self._steps = self._steps or [], None
        return Reply({}, pack(steps))

    def _let_go(self) -> None:
        """End the transaction that is open, if there is one."""
        session, self._open = self._open, None
        if session is not None:
            session.close()

    def _lose_card(self) -> None:
        """Forget what was read, except which card it was: by that the next prove finds that the card has moved."""
        if self._reading is not None:
            self._reading = replace(self._reading, certificate=None)
        self._power_off()

    def _release(self) -> None:
        """Power the card off, and forget what was read."""
        self._reading = None
        self._power_off()

    def _power_off(self) -> None:
        self._let_go()
        self._reader.release()


def error_header(error: Exception) -> dict[str, object]:
    """Return the header fields that carry an error. An unexpected one is a lost worker, and its text is left out."""
    fields: dict[str, object] = {"error": Trouble.WORKER_LOST, "place": place_of(error), "message": ""}
    if isinstance(error, DriverError):
        fields |= {"error": error.trouble, "message": str(error)}
    if isinstance(error, CardAnswerError):
        fields["sw"] = error.sw
    return fields


def _certificate(card: JpkiCard, *, may_be_protected: bool) -> bytes | None:
    """Return the certificate, or None for a card that is allowed to show it only after the PIN."""
    try:
        return card.read_certificate()
    except CertificateProtected:
        if may_be_protected:
            return None
        raise


def _tries(card: JpkiCard) -> tuple[int | None, bool]:
    """Return the tries left, and whether the card has no PIN at all."""
    try:
        return card.pin_tries_left(), False
    except CardWithoutPin:
        return None, True


def _is_right(result: PinResult) -> bool:
    return result.outcome is PinOutcome.RIGHT


def _signed(card: JpkiCard, challenge: bytes, reading: PriorRead) -> tuple[bytes, bytes]:
    """Return the certificate, if only the PIN could open it (else nothing), and the signature."""
    certificate = card.read_certificate() if reading.certificate is None else b""
    return certificate, card.sign(challenge)
