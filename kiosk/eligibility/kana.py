"""Comparing フリガナ, however they were filed and however they are typed.

Registers have them in full or half width, with small kana or (as old mainframes wrote them) without; and who only
heard a name, or read its 漢字, does not know ヤマザキ from ヤマサキ. All of these are one name here.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fits", "folded"]

LONGEST_KANA = 100
"""The most characters of a フリガナ in the register."""

_KANA = re.compile(r"[ァ-ヶA-Z']+")
_HIRAGANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶヰヱヲヂヅ", "アイウエオツヤユヨワカケイエオジズ")
_VOICED = {ord("\u3099"): None, ord("\u309a"): None, ord("゛"): None, ord("゜"): None}
_NOT_SOUNDED = re.compile(r"[\s\-\u2010-\u2015\u2212\u30fb\u30fc.,\u3001\u3002]+")


def folded(text: str) -> str:
    """Return ``text`` in large カタカナ without 濁点, 長音 and spaces; empty if it is no フリガナ or too long."""
    if len(text) > LONGEST_KANA:
        return ""
    plain = _fold(text)
    return plain if _KANA.fullmatch(plain) else ""


def fits(wanted: str, kana: str) -> bool:
    """Return whether ``wanted`` (folded) is the whole of a フリガナ of the register, or its family name."""
    family = re.split(r"\s", unicodedata.normalize("NFKC", kana).strip(), maxsplit=1)[0]
    return wanted in {_fold(kana), _fold(family)}


def _fold(text: str) -> str:
    katakana = unicodedata.normalize("NFKC", text).translate(_HIRAGANA).translate(_LARGE).upper()
    return _NOT_SOUNDED.sub("", unicodedata.normalize("NFD", katakana).translate(_VOICED))
