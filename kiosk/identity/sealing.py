"""Seal records about people that wait on disk: nobody without the site key can read them, or change one unnoticed."""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.identity.binding import site_key_parts

__all__ = ["Sealer", "derived_key"]

_VERSION: Final = b"\x01"
_NONCE: Final = 12
_KEY: Final = 32


def derived_key(part: bytes, label: str) -> bytes:
    """Return a key of 32 bytes that serves ``label`` alone (HKDF-SHA256, RFC 5869) from a generation of the site key.

    Nothing else can be opened with it, and it says nothing about the site key.
    """
    return HKDF(SHA256(), _KEY, salt=None, info=label.encode("ascii")).derive(part)


class Sealer:
    """Seals and opens records of one kind: AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits.

    A record's name is authenticated with its content, so that no record can take another one's place.
    """

    def __init__(self, site_key: bytes, label: str) -> None:
        """Derive the keys for the records of ``label``.

        Args:
            site_key: 32 bytes a generation, oldest first. The newest seals; records of earlier ones are still opened.
            label: what the records are, in ASCII.

        Raises:
            ValueError: The site key has a wrong size.

        """
        self._keys = [AESGCM(derived_key(part, label)) for part in reversed(site_key_parts(site_key))]

    def seal(self, name: str, content: bytes) -> bytes:
        """Return the sealed record of that name (ASCII), which is 29 bytes longer than its content."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._keys[0].encrypt(nonce, content, _bound(name))

    def opened(self, name: str, sealed: bytes) -> bytes | None:
        """Return the content of a record; None if it is torn or forged, or of another name or site key."""
        nonce, rest = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        if sealed[:1] != _VERSION or len(nonce) < _NONCE:
            return None
        for key in self._keys:
            try:
                return key.decrypt(nonce, rest, _bound(name))
            except InvalidTag:
                continue
        return None


def _bound(name: str) -> bytes:
    return _VERSION + name.encode("ascii")
