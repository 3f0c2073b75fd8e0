"""Tell how much room the text of a screen leaves, so that a short text is shown large and a long one still fits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from math import sqrt

from kiosk.languages import Language
from kiosk.reception import Screen

__all__ = ["roominess"]

_MOST_LETTERS = (180, 130, 85)
"""A text with more letters than the first is shown smallest; one with no more than the last is shown largest."""
_READINGS = re.compile(r"<rt>[^<]*</rt>")
_TAGS = re.compile(r"<[^>]+>")
_BLANKS = re.compile(r"\s+")

_USUAL_ROOM = 135
_ROOM: Mapping[Screen, int] = {
    Screen.IDLE: 45,
    Screen.RESULT_CARD: 280,
    Screen.RESULT_NOTICE: 220,
    Screen.RESULT_CONFIRMATION: 290,
    Screen.RESULT_NONE: 200,
    Screen.FAREWELL: 180,
    Screen.STAFF_CHECK: 110,
    Screen.OWN_RECORD: 225,
    Screen.LOOKS: 250,
    Screen.PROCEDURES: 190,
    Screen.PROCEDURE: 185,
    Screen.WAY_TO_USE: 265,
    Screen.COMPARISON: 260,
    Screen.ABOUT_CONFIRMATION: 190,
    Screen.ABOUT_NOTICE: 190,
    Screen.GUIDE_BELONGINGS: 150,
    Screen.QUESTION_NEEDS: 165,
}
"""How many full-width letters a screen holds in its smallest text: about those of its longest Japanese text."""

_WIDE = 0x2E7F
_NARROW_LETTER = 0.52
_ON_A_LETTER = ("Mn", "Mc")
_WITH_READINGS = 1.25
"""The width of a Latin letter, in full-width letters; how much higher a line is whose kanji have readings above."""
_LEAST = 65
_STEP = 5


def roominess(html: str, screen: Screen, language: Language) -> str:
    """Return the classes of a screen with this body.

    ``roomy-0`` (the text needs all the room) to ``roomy-3``. In another language than Japanese also ``fit-65`` to
    ``fit-95``, the percentage to which everything is shrunk, if the text is longer than the screen can hold.
    """
    read = _TAGS.sub("", _READINGS.sub("", html))
    if language is Language.JAPANESE:
        return _roomy(len(_BLANKS.sub("", read)))
    letters = _width(_BLANKS.sub(" ", read)) * (_WITH_READINGS if language is Language.EASY_JAPANESE else 1)
    fit = _fit(letters / _ROOM.get(screen, _USUAL_ROOM))
    return _roomy(letters) + (f" fit-{fit}" if fit < 100 else "")


def _roomy(letters: float) -> str:
    return f"roomy-{sum(letters <= most for most in _MOST_LETTERS)}"


def _width(text: str) -> float:
    """Return how wide a text is, in full-width letters. A mark or vowel sign stands on the letter before it."""
    letters = (letter for letter in text if unicodedata.category(letter) not in _ON_A_LETTER)
    return sum(1 if ord(letter) > _WIDE else _NARROW_LETTER for letter in letters)


def _fit(fullness: float) -> int:
    """Return to what percentage a screen that is so many times full is shrunk: width and height share the need."""
    wanted = 100 / sqrt(max(1.0, fullness))
    return max(_LEAST, int(wanted // _STEP) * _STEP)
