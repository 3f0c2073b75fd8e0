"""Hold the words of the sheet 「使いやすく」: how a visitor may have the screen, and what companions are to know.

What companions read claims no more than the sources say. On the union's page one identifies oneself at the card reader
(「ご自身で本人確認を行います」). Of a child under 15 the parent has the 暗証番号. Staff neither ask for nor type one,
three wrong ones lock it, and 目視確認 serves whoever has forgotten it or cannot reach the reader.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "BUTTON",
    "COMPANIONS",
    "COMPANIONS_TITLE",
    "CURTAIN",
    "LETTERS",
    "LETTERS_TITLE",
    "MORE_NUMBERS",
    "SPEECH",
    "SWITCHES",
    "TITLE",
]

BUTTON = "使い\nやすく"
"""The button that opens the sheet, in two lines."""

TITLE = "使いやすくする"
LETTERS_TITLE = "文字の大きさ"
LETTERS = ("文字はふつう", "文字を大きく", "文字をもっと大きく")

SPEECH = "音声で案内"
"""What starts the speech, here and in its own corner."""

SWITCHES: Mapping[str, str] = {
    "contrast": "黒い背景にする",
    "unhurried": "時間をのばす",
    "curtain": "画面を隠す",
    "lowered": "画面を下げる",
}
"""What is on or off, by its name in ``kiosk.reception.Aids``. The last is not on every panel: no other number on the
keypad depends on it.
"""

CURTAIN = "ご利用中の方のために、画面を隠しています。"
"""The only words on a black panel, for whoever wonders whether the kiosk is broken."""

MORE_NUMBERS = "「0」で、ほかのボタンに番号がつきます"
"""Shown while more buttons than keys are on the screen."""

COMPANIONS_TITLE = "付き添いの方へ"
COMPANIONS = (
    "受診する方（お子さまなど）ご本人のカードを置いてください。",
    "15歳未満のお子さまのカードの暗証番号は、保護者の方が入力してください。",
    "そのほかの方は、ご本人が入力してください。係員に番号を伝えることや、係員が入力することはできません。",
    "ご本人が入力できないときや、番号がわからないときは、係員が目視で本人確認をします。「係員をよぶ」を押してください。",
    "暗証番号を3回まちがえると、カードがロックされます。",
)
"""For a parent with a child's card, and for a helper beside the holder."""
