"""Compute the pseudonym under which the registry knows a certificate.

The certificate's number identifies a person, so only an HMAC of it is kept, under the site key (サイト鍵) of the
registry. When the site key is rotated the number is no longer there to be hashed again. The new key therefore wraps the
old pseudonym, and a site key is a sequence of 32-byte keys, oldest first.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import reduce
from typing import Final

from cryptography import x509

__all__ = ["SITE_KEY_SIZE", "binding_key", "site_key_fingerprint", "site_key_parts", "wrap_binding_key"]

SITE_KEY_SIZE: Final = 32
"""Bytes of one generation of the site key."""

_MAX_GENERATIONS = 64
_FINGERPRINT = b"kiosk site key fingerprint"  # no message of binding_key: those begin with a length


def binding_key(certificate: x509.Certificate, site_key: bytes) -> str:
    """Return the pseudonym of a certificate: 64 hexadecimal digits for (issuer, number).

    A forged certificate can carry anybody's issuer and number, so look up only a certificate whose chain is trusted.

    Raises:
        ValueError: The site key has a wrong size.

    """
    parts = (certificate.issuer.public_bytes(), _integer(certificate.serial_number))
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return _pseudonym(site_key, message)


def site_key_fingerprint(site_key: bytes) -> str:
    """Return 64 hexadecimal digits by which a registry recognises its site key; they reveal nothing about the key.

    A new generation changes the fingerprint as it changes a binding key: ``wrap_binding_key`` gives the new one.

    Raises:
        ValueError: The site key has a wrong size.

    """
    return _pseudonym(site_key, _FINGERPRINT)


def wrap_binding_key(key: str, new_part: bytes) -> str:
    """Return the new value of a stored binding key after ``new_part`` (32 bytes) is added to the site key.

    Raises:
        ValueError: The key or the part has a wrong form.

    """
    digest = bytes.fromhex(key)
    if len(digest) != hashlib.sha256().digest_size or len(new_part) != SITE_KEY_SIZE:
        raise ValueError("a binding key has 64 hexadecimal digits, a part of the site key 32 bytes")
    return _hmac(new_part, digest).hex()


def site_key_parts(site_key: bytes) -> list[bytes]:
    """Return the generations of a site key, oldest first.

    Raises:
        ValueError: The site key has a wrong size.

    """
    count, rest = divmod(len(site_key), SITE_KEY_SIZE)
    if rest or not 1 <= count <= _MAX_GENERATIONS:
        raise ValueError("a site key is one or more keys of 32 bytes")
    return [site_key[start : start + SITE_KEY_SIZE] for start in range(0, len(site_key), SITE_KEY_SIZE)]


def _pseudonym(site_key: bytes, message: bytes) -> str:
    first, *later = site_key_parts(site_key)
    return reduce(_wrapped, later, _hmac(first, message)).hex()


def _wrapped(digest: bytes, part: bytes) -> bytes:
    return _hmac(part, digest)


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _integer(number: int) -> bytes:
    """Return the content octets of a DER INTEGER: the shortest two's complement."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)
