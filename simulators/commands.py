"""Parse command APDUs as a card sees them (ISO 7816-4 5.1): cases 1 to 4, short and extended."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

__all__ = ["CardCommand", "CardStatusWord", "MalformedCommand", "answer", "parse_command"]

SHORT_MAX = 256
EXTENDED_MAX = 65536


class CardStatusWord(IntEnum):
    """The status words that the simulated cards answer with (docs/card.md)."""

    OK = 0x9000
    BYTES_AVAILABLE = 0x6100
    COUNTER = 0x63C0
    WRONG_LENGTH = 0x6700
    NO_LOGICAL_CHANNELS = 0x6881
    NO_SECURE_MESSAGING = 0x6882
    NO_CHAINING = 0x6884
    WRONG_KIND_OF_FILE = 0x6981
    SECURITY_STATUS = 0x6982
    BLOCKED = 0x6984
    CONDITIONS = 0x6985
    NO_CURRENT_EF = 0x6986
    FILE_NOT_FOUND = 0x6A82
    WRONG_P1_P2 = 0x6A86
    WRONG_OFFSET = 0x6B00
    EXACT_LENGTH = 0x6C00
    UNKNOWN_INS = 0x6D00
    UNKNOWN_CLA = 0x6E00
    NO_DIAGNOSIS = 0x6F00


class MalformedCommand(ValueError):
    """The bytes are not an APDU: they are too short, or Lc does not fit the length."""


@dataclass(frozen=True, slots=True)
class CardCommand:
    """One command APDU. ``le`` is the number of bytes asked for (256 or 65536 for 00); None without Le."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    le: int | None = None
    extended: bool = False

    @property
    def p1_p2(self) -> int:
        """Both parameters as one 16-bit number."""
        return self.p1 << 8 | self.p2


def parse_command(apdu: bytes) -> CardCommand:
    """Return the command in ``apdu``.

    Raises:
        MalformedCommand: ISO 7816-4 does not allow these bytes.

    """
    if len(apdu) < 4:
        raise MalformedCommand("shorter than a header")
    data, le, extended = _body(apdu[4:])
    cla, ins, p1, p2 = apdu[:4]
    return CardCommand(cla, ins, p1, p2, data, le, extended)


def answer(sw: int, data: bytes = b"") -> bytes:
    """Return a response APDU: the data and the two bytes of the status word."""
    return data + sw.to_bytes(2, "big")


def _body(body: bytes) -> tuple[bytes, int | None, bool]:
    if not body:
        return b"", None, False
    if len(body) == 1:
        return b"", body[0] or SHORT_MAX, False
    if body[0] != 0:
        return *_split(body[1:], body[0], le_length=1), False
    if len(body) == 3:
        return b"", int.from_bytes(body[1:], "big") or EXTENDED_MAX, True
    return *_split(body[3:], int.from_bytes(body[1:3], "big"), le_length=2), True


def _split(rest: bytes, lc: int, le_length: int) -> tuple[bytes, int | None]:
    data, le = rest[:lc], rest[lc:]
    if lc == 0 or len(data) < lc or len(le) not in (0, le_length):
        raise MalformedCommand("Lc does not fit the length")
    if not le:
        return data, None
    return data, int.from_bytes(le, "big") or (SHORT_MAX if le_length == 1 else EXTENDED_MAX)
