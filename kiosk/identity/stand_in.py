"""Make a certificate that belongs to nobody, to replace one that would reveal whose card it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

__all__ = ["stand_in_certificate"]

_NAME: Final = "STAND-IN FOR A CARD'S CERTIFICATE"
_BEGIN: Final = datetime(2000, 1, 1, tzinfo=UTC)
_PADDING: Final = ObjectIdentifier("2.25.1")  # an arc that anybody may use
_ROUNDS: Final = 6
_NAMES: Final = 12


def stand_in_certificate(length: int) -> bytes:
    """Return exactly ``length`` bytes of DER: a certificate signed by its own key, which is thrown away at once.

    If no certificate fits exactly (below about 800 bytes) the result is a SEQUENCE that contains only zeros.
    """
    key = rsa.generate_private_key(65537, 2048)
    # A length field that grows by a byte skips some lengths; another name moves the gap elsewhere.
    for more in range(_NAMES):
        der = _fitted(key, _NAME + "." * more, length)
        if der is not None:
            return der
    return _empty(length)


def _fitted(key: rsa.RSAPrivateKey, name: str, length: int) -> bytes | None:
    padding = 0
    for _ in range(_ROUNDS):
        der = _padded(key, name, padding)
        if len(der) == length:
            return der
        padding = max(0, padding + length - len(der))
    return None


def _padded(key: rsa.RSAPrivateKey, name: str, padding: int) -> bytes:
    whole = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(
        whole, whole, key.public_key(), 1, not_valid_before=_BEGIN, not_valid_after=_BEGIN + timedelta(days=1)
    )
    filler = x509.UnrecognizedExtension(_PADDING, bytes(padding))
    return builder.add_extension(filler, critical=False).sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def _empty(length: int) -> bytes:
    count = 0 if length < 0x82 else 1 if length < 0x103 else 2
    body = length - 2 - count
    size = bytes([body]) if not count else bytes([0x80 | count]) + body.to_bytes(count, "big")
    return b"\x30" + size + bytes(body)
