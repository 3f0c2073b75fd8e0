"""List the people whom the third edition of the decision came to know: what is special about them is in the register.

They are the last of all, because a member's number follows from the place in the list.
"""

from __future__ import annotations

from typing import Final

from simulators.people.persona import CardKind, ExpectedAnswer, FailureKind, PersonaVisit
from simulators.people.story import CONFIRMED, HAS_CARD, JUST_JOINED, NO_CARD, Plastic, Story, day

__all__ = ["CIRCUMSTANCES"]

_NO_NOTICE = {**HAS_CARD, "notice_issued_on": None}
_WITHHELD = {**_NO_NOTICE, "information_withheld": True, "sex": "female"}
_WORKS = ExpectedAnswer("card", "yes", "card_works", "take_card_and_wait")

CIRCUMSTANCES: Final = (
    Story(
        "withheld",
        "自己情報提供不可の方",
        "情報を守るため、マイナ保険証は使えません。資格確認書が申請なしで交付されます。",
        "3e",
        ("霧島 つばき", "キリシマ ツバキ"),
        _WITHHELD,
        ExpectedAnswer("confirmation", "no", "information_withheld", "await_confirmation", "confirmation"),
        Plastic(),
    ),
    Story(
        "withheld-confirmation",
        "自己情報提供不可の方 (資格確認書あり)",
        "資格確認書で受診できます。",
        "3e",
        ("穂高 あかり", "ホダカ アカリ"),
        {**_WITHHELD, **CONFIRMED},
        ExpectedAnswer("confirmation", "yes", "information_withheld", "show_confirmation"),
        Plastic(),
    ),
    Story(
        "withheld-not-here",
        "自己情報提供不可の方 (カードなし、窓口で照会)",
        "電話や窓口でのお問い合わせです。住所はどこにも出ません。",
        "3e",
        ("雲仙 しおり", "ウンゼン シオリ"),
        _WITHHELD,
        ExpectedAnswer("confirmation", "no", "information_withheld", "await_confirmation", "confirmation"),
        visit=PersonaVisit(card_today="not_here"),
    ),
    Story(
        "withheld-ended",
        "自己情報提供不可の方 (資格を喪失した方)",
        "新しい保険者にも、カードを使う前に申し出ていただきます。",
        "1",
        ("白馬 とき", "ハクバ トキ"),
        {**_WITHHELD, "lost_on": day(-10)},
        ExpectedAnswer(None, "no", "insurance_ended", "contact_union"),
        visit=PersonaVisit(card_today="not_here"),
    ),
    Story(
        "special-consideration",
        "要配慮者の方",
        "マイナ保険証が使えますが、申請により資格確認書も交付されます。",
        "3a",
        ("蔵王 すすむ", "ザオウ ススム"),
        {**HAS_CARD, "special_consideration": True},
        ExpectedAnswer("card", "yes", "card_works", "take_card_and_wait", "confirmation"),
        Plastic(),
    ),
    Story(
        "event-consideration-requested",
        "要配慮者の申請をする方",
        "カードでの受診がむずかしいので、資格確認書を申請していただきます。",
        "4",
        ("妙高 ちよ", "ミョウコウ チヨ"),
        {**HAS_CARD, "sex": "female"},
        ExpectedAnswer("card", "yes", "card_works", "take_card_and_wait", "confirmation"),
        visit=PersonaVisit(event="consideration_requested"),
    ),
    Story(
        "pays-in-full",
        "特別療養費の対象の方",
        "いったん全額を支払い、あとで組合に請求していただきます。",
        "3a",
        ("赤石 剛志", "アカイシ ツヨシ"),
        {**HAS_CARD, "pays_in_full": True},
        _WORKS,
        Plastic(),
    ),
    Story(
        "phone-card",
        "スマートフォンのマイナ保険証の方",
        "カードは家にあります。スマートフォンが使えるかどうかは、この受付の機器によります。",
        "3c",
        ("八ヶ岳 りく", "ヤツガタケ リク"),
        HAS_CARD,
        ExpectedAnswer("card", "no", "card_not_here", "bring_card"),
        visit=PersonaVisit(card_today="not_here", phone_card=True),
    ),
    Story(
        "without-pin-unreadable",
        "顔認証マイナンバーカードの方 (カードが読めない)",
        "暗証番号がないので、スマートフォンにも資格情報は出ません。",
        "3b",
        ("剣 ふじ", "ツルギ フジ"),
        {**_NO_NOTICE, "card_without_pin": True, "sex": "female"},
        ExpectedAnswer("card", "with_declaration", "card_unreadable", "declare_eligibility"),
        visit=PersonaVisit(card_today="unreadable", smartphone=True),
    ),
    Story(
        "subsidy",
        "医療費助成を受けている方",
        "マイナ保険証で受診できます。医療費助成の受給者証もいっしょに見せます。",
        "3a",
        ("乗鞍 みのり", "ノリクラ ミノリ"),
        {**HAS_CARD, "sex": "female"},
        _WORKS,
        Plastic(),
        PersonaVisit(needs=("public_subsidy",)),
    ),
    Story(
        "stay-ends",
        "在留期間の満了が近い方",
        "資格確認書も在留期間の満了日に切れます。更新したら組合へ連絡していただきます。",
        "3e",
        ("LIU MEI", "リュウ メイ"),
        {**NO_CARD, **CONFIRMED, "confirmation_valid_until": day(20), "stay_until": day(20), "sex": "female"},
        ExpectedAnswer("confirmation", "yes", "no_card", "show_confirmation"),
    ),
    Story(
        "stay-ended",
        "在留期間が満了した方",
        "満了から100日たっています。更新がわかるまで資格確認書は交付されません。",
        "3e",
        ("RAHMAN SALIM", "ラフマン サリム"),
        {**NO_CARD, "stay_until": day(-100)},
        ExpectedAnswer("confirmation", "no", "no_card", "ask_staff"),
    ),
    Story(
        "registration-unknown",
        "利用登録がまだわからない方",
        "加入したばかりで、国のデータがまだありません。カードリーダーに置けばわかります。",
        "3a",
        ("奥穂 けいた", "オクホ ケイタ"),
        {
            **JUST_JOINED,
            "acquired_on": day(-20),
            "filed_on": day(-19),
            "linked_on": day(-10),
            "registration": "unknown",
        },
        ExpectedAnswer("card", "yes", "registration_unknown", "register_card"),
        Plastic(),
    ),
    Story(
        "without-pin",
        "顔認証マイナンバーカードを置いた方",
        "暗証番号のないカードです。係員の目視確認で進みます。",
        "-",
        ("甲斐駒 ゆう", "カイコマ ユウ"),
        {**_NO_NOTICE, "registration": "unregistered"},
        FailureKind.WITHOUT_PIN,
        Plastic(CardKind.WITHOUT_PIN),
    ),
)
"""Withheld data, 要配慮者, 特別療養費, the card in the phone, no 暗証番号, 医療費助成, a stay, an unknown 利用登録."""
