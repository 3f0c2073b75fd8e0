"""Simulate a card in front of nfcpy's ``udp`` device, so that unchanged nfcpy reads it without hardware.

The wire (nfcpy 1.0.4, ``nfc/clf/udp.py``) is one datagram per frame: ``106B`` and the frame in hexadecimal without its
CRC, or ``RFOFF`` when the reader's field goes off. The card listens on loopback only; the reader speaks first.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from drivers.connection import ReaderState, Snapshot
from drivers.errors import NoReader
from simulators.cards import Card
from simulators.faults import CardFellSilent, CardLeft
from simulators.picc import ExtraTime, Picc, TargetAtqb

__all__ = ["Air", "NfcTarget", "TargetError"]

_RATE: Final = b"106B"
# nfcpy's udp device listens for one second after its request.
_LISTENS_SECONDS: Final = 0.9
_GARBLED: Final = _RATE

_Sender = tuple[str, int]


class TargetError(Exception):
    """The port is not available."""


@dataclass(slots=True)
class Air:
    """Faults between reader and card: the numbers of frames, from 1, counted each way since the activation."""

    lost_to_card: Collection[int] = frozenset()
    lost_to_reader: Collection[int] = frozenset()
    garbled_to_reader: Collection[int] = frozenset()
    leaves_at: int = 0
    to_card: int = field(default=0, init=False)
    to_reader: int = field(default=0, init=False)

    def restart(self) -> None:
        """Count from 1 again without any faults, since faults belong to the first activation."""
        if self.to_card:
            self.lost_to_card = self.lost_to_reader = self.garbled_to_reader = frozenset()
            self.leaves_at = 0
        self.to_card = self.to_reader = 0

    def carries(self) -> bool:
        """Return whether the next frame reaches the card.

        Raises:
            CardLeft: The card is taken away in the middle of the frame.

        """
        self.to_card += 1
        if self.to_card == self.leaves_at:
            raise CardLeft
        return self.to_card not in self.lost_to_card

    def brings(self, datagram: bytes) -> bytes | None:
        """Return what arrives of the card's next frame."""
        self.to_reader += 1
        if self.to_reader in self.lost_to_reader:
            return None
        return _GARBLED if self.to_reader in self.garbled_to_reader else datagram


class NfcTarget:
    """The place in front of one nfcpy reader, for putting and taking cards. A context manager; it listens inside.

    ``path`` is the device path that opens the reader and, as the driver lists it, the reader's name.
    """

    def __init__(self, port: int = 0) -> None:
        self._wanted = port
        self._lock = threading.RLock()
        self._piccs: list[Picc] = []
        self._air = Air()
        self._mute = False
        self._insertions = 0
        self._asked: tuple[bytes, _Sender | None, float] = (b"", None, 0.0)
        self._ending = False

    @property
    def port(self) -> int:
        """The UDP port on loopback."""
        return int(self._socket.getsockname()[1])

    @property
    def path(self) -> str:
        """The nfcpy device path: ``udp:127.0.0.1:PORT``."""
        return f"udp:127.0.0.1:{self.port}"

    @property
    def options(self) -> dict[str, object]:
        """The options of the driver ``nfc`` that use this reader."""
        return {"devices": [self.path]}

    @property
    def names(self) -> list[str]:
        """The reader's name, as the driver lists it."""
        return [self.path]

    @property
    def occupied(self) -> bool:
        """Whether a card is there."""
        return bool(self._piccs)

    def put(
        self,
        card: Card,
        reader: str | None = None,
        *,
        atqb: TargetAtqb | None = None,
        patience: ExtraTime | None = None,
        air: Air | None = None,
    ) -> None:
        """Put a card into the field, taking away what is there.

        Raises:
            NoReader: ``reader`` is the name of another reader.

        """
        with self._lock:
            self.take(reader)
            self._air, self._mute = air or Air(), False
            self._insertions += 1
            self._enter(Picc(card, atqb, patience))

    def add(self, card: Card, *, atqb: TargetAtqb | None = None) -> None:
        """Put one more card into the field, beside those that are there."""
        with self._lock:
            self._enter(Picc(card, atqb))

    def take(self, reader: str | None = None) -> None:
        """Take every card away.

        Raises:
            NoReader: ``reader`` is the name of another reader.

        """
        if reader not in (None, self.path):
            raise NoReader("there is no such reader")
        with self._lock:
            if self._piccs:
                self._insertions += 1
            piccs, self._piccs = self._piccs, []
            for picc in piccs:
                picc.end()

    def snapshot(self) -> Snapshot:
        """Return what is in the field."""
        return {self.path: ReaderState(self.occupied, insertions=self._insertions)}

    def __enter__(self) -> Self:
        """Listen.

        Raises:
            TargetError: The port is taken.

        """
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind(("127.0.0.1", self._wanted))
        except OSError as error:
            self._socket.close()
            raise TargetError(f"UDP port {self._wanted}: {error.strerror or error}") from error
        self._thread = threading.Thread(target=self._serve, name=f"nfc-{self.port}", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the cards away and stop listening."""
        self.take()
        self._ending = True
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _enter(self, picc: Picc) -> None:
        self._piccs.append(picc)
        frame, sender, at = self._asked
        # A real reader polls many times a second, nfcpy's udp device only once; the card hears it if it still listens.
        if sender is not None and time.monotonic() - at < _LISTENS_SECONDS and len(self._piccs) == 1:
            self._answer(frame, sender)

    def _serve(self) -> None:
        while True:
            datagram, sender = self._socket.recvfrom(1024)
            if self._ending:
                return
            with self._lock:
                self._take_in(datagram, sender)

    def _take_in(self, datagram: bytes, sender: _Sender) -> None:
        if datagram.startswith(b"RFOFF"):
            self._field_off()
            return
        rate, _, text = datagram.partition(b" ")
        if rate != _RATE:
            return
        with suppress(ValueError, OSError):
            self._answer(bytes.fromhex(text.decode("ascii")), sender)

    def _field_off(self) -> None:
        self._asked = (b"", None, 0.0)
        for picc in self._piccs:
            picc.field_off()

    def _answer(self, frame: bytes, sender: _Sender) -> None:
        self._asked = (frame, sender, time.monotonic()) if frame[:1] == b"\x05" else (b"", None, 0.0)
        if self._mute:
            return
        try:
            reply = self._reply(frame)
        except CardLeft:
            self.take()
        except CardFellSilent:
            self._mute = True
        else:
            if reply is not None:
                self._socket.sendto(reply, sender)

    def _reply(self, frame: bytes) -> bytes | None:
        """Return the datagram that the cards together make of a frame; two at once garble each other."""
        active = any(picc.active for picc in self._piccs)
        if active and not self._air.carries():
            return None
        for picc in self._piccs:
            picc.field_on()
        answers = [answer for picc in self._piccs if (answer := picc.receive(frame)) is not None]
        if not answers:
            return None
        datagram = _GARBLED if len(answers) > 1 else _RATE + b" " + answers[0].hex().encode("ascii")
        if not active:
            if any(picc.active for picc in self._piccs):
                self._air.restart()
            return datagram
        return self._air.brings(datagram)
