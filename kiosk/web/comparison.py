"""Hold the union's own table 「マイナ保険証・資格確認書・資格情報通知書の比較」, as on its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kiosk.decision import Document

__all__ = ["COLUMNS", "KEY", "KINDS", "ROWS", "SHAPE", "SHAPES", "SIGNS", "TITLE", "Cell", "Line"]

TITLE = "3つの書類のちがい"
KEY = ("○ 受診できます", "△ ほかの証も必要です", "× これだけでは受診できません")
COLUMNS = (Document.CARD, Document.CONFIRMATION, Document.NOTICE)
SHAPE = "形"
SHAPES: Mapping[Document, str] = {
    Document.CARD: "カード",
    Document.CONFIRMATION: "青いプラスチックのカード",
    Document.NOTICE: "A4の厚紙",
}


KINDS: Mapping[str, Mapping[Document, str]] = {
    "形状": {
        Document.CARD: "カード型・プラスチック",
        Document.CONFIRMATION: "カード型・プラスチック",
        Document.NOTICE: "A4サイズ・厚紙",
    },
    "交付対象": {
        Document.CARD: "マイナンバーカードを持っている方",
        Document.CONFIRMATION: "マイナ保険証を持っていない方",
        Document.NOTICE: "マイナ保険証を持っている方",
    },
    "取得方法": {
        Document.CARD: "マイナンバーカードを取得し、ご自身で利用登録",
        Document.CONFIRMATION: "加入のときに申請。マイナ保険証がない方には、組合が交付",
        Document.NOTICE: "加入などの登録のあとに、組合が交付",
    },
    "使用目的": {
        Document.CARD: "医療機関を受診",
        Document.CONFIRMATION: "マイナ保険証がない方が、医療機関を受診",
        Document.NOTICE: "資格情報の確認（給付金の申請、保健事業）",
    },
}
"""「形状・目的等」: the first half of the table; ROWS are the second, 「受診方法」."""


class Cell(NamedTuple):
    """A sign, and the certificate that △ requires beside the document."""

    sign: str
    beside: str = ""


class Line(NamedTuple):
    """What somebody wants to do, and how far each document serves that, in the order of COLUMNS."""

    what: str
    cells: tuple[Cell, Cell, Cell]


def _line(what: str, beside: str = "") -> Line:
    confirmation = Cell("also", beside) if beside else Cell("yes")
    return Line(what, (Cell("yes"), confirmation, Cell("no")))


ROWS = (
    _line("医療機関等の受診"),
    _line("70歳以上の方の受診", "高齢受給者証"),
    _line("高額療養費の限度額", "限度額適用認定証"),
    _line("入院時の食事代", "標準負担額減額認定証"),
    _line("特定疾病の負担", "特定疾病療養受療証"),
)
SIGNS = {"yes": ("○", "受診できます"), "also": ("△", "ほかの証も必要です"), "no": ("×", "これだけでは受診できません")}
"""What a sign looks like, and its text for people who cannot see it."""
