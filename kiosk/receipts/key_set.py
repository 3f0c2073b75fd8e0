"""The public keys of receipts, as a JWK set (RFC 7517, RFC 8037)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal, TypedDict

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.receipts.jws import from_base64url, to_base64url
from kiosk.receipts.strict_json import strict_object

__all__ = ["MOST_KEYS", "KeySet", "KeySetError", "PublicJwk", "public_jwk"]

MOST_KEYS: Final = 1000
_KIND: Final = {"kty": "OKP", "crv": "Ed25519"}


class KeySetError(Exception):
    """The file holds no set of keys that could be used. The message says why."""


class PublicJwk(TypedDict):
    """One public key. ``kid`` is its thumbprint (RFC 7638), so that it names this key alone."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: str
    use: Literal["sig"]
    alg: Literal["EdDSA"]


def public_jwk(key: Ed25519PublicKey) -> PublicJwk:
    """Return a key as JWK."""
    x = to_base64url(key.public_bytes_raw())
    required = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
    kid = to_base64url(sha256(required.encode("ascii")).digest())
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig", "alg": "EdDSA"}


@dataclass(frozen=True, slots=True)
class KeySet:
    """Public keys by their name (``kid``)."""

    by_name: Mapping[str, Ed25519PublicKey]

    @classmethod
    def of_json(cls, content: bytes) -> KeySet:
        """Return the Ed25519 keys of a JWK set; keys of other kinds are left out, as RFC 7517 5 asks.

        Raises:
            KeySetError: It is no JWK set, has no key for receipts, or gives one name to two keys.

        """
        try:
            keys = strict_object(content).get("keys")
        except ValueError as error:
            raise KeySetError(str(error)) from None
        if not isinstance(keys, list) or len(keys) > MOST_KEYS:
            raise KeySetError(f"not a JWK set of {MOST_KEYS} keys at most")
        return cls(_by_name(each for each in keys if isinstance(each, dict) and _KIND.items() <= each.items()))


def _by_name(jwks: Iterable[Mapping[str, object]]) -> dict[str, Ed25519PublicKey]:
    found: dict[str, Ed25519PublicKey] = {}
    for jwk in jwks:
        kid, x = jwk.get("kid"), jwk.get("x")
        if not isinstance(kid, str) or not isinstance(x, str):
            raise KeySetError("a key has no name (kid) or no value (x)")
        if kid in found:
            raise KeySetError("two keys have one name (kid)")
        found[kid] = _key(x)
    if not found:
        raise KeySetError("there is no Ed25519 key in it")
    return found


def _key(x: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(from_base64url(x))
    except ValueError:
        raise KeySetError("a value (x) is not 32 bytes in base64url") from None
