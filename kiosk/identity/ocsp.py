"""Judge an OCSP response (RFC 6960), once it is proved to be the answer to this question.

A response counts only if it is about this certificate under this issuer, perhaps among others, and is signed by the
issuer's key or by a responder that the same key appointed (id-kp-OCSPSigning). A genuine ``revoked`` counts whatever
its dates, and even if it answered somebody else's question. A ``good`` must be in date and, if it has a nonce, must
repeat ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from kiosk.identity.der import OCTET_STRING, Extension, encoded
from kiosk.identity.keys import PublicKey, is_signed_by, key_of, signature_fits
from kiosk.identity.ocsp_form import NONCE, AnswerError, OcspAnswer, Single, reading, take_apart
from kiosk.identity.profile import extension
from kiosk.identity.revocation import Revocation

__all__ = ["AnswerError", "build_request", "judge", "judge_response", "require_served"]

_SKEW: Final = timedelta(minutes=5)
"""How far the responder's clock may be ahead of ours."""

_AGE_WITHOUT_END: Final = timedelta(hours=24)
"""How old an answer without nextUpdate may be: such an answer says that newer ones are always available (RFC 6960
4.2.2.1).
"""

_MAX_CERTIFICATES = 8
_CERT_ID_HASHES = (hashes.SHA1, hashes.SHA256, hashes.SHA384, hashes.SHA512)  # it names, it protects nothing


def build_request(certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes) -> bytes:
    """Return the DER of a request for one certificate, with a nonce (RFC 8954: at most 32 bytes)."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303
    request = builder.add_extension(x509.OCSPNonce(nonce), critical=False).build()
    return request.public_bytes(Encoding.DER)


def judge(
    content: bytes, certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes, now: datetime
) -> Revocation:
    """Return what the answer proves about the certificate at ``now`` (aware).

    A responder that does not know the certificate gives ``not_checked``.

    Raises:
        AnswerError: The answer cannot be used.

    """
    with reading():
        return _judged(take_apart(content), certificate, issuer, nonce, now)


def _judged(
    answer: OcspAnswer, certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes, now: datetime
) -> Revocation:
    _require_genuine(answer, issuer, now)
    ours = [single for single in answer.singles if _is_about(single, certificate, issuer)]
    if not ours:
        raise AnswerError("the answer is about other certificates")
    states = {single.response.certificate_status for single in ours}
    if ocsp.OCSPCertStatus.REVOKED in states:
        return Revocation.REVOKED
    if any(_is_good(single, nonce, now) for single in ours) and _echoes(answer.extensions, nonce):
        return Revocation.GOOD
    if ocsp.OCSPCertStatus.GOOD in states:
        raise AnswerError("the answer is out of date, or one to another question")
    return Revocation.NOT_CHECKED


def judge_response(
    content: bytes, certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes, now: datetime
) -> Revocation:
    """Return the same as ``judge``, and ``not_checked`` for an answer that cannot be used."""
    try:
        return judge(content, certificate, issuer, nonce, now)
    except AnswerError:
        return Revocation.NOT_CHECKED


def require_served(content: bytes, issuer: x509.Certificate, now: datetime) -> None:
    """Check that a responder that may answer for the issuer made this answer, whatever it says and about whom.

    Raises:
        AnswerError: Somebody else made it, or it cannot be used.
        Refused: The responder declined to answer.

    """
    with reading():
        _require_genuine(take_apart(content), issuer, now)


def _require_genuine(answer: OcspAnswer, issuer: x509.Certificate, now: datetime) -> None:
    if not _understood(answer.extensions):
        raise AnswerError("the answer has a critical extension that is not understood")
    if not _is_genuine(answer, issuer, now):
        raise AnswerError("no key that may answer for the issuer signed the answer")


def _is_good(single: Single, nonce: bytes, now: datetime) -> bool:
    good = single.response.certificate_status is ocsp.OCSPCertStatus.GOOD
    return good and _echoes(single.extensions, nonce) and _in_date(single.response, now)


def _in_date(single: ocsp.OCSPSingleResponse, now: datetime) -> bool:
    begin = single.this_update_utc
    end = single.next_update_utc or begin + _AGE_WITHOUT_END
    return begin - _SKEW <= now.replace(microsecond=0) <= end


def _is_about(single: Single, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Return whether the answer's certID is that of our certificate: its number, and the issuer's name and key."""
    found = single.response
    if found.serial_number != certificate.serial_number or not _understood(single.extensions):
        return False
    try:
        algorithm = found.hash_algorithm
    except UnsupportedAlgorithm:
        return False
    if not isinstance(algorithm, _CERT_ID_HASHES):
        return False
    ours = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, algorithm).build()
    return (found.issuer_name_hash, found.issuer_key_hash) == (ours.issuer_name_hash, ours.issuer_key_hash)


def _understood(extensions: Sequence[Extension]) -> bool:
    return all(item.oid == NONCE for item in extensions if item.critical)


def _echoes(extensions: Sequence[Extension], nonce: bytes) -> bool:
    """Return whether every nonce in the answer is ours, as an OCTET STRING; a responder may leave it out."""
    return all(item.value == encoded(OCTET_STRING, nonce) for item in extensions if item.oid == NONCE)


def _is_genuine(answer: OcspAnswer, issuer: x509.Certificate, now: datetime) -> bool:
    response = answer.response
    return any(
        signature_fits(key, answer.signed, response.signature, _signature_hash(response))
        for key in _allowed_keys(answer, issuer, now)
    )


def _signature_hash(response: ocsp.OCSPResponse) -> hashes.HashAlgorithm | None:
    try:
        return response.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return None


def _allowed_keys(answer: OcspAnswer, issuer: x509.Certificate, now: datetime) -> Iterator[PublicKey]:
    delegates = [item for item in answer.certificates[:_MAX_CERTIFICATES] if _is_delegate(item, issuer, now)]
    return (key for item in (issuer, *delegates) if (key := key_of(item)) is not None)


def _is_delegate(candidate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> bool:
    """Return whether the issuer's own key appointed this responder, for OCSP only and in date (RFC 6960 4.2.2.2)."""
    purposes, usage = extension(candidate, x509.ExtendedKeyUsage), extension(candidate, x509.KeyUsage)
    appointed = purposes is not None and ExtendedKeyUsageOID.OCSP_SIGNING in purposes
    may_sign = usage is None or usage.digital_signature
    moment = now.replace(microsecond=0)
    in_date = candidate.not_valid_before_utc <= moment <= candidate.not_valid_after_utc
    return appointed and may_sign and in_date and is_signed_by(candidate, issuer)
