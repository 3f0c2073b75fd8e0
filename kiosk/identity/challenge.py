"""Make and verify the challenge that the card signs: it proves that the private key is here now, not just a copy."""

from __future__ import annotations

import secrets
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.identity.keys import PublicKey, key_of, signature_fits

__all__ = ["CHALLENGE_SIZE", "new_challenge", "signature_is_valid"]

CHALLENGE_SIZE: Final = 32
"""Bytes."""

_MAX_SIGNATURE = 2048


def new_challenge() -> bytes:
    """Return 32 fresh random bytes, to be used for one signature only."""
    return secrets.token_bytes(CHALLENGE_SIZE)


def signature_is_valid(certificate: x509.Certificate, challenge: bytes, signature: bytes) -> bool:
    """Return whether the certificate's key signed exactly this challenge.

    RSA: PKCS#1 v1.5 over SHA-256. EC: ECDSA as a DER sequence (RFC 3279 2.2.3), over SHA-384 on P-384 and SHA-256 on
    P-256.
    The result is False for a key that the profile refuses and for a challenge of another size.
    """
    key = key_of(certificate)
    if key is None or len(challenge) != CHALLENGE_SIZE or len(signature) > _MAX_SIGNATURE:
        return False
    return signature_fits(key, challenge, signature, _hash_for(key))


def _hash_for(key: PublicKey) -> hashes.HashAlgorithm:
    wide = isinstance(key, ec.EllipticCurvePublicKey) and key.key_size > 256
    return hashes.SHA384() if wide else hashes.SHA256()
