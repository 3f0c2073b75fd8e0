"""List the people of section 3, row e: visits (受診) of people who have no マイナ保険証, for whatever cause."""

from __future__ import annotations

from datetime import date
from typing import Final

from simulators.people.persona import ExpectedAnswer, PersonaVisit
from simulators.people.story import CONFIRMED, HAS_CARD, NO_CARD, Near, Plastic, Story, day, year

__all__ = ["CARD_DOES_NOT_WORK", "NO_CARD_AT_ALL", "PAPERS"]

_UNREGISTERED = {**HAS_CARD, "registration": "unregistered", "notice_issued_on": None}
_EXPIRED = {
    **HAS_CARD,
    "certificate": "expired",
    "certificate_valid_until": day(-200),
    "notice_issued_on": None,
}
_SHOWS_CONFIRMATION = ExpectedAnswer("confirmation", "yes", "no_card", "show_confirmation")
_AWAITS = ExpectedAnswer("confirmation", "no", "no_card", "await_confirmation", "confirmation")

CARD_DOES_NOT_WORK: Final = (
    Story(
        "unregistered",
        "利用登録をしていない方",
        "この受付で利用登録をすれば、すぐにマイナ保険証として使えます。",
        "3e",
        ("小鳥遊 誠", "タカナシ マコト"),
        _UNREGISTERED,
        ExpectedAnswer("confirmation", "no", "not_registered", "register_card", "confirmation"),
        Plastic(),
    ),
    Story(
        "unregistered-confirmation",
        "利用登録をしていない方 (資格確認書あり)",
        "資格確認書で受診できます。利用登録もお勧めします。",
        "3e",
        ("百瀬川 葵", "モモセガワ アオイ"),
        {**_UNREGISTERED, **CONFIRMED, "sex": "female"},
        ExpectedAnswer("confirmation", "yes", "not_registered", "register_card"),
        Plastic(),
    ),
    Story(
        "unregistered-not-here",
        "利用登録がなく、カードも忘れた方",
        "カードが手元にないので、ここでは登録できません。",
        "3e",
        ("犬養野 昇", "イヌカイノ ノボル"),
        _UNREGISTERED,
        ExpectedAnswer("confirmation", "no", "not_registered", "register_card", "confirmation"),
        visit=PersonaVisit(card_today="not_here"),
    ),
    Story(
        "registration-cancelled",
        "利用登録を解除した方",
        "1か月前に解除されました。もう一度登録することもできます。",
        "3e",
        ("天童 雅美", "テンドウ マサミ"),
        {
            **HAS_CARD,
            "registration": "cancelled",
            "registration_ends_on": day(-30),
            "notice_issued_on": None,
        },
        ExpectedAnswer("confirmation", "no", "registration_cancelled", "register_card", "confirmation"),
        Plastic(),
    ),
    Story(
        "certificate-expired",
        "電子証明書の期限が切れて長い方",
        "有効期限から200日たち、資格の確認にも使えません。",
        "3e",
        ("間宮野 浩", "マミヤノ ヒロシ"),
        _EXPIRED,
        ExpectedAnswer("confirmation", "no", "certificate_expired", "await_confirmation", "confirmation"),
        Plastic(),
    ),
    Story(
        "certificate-expired-confirmation",
        "電子証明書の期限切れ (資格確認書あり)",
        "資格確認書で受診できます。",
        "3e",
        ("PHAM QUOC BAO", "ファム クオック バオ"),
        {**_EXPIRED, **CONFIRMED, "birth_date": Near(years=-36, days=-5)},
        ExpectedAnswer("confirmation", "yes", "certificate_expired", "show_confirmation"),
        Plastic(),
    ),
    Story(
        "certificate-revoked",
        "電子証明書が失効している方 (窓口で照会)",
        "登録簿に失効と記録されています。",
        "3e",
        ("里見野 茜", "サトミノ アカネ"),
        {**HAS_CARD, "certificate": "revoked", "notice_issued_on": None, "sex": "female"},
        ExpectedAnswer("confirmation", "no", "certificate_revoked", "await_confirmation", "confirmation"),
    ),
)
"""A card, but not one that works."""

NO_CARD_AT_ALL: Final = (
    Story(
        "never-issued",
        "マイナンバーカードを作っていない方",
        "資格確認書がまだ届いていません。",
        "3e",
        ("杉生 茂", "スギオ シゲル"),
        NO_CARD,
        _AWAITS,
    ),
    Story(
        "never-issued-notice",
        "カードがなく、通知書だけの方",
        "資格情報通知書だけでは受診できません。",
        "3e",
        ("宇津木 蘭", "ウツギ ラン"),
        {**NO_CARD, "notice_issued_on": day(-50), "sex": "female"},
        _AWAITS,
    ),
    Story(
        "never-issued-confirmation",
        "資格確認書の方",
        "資格確認書だけで受診できます。",
        "3e",
        ("早乙女 勇", "サオトメ イサム"),
        {**NO_CARD, **CONFIRMED},
        _SHOWS_CONFIRMATION,
    ),
    Story(
        "card-lost",
        "カードを紛失した方",
        "登録簿に紛失と記録されています。資格確認書の交付を申請していただきます。",
        "3e",
        ("鳴海 俊", "ナルミ シュン"),
        {**NO_CARD, "card": "lost", "registration": "registered"},
        ExpectedAnswer("confirmation", "no", "card_lost", "file_papers", "confirmation"),
    ),
    Story(
        "card-returned",
        "カードを返納した方",
        "登録簿に返納と記録されています。資格確認書の交付を申請していただきます。",
        "3e",
        ("羽生田 静", "ハニュウダ シズカ"),
        {**NO_CARD, "card": "returned", "sex": "female"},
        ExpectedAnswer("confirmation", "no", "card_returned", "file_papers", "confirmation"),
    ),
    Story(
        "card-returned-confirmation",
        "カードを返納した方 (資格確認書あり)",
        "資格確認書で受診できます。",
        "3e",
        ("宍戸野 進一", "シシドノ シンイチ"),
        {**NO_CARD, **CONFIRMED, "card": "returned"},
        ExpectedAnswer("confirmation", "yes", "card_returned", "show_confirmation"),
    ),
)
"""No card in the person's hands."""

PAPERS: Final = (
    Story(
        "elderly-confirmation",
        "70歳から74歳、資格確認書の方",
        "高齢受給者証と限度額適用認定証もいっしょに必要です。",
        "3e",
        ("五十鈴 義雄", "イスズ ヨシオ"),
        {**NO_CARD, **CONFIRMED, "birth_date": year(-72), "copay_percent": "20"},
        _SHOWS_CONFIRMATION,
        visit=PersonaVisit(needs=("high_cost",)),
    ),
    Story(
        "confirmation-ending",
        "資格確認書の期限が近い方",
        "10日後に切れます。新しいものが交付されます。",
        "3e",
        ("藤蔓 すみれ", "フジツル スミレ"),
        {**NO_CARD, **CONFIRMED, "confirmation_valid_until": day(10), "sex": "female"},
        ExpectedAnswer("confirmation", "yes", "no_card", "show_confirmation", "confirmation"),
    ),
    Story(
        "confirmation-expired",
        "資格確認書の期限が切れた方",
        "10日前に切れました。",
        "3e",
        ("轟木 剛", "トドロキ ツヨシ"),
        {**NO_CARD, **CONFIRMED, "confirmation_valid_until": day(-10)},
        _AWAITS,
    ),
    Story(
        "confirmation-coming",
        "資格確認書がこれから有効になる方",
        "5日後から有効です。今日は使えません。",
        "3e",
        ("VO THI LAN", "ヴォー ティ ラン"),
        {**NO_CARD, **CONFIRMED, "confirmation_valid_from": day(5), "sex": "female"},
        ExpectedAnswer("confirmation", "no", "no_card", "ask_staff"),
    ),
    Story(
        "paper-of-earlier-insurance",
        "前に加入していたときの資格確認書の方",
        "いまの資格より前のものは使えません。",
        "3e",
        ("鹿島野 徹", "カシマノ トオル"),
        {
            **NO_CARD,
            **CONFIRMED,
            "acquired_on": day(-100),
            "filed_on": day(-99),
            "linked_on": day(-95),
        },
        _AWAITS,
    ),
    Story(
        "legacy-card-expired",
        "古い保険証だけの方",
        "保険証は令和7年12月1日で使えなくなりました。",
        "3e",
        ("弓削 キヨ", "ユゲ キヨ"),
        {
            **NO_CARD,
            "acquired_on": Near(years=-8, until=date(2024, 12, 1)),
            "filed_on": Near(years=-8, until=date(2024, 12, 1)),
            "linked_on": Near(years=-7, until=date(2024, 12, 8)),
            "legacy_card_until": Near(days=-1, until=date(2025, 12, 1)),
            "sex": "female",
        },
        _AWAITS,
    ),
)
"""Papers that are enough, and papers that are not."""
