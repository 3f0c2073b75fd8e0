"""Putting card and certificates together: a genuine card, a forger's clone, a foreign one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa

from simulators.card import Abilities, JpkiCardSimulator
from simulators.files import Contents
from simulators.pki import Authority, Issued, PrivateKey, pool_key, signing_authority

__all__ = ["DEFAULT_PASSWORD", "DEFAULT_PIN", "clone_of", "contents_of", "genuine_card"]

DEFAULT_PIN = "1234"
DEFAULT_PASSWORD = "ABC123"

_FORGER_KEY = "rsa2048-06"


def contents_of(
    issued: Issued,
    authority: Authority,
    now: datetime,
    *,
    pin: str = DEFAULT_PIN,
    password: str = DEFAULT_PASSWORD,
    pin_tries: int = 3,
    password_tries: int = 5,
) -> Contents:
    """Return what lies on a card whose 利用者証明用 certificate is ``issued`` by ``authority``.

    The 署名用 certificate beside it carries the same serial number. Raises TypeError for another key than RSA.
    """
    signing = signing_authority(now)
    signature = signing.issue(serial=issued.certificate.serial_number)
    return Contents(
        auth_certificate=issued.der,
        auth_key=_rsa(issued.key),
        auth_ca=authority.der,
        sign_certificate=signature.der,
        sign_key=_rsa(signature.key),
        sign_ca=signing.der,
        pin=pin,
        password=password,
        pin_tries=pin_tries,
        password_tries=password_tries,
    )


def genuine_card(
    authority: Authority,
    now: datetime,
    *,
    issued: Issued | None = None,
    abilities: Abilities | None = None,
    pin: str = DEFAULT_PIN,
    pin_tries: int = 3,
) -> JpkiCardSimulator:
    """Return a card as its issuer hands it out; without ``issued`` it gets a fresh certificate."""
    contents = contents_of(issued or authority.issue(), authority, now, pin=pin, pin_tries=pin_tries)
    return JpkiCardSimulator(contents, abilities)


def clone_of(contents: Contents, abilities: Abilities | None = None) -> JpkiCardSimulator:
    """Return a forger's copy: the public files, every PIN accepted, but signatures by another key."""
    key = _rsa(pool_key(_FORGER_KEY))
    copied = replace(contents, auth_key=key, sign_key=key, pin_tries=3, password_tries=5)
    return JpkiCardSimulator(copied, abilities, accepts_any_pin=True)


def _rsa(key: PrivateKey) -> rsa.RSAPrivateKey:
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the simulated card holds RSA keys only")
    return key
