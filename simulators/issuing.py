"""Issue cards with their certificates: genuine cards, a forger's clone, and less common kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import rsa

from simulators.card import Abilities, JpkiCardSimulator
from simulators.files import ANDROID_TOKEN, Contents
from simulators.pki import Authority, Issued, PrivateKey, pool_key, signing_authority
from simulators.profiles import NEXT_CARD

__all__ = [
    "DEFAULT_PASSWORD",
    "DEFAULT_PIN",
    "android_token",
    "card_without_pin",
    "clone_of",
    "contents_of",
    "genuine_card",
    "issue_ten_years",
    "next_card",
]

DEFAULT_PIN = "1234"
DEFAULT_PASSWORD = "ABC123"

_FORGER_KEY = "rsa2048-06"
_NEXT_KEY = "p384-02"
_YEAR = timedelta(days=365, hours=6)


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
    """Return the content of a card whose 利用者証明用 certificate is ``issued`` by ``authority``.

    The 署名用 certificate beside it has the same serial number.
    """
    signing = signing_authority(now)
    signature = signing.issue(serial=issued.certificate.serial_number)
    return Contents(
        auth_certificate=issued.der,
        auth_key=issued.key,
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


def issue_ten_years(authority: Authority, now: datetime) -> Issued:
    """Return a certificate of the next card: ECDSA on P-384, for ten years from ``now``."""
    end = min(now + 10 * _YEAR, authority.certificate.not_valid_after_utc)
    return authority.issue(key=pool_key(_NEXT_KEY), not_before=now - timedelta(days=1), not_after=end)


def next_card(authority: Authority, now: datetime, issued: Issued | None = None) -> JpkiCardSimulator:
    """Return a card with the invented profile of the next one; ``issued`` must be for a key on P-384."""
    contents = contents_of(issued or issue_ten_years(authority, now), authority, now)
    return JpkiCardSimulator(replace(contents, profile=NEXT_CARD))


def android_token(authority: Authority, now: datetime, issued: Issued | None = None) -> JpkiCardSimulator:
    """Return the secure element of a phone, whose certificate can be read only after the PIN."""
    contents = contents_of(issued or authority.issue(), authority, now)
    return JpkiCardSimulator(replace(contents, protected=True, token_label=ANDROID_TOKEN))


def card_without_pin(authority: Authority, now: datetime, issued: Issued | None = None) -> JpkiCardSimulator:
    """Return a 顔認証マイナンバーカード as far as it is publicly known: it has no 利用者証明用暗証番号."""
    contents = contents_of(issued or authority.issue(), authority, now)
    return JpkiCardSimulator(replace(contents, pin=None))


def clone_of(contents: Contents, abilities: Abilities | None = None) -> JpkiCardSimulator:
    """Return a forger's copy: the public files, any PIN accepted, but signatures by another key."""
    key = _rsa(pool_key(_FORGER_KEY))
    copied = replace(contents, auth_key=key, sign_key=key, pin_tries=3, password_tries=5)
    return JpkiCardSimulator(copied, abilities, accepts_any_pin=True)


def _rsa(key: PrivateKey) -> rsa.RSAPrivateKey:
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the simulated card holds RSA keys only")
    return key
