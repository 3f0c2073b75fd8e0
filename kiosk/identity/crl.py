"""Parse one certificate revocation list (CRL, RFC 5280 section 5) and say what it means for a certificate.

A list counts only if the issuer's own key signed it, its scope covers the certificate, and it has no critical extension
that is not understood. Then a listed certificate is ``revoked``, whatever the dates of the list and of the entry: a
stale list, a hold, a date in the future or a wrong clock never turn a listed certificate into a good one.
``good`` needs a complete list (not a delta, not indirect, all reasons) that is in date.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from kiosk.files import is_der
from kiosk.identity.crl_entries import CrlEntries, EntryReader
from kiosk.identity.crl_form import CrlForm, take_apart
from kiosk.identity.der import DerError, Element, Extension, element
from kiosk.identity.keys import PublicKey, accepted_hash, key_of
from kiosk.identity.profile import extension
from kiosk.identity.revocation import Revocation
from kiosk.identity.scope import Coverage, coverage

__all__ = ["Bundle", "Crl", "CrlError", "parse_crls"]

_MAX_LISTS: Final = 4096
_BEGIN, _END = b"-----BEGIN X509 CRL-----", b"-----END X509 CRL-----"
_NO_LIST = "not a CRL in PEM or DER"
_NEXT: Final = re.compile(rb"[^\0\t\n\r ]")
"""The first byte that is not padding after a list in DER: files are padded to blocks, and may end with a line feed."""


class CrlError(ValueError):
    """The bytes are not a CRL."""


class Crl:
    """A parsed list. Of its bytes it keeps only the numbers and a digest of what was signed."""

    def __init__(self, form: CrlForm) -> None:
        """Keep a list.

        Raises:
            CrlError: A part that the list's meaning depends on cannot be read.

        """
        try:
            self._list = form.readable()
            self.entries = _entries(form, self._list.issuer)
            self._scope = _scope(self._list)
            self.made, self._end = self._list.last_update_utc, self._list.next_update_utc
            self.series = Series(self._list.issuer.public_bytes(), form.scope, form.is_delta)
        except Exception:  # See profile.parse_certificate: a parser's faults are not a closed list.
            raise CrlError(_NO_LIST) from None
        self._understood = form.understood
        self._hash = accepted_hash(self._list)
        self._digest = _digest(self._hash, form.signed) if self._hash else b""
        self._signed_by: dict[bytes, bool] = {}

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Return what this list says at ``now`` of a certificate that was signed by ``issuer``'s key."""
        covered = self._coverage(certificate, issuer)
        if covered is Coverage.NONE:
            return Revocation.NOT_CHECKED
        if self.entries.lists(certificate.serial_number):
            return Revocation.REVOKED
        complete = covered is Coverage.WHOLE and not self.series.is_delta and self.entries.understood
        return Revocation.GOOD if complete and self.is_in_date(now) else Revocation.NOT_CHECKED

    @property
    def defect(self) -> str | None:
        """The reason why this list can never be used; None if it can."""
        if not self._understood:
            return "it has a critical extension that is not understood"
        return None if self._hash else "it is signed with an algorithm that is not accepted"

    def lack(self, issuers: Sequence[x509.Certificate], now: datetime) -> str | None:
        """Return why this list cannot call a certificate of these issuers good at ``now``; None if it can."""
        scope = self._scope
        part = scope is not None and (scope.indirect_crl or scope.only_some_reasons is not None)
        foreign = scope is not None and (scope.only_contains_ca_certs or scope.only_contains_attribute_certs)
        checks = (
            (self.defect is None, self.defect),
            (self.is_genuine(issuers), "no root of identity.trust signed it"),
            (self.is_in_date(now), self.age),
            (self.entries.understood, "an entry has a critical extension that is not understood"),
            (not self.series.is_delta, "it is a delta and needs its base"),
            (not part, "it covers a part of the reasons, or is indirect"),
            (not foreign, "it is about other certificates than those of people"),
        )
        return next((why for fine, why in checks if not fine), None)

    @property
    def age(self) -> str:
        """The dates of this list, for staff."""
        return f"it is for {self.made:%Y-%m-%d %H:%M} to {self._end or self.made:%Y-%m-%d %H:%M} UTC"

    def is_genuine(self, issuers: Sequence[x509.Certificate]) -> bool:
        """Return whether the key of one of these issuers signed the list."""
        return any(self._is_signed_by(issuer) for issuer in issuers)

    def is_in_date(self, now: datetime) -> bool:
        """Return whether ``now`` is within the list's dates, both included, to the second.

        A list without nextUpdate, which RFC 5280 does not allow, is never in date.
        """
        return self._end is not None and self.made <= now.replace(microsecond=0) <= self._end

    def replaces(self, other: Crl) -> bool:
        """Return whether this list belongs to the same series as the other and is not older."""
        return self.series == other.series and self.made >= other.made

    def _coverage(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Coverage:
        if self.defect or not self._is_signed_by(issuer):
            return Coverage.NONE
        return coverage(certificate, self._list.issuer, self._scope)

    def _is_signed_by(self, issuer: x509.Certificate) -> bool:
        """Return whether ``issuer`` signed the list; each issuer is checked only once."""
        fingerprint = issuer.fingerprint(hashes.SHA256())
        if fingerprint not in self._signed_by:
            self._signed_by[fingerprint] = self._verify(issuer)
        return self._signed_by[fingerprint]

    def _verify(self, issuer: x509.Certificate) -> bool:
        key, usage = key_of(issuer), extension(issuer, x509.KeyUsage)
        if key is None or usage is None or not usage.crl_sign or self._list.issuer != issuer.subject:
            return False
        return self._hash is not None and _digest_fits(key, self._list, self._digest, self._hash)


@dataclass(frozen=True, slots=True)
class Series:
    """What a list has in common with those before and after it: issuer and scope in DER, and its kind."""

    issuer: bytes
    scope: bytes
    is_delta: bool


@dataclass(frozen=True, slots=True)
class Bundle:
    """The lists of one file, and what is wrong with the rest of the file (in English, for staff)."""

    lists: tuple[Crl, ...]
    faults: tuple[str, ...] = ()


def parse_crls(content: bytes) -> Bundle:
    """Return the lists in a DER or a PEM file. A broken list does not affect the others.

    Lists in DER may follow each other, with blanks and zeros between them.
    """
    lists: list[Crl] = []
    faults: list[str] = []
    for number, (data, at) in enumerate(_places_in_der(content) if is_der(content) else _places_in_pem(content), 1):
        try:
            lists.append(Crl(take_apart(data, at)))
        except (CrlError, DerError):
            faults.append(f"list {number}: {_NO_LIST}")
    if len(lists) + len(faults) > _MAX_LISTS:
        faults.append(f"holds more than {_MAX_LISTS} CRLs; the rest is not used")
    return Bundle(tuple(lists), tuple(faults) if lists else (_NO_LIST,))


def _places_in_der(content: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield where each list begins.

    Bytes that are not a list are yielded too, so that they are reported, and end the file.
    """
    at: int | None = 0
    while at is not None:
        yield content, at
        try:
            after = _NEXT.search(content, element(content, at, len(content)).end)
        except DerError:
            return
        at = after.start() if after else None


def _places_in_pem(content: bytes) -> Iterator[tuple[bytes, int]]:
    return ((_decoded(block), 0) for block in content.split(_BEGIN, _MAX_LISTS + 1)[1:])


def _decoded(block: bytes) -> bytes:
    """Return the DER of what follows the first line of a PEM block; nothing if the block is broken or cut off."""
    body, end, _ = block.partition(_END)
    try:
        return b64decode(b"".join(body.split()), validate=True) if end else b""
    except binascii.Error:
        return b""


def _entries(form: CrlForm, issuer: x509.Name) -> CrlEntries:
    ours = x509.DirectoryName(issuer)

    def is_ours(entry: Element, item: Extension) -> bool | None:
        try:
            return ours in form.issuers_of(entry, item)
        except Exception:  # See profile.parse_certificate.
            return None

    reader = EntryReader(is_delta=form.is_delta, is_ours=is_ours)
    return reader.read(form.entries) if form.entries else CrlEntries()


def _scope(parsed: x509.CertificateRevocationList) -> x509.IssuingDistributionPoint | None:
    values = (item.value for item in parsed.extensions)
    return next((value for value in values if isinstance(value, x509.IssuingDistributionPoint)), None)


def _digest(algorithm: hashes.HashAlgorithm, signed: Element) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(memoryview(signed.data)[signed.start : signed.end])
    return digest.finalize()


def _digest_fits(
    key: PublicKey, parsed: x509.CertificateRevocationList, digest: bytes, algorithm: hashes.HashAlgorithm
) -> bool:
    parameters = parsed.signature_algorithm_parameters
    try:
        match key, parameters:
            case rsa.RSAPublicKey(), padding.PKCS1v15() | padding.PSS():
                key.verify(parsed.signature, digest, parameters, Prehashed(algorithm))
            case ec.EllipticCurvePublicKey(), ec.ECDSA():
                key.verify(parsed.signature, digest, ec.ECDSA(Prehashed(algorithm)))
            case _:
                return False
    except InvalidSignature:
        return False
    return True
