"""Doubles for the card, its connection, its reader and its driver, independent of the simulators."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.connection import ReaderState, Transport
from drivers.errors import CardRemoved, CommunicationFailed, DriverError, NoCard
from drivers.events import ReaderEvent
from tests.drivers.told import name_of

JPKI = bytes.fromhex("D392F000260100000001")
FILLED = 3808
OK, NOT_FOUND, WRONG_LENGTH, NO_FILE, NO_SECURITY = 0x9000, 0x6A82, 0x6700, 0x6986, 0x6982
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


RSA_KEY = bytes.fromhex("3013300d06092a864886f70d01010105000302003f")
P384_KEY = bytes.fromhex("3016301006072a8648ce3d020106052b8104002203020004")


def tlv(tag: int, body: bytes) -> bytes:
    length = len(body)
    return bytes([tag]) + (bytes([length]) if length < 128 else b"\x82" + length.to_bytes(2, "big")) + body


def certificate(length: int = 1574, key: bytes = RSA_KEY) -> bytes:
    """What a certificate looks like up to its key, and a recognisable rest: ``length`` bytes, 260 or more."""
    before = bytes.fromhex("a003020102") + tlv(0x02, b"\x01") + 4 * tlv(0x30, b"") + key
    rest = length - 4 - 4 - len(before) - 4
    return tlv(0x30, tlv(0x30, before + tlv(0xA3, bytes(n % 251 for n in range(rest - 2)) + b"\x05\x00")))


@dataclass
class CardDouble:
    """A card as strict as a real one, and a log of every command it got."""

    certificate: bytes = field(default_factory=certificate)
    short_ids: frozenset[int] = frozenset({0x0A, 0x17, 0x18})
    largest: int = 4096
    link_refuses: bool = False
    shortens_to: int = 65_536
    pin: bytes = b"1234"
    tries: int = 3
    verified: bool = False
    reader: str = "reader"
    answers: dict[int, tuple[bytes, int] | DriverError] = field(default_factory=dict)
    always: Callable[[bytes], tuple[bytes, int] | None] = lambda apdu: None
    log: list[str] = field(default_factory=list)
    application: bool = False
    current: int | None = None
    transactions: int = 0
    on_end: Callable[[], None] = lambda: None
    was_reset: bool = False

    @property
    def transport(self) -> Transport:
        return Transport("double", self.reader, b"\x3b\x00")

    @property
    def verifies(self) -> list[str]:
        return [apdu for apdu in self.log if apdu.startswith("0020") and len(apdu) > 8]

    def __enter__(self) -> CardDouble:
        self.transactions += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.transactions -= 1
        self.on_end()

    def reset(self) -> None:
        """What another program does to it."""
        self.was_reset, self.verified, self.application, self.current = True, False, False, None

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        apdu = bytes(apdu)
        self.log.append(apdu.hex().upper())
        planned = self.answers.get(len(self.log) - 1) or self.always(apdu)
        if isinstance(planned, DriverError):
            # A fresh one: an exception that is raised again and again grows its traceback.
            raise type(planned)(str(planned))
        return planned if planned is not None else self._answer(apdu)

    def _answer(self, apdu: bytes) -> tuple[bytes, int]:
        match apdu[1], apdu[2]:
            case 0xA4, 0x04:
                return self._select_application(apdu[5:])
            case _ if not self.application:
                return b"", 0x6D00
            case 0xA4, _:
                self.current = int.from_bytes(apdu[5:7], "big")
                return b"", OK
            case 0xB0, _:
                return self._read(apdu)
            case 0x20, _:
                return self._verify(apdu)
            case 0x2A, _:
                return self._sign(apdu)
        return b"", 0x6D00

    def _select_application(self, identifier: bytes) -> tuple[bytes, int]:
        self.current = None
        if identifier != JPKI:
            self.application = self.verified = False
            return b"", OK
        self.application = True
        return b"", OK

    def _read(self, apdu: bytes) -> tuple[bytes, int]:
        asked = int.from_bytes(apdu[5:7], "big") if len(apdu) == 7 else apdu[4] or 256
        if asked > self.largest:
            if self.link_refuses:
                raise CommunicationFailed("too long for this reader")
            return b"", WRONG_LENGTH
        offset = apdu[2] << 8 | apdu[3]
        if apdu[2] & 0x80:
            if apdu[2] & 0x1F not in self.short_ids:
                return b"", NOT_FOUND
            self.current, offset = apdu[2] & 0x1F, apdu[3]
        if self.current != 0x0A:
            return b"", NO_FILE
        file = self.certificate.ljust(FILLED, b"\xff")
        return file[offset : offset + min(asked, self.shortens_to)], OK

    def _refers_to(self, p2: int, file: int) -> bool:
        return self.current == file if p2 == 0x80 else p2 == 0x80 | file and file in self.short_ids

    def _verify(self, apdu: bytes) -> tuple[bytes, int]:
        if not self._refers_to(apdu[3], 0x18):
            return b"", 0x6A88
        if len(apdu) == 4:
            return b"", OK if self.verified else (0x63C0 | self.tries if self.tries else 0x6984)
        if not self.tries:
            return b"", 0x6984
        self.verified = apdu[5:] == self.pin
        self.tries = 3 if self.verified else self.tries - 1
        return b"", OK if self.verified else 0x63C0 | self.tries

    def _sign(self, apdu: bytes) -> tuple[bytes, int]:
        if not self._refers_to(apdu[3], 0x17):
            return b"", 0x6A88
        if not self.verified:
            return b"", NO_SECURITY
        return hashlib.sha256(apdu[5:-1]).digest() * 8, OK


@dataclass(eq=False)
class ConnectionDouble:
    """A connection to one card, as long as that stays on its reader."""

    reader: ReaderDouble
    card: CardDouble
    insertion: int
    resets: int = 0

    @property
    def transport(self) -> Transport:
        return self.card.transport

    def __enter__(self) -> ConnectionDouble:
        self.card.__enter__()
        self.resets += self.card.was_reset
        self.card.was_reset = False
        return self

    def __exit__(self, *_: object) -> None:
        self.card.__exit__()

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        if self.insertion != self.reader.insertions:
            raise CardRemoved("no longer there")
        return self.card.send_and_receive(apdu)


@dataclass
class ReaderDouble:
    """A reader with a card, or none."""

    card: CardDouble | None
    name: str = "reader"
    releases: int = 0
    insertions: int = 1
    connection: ConnectionDouble | None = None
    closed: threading.Event = field(default_factory=threading.Event)

    def connect(self) -> ConnectionDouble:
        if self.card is None:
            raise NoCard("no card")
        if self.connection is None or self.connection.insertion != self.insertions:
            self.connection = ConnectionDouble(self, self.card, self.insertions)
        return self.connection

    def release(self) -> None:
        self.releases += 1
        self.connection = None
        if self.card is not None:
            self.card.verified = self.card.application = False

    def close(self) -> None:
        self.release()
        self.closed.set()


class DriverDouble:
    """A driver of one reader whose state, or failure, the test sets."""

    name = "double"

    def __init__(self, card: CardDouble | None = None) -> None:
        self.only_reader = ReaderDouble(card)
        self.failure: DriverError | None = None
        self._changed = threading.Condition()
        self._woken = False
        self._state: dict[str, ReaderState] = {}
        self.set_card(card)

    def set_card(self, card: CardDouble | None) -> None:
        with self._changed:
            self.only_reader.insertions += 1
            self.only_reader.card = card
            self._state = {
                "reader": ReaderState(card is not None, b"\x3b" if card else b"", self.only_reader.insertions)
            }
            self._changed.notify_all()

    def fail(self, failure: DriverError | None) -> None:
        with self._changed:
            self.failure = failure
            self._changed.notify_all()

    def watch(self, known: object, timeout: float) -> dict[str, ReaderState]:
        with self._changed:
            self._changed.wait_for(lambda: self.failure or self._woken or self._state != known, timeout)
            self._woken = False
            if self.failure is not None:
                raise self.failure
            return dict(self._state)

    def wake(self) -> None:
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def reader(self, name: str) -> ReaderDouble:
        assert name == self.only_reader.name
        return self.only_reader


class Events:
    """The events of a ReaderWorker, to wait for."""

    def __init__(self) -> None:
        self.seen: list[ReaderEvent] = []
        self.more = asyncio.Event()

    def __call__(self, event: ReaderEvent) -> None:
        self.seen.append(event)
        self.more.set()

    async def until(self, *kinds: str) -> None:
        """Wait until these kinds came, in this order, and forget what came up to the last of them."""
        for kind in kinds:
            async with asyncio.timeout(30):
                while kind not in (seen := [name_of(event) for event in self.seen]):
                    self.more.clear()
                    await self.more.wait()
            del self.seen[: seen.index(kind) + 1]

    async def until_seen(self, kind: str) -> None:
        """Wait until the latest event is one of this kind."""
        async with asyncio.timeout(30):
            while not self.seen or name_of(self.seen[-1]) != kind:
                self.more.clear()
                await self.more.wait()
