"""The name under which other programs know a member again without knowing who it is."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

from kiosk.identity import derived_key, site_key_parts

__all__ = ["pseudonym"]

_LABEL: Final = "kiosk member pseudonym 1"


def pseudonym(member: str, site_key: bytes) -> str:
    """Return a member's pseudonym: HMAC-SHA256, 64 hexadecimal digits, the same at every kiosk of one register.

    Its key is derived from the oldest generation of the site key, so that a rotation does not change it. The journal's
    references have another key, so neither of the two tells the other.

    Args:
        member: the member's key, ``INSURER:SYMBOL:NUMBER:BRANCH``.
        site_key: 32 bytes a generation, oldest first.

    Raises:
        ValueError: The site key has a wrong size.

    """
    key = derived_key(site_key_parts(site_key)[0], _LABEL)
    return hmac.new(key, member.encode(), sha256).hexdigest()
