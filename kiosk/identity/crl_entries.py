"""The entries of a certificate list as a set of numbers, read once, so that a look-up takes no time (RFC 5280 5.3).

A million entries are read in half a second and kept in about 100 MB; the library's own look-up scans them all,
a tenth of a second each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from kiosk.identity.crl_form import CERTIFICATE_ISSUER
from kiosk.identity.der import INTEGER, SEQUENCE, DerError, Element, Extension, element, extensions_of

__all__ = ["CrlEntries", "EntryReader"]

_REASON: Final = bytes.fromhex("551d15")
_HARMLESS: Final = frozenset({_REASON, bytes.fromhex("551d18")})  # reasonCode, invalidityDate
_REMOVED: Final = b"\x0a\x01\x08"
_TELLING: Final = re.compile(rb"\x01(?:\x01[\x01-\xff]\x04|[\x81-\x85])|\x55\x1d\x1d|\x0a\x01\x08")
"""What may change the meaning of an entry: something critical (a BOOLEAN, its length in either form, before an OCTET
STRING), another issuer, a removal."""

_PART: Final = 8192
_SHORTEST: Final = 17
"""Bytes of an entry beside its number: a header and a UTCTime."""
_MAX_KNOWN: Final = 4096


@dataclass(frozen=True, slots=True)
class CrlEntries:
    """The numbers that are listed, and whether everything critical in the entries was understood."""

    serials: Collection[bytes] = field(default=frozenset(), repr=False)
    understood: bool = True

    def lists(self, serial: int) -> bool:
        """Return whether that positive number is listed."""
        return serial.to_bytes(serial.bit_length() // 8 + 1, "big") in self.serials


class EntryReader:
    """Reads the entries of one list. ``is_ours(entry, extension)``: the certificateIssuer of an entry is the list's;
    None where it cannot be read.
    """

    def __init__(self, *, is_delta: bool, is_ours: Callable[[Element, Extension], bool | None]) -> None:
        self._is_delta, self._is_ours = is_delta, is_ours
        # An entry's certificateIssuer holds for those after it too, until the next one (RFC 5280 5.3.3).
        self._owner_is_ours, self._understood = True, True
        self._known: set[bytes] = set()

    def read(self, entries: Element) -> CrlEntries:
        """Return the numbers of the list's own issuer. Raises DerError."""
        serials: set[bytes] = set()
        try:
            # In parts: nothing else would run while a million numbers are put into the set at once.
            for part in self._parts(entries.data, entries.content, entries.end):
                serials.update(part)
        except IndexError:
            raise DerError("an entry that is cut short") from None
        return CrlEntries(serials, self._understood)

    def _parts(self, data: bytes, at: int, end: int) -> Iterator[list[bytes]]:
        """Walk over the entries. Most are plain: their number begins at a fixed place, and nothing else counts."""
        found: list[bytes] = []
        keep, known = found.append, self._known
        while at < end:
            size, length = data[at + 1], data[at + 3]
            after = at + 2 + size
            # What follows number and UTCTime; a GeneralizedTime is two bytes longer.
            tail = data[at + 2 + length + _SHORTEST : after]
            if (
                data[at] == SEQUENCE
                and data[at + 2] == INTEGER
                and length + _SHORTEST <= size < 0x80
                and (data[at + 4] or data[at + 5] > 0x7F)
                and after <= end
                and self._owner_is_ours
                and (not tail or tail in known or self._is_harmless(tail))
            ):
                keep(data[at + 4 : at + 4 + length])
            else:
                entry = element(data, at, end)
                found += self._judged(entry)
                after = entry.end
            at = after
            if len(found) >= _PART:
                yield found
                found.clear()
        yield found

    def _is_harmless(self, tail: bytes) -> bool:
        """Return whether nothing in it changes what the entry means; most lists have but a few, which are kept."""
        if _TELLING.search(tail):
            return False
        if len(self._known) < _MAX_KNOWN:
            self._known.add(tail)
        return True

    def _judged(self, entry: Element) -> list[bytes]:
        """Return the number of an entry that is not plain, or nothing where it revokes nothing of ours."""
        parts = list(entry.inside())
        if entry.tag != SEQUENCE or len(parts) not in (2, 3) or parts[0].tag != INTEGER:
            raise DerError("not an entry")
        extensions = self._extensions(parts[2]) if len(parts) == 3 else ()
        for item in extensions:
            if item.oid == CERTIFICATE_ISSUER:
                ours = self._is_ours(entry, item)
                # An issuer that nobody can read may be ours.
                self._owner_is_ours, self._understood = ours is not False, self._understood and ours is not None
            elif item.critical and item.oid not in _HARMLESS:
                self._understood = False
        # removeFromCRL has its meaning in a delta only (RFC 5280 5.3.1); elsewhere a listed one is listed.
        removed = self._is_delta and any((item.oid, item.value) == (_REASON, _REMOVED) for item in extensions)
        return [_shortest(parts[0].value)] if self._owner_is_ours and not removed else []

    def _extensions(self, part: Element) -> tuple[Extension, ...]:
        try:
            return extensions_of(part)
        except DerError:
            self._understood = False
            return ()


def _shortest(number: bytes) -> bytes:
    """Return the INTEGER without zeros that X.690 8.3.2 forbids: what is signed counts with them too."""
    if not number.startswith(b"\x00"):
        return number
    plain = number.lstrip(b"\x00")
    return plain if plain and plain[0] <= 0x7F else b"\x00" + plain
