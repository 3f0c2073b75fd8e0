"""The entries of a certificate list as a set of numbers, read once, so that a look-up takes no time (RFC 5280 5.3).

A million entries are read in half a second and kept in less than 100 MB; the library's own look-up scans them all,
a tenth of a second each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kiosk.identity.crl_form import CERTIFICATE_ISSUER
from kiosk.identity.der import INTEGER, SEQUENCE, DerError, Element, Extension, element, extensions_of

__all__ = ["Entries", "EntryReader"]

_REASON: Final = bytes.fromhex("551d15")
_HARMLESS: Final = frozenset({_REASON, bytes.fromhex("551d18")})  # reasonCode, invalidityDate
_REMOVED: Final = b"\x0a\x01\x08"
_TELLING: Final = re.compile(rb"\x01\x01|\x55\x1d\x1d|\x0a\x01\x08")
"""What may change the meaning of an entry: something critical, another issuer, a removal."""

_SHORTEST: Final = 17
"""Bytes of an entry beside its number: a header and a UTCTime."""
_LONGEST_PLAIN: Final = 19
"""The same with a GeneralizedTime; a longer entry has extensions."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The numbers that are listed, and whether everything critical in the entries was understood."""

    serials: frozenset[bytes] = field(default=frozenset(), repr=False)
    understood: bool = True

    def lists(self, serial: int) -> bool:
        """Return whether that positive number is listed."""
        return serial.to_bytes(serial.bit_length() // 8 + 1, "big") in self.serials


class EntryReader:
    """Reads the entries of one list. ``is_ours(entry, extension)``: the certificateIssuer of an entry is the list's."""

    def __init__(self, *, is_delta: bool, is_ours: Callable[[Element, Extension], bool]) -> None:
        self._is_delta, self._is_ours = is_delta, is_ours
        # An entry's certificateIssuer holds for those after it too, until the next one (RFC 5280 5.3.3).
        self._owner_is_ours, self._understood = True, True

    def read(self, entries: Element) -> Entries:
        """Return the numbers of the list's own issuer. Raises DerError, and as ``is_ours``."""
        try:
            serials = frozenset(self._serials(entries.data, entries.content, entries.end))
        except IndexError:
            raise DerError("an entry that is cut short") from None
        return Entries(serials, self._understood)

    def _serials(self, data: bytes, at: int, end: int) -> list[bytes]:
        """Walk over the entries. Most are plain: their number begins at a fixed place, and nothing else counts."""
        found: list[bytes] = []
        keep, search = found.append, _TELLING.search
        while at < end:
            size, length = data[at + 1], data[at + 3]
            after = at + 2 + size
            if (
                data[at] == SEQUENCE
                and data[at + 2] == INTEGER
                and length + _SHORTEST <= size < 0x80
                and after <= end
                and self._owner_is_ours
                and not (size - length > _LONGEST_PLAIN and search(data, at + 4 + length, after))
            ):
                keep(data[at + 4 : at + 4 + length])
            else:
                entry = element(data, at, end)
                found += self._judged(entry)
                after = entry.end
            at = after
        return found

    def _judged(self, entry: Element) -> list[bytes]:
        """Return the number of an entry that is not plain, or nothing where it revokes nothing of ours."""
        parts = list(entry.inside())
        if entry.tag != SEQUENCE or len(parts) not in (2, 3) or parts[0].tag != INTEGER:
            raise DerError("not an entry")
        extensions = self._extensions(parts[2]) if len(parts) == 3 else ()
        for item in extensions:
            if item.oid == CERTIFICATE_ISSUER:
                self._owner_is_ours = self._is_ours(entry, item)
            elif item.critical and item.oid not in _HARMLESS:
                self._understood = False
        # removeFromCRL has its meaning in a delta only (RFC 5280 5.3.1); elsewhere a listed one is listed.
        removed = self._is_delta and any((item.oid, item.value) == (_REASON, _REMOVED) for item in extensions)
        return [parts[0].value] if self._owner_is_ours and not removed else []

    def _extensions(self, part: Element) -> tuple[Extension, ...]:
        try:
            return extensions_of(part)
        except DerError:
            self._understood = False
            return ()
