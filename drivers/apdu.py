"""Command APDUs, status words, and the one place where 61xx and 6Cxx are handled (ISO/IEC 7816-4, 5.1-5.3)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import cast

from drivers.connection import CardConnection
from drivers.errors import BadCardData

__all__ = [
    "MAX_RESPONSE",
    "MAX_ROUNDS",
    "SHORT_LE",
    "Command",
    "Response",
    "StatusWord",
    "status_text",
    "transmit",
    "tries_left",
]

SHORT_LE = 256
"""The most bytes that a short command can ask for."""

MAX_RESPONSE = 65_536
"""The most bytes that one command may bring, over all its GET RESPONSE rounds."""

MAX_ROUNDS = 260
"""The most GET RESPONSE rounds after one command: 65,536 bytes in blocks of 255 and a few to spare."""

_VERIFY = 0x20
_CHANGE_REFERENCE_DATA = 0x24
_SPENDS_A_TRY = frozenset({_VERIFY, _CHANGE_REFERENCE_DATA})


class StatusWord(IntEnum):
    """The status words this project knows by name (ISO/IEC 7816-4, 5.1.3; 6984 as JICSAP uses it)."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    WRONG_PIN_NO_COUNTER = 0x6300
    WRONG_LENGTH = 0x6700
    NO_LOGICAL_CHANNELS = 0x6881
    NO_SECURE_MESSAGING = 0x6882
    INCOMPATIBLE_FILE = 0x6981
    SECURITY_STATUS_NOT_SATISFIED = 0x6982
    PIN_BLOCKED = 0x6983
    PIN_BLOCKED_JICSAP = 0x6984
    CONDITIONS_NOT_SATISFIED = 0x6985
    NO_CURRENT_FILE = 0x6986
    FUNCTION_NOT_SUPPORTED = 0x6A81
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    WRONG_P1_P2 = 0x6A86
    REFERENCE_NOT_FOUND = 0x6A88
    OFFSET_OUTSIDE_FILE = 0x6B00
    INSTRUCTION_NOT_SUPPORTED = 0x6D00
    CLASS_NOT_SUPPORTED = 0x6E00
    NO_DIAGNOSIS = 0x6F00


def status_text(sw: int) -> str:
    """Return ``0x6A82 (FILE_NOT_FOUND)``, or the bare number of a status word without a name."""
    try:
        return f"0x{sw:04X} ({StatusWord(sw).name})"
    except ValueError:
        return f"0x{sw:04X}"


def tries_left(sw: int) -> int | None:
    """Return how many tries a VERIFY's status word says are left; 0 is blocked, None that it says nothing."""
    if sw & 0xFFF0 == 0x63C0:
        return sw & 0x000F
    return 0 if sw in (StatusWord.PIN_BLOCKED, StatusWord.PIN_BLOCKED_JICSAP) else None


@dataclass(frozen=True, slots=True)
class Command:
    """One command APDU. ``le`` is the most response bytes it asks for (1 to 65,536), None for none.

    It becomes extended only where a short one cannot say it (``le`` over 256).
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes | bytearray = field(default=b"", repr=False)
    le: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for what no command APDU can say."""
        if not all(0 <= byte <= 0xFF for byte in (self.cla, self.ins, self.p1, self.p2)):
            raise ValueError("CLA, INS, P1 and P2 are one byte each")
        if len(self.data) > 0xFF:
            raise ValueError("command data is at most 255 bytes here")
        if self.le is not None and not 1 <= self.le <= MAX_RESPONSE:
            raise ValueError("Le is 1 to 65,536")

    def encode(self) -> bytearray:
        """Return the bytes of case 1, 2S, 3S, 4S, 2E or 4E (ISO/IEC 7816-3, 12.1.3), the caller's to wipe."""
        lc, le = _lengths(len(self.data), self.le)
        # Sized once: a bytearray that grows leaves unwiped copies of its beginning behind.
        apdu = bytearray(4 + len(lc) + len(self.data) + len(le))
        apdu[:4] = bytes([self.cla, self.ins, self.p1, self.p2])
        apdu[4 : 4 + len(lc)] = lc
        apdu[4 + len(lc) : 4 + len(lc) + len(self.data)] = self.data
        apdu[len(apdu) - len(le) :] = le
        return apdu


@dataclass(frozen=True, slots=True)
class Response:
    """What a command brought: its data, over all rounds, and the last status word."""

    data: bytes = field(repr=False)
    sw: int

    @property
    def ok(self) -> bool:
        """Whether the status word is 9000."""
        return self.sw == StatusWord.OK


def transmit(connection: CardConnection, command: Command) -> Response:
    """Send ``command`` and return its whole answer.

    61xx is followed by GET RESPONSE, 6Cxx by the same command with the exact Le, once. A command that may
    spend a try of a PIN is sent once whatever the card says. Raises BadCardData for an answer without an
    end or longer than was asked for, and whatever the connection raises.
    """
    if command.ins in _SPENDS_A_TRY:
        return _exchange_secret(connection, command)
    return _follow(connection, _exchange_exact(connection, command), command.le or SHORT_LE)


def _follow(connection: CardConnection, first: Response, most: int) -> Response:
    """Collect what the card holds ready behind 61xx, at most as much at once as the command itself has asked for."""
    data, sw = bytearray(first.data), first.sw
    for _ in range(MAX_ROUNDS):
        if sw >> 8 != 0x61:
            return Response(bytes(data), sw)
        part = _exchange_exact(connection, Command(0x00, 0xC0, 0x00, 0x00, le=min(sw & 0xFF or SHORT_LE, most)))
        if not part.data and part.sw >> 8 == 0x61:
            raise BadCardData("the card promises more data and sends none")
        data += part.data
        sw = part.sw
        if len(data) > MAX_RESPONSE:
            break
    raise BadCardData("the card's answer has no end")


def _exchange_exact(connection: CardConnection, command: Command) -> Response:
    """Exchange once, and once more with the Le that the card names in 6Cxx."""
    response = _exchange(connection, command)
    if response.sw >> 8 != 0x6C or command.le is None:
        return response
    return _exchange(connection, replace(command, le=response.sw & 0xFF or SHORT_LE))


def _exchange(connection: CardConnection, command: Command) -> Response:
    data, sw = connection.send_and_receive(bytes(command.encode()))
    if len(data) > (command.le or SHORT_LE):
        raise BadCardData("the card sent more than it was asked for")
    return Response(bytes(data), sw)


def _exchange_secret(connection: CardConnection, command: Command) -> Response:
    """Exchange a command that may hold a PIN, and leave no copy of it behind."""
    apdu = command.encode()
    try:
        # A bytearray where the seam says bytes: it only reads it, and bytes could not be wiped.
        _, sw = connection.send_and_receive(cast(bytes, apdu))
    finally:
        apdu[:] = bytes(len(apdu))
    return Response(b"", sw)


def _lengths(data: int, le: int | None) -> tuple[bytes, bytes]:
    """Return the fields Lc and Le: both short, or both extended behind one zero byte."""
    if le is None or le <= SHORT_LE:
        return bytes([data]) if data else b"", b"" if le is None else bytes([le & 0xFF])
    extended = (le & 0xFFFF).to_bytes(2, "big")
    return (b"\x00" + data.to_bytes(2, "big"), extended) if data else (b"", b"\x00" + extended)
