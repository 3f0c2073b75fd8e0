"""The messages between the service and a worker: bounded frames with a JSON header and a raw body.

A frame is the header's length and the body's length (4 bytes each, big-endian), the header, the body.
PIN, challenge, certificate and signature travel only in the body, in buffers that can be zeroed.
"""

from __future__ import annotations

import json
import math
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from drivers.errors import Trouble
from drivers.events import (
    CardInserted,
    CardWithdrawn,
    DriverLost,
    DriverReady,
    ReaderAdded,
    ReaderEvent,
    ReaderLeftOut,
    ReaderRemoved,
)

__all__ = [
    "MAX_FRAME",
    "PREFIX",
    "BadMessage",
    "Message",
    "decode",
    "encode",
    "event_header",
    "event_of",
    "receive",
    "sizes",
    "wipe",
]

PREFIX = 8
"""Bytes before the header: the two lengths."""

MAX_FRAME = 65_536
"""Bytes of header and body together."""

Typed = TypeVar("Typed", str, int, float, bool)


class BadMessage(Exception):
    """The other end broke the protocol, so that the connection to it must be ended."""


@dataclass(slots=True)
class Message:
    """One frame. The header's values are read through typed accessors, which raise BadMessage."""

    header: dict[str, object]
    body: bytearray = field(default_factory=bytearray, repr=False)

    def text(self, name: str) -> str:
        """Return a string without lone surrogates, empty if it is absent."""
        text = self._value(name, str, "")
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise BadMessage(f"{name} holds a lone surrogate")
        return text

    def integer(self, name: str) -> int:
        """Return an integer, 0 if it is absent."""
        return self._value(name, int, 0)

    def number(self, name: str) -> float:
        """Return a finite number that is not negative, 0.0 if it is absent."""
        number = self._value(name, float, 0.0)
        if not 0.0 <= number < math.inf:
            raise BadMessage(f"{name} is no measure")
        return number

    def flag(self, name: str) -> bool:
        """Return a truth value, False if it is absent."""
        return self._value(name, bool, False)

    def optional_integer(self, name: str) -> int | None:
        """Return an integer, None if it is absent or null."""
        return None if self.header.get(name) is None else self.integer(name)

    def trouble(self, name: str = "trouble") -> Trouble:
        """Return a trouble by its value."""
        try:
            return Trouble(self.text(name))
        except ValueError as error:
            raise BadMessage(f"{name} is no trouble") from error

    def optional_trouble(self, name: str = "trouble") -> Trouble | None:
        """Return a trouble by its value, None if it is absent or null."""
        return None if self.header.get(name) is None else self.trouble(name)

    def octets(self, name: str) -> bytes:
        """Return bytes that are written as hexadecimal digits."""
        try:
            return bytes.fromhex(self.text(name))
        except ValueError as error:
            raise BadMessage(f"{name} is not hexadecimal") from error

    def _value(self, name: str, kind: type[Typed], default: Typed) -> Typed:
        value = self.header.get(name, default)
        if type(value) is not kind:
            raise BadMessage(f"{name} is not of the type {kind.__name__}")
        return value


def encode(header: Mapping[str, object], *body: bytes | bytearray) -> bytearray:
    """Return the frame, whose buffer the caller wipes. Raises BadMessage if it would be too long."""
    text = json.dumps(header, separators=(",", ":")).encode()
    length = sum(map(len, body))
    if len(text) + length > MAX_FRAME:
        raise BadMessage("a frame of more than 65,536 bytes")
    # Sized once: a bytearray that grows leaves unwiped copies of its beginning behind.
    frame = bytearray(PREFIX + len(text) + length)
    frame[:PREFIX] = len(text).to_bytes(4, "big") + length.to_bytes(4, "big")
    frame[PREFIX : PREFIX + len(text)] = text
    end = PREFIX + len(text)
    for part in body:
        frame[end : end + len(part)] = part
        end += len(part)
    return frame


def sizes(prefix: bytes | bytearray) -> tuple[int, int]:
    """Return the lengths (header, body) that a frame's first 8 bytes announce. Raises BadMessage."""
    header = int.from_bytes(prefix[:4], "big")
    body = int.from_bytes(prefix[4:PREFIX], "big")
    if header + body > MAX_FRAME:
        raise BadMessage("a frame of more than 65,536 bytes")
    return header, body


def decode(header: bytes | bytearray, body: bytearray) -> Message:
    """Return the message made of a header and a body. Raises BadMessage."""
    try:
        value = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise BadMessage("the header is not JSON") from error
    if not isinstance(value, dict):
        raise BadMessage("the header is not a JSON object")
    return Message(value, body)


def receive(sock: socket.socket) -> Message | None:
    """Return the next message of a blocking socket, None at its end. Raises BadMessage, OSError."""
    prefix = bytearray(PREFIX)
    if not _fill(sock, prefix):
        return None
    header, body = map(bytearray, sizes(prefix))
    if not (_fill(sock, header) and _fill(sock, body)):
        return None
    return decode(header, body)


def wipe(buffer: bytearray | memoryview) -> None:
    """Overwrite a buffer with zeros, in place."""
    buffer[:] = bytes(len(buffer))


def event_header(event: ReaderEvent) -> dict[str, object]:
    """Return the header that carries an event."""
    common = {"event": _NAMES[type(event)], "driver": event.driver, "at": event.at}
    match event:
        case DriverReady():
            return common
        case DriverLost():
            return {**common, "trouble": event.trouble}
        case ReaderAdded() | ReaderRemoved() | CardWithdrawn():
            return {**common, "reader": event.reader}
        case ReaderLeftOut():
            return {**common, "reader": event.reader, "trouble": event.trouble}
        case CardInserted():
            card = {"atr": event.atr.hex(), "insertions": event.insertions, "trouble": event.trouble}
            return {**common, "reader": event.reader, **card}


def event_of(message: Message) -> ReaderEvent:
    """Return the event that a message carries. Raises BadMessage."""
    driver, reader, at = message.text("driver"), message.text("reader"), message.integer("at")
    match message.text("event"):
        case "driver_ready":
            return DriverReady(driver, at)
        case "driver_lost":
            return DriverLost(driver, message.trouble(), at)
        case "reader_added":
            return ReaderAdded(driver, reader, at)
        case "reader_left_out":
            return ReaderLeftOut(driver, reader, message.trouble(), at)
        case "reader_removed":
            return ReaderRemoved(driver, reader, at)
        case "card_inserted":
            atr, insertions = message.octets("atr"), message.integer("insertions")
            return CardInserted(driver, reader, atr, insertions, message.optional_trouble(), at)
        case "card_removed":
            return CardWithdrawn(driver, reader, at)
        case other:
            raise BadMessage(f"there is no event {other[:20]!r}")


_NAMES: Final[Mapping[type[ReaderEvent], str]] = {
    DriverReady: "driver_ready",
    DriverLost: "driver_lost",
    ReaderAdded: "reader_added",
    ReaderLeftOut: "reader_left_out",
    ReaderRemoved: "reader_removed",
    CardInserted: "card_inserted",
    CardWithdrawn: "card_removed",
}


def _fill(sock: socket.socket, buffer: bytearray) -> bool:
    view = memoryview(buffer)
    while view:
        count = sock.recv_into(view)
        if not count:
            return False
        view = view[count:]
    return True
