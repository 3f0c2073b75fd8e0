"""CRLs and OCSP answers that no library would make: cut open, changed and signed again by the authority's own key."""

from __future__ import annotations

from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import ocsp

from simulators import pki

__all__ = ["RSA_SHA256", "answered", "changed", "grown", "resigned", "single_of", "tlv"]

RSA_SHA256 = bytes.fromhex("300d06092a864886f70d01010b0500")


def tlv(tag: int, *content: bytes) -> bytes:
    """Return one DER object."""
    value = b"".join(content)
    if len(value) < 0x80:
        return bytes([tag, len(value)]) + value
    size = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + value


def resigned(
    authority: pki.Authority, tbs: bytes, algorithm: bytes = RSA_SHA256, digest: hashes.HashAlgorithm | None = None
) -> bytes:
    """Return the list around ``tbs`` with a signature by the authority's key (RSA)."""
    assert isinstance(authority.key, rsa.RSAPrivateKey)
    signature = authority.key.sign(tbs, padding.PKCS1v15(), digest or hashes.SHA256())
    return tlv(0x30, tbs, algorithm, tlv(0x03, b"\x00", signature))


def changed(authority: pki.Authority, crl: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return the list with ``change`` made to the DER of its tbsCertList, signed again."""
    tbs = x509.load_der_x509_crl(crl).tbs_certlist_bytes
    return resigned(authority, change(tbs))


def grown(der: bytes, old: bytes, new: bytes) -> bytes:
    """Return ``der`` with its only ``old`` replaced by ``new``, and every length around it corrected."""
    at = der.index(old)
    assert der.count(old) == 1
    return _rebuilt(der, at, old, new)


def _rebuilt(der: bytes, at: int, old: bytes, new: bytes) -> bytes:
    """Rewrite the objects of ``der`` side by side; the one that holds ``at`` is opened, unless it begins there."""
    found, position = b"", 0
    while position < len(der):
        start, end = _span(der, position)
        if position == at:
            return found + new + der[at + len(old) :]
        if start <= at < end:
            found += tlv(der[position], _rebuilt(der[start:end], at - start, old, new))
        else:
            found += der[position:end]
        position = end
    return found


def _span(der: bytes, at: int) -> tuple[int, int]:
    size, start = der[at + 1], at + 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(der[at + 2 : start], "big")
    return start, start + size


_BASIC = bytes.fromhex("06092b0601050507300101")  # id-pkix-ocsp-basic


def answered(authority: pki.Authority, answer: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return the OCSP answer with ``change`` made to the DER of its ResponseData, signed again by the authority."""
    assert isinstance(authority.key, rsa.RSAPrivateKey)
    tbs = change(ocsp.load_der_ocsp_response(answer).tbs_response_bytes)
    signature = authority.key.sign(tbs, padding.PKCS1v15(), hashes.SHA256())
    basic = tlv(0x30, tbs, RSA_SHA256, tlv(0x03, b"\x00", signature))
    return tlv(0x30, b"\x0a\x01\x00", tlv(0xA0, tlv(0x30, _BASIC, tlv(0x04, basic))))


def single_of(answer: bytes) -> bytes:
    """Return the DER of the one SingleResponse in an answer that the library made."""
    tbs = ocsp.load_der_ocsp_response(answer).tbs_response_bytes
    at = tbs.index(b"\x30", tbs.index(b"\x18\x0f") + 17)  # behind producedAt: the SEQUENCE of answers
    start, end = _span(tbs, at)
    return tbs[start:end]
