"""The form of a 暗証番号, checked before anything is sent: an empty VERIFY is a different command to the card."""

from __future__ import annotations

import unicodedata

__all__ = ["pin_digits", "wipe_pin"]


def pin_digits(text: str) -> bytearray | None:
    """Return the four ASCII digits of a 暗証番号 after NFKC (１２３４ is 1234, 0123 stays four), or None."""
    folded = unicodedata.normalize("NFKC", text)
    is_pin = len(folded) == 4 and folded.isascii() and folded.isdigit()
    return bytearray(folded, "ascii") if is_pin else None


def wipe_pin(pin: bytearray) -> None:
    """Overwrite the digits with zeros, in place."""
    pin[:] = bytes(len(pin))
