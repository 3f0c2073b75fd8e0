"""Read DER as it is found in the field: the objects of signed structures, in place; and write single objects.

The library refuses a whole structure because of one default that is written out (X.690 11.5 forbids ``critical FALSE``,
but OpenSSL accepts it). What was signed must count all the same, so lists and answers are taken apart here. The library
gets the odd ones with their defaults left out, and the signature is checked over the very bytes that were signed.
Lengths are definite; a length that is longer than necessary is accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = [
    "BIT_STRING",
    "BOOLEAN",
    "ENUMERATED",
    "INTEGER",
    "OCTET_STRING",
    "OID",
    "SEQUENCE",
    "DerError",
    "Element",
    "Extension",
    "context",
    "element",
    "elements",
    "encoded",
    "extension_of",
    "extensions_of",
]

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OID, ENUMERATED, SEQUENCE = 0x01, 0x02, 0x03, 0x04, 0x06, 0x0A, 0x30

_MAX_LENGTH_BYTES = 5
_MAX_EXTENSIONS = 64


class DerError(ValueError):
    """The bytes do not have this form."""


@dataclass(frozen=True, slots=True)
class Element:
    """One object within ``data``: from ``start`` (its tag) through ``content`` (its value) to ``end`` (exclusive)."""

    data: bytes
    start: int
    content: int
    end: int

    @property
    def tag(self) -> int:
        """The tag byte."""
        return self.data[self.start]

    @property
    def whole(self) -> bytes:
        """The object with its header."""
        return self.data[self.start : self.end]

    @property
    def value(self) -> bytes:
        """The object without its header."""
        return self.data[self.content : self.end]

    def inside(self) -> Iterator[Element]:
        """Yield the objects side by side in this one.

        Raises:
            DerError: They do not fill it exactly.

        """
        return elements(self.data, self.content, self.end)


def context(number: int, *, constructed: bool = True) -> int:
    """Return the tag ``[number]``."""
    return (0xA0 if constructed else 0x80) | number


def element(data: bytes, at: int, end: int) -> Element:
    """Return the object that begins at ``at`` and ends by ``end``.

    Raises:
        DerError: There is no such object.

    """
    content, size = at + 2, data[at + 1] if at + 1 < end else 0
    if size > 0x80:
        content += size & 0x7F
        size = int.from_bytes(data[at + 2 : content], "big") if size & 0x7F <= _MAX_LENGTH_BYTES else len(data)
    elif size == 0x80:
        raise DerError("a length of no definite form")
    if content + size > end or data[at] & 0x1F == 0x1F:
        raise DerError("an object that is longer than what holds it, or of an unknown tag")
    return Element(data, at, content, content + size)


def elements(data: bytes, at: int, end: int) -> Iterator[Element]:
    """Yield the objects side by side from ``at`` to ``end``.

    Raises:
        DerError: They do not fill that space exactly.

    """
    while at < end:
        found = element(data, at, end)
        yield found
        at = found.end


def encoded(tag: int, *parts: bytes) -> bytes:
    """Return one object that contains the parts, with its length in the shortest form."""
    value = b"".join(parts)
    if len(value) < 0x80:
        return bytes([tag, len(value)]) + value
    size = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + value


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension (RFC 5280 4.1.2.9): its OID as in DER without header, and the DER of its value."""

    oid: bytes
    critical: bool
    value: bytes

    @property
    def whole(self) -> bytes:
        """The extension in DER, without defaults."""
        critical = encoded(BOOLEAN, b"\xff") if self.critical else b""
        return encoded(SEQUENCE, encoded(OID, self.oid), critical, encoded(OCTET_STRING, self.value))


def extension_of(found: Element) -> Extension:
    """Return the extension that an object holds.

    Raises:
        DerError: The object is not an extension.

    """
    parts = list(found.inside())
    tags = [part.tag for part in parts]
    if found.tag != SEQUENCE or tags not in ([OID, OCTET_STRING], [OID, BOOLEAN, OCTET_STRING]):
        raise DerError("not an extension")
    critical = len(parts) == 3 and any(parts[1].value)
    return Extension(parts[0].value, critical, parts[-1].value)


def extensions_of(found: Element) -> tuple[Extension, ...]:
    """Return the extensions in a SEQUENCE of them.

    Raises:
        DerError: The object is not such a SEQUENCE.

    """
    parts = list(found.inside()) if found.tag == SEQUENCE else []
    if not 1 <= len(parts) <= _MAX_EXTENSIONS:
        raise DerError("no extensions, or too many")
    return tuple(extension_of(part) for part in parts)
