"""Decide which public keys and signature algorithms are strong enough, and whether a signature fits.

RSA from 2048 bits with PKCS#1 v1.5 (RFC 8017 8.2) and ECDSA on P-256 or P-384, always with SHA-2. The size comes from
the key itself, so the next card (P-384) needs no change here.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

__all__ = [
    "ALGORITHM_UNKNOWN",
    "PublicKey",
    "accepted_hash",
    "algorithm_name",
    "is_signed_by",
    "key_of",
    "signature_fits",
]

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

ALGORITHM_UNKNOWN = "unknown"

_MIN_RSA_BITS = 2048
_CURVES = {"secp256r1": "EC-P256", "secp384r1": "EC-P384"}
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


def key_of(certificate: x509.Certificate) -> PublicKey | None:
    """Return the certificate's key if its kind and size are accepted; otherwise None."""
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    match key:
        case rsa.RSAPublicKey() if key.key_size >= _MIN_RSA_BITS:
            return key
        case ec.EllipticCurvePublicKey() if key.curve.name in _CURVES:
            return key
        case _:
            return None


def algorithm_name(certificate: x509.Certificate) -> str:
    """Return the kind and size of the certificate's key, such as ``RSA-2048`` or ``EC-P384``."""
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return ALGORITHM_UNKNOWN
    match key:
        case rsa.RSAPublicKey():
            return f"RSA-{key.key_size}"
        case ec.EllipticCurvePublicKey():
            return _CURVES.get(key.curve.name, f"EC-{key.curve.name}")
        case _:
            return ALGORITHM_UNKNOWN


def accepted_hash(signed: x509.Certificate | x509.CertificateRevocationList) -> hashes.HashAlgorithm | None:
    """Return the SHA-2 hash of the signature; None for any other hash, since SHA-1 collisions can be bought."""
    try:
        found = signed.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return None
    return found if isinstance(found, _HASHES) else None


def is_signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Return whether the issuer's key verifies the certificate's signature and the issuer's name is in it."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def signature_fits(key: PublicKey, data: bytes, signature: bytes, algorithm: hashes.HashAlgorithm | None) -> bool:
    """Return whether ``signature`` over ``data`` was made with the private half of ``key``, over SHA-2."""
    if not isinstance(algorithm, _HASHES):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        else:
            key.verify(signature, data, ec.ECDSA(algorithm))
    except InvalidSignature:
        return False
    return True
