"""Write フリガナ in half width, as the answers of オンライン資格確認 have it."""

from __future__ import annotations

from typing import Final
from unicodedata import normalize

__all__ = ["half_width"]

_HALF: Final = tuple(map(chr, range(0xFF61, 0xFF9E)))
_SINGLE: Final = {normalize("NFKC", letter): letter for letter in _HALF}
_VOICED: Final = {
    normalize("NFKC", letter + mark): letter + mark
    for letter in _HALF
    for mark in "\N{HALFWIDTH KATAKANA VOICED SOUND MARK}\N{HALFWIDTH KATAKANA SEMI-VOICED SOUND MARK}"
    if len(normalize("NFKC", letter + mark)) == 1
}
_RARE: Final = {"ヮ": "ﾜ", "ヰ": "ｲ", "ヱ": "ｴ", "ヵ": "ｶ", "ヶ": "ｹ", "\N{IDEOGRAPHIC SPACE}": " "}
"""Kana that have no half-width form, and the space."""
_TABLE: Final = str.maketrans({**_SINGLE, **_VOICED, **_RARE})


def half_width(kana: str) -> str:
    """Return the katakana in half width: ``ガ`` is two characters, ``ｶﾞ``. Anything else is kept."""
    return normalize("NFC", kana).translate(_TABLE)
