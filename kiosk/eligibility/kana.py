"""Comparing フリガナ, however they were filed and however they are typed.

Registers have them in full or half width, with small kana or (as old mainframes wrote them) without; and who only
heard a name, or read its 漢字, does not know ヤマザキ from ヤマサキ. All of these are one name here.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import product
from math import prod

__all__ = ["begins_with", "fits", "folded", "spellings"]

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


def begins_with(wanted: str, kana: str) -> bool:
    """Return whether a フリガナ of the register begins with ``wanted`` (folded)."""
    return not wanted or _fold(kana).startswith(wanted)


def spellings(wanted: str) -> list[str]:
    """Return what the フリガナ that begin with ``wanted`` (folded) can begin with in the register, for an index.

    If there were too many, the beginnings are shorter and fit more: ``begins_with`` decides.
    """
    letters = [_UNFOLDED.get(letter, letter) for letter in wanted]
    known = len(letters)
    while prod(map(len, letters[:known])) > _MOST_SPELLINGS:
        known -= 1
    wide = ["".join(each) for each in product(*letters[:known])]
    return list(dict.fromkeys(text.translate(form) for form in ({}, _HALF_WIDTH, _AS_HIRAGANA) for text in wide))


def _fold(text: str) -> str:
    katakana = unicodedata.normalize("NFKC", text).translate(_HIRAGANA).translate(_LARGE).upper()
    return _NOT_SOUNDED.sub("", unicodedata.normalize("NFD", katakana).translate(_VOICED))


_MOST_SPELLINGS = 24
"""The most spellings of a beginning in one form of kana; each is a range of the index."""

_KATAKANA = [chr(code) for code in range(ord("ァ"), ord("ヶ") + 1)]
_LATIN = [chr(code) for code in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1))]
_UNFOLDED = {
    folded: "".join(letter for letter in (*_KATAKANA, *_LATIN) if _fold(letter) == folded)
    for folded in {_fold(letter) for letter in (*_KATAKANA, *_LATIN)}
}
"""Each folded letter with all that are folded to it."""

_AS_HIRAGANA = {large: small for small, large in _HIRAGANA.items()}
_NARROW = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
_MARKS = {"\u3099": "\uff9e", "\u309a": "\uff9f"}


def _half_width(letter: str) -> str:
    """Return a カタカナ in half width, where a 濁点 is a character of its own; ヮ and others have no such form."""
    return "".join(_MARKS.get(part) or _NARROW.get(part, part) for part in unicodedata.normalize("NFD", letter))


_HALF_WIDTH = {ord(letter): _half_width(letter) for letter in _KATAKANA}
