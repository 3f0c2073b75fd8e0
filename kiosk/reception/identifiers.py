"""Names of visits for other programs."""

from __future__ import annotations

import secrets

__all__ = ["new_identifier"]


def new_identifier() -> str:
    """Return an identifier that says nothing, and that no other visit of any kiosk ever has (128 random bits)."""
    return secrets.token_hex(16)
