"""The parts of a member's key: their alphabets, and the one form of 記号 and 番号.

Insurers, host systems and people write one 記号 in many ways: ７１－００００ and 71‐0000 are 71-0000. All of them are
one member's key. The long vowel mark ー is a letter and no hyphen.
"""

import re
import unicodedata
from functools import lru_cache

__all__ = [
    "CellOfSpreadsheet",
    "canonical",
    "is_branch",
    "is_symbol_or_number",
    "names_a_member",
    "refuse_spreadsheet_cell",
]

LONGEST_PART = 20

_BRANCH = re.compile(r"[0-9A-Za-z]{2}")

_HYPHENS = dict.fromkeys(
    map(ord, "\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\ufe58\ufe63\uff0d"), "-"
)
_LETTERS = "0-9A-Za-z\u3041-\u3096\u30a1-\u30fa\u30fc\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_SIGNS = r"\-・./()&_"
_ALPHABET = re.compile(f"[{_LETTERS}{_SIGNS}]+(?: [{_LETTERS}{_SIGNS}]+)*")

_ADDRESS = re.compile(r"[^:\s\x00-\x1f\x7f-\x9f](?:[^:\x00-\x1f\x7f-\x9f]{0,18}[^:\s\x00-\x1f\x7f-\x9f])?")
_SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]+)?E\+[0-9]+", re.IGNORECASE)


class CellOfSpreadsheet(ValueError):
    """A spreadsheet program has changed a number. The text gives the remedy, and does not repeat the cell."""


def is_branch(text: str) -> bool:
    """Return whether `text` has the form of a 枝番: two letters or digits, with leading zeros."""
    return _BRANCH.fullmatch(text) is not None


def is_symbol_or_number(text: str) -> bool:
    """Return whether `text` may be a 記号 or 番号: 1 to 20 characters of its alphabet, as given and in canonical form.

    The alphabet is that of ASCII letters and digits, kana, 漢字, hyphens and a few signs, with single spaces inside.
    There is no colon in it (the separator of keys), no control character, and none that nobody sees.
    """
    if not 0 < len(text) <= LONGEST_PART or text != text.strip():
        return False
    plain = canonical(text)
    return len(plain) <= LONGEST_PART and _ALPHABET.fullmatch(plain) is not None


def canonical(text: str) -> str:
    """Return a 記号 or 番号 in the one form that all its spellings have: NFKC, with one kind of hyphen."""
    return text if text.isascii() else _canonical(text)


@lru_cache(maxsize=65_536)
def _canonical(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_HYPHENS)


def names_a_member(text: str) -> bool:
    """Return whether `text` may be a 記号 or 番号 in a look-up: also one from before the alphabet."""
    return _ADDRESS.fullmatch(text) is not None


def refuse_spreadsheet_cell(text: str) -> None:
    """Raise CellOfSpreadsheet for what spreadsheet programs make of a number, or people write to keep its zeros."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if plain.startswith("="):
        raise CellOfSpreadsheet('is a formula of a spreadsheet; write the number alone, without =" and "')
    if plain.startswith(("'", "\N{RIGHT SINGLE QUOTATION MARK}")):
        raise CellOfSpreadsheet("begins with an apostrophe of a spreadsheet; write the number without it")
    if _SCIENTIFIC.fullmatch(plain):
        raise CellOfSpreadsheet(
            "is a number that a spreadsheet has rounded; export it again with the column formatted as text"
        )
