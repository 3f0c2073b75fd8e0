"""Decide which passwords of staff are accepted, and hash them (argon2id, RFC 9106) with the library's parameters."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

__all__ = ["LONGEST", "SHORTEST", "PasswordRefused", "hash_password", "is_outdated", "is_right", "require_password"]

SHORTEST, LONGEST = 10, 128
"""Fewest and most characters of a password."""

_FEWEST_DIFFERENT = 4
_WELL_KNOWN = ("password", "passw0rd", "qwerty", "1234567890", "0123456789", "abcdefghij", "kiosk", "pasuwado")
_HASHER = PasswordHasher()


class PasswordRefused(Exception):
    """The text is not accepted as a password; the message says why and repeats nothing of it."""


def require_password(text: str, name: str) -> None:
    """Refuse a password that somebody would guess early for the account ``name``.

    Raises:
        PasswordRefused: The password is too short, too long or too easy to guess.

    """
    plain = _folded(text).lower()
    if not SHORTEST <= len(plain) <= LONGEST:
        raise PasswordRefused(f"a password has {SHORTEST} to {LONGEST} characters")
    if len(set(plain)) < _FEWEST_DIFFERENT:
        raise PasswordRefused(f"a password has at least {_FEWEST_DIFFERENT} different characters")
    known = (name.lower(), *_WELL_KNOWN)
    if any(len(plain.replace(word, "")) < SHORTEST // 2 for word in known):
        raise PasswordRefused("the password is little more than the account's name or a well-known one")


def hash_password(text: str) -> str:
    """Return what is kept of a password: parameters, salt and hash. Takes about 0.1 s and 64 MB on purpose."""
    return _HASHER.hash(_folded(text))


def is_right(kept: str | None, text: str) -> bool:
    """Return whether ``text`` is the password of ``kept``; refusing None (no such account) takes just as long."""
    try:
        return _HASHER.verify(kept or _nobodys(), _folded(text)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Return whether the library's parameters have changed since ``kept`` was made."""
    return _HASHER.check_needs_rehash(kept)


def _folded(text: str) -> str:
    """Normalise full-width digits and letters, which an input method may write: they are the same password."""
    return unicodedata.normalize("NFKC", text)


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
