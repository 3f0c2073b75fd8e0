"""Read the entries of a certificate list into a set of numbers once, so that a look-up takes no time (RFC 5280 5.3).

A million entries are read in half a second and kept in about 100 MB. The library's own look-up scans them all, which
takes a tenth of a second each time.
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
_MAY_CHANGE_MEANING: Final = re.compile(rb"\x01(?:\x01[\x01-\xff]\x04|[\x81-\x85])|\x55\x1d\x1d|\x0a\x01\x08")
"""Bytes that may change the meaning of an entry: something critical (a BOOLEAN, its length in either form, before an
OCTET STRING), another issuer, or a removal.
"""

_PART: Final = 8192
_SHORTEST: Final = 17
"""The bytes of an entry beside its number: a header and a UTCTime."""
_MAX_KNOWN: Final = 4096


@dataclass(frozen=True, slots=True)
class CrlEntries:
    """The numbers that are listed, and whether everything critical in the entries was understood."""

    serials: Collection[bytes] = field(default=frozenset(), repr=False)
    understood: bool = True

    def lists(self, serial: int) -> bool:
        """Return whether this positive number is listed."""
        return serial.to_bytes(serial.bit_length() // 8 + 1, "big") in self.serials


class EntryReader:
    """Reads the entries of one list.

    ``is_ours(entry, extension)`` says whether an entry's certificateIssuer is the list's; None if it cannot be read.
    """

    def __init__(self, *, is_delta: bool, is_ours: Callable[[Element, Extension], bool | None]) -> None:
        self._is_delta, self._is_ours = is_delta, is_ours
        # The certificateIssuer of an entry also applies to those after it, until the next one (RFC 5280 5.3.3).
        self._owner_is_ours, self._understood = True, True
        self._known: set[bytes] = set()

    def read(self, entries: Element) -> CrlEntries:
        """Return the numbers that the list's own issuer revoked.

        Raises:
            DerError: The entries are malformed.

        """
        serials: set[bytes] = set()
        try:
            # The set grows in parts: no other thread could run while a million numbers are put into it at once.
            for part in self._parts(entries.data, entries.content, entries.end):
                serials.update(part)
        except IndexError:
            raise DerError("an entry that is cut short") from None
        return CrlEntries(serials, self._understood)

    def _parts(self, data: bytes, at: int, end: int) -> Iterator[list[bytes]]:
        """Walk over the entries. Most are plain: their number begins at a fixed place, and nothing else matters."""
        found: list[bytes] = []
        keep, known = found.append, self._known
        while at < end:
            size, length = data[at + 1], data[at + 3]
            after = at + 2 + size
            # The rest of an entry after number and UTCTime; a GeneralizedTime is two bytes longer.
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
        """Return whether nothing here changes what the entry means.

        Most lists have only a few variants, so they are cached.
        """
        if _MAY_CHANGE_MEANING.search(tail):
            return False
        if len(self._known) < _MAX_KNOWN:
            self._known.add(tail)
        return True

    def _judged(self, entry: Element) -> list[bytes]:
        """Return the number of an entry that is not plain; nothing if it revokes no certificate of ours."""
        parts = list(entry.inside())
        if entry.tag != SEQUENCE or len(parts) not in (2, 3) or parts[0].tag != INTEGER:
            raise DerError("not an entry")
        extensions = self._extensions(parts[2]) if len(parts) == 3 else ()
        for item in extensions:
            if item.oid == CERTIFICATE_ISSUER:
                ours = self._is_ours(entry, item)
                # An issuer that cannot be read may be ours.
                self._owner_is_ours, self._understood = ours is not False, self._understood and ours is not None
            elif item.critical and item.oid not in _HARMLESS:
                self._understood = False
        # removeFromCRL has its meaning only in a delta (RFC 5280 5.3.1); elsewhere a listed certificate is revoked.
        removed = self._is_delta and any((item.oid, item.value) == (_REASON, _REMOVED) for item in extensions)
        return [_shortest(parts[0].value)] if self._owner_is_ours and not removed else []

    def _extensions(self, part: Element) -> tuple[Extension, ...]:
        try:
            return extensions_of(part)
        except DerError:
            self._understood = False
            return ()


def _shortest(number: bytes) -> bytes:
    """Return the INTEGER without the leading zeros that X.690 8.3.2 forbids: a signed list with them counts too."""
    if not number.startswith(b"\x00"):
        return number
    plain = number.lstrip(b"\x00")
    return plain if plain and plain[0] <= 0x7F else b"\x00" + plain
