"""Load the public test keys for simulated cards and authorities: see README.md beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

__all__ = ["PrivateKey", "pool_key"]

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_FOLDER = Path(__file__).parent


@cache
def pool_key(name: str) -> PrivateKey:
    """Return the pool's private key of that name, for example ``rsa2048-07`` or ``p384-02``."""
    key = serialization.load_pem_private_key((_FOLDER / f"test-only-{name}.pem").read_bytes(), None)
    assert isinstance(key, PrivateKey)
    return key
