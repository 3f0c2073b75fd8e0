"""One certificate revocation list (CRL, RFC 5280 section 5) and what it says of a certificate.

It counts only if the issuer's own key signed it, its scope covers the certificate and it has no critical extension
that is not understood. Then a listed certificate is ``revoked``, whatever the list's dates and the entry's: a stale
list, a hold, a date still to come or a clock that is wrong never turn a listed certificate into a good one.
``good`` needs a complete list (no delta, not indirect, all reasons) that is in date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import CRLEntryExtensionOID, ExtensionOID

from kiosk.files import is_der
from kiosk.identity.keys import hash_is_accepted, key_of
from kiosk.identity.profile import Kind, extension
from kiosk.identity.revocation import Revocation
from kiosk.identity.scope import Coverage, coverage

__all__ = ["Crl", "CrlError", "parse_crls"]

_MAX_PEM_BLOCKS: Final = 4096
_PEM = re.compile(rb"-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----")
_UNDERSTOOD = frozenset(
    {
        ExtensionOID.ISSUING_DISTRIBUTION_POINT,
        ExtensionOID.DELTA_CRL_INDICATOR,
        ExtensionOID.CRL_NUMBER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    }
)
_UNDERSTOOD_IN_ENTRIES = frozenset({CRLEntryExtensionOID.CRL_REASON, CRLEntryExtensionOID.INVALIDITY_DATE})


class CrlError(ValueError):
    """The bytes are no CRL."""


class Crl:
    """A parsed list. The checks that do not depend on the certificate are made once and kept."""

    def __init__(self, parsed: x509.CertificateRevocationList) -> None:
        """Keep a list; raises CrlError where a part of it cannot be read."""
        self._list = parsed
        self._signed_by: dict[bytes, bool] = {}
        try:
            self._extensions = {item.oid: item for item in parsed.extensions}
            self._issuer = parsed.issuer
            self._entries_understood = _entries_understood(parsed)
        except Exception:  # See profile.parse_certificate: a parser's faults are not a closed list.
            raise CrlError("not a CRL in PEM or DER") from None
        scope = self._extensions.get(ExtensionOID.ISSUING_DISTRIBUTION_POINT)
        self._scope = scope.value if scope else None
        self._is_delta = ExtensionOID.DELTA_CRL_INDICATOR in self._extensions

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Return what this list says at ``now`` of a certificate that ``issuer``'s key did sign."""
        covered = self._coverage(certificate, issuer)
        if covered is Coverage.NONE:
            return Revocation.NOT_CHECKED
        if self._lists(certificate.serial_number):
            return Revocation.REVOKED
        complete = covered is Coverage.WHOLE and not self._is_delta and self._entries_understood
        return Revocation.GOOD if complete and self._in_date(now) else Revocation.NOT_CHECKED

    def _coverage(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Coverage:
        understood = all(item.oid in _UNDERSTOOD for item in self._extensions.values() if item.critical)
        if not understood or not self._is_signed_by(issuer):
            return Coverage.NONE
        return coverage(certificate, self._issuer, self._scope)

    def _is_signed_by(self, issuer: x509.Certificate) -> bool:
        """Checked once for every issuer: a list of a million entries takes most of a second."""
        fingerprint = issuer.fingerprint(hashes.SHA256())
        if fingerprint not in self._signed_by:
            self._signed_by[fingerprint] = self._verify(issuer)
        return self._signed_by[fingerprint]

    def _verify(self, issuer: x509.Certificate) -> bool:
        key, usage = key_of(issuer), extension(issuer, x509.KeyUsage)
        if key is None or usage is None or not usage.crl_sign or self._issuer != issuer.subject:
            return False
        return hash_is_accepted(self._list) and self._list.is_signature_valid(key)

    def _lists(self, serial: int) -> bool:
        if self._scope is not None and self._scope.indirect_crl:
            return self._lists_indirectly(serial)
        # The library's look-up is a scan in native code, a tenth of a second for a million entries: it needs no index.
        entry = self._list.get_revoked_certificate_by_serial_number(serial)
        return entry is not None and not self._is_removal(entry)

    def _lists_indirectly(self, serial: int) -> bool:
        """An entry's certificateIssuer holds for those after it too, until the next one (RFC 5280 5.3.3)."""
        ours = x509.DirectoryName(self._issuer)
        owner_is_ours = True
        for entry in self._list:
            owner = _entry_extension(entry, x509.CertificateIssuer)
            owner_is_ours = ours in owner if owner is not None else owner_is_ours
            if owner_is_ours and entry.serial_number == serial and not self._is_removal(entry):
                return True
        return False

    def _is_removal(self, entry: x509.RevokedCertificate) -> bool:
        """RemoveFromCRL has its meaning in a delta only (RFC 5280 5.3.1); elsewhere a listed one is listed."""
        reason = _entry_extension(entry, x509.CRLReason) if self._is_delta else None
        return reason is not None and reason.reason is x509.ReasonFlags.remove_from_crl

    def _in_date(self, now: datetime) -> bool:
        """Both ends included, to the second; a list without nextUpdate (not allowed by RFC 5280) never is."""
        end = self._list.next_update_utc
        return end is not None and self._list.last_update_utc <= now.replace(microsecond=0) <= end


def parse_crls(content: bytes) -> Sequence[Crl]:
    """Return the lists in a DER file (one) or a PEM file (one or more). Raises CrlError."""
    try:
        if is_der(content):
            return [Crl(x509.load_der_x509_crl(content))]
        blocks = _PEM.findall(content)
        if len(blocks) > _MAX_PEM_BLOCKS:
            raise CrlError(f"holds more than {_MAX_PEM_BLOCKS} CRLs")
        parsed = [Crl(x509.load_pem_x509_crl(block)) for block in blocks]
    except CrlError:
        raise
    except Exception:  # As above.
        raise CrlError("not a CRL in PEM or DER") from None
    if not parsed:
        raise CrlError("not a CRL in PEM or DER")
    return parsed


def _entry_extension(entry: x509.RevokedCertificate, kind: type[Kind]) -> Kind | None:
    try:
        return entry.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _entries_understood(parsed: x509.CertificateRevocationList) -> bool:
    """RFC 5280 5.3: an entry's unknown critical extension may change what the entries after it mean."""
    return all(item.oid in _UNDERSTOOD_IN_ENTRIES for entry in parsed for item in entry.extensions if item.critical)
