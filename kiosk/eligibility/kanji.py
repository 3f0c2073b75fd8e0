"""Comparing 漢字 of names, whichever form was filed and whichever is typed: 高橋 and 髙橋 are one name to who searches.

Three things hide that two names are one: another form of the 漢字 (`kanji_variants.txt`), a compatibility ideograph
(Unicode 23.2, 祐 for 祐), and a variation selector (Unicode 23.4, IVS) behind it. All are folded for comparing alone.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from itertools import product
from math import prod

from kiosk.store.search_keys import range_of

__all__ = ["MOST_RANGES", "beginnings", "folded_kanji"]

MOST_RANGES = 40
"""The most ranges of an index that one beginning becomes."""

_SELECTORS = (("\ufe00", "\ufe10"), ("\U000e0100", "\U000e01f0"))
"""Variation selectors (U+FE00 to U+FE0F, U+E0100 to U+E01EF): the first one, and what comes after the last."""

_COMPATIBILITY = (*range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20))


def folded_kanji(text: str) -> str:
    """Return ``text`` without selectors, each 漢字 in the usual form of its group."""
    return "".join(_folds().get(letter, letter) for letter in text if not _selects(letter))


def beginnings(text: str) -> list[tuple[str, str]]:
    """Return the ranges of an index in which the texts are that begin with ``text`` in any form of its 漢字.

    Each is a first text and the one after the last. A selector may come behind each letter, so the texts that have one
    there are a range too, whatever follows. If there were too many ranges, the beginnings are shorter and fit more:
    `folded_kanji` decides.
    """
    forms = [_forms().get(letter, letter) for letter in folded_kanji(text)]
    known = len(forms)
    while known > 1 and _count(forms[:known]) > MOST_RANGES:
        known -= 1
    wide = [range_of(start) for start in _spelled(forms[:known])]
    return wide + [
        (f"{start}{first}", f"{start}{after}")
        for length in range(1, known)
        for start in _spelled(forms[:length])
        for first, after in _SELECTORS
    ]


def _count(forms: list[str]) -> int:
    inner = sum(prod(map(len, forms[:length])) for length in range(1, len(forms)))
    return prod(map(len, forms)) + len(_SELECTORS) * inner


def _spelled(forms: list[str]) -> list[str]:
    return ["".join(each) for each in product(*forms)]


def _selects(letter: str) -> bool:
    return any(first <= letter < after for first, after in _SELECTORS)


@cache
def _groups() -> tuple[str, ...]:
    lines = files(__package__).joinpath("kanji_variants.txt").read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def _folds() -> dict[str, str]:
    """Return each 漢字 that is not the usual form with that form."""
    usual = {letter: group[0] for group in _groups() for letter in group[1:]}
    for code in _COMPATIBILITY:
        plain = unicodedata.normalize("NFKC", letter := chr(code))
        if plain != letter:
            usual[letter] = usual.get(plain, plain)
    return usual


@cache
def _forms() -> dict[str, str]:
    """Return each usual form with all forms that a Japanese register can have, itself first."""
    forms = {group[0]: group[0] for group in _groups()}
    for letter, usual in _folds().items():
        if not _is_compatible(letter) or _is_japanese(letter):
            forms[usual] = forms.get(usual, usual) + letter
    return forms


def _is_compatible(letter: str) -> bool:
    return ord(letter) in _COMPATIBILITY


def _is_japanese(letter: str) -> bool:
    """Whether Japanese character sets have it: the others come from Korean and Taiwanese ones."""
    return any(_has(encoding, letter) for encoding in ("cp932", "euc_jis_2004"))


def _has(encoding: str, letter: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
