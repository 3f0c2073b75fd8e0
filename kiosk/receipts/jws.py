"""JWS in compact form with Ed25519 (RFC 7515, RFC 8037): one algorithm, and no other is ever taken."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.receipts.strict_json import strict_object

__all__ = ["JwsRefused", "from_base64url", "opened_jws", "signed_jws", "to_base64url"]

_ALGORITHM: Final = "EdDSA"
_COMPACT: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)", re.ASCII)
_HEADER: Final = frozenset({"alg", "kid", "typ"})
"""What a header may say. A name beside these could ask for something that is not done here (``crit``, ``b64``)."""


class JwsRefused(Exception):
    """The text is no JWS of these keys. The message says why, and quotes nothing of it."""


def signed_jws(payload: bytes, key: Ed25519PrivateKey, kid: str) -> str:
    """Return ``payload``, signed, with the key's name in the header."""
    header = json.dumps({"alg": _ALGORITHM, "kid": kid}, separators=(",", ":")).encode("ascii")
    said = f"{to_base64url(header)}.{to_base64url(payload)}"
    return f"{said}.{to_base64url(key.sign(said.encode('ascii')))}"


def opened_jws(text: str, keys: Mapping[str, Ed25519PublicKey]) -> bytes:
    """Return the payload of a JWS that one of these keys has signed.

    Args:
        text: the JWS in compact form; its size is bounded by the caller.
        keys: the public keys by ``kid``.

    Raises:
        JwsRefused: It is none, or of another algorithm or key, or its signature does not fit.

    """
    parts = _COMPACT.fullmatch(text)
    if parts is None:
        raise JwsRefused("not a JWS in compact form")
    header, payload, signature = (_decoded(part) for part in parts.groups())
    key = _key_of(header, keys)
    try:
        key.verify(signature, f"{parts[1]}.{parts[2]}".encode("ascii"))
    except InvalidSignature:
        raise JwsRefused("the signature does not fit") from None
    return payload


def _key_of(header: bytes, keys: Mapping[str, Ed25519PublicKey]) -> Ed25519PublicKey:
    try:
        said = strict_object(header)
    except ValueError as error:
        raise JwsRefused(f"header: {error}") from None
    if said.get("alg") != _ALGORITHM:
        raise JwsRefused(f"header: the algorithm is not {_ALGORITHM}")
    if not said.keys() <= _HEADER:
        raise JwsRefused("header: it asks for something that is not done here")
    kid = said.get("kid")
    key = keys.get(kid) if isinstance(kid, str) else None
    if key is None:
        raise JwsRefused("it was signed by none of these keys (kid)")
    return key


def _decoded(part: str) -> bytes:
    try:
        return from_base64url(part)
    except ValueError:
        raise JwsRefused("not base64url") from None


def to_base64url(content: bytes) -> str:
    """Return base64url without padding (RFC 7515, section 2)."""
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Return what base64url without padding writes; only the one way of writing it is taken. Raises ValueError."""
    content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if to_base64url(content) != text:
        raise ValueError("not base64url without padding")
    return content
