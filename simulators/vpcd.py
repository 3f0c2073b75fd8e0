"""Link a simulated card to vsmartcard-vpcd, which puts it behind the real pcscd, over loopback TCP.

The protocol (vsmartcard 3.3, ``src/vpcd``): each message is two bytes of length, big-endian, and a body. From the
reader a body of one byte is control (0 power off, 1 power on, 2 reset, 4 send the ATR), anything longer is an APDU. A
closed socket is a removed card.
"""

from __future__ import annotations

import socket
import threading
from enum import IntEnum
from types import TracebackType
from typing import Self

from simulators.cards import Card
from simulators.faults import CardFellSilent, CardLeft

__all__ = ["VpcdError", "VpcdLink", "VpcdSlot"]

_CONNECT_SECONDS = 5.0


class VpcdError(Exception):
    """No vpcd listens on that port."""


class _Control(IntEnum):
    OFF = 0
    ON = 1
    RESET = 2
    ATR = 4


class VpcdLink:
    """One card in one slot, from ``start`` until ``stop``, the end of the reader, or the card's own departure."""

    def __init__(self, card: Card, port: int, host: str = "127.0.0.1") -> None:
        self._card = card
        self._address = (host, port)
        self._taken = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"vpcd-{port}", daemon=True)

    @property
    def running(self) -> bool:
        """Whether the card is still in the slot."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Put the card into the slot.

        Raises:
            VpcdError: Nothing listens there.

        """
        try:
            self._socket = socket.create_connection(self._address, timeout=_CONNECT_SECONDS)
        except OSError as error:
            raise VpcdError(f"no vpcd on port {self._address[1]}: {error.strerror or error}") from error
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._thread.start()

    def stop(self) -> None:
        """Take the card out and return when its thread has ended."""
        self._taken.set()
        _shut(self._socket)
        self._thread.join()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to ``timeout`` seconds for the card to be out of the slot; return whether it is."""
        self._thread.join(timeout)
        return not self.running

    def _serve(self) -> None:
        try:
            while (message := self._receive()) is not None:
                self._answer(message)
        except CardLeft:
            pass
        except CardFellSilent:
            self._taken.wait()
        except OSError:
            # The reader went away, or stop() shut the socket; either simply ends the card's stay.
            pass
        finally:
            self._socket.close()
            self._card.power_off()

    def _answer(self, message: bytes) -> None:
        if len(message) == 1:
            self._control(message[0])
        elif message:
            self._send(self._card.transmit(message))

    def _control(self, code: int) -> None:
        if code == _Control.ON:
            self._card.power_on()
        elif code == _Control.OFF:
            self._card.power_off()
        elif code == _Control.RESET:
            self._card.reset()
        elif code == _Control.ATR:
            self._send(self._card.atr)

    def _send(self, body: bytes) -> None:
        self._socket.sendall(len(body).to_bytes(2, "big") + body)

    def _receive(self) -> bytes | None:
        header = self._exactly(2)
        return None if header is None else self._exactly(int.from_bytes(header, "big"))

    def _exactly(self, count: int) -> bytes | None:
        received = b""
        while len(received) < count:
            # vpcd sends length and body separately; without this (which does not last) each APDU waits 40 ms for an
            # ACK.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            chunk = self._socket.recv(count - len(received))
            if not chunk:
                return None
            received += chunk
        return received


class VpcdSlot:
    """The place for a card in one vpcd reader. A context manager, which leaves the place empty."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.port, self._host = port, host
        self._link: VpcdLink | None = None

    @property
    def occupied(self) -> bool:
        """Whether a card is in the slot."""
        return self._link is not None and self._link.running

    def put(self, card: Card) -> None:
        """Put the card into the slot, taking out the one that is there.

        Raises:
            VpcdError: Nothing listens there.

        """
        self.take()
        link = VpcdLink(card, self.port, self._host)
        link.start()
        self._link = link

    def take(self) -> None:
        """Take the card out, if there is one."""
        link, self._link = self._link, None
        if link is not None:
            link.stop()

    def __enter__(self) -> Self:
        """Begin with the present card, if there is one."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the slot empty."""
        self.take()


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # The other end was faster.
        connection.close()
