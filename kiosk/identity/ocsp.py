"""What an OCSP response (RFC 6960) says, once it is proved to be the answer to this question.

It counts only if it is about this certificate under this issuer, echoes our nonce if it has one, and is signed by the
issuer's key or by a responder whom the same key appointed (id-kp-OCSPSigning). A genuine ``revoked`` counts whatever
its dates; ``good`` needs to be in date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, OCSPExtensionOID

from kiosk.identity.keys import PublicKey, is_signed_by, key_of, signature_fits
from kiosk.identity.profile import extension
from kiosk.identity.revocation import Revocation

__all__ = ["build_request", "judge_response"]

_SKEW: Final = timedelta(minutes=5)
"""How far the responder's clock may be ahead of ours."""

_AGE_WITHOUT_END: Final = timedelta(hours=24)
"""How old an answer without nextUpdate may be: it claims that newer ones are always there (RFC 6960 4.2.2.1)."""

_MAX_CERTIFICATES = 8
_CERT_ID_HASHES = (hashes.SHA1, hashes.SHA256, hashes.SHA384, hashes.SHA512)  # it names, it protects nothing


def build_request(certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes) -> bytes:
    """Return the DER of a request for one certificate, with a nonce (RFC 8954: at most 32 bytes)."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303
    request = builder.add_extension(x509.OCSPNonce(nonce), critical=False).build()
    return request.public_bytes(Encoding.DER)


def judge_response(
    content: bytes, certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes, now: datetime
) -> Revocation:
    """Return what the response proves at ``now`` (aware) of the certificate; anything wrong is ``not_checked``."""
    try:
        response = ocsp.load_der_ocsp_response(content)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return Revocation.NOT_CHECKED
        answers_us = _is_about(response, certificate, issuer) and _extensions_fit(response, nonce)
        if not answers_us or not _is_genuine(response, issuer, now):
            return Revocation.NOT_CHECKED
        return _answer(response, now)
    except Exception:  # See profile.parse_certificate: a parser's faults are not a closed list.
        return Revocation.NOT_CHECKED


def _answer(response: ocsp.OCSPResponse, now: datetime) -> Revocation:
    if response.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        return Revocation.REVOKED
    good = response.certificate_status is ocsp.OCSPCertStatus.GOOD
    return Revocation.GOOD if good and _in_date(response, now) else Revocation.NOT_CHECKED


def _in_date(response: ocsp.OCSPResponse, now: datetime) -> bool:
    begin = response.this_update_utc
    end = response.next_update_utc or begin + _AGE_WITHOUT_END
    return begin - _SKEW <= now.replace(microsecond=0) <= end


def _is_about(response: ocsp.OCSPResponse, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the one certID in it is that of our certificate: number, and the issuer's name and key."""
    algorithm = response.hash_algorithm
    if not isinstance(algorithm, _CERT_ID_HASHES):
        return False
    ours = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, algorithm).build()
    return (
        response.serial_number == ours.serial_number
        and response.issuer_name_hash == ours.issuer_name_hash
        and response.issuer_key_hash == ours.issuer_key_hash
    )


def _extensions_fit(response: ocsp.OCSPResponse, nonce: bytes) -> bool:
    found = [*response.extensions, *response.single_extensions]
    echoed = [item.value.nonce for item in found if isinstance(item.value, x509.OCSPNonce)]
    understood = all(item.oid == OCSPExtensionOID.NONCE for item in found if item.critical)
    return understood and all(value == nonce for value in echoed)


def _is_genuine(response: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime) -> bool:
    return any(
        signature_fits(key, response.tbs_response_bytes, response.signature, response.signature_hash_algorithm)
        for key in _allowed_keys(response, issuer, now)
    )


def _allowed_keys(response: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime) -> Iterator[PublicKey]:
    delegates = [item for item in response.certificates[:_MAX_CERTIFICATES] if _is_delegate(item, issuer, now)]
    return (key for item in (issuer, *delegates) if (key := key_of(item)) is not None)


def _is_delegate(candidate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> bool:
    """RFC 6960 4.2.2.2: appointed by the issuer's own key for just this, and in date."""
    purposes, usage = extension(candidate, x509.ExtendedKeyUsage), extension(candidate, x509.KeyUsage)
    appointed = purposes is not None and ExtendedKeyUsageOID.OCSP_SIGNING in purposes
    may_sign = usage is None or usage.digital_signature
    moment = now.replace(microsecond=0)
    in_date = candidate.not_valid_before_utc <= moment <= candidate.not_valid_after_utc
    return appointed and may_sign and in_date and is_signed_by(candidate, issuer)
