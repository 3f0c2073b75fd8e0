"""List the people of sections 1 and 2: not insured here, or 給付金の申請 or 保健事業 instead of 受診."""

from __future__ import annotations

from typing import Final

from simulators.people.persona import ExpectedAnswer, PersonaVisit
from simulators.people.story import CONFIRMED, HAS_CARD, JUST_JOINED, NO_CARD, Plastic, Story, day, year

__all__ = ["CLAIMS", "MEMBERSHIP"]

_CLAIM = PersonaVisit(purpose="benefit_claim")

MEMBERSHIP: Final = (
    Story(
        "late-elderly",
        "75歳をこえた方",
        "75歳になった日から後期高齢者医療制度の対象です。この組合のカードや書類では受診できません。",
        "1",
        ("白岩 トメ", "シライワ トメ"),
        {**HAS_CARD, "birth_date": year(-76), "sex": "female"},
        ExpectedAnswer(None, "no", "moved_to_late_elderly", "ask_new_insurer"),
        Plastic(),
    ),
    Story(
        "late-elderly-claim",
        "75歳をこえた方の給付金の申請",
        "75歳になる前の診療についての申請かもしれません。まず組合へ案内します。",
        "1",
        ("黒田川 ハル", "クロダガワ ハル"),
        {**HAS_CARD, "birth_date": year(-77), "sex": "female"},
        ExpectedAnswer(None, "no", "moved_to_late_elderly", "contact_union"),
        visit=_CLAIM,
    ),
    Story(
        "insurance-ended",
        "資格を喪失した方",
        "10日前に退職し、資格を喪失しました。新しい保険者を案内します。",
        "1",
        ("有馬野 健二", "アリマノ ケンジ"),
        {**HAS_CARD, "lost_on": day(-10)},
        ExpectedAnswer(None, "no", "insurance_ended", "ask_new_insurer"),
        Plastic(),
    ),
    Story(
        "not-yet-insured",
        "資格取得日より前の方",
        "資格取得日は10日後です。届書は組合に届いています。",
        "1",
        ("入船 さくら", "イリフネ サクラ"),
        {**JUST_JOINED, "acquired_on": day(10), "filed_on": day(-1), "sex": "female"},
        ExpectedAnswer(None, "no", "not_yet_insured", "contact_union"),
        Plastic(),
    ),
    Story(
        "not-yet-insured-enrolling",
        "これから加入する方 (届書の提出前)",
        "来週入社します。届書はまだ提出されていません。",
        "1",
        ("春名 大地", "ハルナ ダイチ"),
        {**JUST_JOINED, "acquired_on": day(7), "filed_on": None},
        ExpectedAnswer(None, "no", "not_yet_insured", "file_papers"),
        visit=PersonaVisit(event="enrolled"),
    ),
)
"""Section 1."""

CLAIMS: Final = (
    Story(
        "claim-with-notice",
        "給付金の申請 (資格情報通知書あり)",
        "資格情報通知書で記号・番号を確認して申請できます。",
        "2",
        ("大槻 実", "オオツキ ミノル"),
        HAS_CARD,
        ExpectedAnswer("notice", "yes", "notice_confirms_details", "show_notice"),
        Plastic(),
        _CLAIM,
    ),
    Story(
        "claim-with-phone",
        "給付金の申請 (マイナポータルの画面)",
        "資格情報通知書はありませんが、スマートフォンで資格情報を表示できます。",
        "2",
        ("鶴見沢 ひとみ", "ツルミザワ ヒトミ"),
        {**HAS_CARD, "notice_issued_on": None, "sex": "female"},
        ExpectedAnswer("notice", "yes", "notice_confirms_details", "view_mynaportal"),
        visit=PersonaVisit(purpose="benefit_claim", smartphone=True),
    ),
    Story(
        "claim-without-paper",
        "給付金の申請 (何も持っていない方)",
        "マイナ保険証の方です。資格情報通知書の交付を申し出ていただきます。",
        "2",
        ("岩瀬野 正", "イワセノ タダシ"),
        {**HAS_CARD, "notice_issued_on": None},
        ExpectedAnswer("notice", "no", "notice_confirms_details", "ask_for_notice"),
        Plastic(),
        _CLAIM,
    ),
    Story(
        "claim-with-confirmation",
        "給付金の申請 (資格確認書)",
        "マイナンバーカードを作っていない方です。資格確認書で確認します。",
        "2",
        ("森谷 ふみ", "モリヤ フミ"),
        {**NO_CARD, **CONFIRMED, "sex": "female"},
        ExpectedAnswer("confirmation", "yes", "no_card", "show_confirmation"),
        visit=_CLAIM,
    ),
    Story(
        "claim-without-card-or-paper",
        "給付金の申請 (カードも書類もない方)",
        "資格確認書の交付を待っていただきます。",
        "2",
        ("浜路 守", "ハマジ マモル"),
        NO_CARD,
        ExpectedAnswer("confirmation", "no", "no_card", "await_confirmation", "confirmation"),
        visit=_CLAIM,
    ),
    Story(
        "program-with-confirmation",
        "保健事業 (カードを返納した方)",
        "カードを返納し、資格確認書を持っています。健診の申込みに使えます。",
        "2",
        ("日比野原 薫", "ヒビノハラ カオル"),
        {**NO_CARD, **CONFIRMED, "card": "returned"},
        ExpectedAnswer("confirmation", "yes", "card_returned", "show_confirmation"),
        visit=PersonaVisit(purpose="health_program"),
    ),
)
"""Section 2."""
