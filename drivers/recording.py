"""Recorded dialogues: what a card was sent and what it answered, without the PIN.

A recording is a file of JSON Lines: a header, then one command with its answer a line. In a command ``**`` is a byte
that differs each time: the PIN, which is never kept, and the hash that is signed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from drivers.connection import CardConnection, Transport
from drivers.errors import BadCardData
from drivers.tlv import der_length

__all__ = [
    "FORMAT",
    "MAX_RECORDING",
    "Recorder",
    "RecordedCommand",
    "pack",
    "step_name",
    "to_lines",
    "unpack",
    "without_certificate",
]

FORMAT = 1
"""The version in a recording's header."""

MAX_RECORDING = 32_000
"""The most bytes of commands and answers in one recording, with 4 more for each: as text it must fit one frame."""

_ANY = "**"
_OVERHEAD = 4
_VERIFY, _SIGN, _READ, _GET_RESPONSE, _SELECT = 0x20, 0x2A, 0xB0, 0xC0, 0xA4
_FILLER = 0xFF
# What stands before a SHA-2 hash in its DigestInfo (RFC 8017, 9.2 note 1); the last two are the OCTET STRING's own.
_DIGEST_INFO = 19
_SEQUENCE, _OCTET_STRING = 0x30, 0x04


@dataclass(frozen=True, slots=True)
class RecordedCommand:
    """One command and its answer, which ends in the status word. ``command`` is hexadecimal, ``**`` where it varies."""

    command: str
    answer: bytes = field(repr=False)

    @property
    def ins(self) -> int:
        """The command's instruction."""
        return int(self.command[2:4], 16)

    @property
    def size(self) -> int:
        """The bytes that it takes in a recording."""
        return len(self.command) // 2 + len(self.answer) + _OVERHEAD

    def fits(self, apdu: bytes) -> bool:
        """Return whether ``apdu`` is this command."""
        pairs = zip(_bytes_of(self.command), _bytes_of(apdu.hex().upper()), strict=False)
        return 2 * len(apdu) == len(self.command) and all(ours in (_ANY, theirs) for ours, theirs in pairs)


class Recorder:
    """A connection that records commands and answers; of a VERIFY's data it keeps only the length."""

    def __init__(self, connection: CardConnection, steps: list[RecordedCommand]) -> None:
        self._connection = connection
        self._steps = steps

    @property
    def transport(self) -> Transport:
        """The transport of the connection behind."""
        return self._connection.transport

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        """Send one command through the connection behind. Raises BadCardData if the recording gets too long."""
        command = _masked(apdu)
        data, sw = self._connection.send_and_receive(apdu)
        step = RecordedCommand(command, data + sw.to_bytes(2, "big"))
        if sum(known.size for known in self._steps) + step.size > MAX_RECORDING:
            raise BadCardData("the dialogue is too long to be recorded")
        self._steps.append(step)
        return data, sw

    def __enter__(self) -> Self:
        self._connection.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._connection.__exit__(kind, error, trace)


def step_name(step: RecordedCommand) -> str:
    """Return what a command is, for a person who reads the recording."""
    names = {
        _SELECT: "SELECT of the application" if step.command[4:6] == "04" else "SELECT of a file",
        _READ: f"READ BINARY, {len(step.answer) - 2} bytes came",
        _VERIFY: "VERIFY of the PIN" if _ANY in step.command else "question for the tries left",
        _SIGN: "COMPUTE DIGITAL SIGNATURE",
        _GET_RESPONSE: "GET RESPONSE",
    }
    return names.get(step.ins, "another command")


def to_lines(steps: Sequence[RecordedCommand], header: dict[str, object]) -> bytes:
    """Return the file's content: the header with the version, then the steps in order."""
    lines: list[dict[str, object]] = [{"recording": FORMAT, **header, "steps": len(steps)}]
    lines += [{"step": step_name(s), "command": s.command, "answer": s.answer.hex().upper()} for s in steps]
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


def without_certificate(steps: Sequence[RecordedCommand], stand_in: Callable[[int], bytes]) -> list[RecordedCommand]:
    """Return the steps with the certificate and the signature replaced, at the same places and lengths.

    ``stand_in`` makes a certificate of so many bytes. What was read and is no certificate becomes filler.
    """
    places = _places(steps)
    file = bytearray(
        max((at + len(s.answer) - 2 for at, s in zip(places, steps, strict=True) if at is not None), default=0)
    )
    for at, step in zip(places, steps, strict=True):
        if at is not None:
            file[at : at + len(step.answer) - 2] = step.answer[:-2]
    replaced = _stand_in_for(bytes(file), stand_in)
    return [_replaced(step, at, replaced) for at, step in zip(places, steps, strict=True)]


def pack(steps: Sequence[RecordedCommand]) -> bytes:
    """Return the steps as the body of a worker's answer."""
    return b"\n".join(step.command.encode() + b" " + step.answer.hex().encode() for step in steps)


def unpack(body: bytes | bytearray) -> list[RecordedCommand]:
    """Return the steps in the body of a worker's answer. Raises ValueError."""
    return [step_of(*line.decode("ascii").split(" ", 1)) for line in bytes(body).splitlines()]


def step_of(command: str, answer: str = "") -> RecordedCommand:
    """Return the step of two texts. Raises ValueError, which says what is wrong with them."""
    if not 8 <= len(command) <= 2 * 261 or len(command) % 2:
        raise ValueError("the command has 4 to 261 bytes")
    if any(pair != _ANY and not _is_byte(pair) for pair in _bytes_of(command)) or _ANY in command[:10]:
        raise ValueError("the command is hexadecimal, with ** only in its data")
    if not 4 <= len(answer) <= 2 * MAX_RECORDING or not all(map(_is_byte, _bytes_of(answer))):
        raise ValueError("the answer is hexadecimal and ends in a status word")
    return RecordedCommand(command.upper(), bytes.fromhex(answer))


def _masked(apdu: bytes) -> str:
    """Return the command in its recorded form, without a PIN. This comes before anything else could keep it."""
    length = len(apdu)
    if length > 5 and apdu[1] == _VERIFY:
        return bytes(apdu[:5]).hex().upper() + _ANY * (length - 5)
    if length > 5 and apdu[1] == _SIGN:
        begin, end = _hash_in(apdu)
        return bytes(apdu[:begin]).hex().upper() + _ANY * (end - begin) + bytes(apdu[end:]).hex().upper()
    return bytes(apdu).hex().upper()


def _hash_in(apdu: bytes) -> tuple[int, int]:
    """Return where the hash begins and ends in a command to sign: behind its DigestInfo, or all of the data."""
    end, hash_at = 5 + apdu[4], 5 + _DIGEST_INFO
    before = apdu[5:hash_at]
    wrapped = before[:1] == bytes([_SEQUENCE]) and before[-2:] == bytes([_OCTET_STRING, max(0, end - hash_at)])
    return (hash_at if wrapped else 5), end


def _places(steps: Sequence[RecordedCommand]) -> list[int | None]:
    """Return, for each step, where in the file what it brought begins; None if it brought nothing of a file."""
    places: list[int | None] = []
    following: int | None = None
    for step in steps:
        at = following if step.ins == _GET_RESPONSE else _offset(step)
        places.append(at)
        following = None if at is None else at + len(step.answer) - 2
    return places


def _offset(step: RecordedCommand) -> int | None:
    if step.ins != _READ:
        return None
    p1, p2 = bytes.fromhex(step.command[4:8])
    return p2 if p1 & 0x80 else p1 << 8 | p2


def _stand_in_for(file: bytes, stand_in: Callable[[int], bytes]) -> bytes:
    try:
        length = der_length(file)
    except BadCardData:
        length = 0
    certificate = stand_in(length) if length else b""
    return certificate.ljust(max(len(file), length), bytes([_FILLER]))


def _replaced(step: RecordedCommand, at: int | None, file: bytes) -> RecordedCommand:
    data, sw = step.answer[:-2], step.answer[-2:]
    if at is not None:
        return replace(step, answer=file[at : at + len(data)] + sw)
    # Whatever else brings data (a signature, and what is fetched after it) tells of the key.
    return replace(step, answer=bytes(len(data)) + sw)


def _bytes_of(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(0, len(text), 2)]


def _is_byte(pair: str) -> bool:
    return len(pair) == 2 and all(digit in "0123456789abcdefABCDEF" for digit in pair)
