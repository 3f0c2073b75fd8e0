"""BER-TLV (ISO/IEC 8825-1, definite lengths), read without recursion and within bounds.

Any bytes end in a value or in BadCardData, never in anything else.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.errors import BadCardData

__all__ = ["MAX_CERTIFICATE", "MAX_DEPTH", "MAX_SIZE", "Tlv", "children", "der_length", "parse"]

MAX_CERTIFICATE = 4096
"""The longest certificate, in bytes, that is read from a card; its file has 3,808."""

MAX_DEPTH = 16
"""How deep objects may be nested."""

MAX_SIZE = 65_536
"""The longest input, in bytes."""

_CONSTRUCTED = 0x20
_SEQUENCE = 0x30
_MAX_TAG_BYTES = 3
_MAX_LENGTH_BYTES = 3


@dataclass(frozen=True, slots=True)
class Tlv:
    """One object: its tag bytes as a number, how deep it is nested (outermost is 0), and its value."""

    tag: int
    depth: int
    value: bytes


def parse(data: bytes) -> tuple[Tlv, ...]:
    """Return every object in ``data``, each constructed one before what it holds. Raises BadCardData."""
    if len(data) > MAX_SIZE:
        raise BadCardData("a TLV of more than 65,536 bytes")
    found = []
    ends = [len(data)]
    position = 0
    while position < len(data):
        while position == ends[-1]:
            ends.pop()
        tag, start = _tag(data, position)
        length, start = _length(data, start)
        end = start + length
        if end > ends[-1]:
            raise BadCardData("a TLV that is longer than what holds it")
        found.append(Tlv(tag, len(ends) - 1, data[start:end]))
        position = _step_in(ends, start, end, constructed=bool(data[position] & _CONSTRUCTED))
    return tuple(found)


def children(data: bytes) -> list[Tlv]:
    """Return the objects at the top level of ``data``, not what they hold. Raises BadCardData."""
    if len(data) > MAX_SIZE:
        raise BadCardData("a TLV of more than 65,536 bytes")
    found, position = [], 0
    while position < len(data):
        tag, start = _tag(data, position)
        length, start = _length(data, start)
        position = start + length
        if position > len(data):
            raise BadCardData("a TLV that is longer than what holds it")
        found.append(Tlv(tag, 0, data[start:position]))
    return found


def der_length(first_block: bytes) -> int:
    """Return the bytes in the DER SEQUENCE that begins ``first_block``, its header included.

    Raises BadCardData for anything else, and for one of more than 4,096 bytes.
    """
    if first_block[:1] != bytes([_SEQUENCE]):
        raise BadCardData("the certificate does not begin with a SEQUENCE")
    length, start = _length(first_block, 1)
    if start - 1 != len(_der_length_bytes(length)):
        raise BadCardData("the certificate's length is not in its shortest form")
    if start + length > MAX_CERTIFICATE:
        raise BadCardData("a certificate of more than 4,096 bytes")
    return start + length


def _step_in(ends: list[int], start: int, end: int, *, constructed: bool) -> int:
    """Return where to read on: at the first object inside a constructed one, or behind a primitive one."""
    if not constructed or start == end:
        return end
    if len(ends) == MAX_DEPTH:
        raise BadCardData("a TLV of more than 16 levels")
    ends.append(end)
    return start


def _tag(data: bytes, position: int) -> tuple[int, int]:
    end = position + 1
    if data[position] & 0x1F == 0x1F:
        while _byte(data, end) & 0x80:
            end += 1
        end += 1
    if end - position > _MAX_TAG_BYTES:
        raise BadCardData("a TLV tag of more than 3 bytes")
    return int.from_bytes(data[position:end], "big"), end


def _length(data: bytes, position: int) -> tuple[int, int]:
    first = _byte(data, position)
    if first < 0x80:
        return first, position + 1
    count = first & 0x7F
    if not 1 <= count <= _MAX_LENGTH_BYTES:
        raise BadCardData("a TLV length of no definite form, or of more than 3 bytes")
    end = position + 1 + count
    if end > len(data):
        raise BadCardData("a TLV that ends in its length")
    return int.from_bytes(data[position + 1 : end], "big"), end


def _der_length_bytes(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    body = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(body)]) + body


def _byte(data: bytes, position: int) -> int:
    if position >= len(data):
        raise BadCardData("a TLV that ends too early")
    return data[position]
