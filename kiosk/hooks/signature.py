"""The signature of a delivery, by which its receiver knows that this kiosk has sent it, as it is and when."""

from __future__ import annotations

import hmac
from hashlib import sha256

__all__ = ["signature"]


def signature(secret: bytes, moment: int, body: bytes) -> str:
    """Return ``t=UNIX,v1=HEX``: HEX is the HMAC-SHA256 of ``UNIX.BODY`` under the secret."""
    said = f"{moment}.".encode("ascii") + body
    return f"t={moment},v1={hmac.new(secret, said, sha256).hexdigest()}"
