"""Take a certificate list apart (CertificateList, RFC 5280 5.1) into what was signed and what the library can read.

The library reads the list without its entries, and only the scope of its extensions. No other value changes what the
list says, so a malformed one must not make the list useless. Critical extensions that are not understood are still
found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509

from kiosk.identity.der import (
    BIT_STRING,
    SEQUENCE,
    DerError,
    Element,
    Extension,
    context,
    element,
    encoded,
    extensions_of,
)

__all__ = ["CERTIFICATE_ISSUER", "CrlForm", "take_apart"]

_SCOPE: Final = bytes.fromhex("551d1c")  # issuingDistributionPoint
_DELTA: Final = bytes.fromhex("551d1b")  # deltaCRLIndicator
_HARMLESS: Final = frozenset({bytes.fromhex("551d14"), bytes.fromhex("551d23")})  # cRLNumber, authorityKeyIdentifier
CERTIFICATE_ISSUER: Final = bytes.fromhex("551d1d")

_TIMES = frozenset({0x17, 0x18})  # UTCTime, GeneralizedTime
_BOOLEANS = frozenset(context(number, constructed=False) for number in (1, 2, 4, 5))


@dataclass(frozen=True, slots=True)
class CrlForm:
    """The parts of one list. ``head`` is what comes before the entries; ``end`` is where the list ends in its file."""

    signed: Element
    algorithm: bytes
    signature: bytes
    head: tuple[bytes, ...]
    entries: Element | None
    extensions: tuple[Extension, ...]
    end: int

    @property
    def understood(self) -> bool:
        """Whether every critical extension of the list is one that is understood here."""
        known = _HARMLESS | {_SCOPE, _DELTA}
        return all(item.oid in known for item in self.extensions if item.critical)

    @property
    def is_delta(self) -> bool:
        """Whether the list contains only what changed since another list."""
        return any(item.oid == _DELTA for item in self.extensions)

    @property
    def scope(self) -> bytes:
        """The value of the list's issuingDistributionPoint in DER, without limits that are false; empty if it has none.

        Raises:
            DerError: The extension is malformed.

        """
        found = [item.value for item in self.extensions if item.oid == _SCOPE]
        if len(found) > 1:
            raise DerError("two scopes")
        return _without_false(found[0]) if found else b""

    def readable(self) -> x509.CertificateRevocationList:
        """Return the list for the library: names, dates, algorithm and scope, without entries.

        The library's own exceptions pass through.
        """
        scope = self.scope
        return self._loaded((), (Extension(_SCOPE, critical=True, value=scope),) if scope else ())

    def issuers_of(self, entry: Element, extension: Extension) -> x509.CertificateIssuer:
        """Return the value of an entry's certificateIssuer. The library's own exceptions pass through."""
        serial, date, *_ = entry.inside()
        line = encoded(SEQUENCE, serial.whole, date.whole, encoded(SEQUENCE, extension.whole))
        (read,) = self._loaded((line,), ())
        return read.extensions.get_extension_for_class(x509.CertificateIssuer).value

    def _loaded(self, entries: Sequence[bytes], extensions: Sequence[Extension]) -> x509.CertificateRevocationList:
        lines = [encoded(SEQUENCE, *entries)] if entries else []
        own = [item.whole for item in extensions]
        tail = [encoded(context(0), encoded(SEQUENCE, *own))] if own else []
        tbs = encoded(SEQUENCE, *self.head, *lines, *tail)
        signature = encoded(BIT_STRING, b"\x00", self.signature)
        return x509.load_der_x509_crl(encoded(SEQUENCE, tbs, self.algorithm, signature))


def take_apart(data: bytes, at: int = 0) -> CrlForm:
    """Return the list that begins at ``at``, whatever follows it.

    Raises:
        DerError: The bytes are not a list.

    """
    whole = element(data, at, len(data))
    parts = list(whole.inside())
    if [part.tag for part in (whole, *parts)] != [SEQUENCE, SEQUENCE, SEQUENCE, BIT_STRING]:
        raise DerError("not a certificate list")
    signed, algorithm, signature = parts
    head, entries, extensions = _split(list(signed.inside()))
    # RFC 5280 5.1.1.2: the algorithm is named inside what is signed and again outside, and both must be equal.
    if signature.value[:1] != b"\x00" or algorithm.whole not in head:
        raise DerError("a signature that is not of whole bytes, or of two algorithms")
    return CrlForm(signed, algorithm.whole, signature.value[1:], head, entries, extensions, whole.end)


def _split(parts: Sequence[Element]) -> tuple[tuple[bytes, ...], Element | None, tuple[Extension, ...]]:
    """Return what comes before the entries (its last part is a time), the entries and the extensions."""
    count = max((number for number, part in enumerate(parts, 1) if part.tag in _TIMES), default=0)
    tail = {part.tag: part for part in parts[count:]}
    if len(tail) != len(parts) - count or not tail.keys() <= {SEQUENCE, context(0)}:
        raise DerError("not a certificate list")
    outer = tail.get(context(0))
    extensions = extensions_of(next(outer.inside(), outer)) if outer else ()
    return tuple(part.whole for part in parts[:count]), tail.get(SEQUENCE), extensions


def _without_false(scope: bytes) -> bytes:
    """Remove the limits of a scope that are written out as false; return nothing if no limit is left."""
    whole = element(scope, 0, len(scope))
    parts = [part for part in whole.inside() if part.tag not in _BOOLEANS or any(part.value)]
    limits = [encoded(part.tag, b"\xff") if part.tag in _BOOLEANS else part.whole for part in parts]
    return encoded(SEQUENCE, *limits) if limits else b""
