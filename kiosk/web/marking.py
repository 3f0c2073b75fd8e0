"""Mark up a text of a catalogue: ruby over the kanji of やさしい日本語, and Japanese within another language.

A reading is behind its kanji, 「受付《うけつけ》」. Where it is the reading of more than the kanji, a bar says where
that begins: 「｜1日《ついたち》」.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from kiosk.languages import Language

__all__ = ["NAMES", "marked", "plain", "unread_kanji"]

_KANJI = "一-鿿々〆"
_RUBY = re.compile(f"(?:｜([^｜《》]+)|([{_KANJI}]+))《([ぁ-ゖァ-ヶー]+)》")
_JAPANESE = re.compile(f"[ぁ-ゖァ-ヶ{_KANJI}][ぁ-ゖァ-ヶー・{_KANJI}]*")

NAMES = (
    "スマートフォンのマイナ保険証",
    "マイナ保険証",
    "マイナンバーカード",
    "マイナンバー",
    "マイナポータル",
    "資格情報通知書",
    "資格情報のお知らせ",
    "資格確認書交付申請書",
    "資格確認書発行要否",
    "資格確認書",
    "被保険者資格申立書",
    "申立書",
    "高齢受給者証",
    "限度額適用認定証情報",
    "限度額適用認定証",
    "標準負担額減額認定証",
    "特定疾病療養受療証",
    "医療費助成の受給者証",
    "受給者証",
    "組合員加入届",
    "被保険者資格取得届",
    "氏名変更届",
    "脱退届",
    "加入届",
    "継続再雇用に関する届出",
    "マイナンバーカードの健康保険証利用登録の解除申請書",
    "利用登録の解除申請書",
    "特別療養費",
    "健康保険証",
    "保険証",
    "暗証番号",
    "セブン銀行",
    "日レセ",
    "模擬",
)
"""What is Japanese wherever it stands, in Chinese too: the desk, the card or a form knows it by this name."""
_Maker = Callable[[re.Match[str]], Markup]
_NAMES = re.compile("|".join(sorted(map(re.escape, NAMES), key=len, reverse=True)) + "|[ぁ-ゖァ-ヶ][ぁ-ゖァ-ヶー]*")


def marked(text: str, language: Language) -> Markup:
    """Return a text of the catalogue of this language as HTML."""
    if language is Language.JAPANESE:
        return escape(text)
    if language is Language.EASY_JAPANESE:
        return _replaced(text, _RUBY, _ruby)
    return _replaced(text, _NAMES if language.is_chinese else _JAPANESE, _japanese)


def plain(text: str) -> str:
    """Return a text of a catalogue without its readings, for an attribute or a program."""
    return _RUBY.sub(lambda found: found[1] or found[2], text)


def unread_kanji(text: str) -> str:
    """Return the kanji of a text that have no reading."""
    return "".join(re.findall(f"[{_KANJI}]", _RUBY.sub("", text)))


def _replaced(text: str, pattern: re.Pattern[str], made: _Maker) -> Markup:
    parts, end = [], 0
    for found in pattern.finditer(text):
        parts += [escape(text[end : found.start()]), made(found)]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def _ruby(found: re.Match[str]) -> Markup:
    return Markup("<ruby>{}<rt>{}</rt></ruby>").format(found[1] or found[2], found[3])


def _japanese(found: re.Match[str]) -> Markup:
    return Markup('<span lang="ja">{}</span>').format(found[0])
