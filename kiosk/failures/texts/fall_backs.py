"""Hold what staff do when オンライン資格確認 gives no answer: the official ways, step by step.

保発0710第1号 (2023-07-10) for the declaration; 緊急時医療情報・資格確認機能 for an outage of the clinic's system; 災害時医療情報閲覧.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["FALL_BACKS", "FallBack", "FallBackText"]


class FallBack(StrEnum):
    """Which official way is open."""

    OTHER_PROOF = "other_proof"
    """The card, the reader, the terminal or the line does not work, or the answer does not help."""
    SYSTEM_FAILURE = "system_failure"
    """システム障害時: the clinic's own system is down for longer."""
    DISASTER = "disaster"
    """災害時: the 災害救助法 is applied to the area."""


@dataclass(frozen=True, slots=True)
class FallBackText:
    """What staff read: when it holds, and at most five steps in the order in which they are done."""

    heading: str
    when: str
    steps: tuple[str, ...]


FALL_BACKS: Final[Mapping[FallBack, FallBackText]] = {
    FallBack.OTHER_PROOF: FallBackText(
        "ほかの方法で資格を確認する",
        "カード、カードリーダー、資格確認端末、回線のどれかが使えないとき。資格が見つからないとき。",
        (
            "マイナポータルの資格情報画面（保存したPDFでも可）を、カードと一緒に見せてもらいます。",
            "なければ、資格情報のお知らせを、カードと一緒に見せてもらいます。資格確認書をお持ちなら、それだけで確認できます。",
            "どれもなければ、被保険者資格申立書に、わかる範囲で書いてもらいます。用紙は「申立書（記入なし）」で印刷できます。",
            "10割ではなく、通常の負担割合（申立書に書かれた1割から3割）で受け付けます。",
            "つながったら、あらためて資格を確認します。加入先がわからないままのときは、不詳レセプトで請求できます。",
        ),
    ),
    FallBack.SYSTEM_FAILURE: FallBackText(
        "システム障害時の資格確認",
        "資格確認端末や院内のシステムが、長い時間使えないとき。",
        (
            "マイナンバーカードの券面で、氏名、生年月日、性別、住所を書き写します。マイナンバーは書き写しません。",
            "オンライン資格確認のコールセンターに電話し、医療機関コード、医療機関の名前、担当者の名前を伝えます。",
            "折り返しの電話で、緊急時医療情報・資格確認機能（資格情報照会 システム障害時モード）が使えるようになります。",
            "書き写した4つの情報で資格を照会します。照会できない方は、被保険者資格申立書で受け付けます。",
            "使い終わったら、利用報告書を出します。書き写した紙は、用が済んだら細かく裁断します。",
        ),
    ),
    FallBack.DISASTER: FallBackText(
        "災害時の資格確認",
        "災害救助法が適用され、災害時医療情報閲覧の対象となる地域と期間が知らされたとき。",
        (
            "対象の地域と期間を、医療機関等向け総合ポータルサイトのお知らせで確かめます。",
            "患者さんに口頭で同意を得て、氏名、生年月日、性別、住所を聞きます。カードがなくてもかまいません。",
            "資格確認端末の「災害時医療情報閲覧」で、聞いた4つの情報から資格を照会します。",
            "照会できない方も、氏名、生年月日、連絡先、加入している医療保険を聞き、記録して受け付けます。",
        ),
    ),
}
