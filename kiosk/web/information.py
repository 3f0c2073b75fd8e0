"""Hold the texts of the union terminal's pages that explain: what the union's own page says, in plain words.

As in ``kiosk.web.texts``, the Japanese texts are the msgids of the translation catalogues. A test
(``tests/kiosk/web/test_union_page.py``) names the screen of each section of the union's page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.reception import Linkage
from kiosk.web.texts import ScreenText

__all__ = [
    "ABOUT_CONFIRMATION",
    "ABOUT_NOTICE",
    "COMPARISON",
    "CONFIRMATION_FACTS",
    "IDENTIFYING",
    "IDENTIFYING_OTHERWISE",
    "IDENTIFYING_STEPS",
    "ITEMS",
    "LEGACY_CARD_ENDED",
    "LINKAGES",
    "MERITS",
    "MERIT_LIST",
    "NOTICE_FACTS",
    "NOTICE_INSTEAD",
    "NOTICE_NOT_ALONE",
    "OWN_FILED_ON",
    "WAITING",
    "WAY",
    "WAYS_TO_REGISTER",
    "WAY_STAGES",
    "Fact",
    "WayStage",
]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about a document: what it is about, and what there is to say."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class WayStage:
    """One part of the way until the card works: who acts, and what they do."""

    title: str
    words: str


MERITS = ScreenText(
    "マイナ保険証のよいところ",
    "マイナ保険証は、利用登録をしたマイナンバーカードです。",
)
MERIT_LIST = (
    "手続きなしで、高額療養費の限度額を超える支払いが不要になります。",
    "診療や薬、健診の情報が病院に伝わり、適切な治療を受けられます。",
    "救急のとき、搬送中の応急処置や、病院を選ぶことに役立ちます。",
)
"""「マイナ保険証で受診するメリット」; the pictures are ``merit-1`` to ``merit-3``."""

IDENTIFYING = ScreenText(
    "病院や薬局での、本人確認のしかた",
    "カードリーダーで、ご自身で行います。",
)
IDENTIFYING_STEPS = (
    "カードを、カードリーダーに置きます。",
    "顔認証か、4けたの暗証番号で確認します。",
    "薬や健診の情報を、伝えてよいか選びます。",
    "カードを取って、案内を待ちます。",
)
"""「窓口での本人確認の方法」; the leaflet's pictures are ``identify-1`` to ``identify-4``."""
IDENTIFYING_OTHERWISE = "どちらもむずかしいときは、係員が顔写真で確認する方法もあります。"

WAY = ScreenText(
    "マイナ保険証が使えるようになるまで",
    "国のシステムに登録されるまで、マイナ保険証は使えません。",
)
WAY_STAGES = (
    WayStage(
        "お勤め先の手続き",
        "加入の届書にマイナンバー、氏名、生年月日、性別、住所などを書き、住民票などを添えて、組合に出します。",
    ),
    WayStage(
        "組合の登録",
        "受け付けた日から、おおむね{days}日後（土日、祝日は数えません）に、資格情報が国のシステムに登録されます。",
    ),
    WayStage("ご自身の利用登録", "どれか1つの方法で登録します。"),
)
"""「マイナ保険証で受診できるまでの流れ」: 事業主様の手続き, 組合の資格情報登録, 利用登録方法."""
WAYS_TO_REGISTER = (
    "スマートフォンのマイナポータル",
    "病院や薬局のカードリーダー",
    "セブン銀行のATM",
)
WAITING = "届書にマイナンバーがないときなどは、登録までに、さらに日数がかかります。"
"""「留意事項」 ①; ② is the sentence of WAY."""

OWN_FILED_ON = "あなたの届書の受付日：{when}"
LINKAGES: Mapping[Linkage, str] = {
    Linkage.DONE: "あなたの登録日：{when}",
    Linkage.EXPECTED: "あなたの登録の見込み：{when}",
    Linkage.LATE: "登録が遅れています。この{desk}でおたずねください",
    Linkage.WITHOUT_MY_NUMBER: "あなたのマイナンバーの届け出が、まだありません",
    Linkage.UNKNOWN: "あなたの登録日は、この{desk}でおたずねください",
}
"""How far the visitor's own data are, under the union's part of the way."""

COMPARISON = ScreenText(
    "3つの書類のちがい",
    "受診で使えるかどうかは、「受診のとき」でご覧になれます。",
)

ABOUT_CONFIRMATION = ScreenText(
    "資格確認書とは",
    "マイナ保険証をお持ちでない方などが、以前の保険証と同じように受診できる書類です。",
)
CONFIRMATION_FACTS = (
    Fact("形", "カード型、プラスチック製、青色"),
    Fact("有効期限", "5年"),
    Fact("届く方", "マイナ保険証をお持ちでない方、カードでの資格確認を受けられない方"),
)
ITEMS = (
    "記号・番号",
    "枝番",
    "氏名",
    "性別",
    "生年月日",
    "資格取得年月日",
    "交付年月日",
    "組合員氏名",
    "住所",
    "事業所名",
    "保険者番号",
    "保険者名",
    "有効期限",
    "発効期日",
)
"""「記載項目」 of the 資格確認書, column by column."""
LEGACY_CARD_ENDED = "以前の保険証は、令和7年12月1日で使えなくなりました。"

ABOUT_NOTICE = ScreenText(
    "資格情報通知書とは",
    "マイナ保険証をお持ちの方が、ご自分の資格情報を確かめるための書類です。",
)
NOTICE_FACTS = (
    Fact("形", "A4サイズの厚紙。下のカードをはがして、持ち歩けます"),
    Fact("届く方", "新しく加入した方など。組合での登録のあとに交付します"),
    Fact("使うとき", "給付金の申請、健診など。カードを読み取れないときは、マイナ保険証といっしょに見せます"),
)
NOTICE_NOT_ALONE = "資格情報通知書だけでは、受診できません。"
NOTICE_INSTEAD = (
    "国のデータでマイナ保険証の利用登録を確認したときは、資格確認書ではなく資格情報通知書を交付することがあります。"
)
"""The ※ under 「資格確認書交付の概要」."""
