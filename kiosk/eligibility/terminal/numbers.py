"""How 保険者番号, 記号, 番号, 枝番 and 照会番号 are compared."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["plain_number"]

_AS_WINDOWS_READS: Final = str.maketrans({"\N{MINUS SIGN}": "-", "\N{WAVE DASH}": "~", "\N{DOUBLE VERTICAL LINE}": "∥"})
"""What Shift_JIS has one code for, and CP932 reads as another character."""


def plain_number(text: str | None) -> str:
    """Return a number as it is compared: full-width and half-width forms are the same, and so is what Shift_JIS
    writes in the same way.
    """
    return unicodedata.normalize("NFKC", text or "").translate(_AS_WINDOWS_READS).strip()
