"""Hold the one table of the numeric keypad: what the page does at a key, and what picture and printed sheet say of it.

A USB keypad has 17 keys. The page is given their meanings (``meanings``); ``docs/keypad.md``, its picture and the
sheet to print are generated from the same table.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

__all__ = ["KEYPAD", "KeypadKey", "meanings"]


@dataclass(frozen=True, slots=True)
class KeypadKey:
    """One key.

    Attributes:
        code: its place on the keypad, as browsers name it (UI Events KeyboardEvent code).
        legend: what is printed on it.
        meaning: what the page does: a digit, or one of its own words.
        words: what it does, in a word or two for visitors.
        on_pin: what it does on the screen of the 暗証番号.
        elsewhere: what it does on the other screens.
        column, row: where it is, counted from the top left.
        wide, high: how many places it fills.
        touch: how a finger finds it, for the sheet to print.

    """

    code: str
    legend: str
    meaning: str
    words: str
    on_pin: str
    elsewhere: str
    column: int
    row: int
    wide: int = 1
    high: int = 1
    touch: str = ""


def _digit(number: int, column: int, row: int, wide: int = 1, touch: str = "") -> KeypadKey:
    chosen = (
        "the tenth button; the next numbers where there are more" if number == 0 else f"the button of number {number}"
    )
    return KeypadKey(
        f"Numpad{number}", str(number), str(number), "", "the digit", chosen, column, row, wide, touch=touch
    )


KEYPAD = (
    KeypadKey(
        "NumLock",
        "Num",
        "curtain",
        "画面を隠す",
        "the panel goes black; again: it is back",
        "the same",
        0,
        0,
        touch="左上のかど",
    ),
    KeypadKey(
        "NumpadDivide",
        "/",
        "speech",
        "音声",
        "speech on and off",
        "the same",
        1,
        0,
        touch="いちばん上の段、左から2番目",
    ),
    KeypadKey(
        "NumpadMultiply",
        "*",
        "again",
        "もう一度",
        "the screen again; one that scrolls turns a page",
        "the same",
        2,
        0,
        touch="いちばん上の段、左から3番目",
    ),
    KeypadKey("NumpadSubtract", "-", "finish", "やめる", "やめる", "やめる or おわる", 3, 0, touch="右上のかど"),
    _digit(7, 0, 1),
    _digit(8, 1, 1),
    _digit(9, 2, 1),
    KeypadKey(
        "NumpadAdd",
        "+",
        "staff",
        "係員",
        "番号がわからない方",
        "係員をよぶ",
        3,
        1,
        high=2,
        touch="右側の、上の長いキー",
    ),
    _digit(4, 0, 2),
    _digit(5, 1, 2, touch="小さな出っぱりのあるキー"),
    _digit(6, 2, 2),
    _digit(1, 0, 3),
    _digit(2, 1, 3),
    _digit(3, 2, 3),
    KeypadKey(
        "NumpadEnter",
        "Enter",
        "enter",
        "確認",
        "確認",
        "the filled button, if there is one",
        3,
        3,
        high=2,
        touch="右下のかどの、長いキー",
    ),
    _digit(0, 0, 4, wide=2, touch="いちばん下の段の、横に長いキー"),
    KeypadKey(
        "NumpadDecimal",
        ".",
        "back",
        "訂正",
        "訂正",
        "closes a sheet; with none open it opens 「使いやすく」",
        2,
        4,
        touch="いちばん下の段、確認の左",
    ),
)
"""The 17 keys of a USB keypad, row by row from the top left."""


def meanings() -> str:
    """Return the meaning of each key by its code, as JSON for the page's script."""
    return json.dumps({key.code: key.meaning for key in KEYPAD})
