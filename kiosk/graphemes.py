"""What a person sees as one character: the extended grapheme clusters of Unicode (UAX #29).

Python knows the categories of characters and not their Grapheme_Cluster_Break. All that the scripts of Japanese names
need follows from the categories and a few ranges. Elsewhere a cluster here may be longer than that of the annex (behind
a ZERO WIDTH JOINER, at some marks of Brahmic scripts) and, in Indic conjuncts alone, shorter.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["graphemes", "shown_letters", "without_controls"]

_MOST_SHOWN = 4
"""Characters of one letter: a kana or 漢字 with its marks needs three; a hundred fill a line, and break nowhere."""

_JOINER, _NON_JOINER = "\u200d", "\u200c"
_MARKS = {"Mn", "Mc", "Me"}
_CONTROLS = {"Cc", "Cf", "Zl", "Zp"}
_ALSO_EXTENDING = frozenset(f"{_JOINER}{_NON_JOINER}\uff9e\uff9f\u0e33\u0eb3")
"""Besides the marks: the joiners, the half-width ﾞ and ﾟ, and the AM of Thai and Lao."""

_BLANKS = re.compile(r"\s{2,}")

_PREPENDED = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd\U000111c2\U000111c3"
    "\U0001193f\U00011941\U00011a3a\U00011a84\U00011a85\U00011a86\U00011a87\U00011a88\U00011a89\U00011d46"
)
"""Signs that belong to what follows them (Grapheme_Cluster_Break Prepend)."""


def graphemes(text: str) -> list[str]:
    """Return ``text`` as the characters that a person sees: 「か゚」, 「ｶﾞ」 and 「葛󠄀」 are one each."""
    found: list[str] = []
    for character in text:
        if found and _joins(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def shown_letters(text: str) -> list[str]:
    """Return the letters of ``text`` as a screen shows them: of one with many marks, the first few."""
    return [letter[:_MOST_SHOWN] for letter in graphemes(text)]


def without_controls(text: str) -> str:
    """Return ``text`` without what is not seen and may move or hide what is: line breaks, overrides of the direction,
    escapes of a terminal. Each run of them and of blanks becomes one blank, of the kind that is there.
    """
    spaced = "".join(" " if _breaks(letter) else letter for letter in text)
    kept = "".join(letter for letter in spaced if not _controls(letter))
    return _BLANKS.sub(lambda run: run[0][0], kept).strip()


def _breaks(character: str) -> bool:
    return character.isspace() and _controls(character)


def _joins(cluster: str, character: str) -> bool:
    before = cluster[-1]
    if _controls(before) or _controls(character):
        return before == "\r" and character == "\n"
    if before == _JOINER or before in _PREPENDED or _extends(character):
        return True
    if _is_half_a_flag(before) and _is_half_a_flag(character):
        return sum(map(_is_half_a_flag, cluster)) % 2 == 1
    return _hangul(before) + _hangul(character) in _SYLLABLES


def _controls(character: str) -> bool:
    joins = _extends(character) or character in _PREPENDED
    return unicodedata.category(character) in _CONTROLS and not joins


def _extends(character: str) -> bool:
    return (
        unicodedata.category(character) in _MARKS
        or character in _ALSO_EXTENDING
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags
    )


def _is_half_a_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


_SYLLABLES = frozenset({"LL", "LV", "LA", "LB", "VV", "VT", "AV", "AT", "BT", "TT"})
"""Which parts of Hangul go together: L leads, V is a vowel, T trails, A is a whole syllable that T may end, B ended."""


def _hangul(character: str) -> str:
    if "가" <= character <= "힣":
        return "B" if (ord(character) - ord("가")) % 28 else "A"
    for kind, ranges in _JAMO.items():
        if any(first <= character <= last for first, last in ranges):
            return kind
    return "-"


_JAMO = {
    "L": (("\u1100", "\u115f"), ("\ua960", "\ua97c")),
    "V": (("\u1160", "\u11a7"), ("\ud7b0", "\ud7c6")),
    "T": (("\u11a8", "\u11ff"), ("\ud7cb", "\ud7fb")),
}
