"""Compute digital signatures as the card does: what each value of P1 makes of the data (docs/card.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed, decode_dss_signature

from drivers.profiles import SignatureForm
from simulators.keys import PrivateKey

__all__ = ["SHA256_DIGEST_INFO", "can_compute", "signature"]

SHA256_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
"""DER prefix of a DigestInfo for SHA-256 (RFC 8017 9.2 note 1); the 32-byte hash follows."""

_HASH_LENGTH = 32
_WIDE_HASH_LENGTH = 48
_PADDING_LENGTH = 11
_ANY_LENGTH = range(1, 65536)


def _verbatim(data: bytes) -> bytes:
    return data


def _hashed_bare(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _wrapped(data: bytes) -> bytes:
    return SHA256_DIGEST_INFO + data


def _hashed_and_wrapped(data: bytes) -> bytes:
    return _wrapped(_hashed_bare(data))


# 04 and 05 (PSS) are left out, because the salt length of the real card is not known.
_SCHEMES: Mapping[int, Callable[[bytes], bytes]] = {
    0x00: _verbatim,
    0x01: _hashed_bare,
    0x02: _wrapped,
    0x03: _hashed_and_wrapped,
}


def can_compute(p1: int) -> bool:
    """Return whether the simulated card knows this P1."""
    return p1 in _SCHEMES


def signature(key: PrivateKey, p1: int, data: bytes, form: SignatureForm = SignatureForm.PLAIN) -> bytes | None:
    """Return the signature over what P1 makes of ``data``; None if the length is wrong.

    RSA: PKCS#1 v1.5 type 1. EC: ECDSA over a bare SHA-384 hash (P1 00), in this ``form``.
    """
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return _ecdsa(key, data, form) if p1 == 0x00 and len(data) == _WIDE_HASH_LENGTH else None
    if len(data) not in _lengths(key, p1):
        return None
    return key.sign(_SCHEMES[p1](data), padding.PKCS1v15(), NoDigestInfo())


def _ecdsa(key: ec.EllipticCurvePrivateKey, digest: bytes, form: SignatureForm) -> bytes:
    signed = key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA384())))
    if form is SignatureForm.DER:
        return signed
    size = (key.key_size + 7) // 8
    return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(signed))


def _lengths(key: rsa.RSAPrivateKey, p1: int) -> range:
    if p1 == 0x00:
        return range(1, key.key_size // 8 - _PADDING_LENGTH + 1)
    if p1 == 0x02:
        return range(_HASH_LENGTH, _HASH_LENGTH + 1)
    return _ANY_LENGTH
