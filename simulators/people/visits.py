"""List the people of section 3, rows a to d: visits (受診) of people who have a マイナ保険証."""

from __future__ import annotations

from typing import Final

from simulators.people.persona import ExpectedAnswer, PersonaVisit
from simulators.people.story import CONFIRMED, HAS_CARD, JUST_JOINED, Near, Plastic, Story, day, year

__all__ = ["CARD_NOT_HERE", "CARD_UNREADABLE", "CARD_WORKS", "NOT_LINKED"]

_WORKS = ExpectedAnswer("card", "yes", "card_works", "take_card_and_wait")
_WORKS_FOR_NOW = ExpectedAnswer("card", "yes", "card_works", "take_card_and_wait", "confirmation")
_DECLARES = ExpectedAnswer("card", "with_declaration", "not_linked_yet", "declare_eligibility")
_NO_NOTICE = {**HAS_CARD, "notice_issued_on": None}

CARD_WORKS: Final = (
    Story(
        "card-works",
        "マイナ保険証がそのまま使える方",
        "利用登録もデータ連携も済んでいます。",
        "3a",
        ("土木 太郎", "トボク タロウ"),
        HAS_CARD,
        _WORKS,
        Plastic(),
    ),
    Story(
        "card-works-foreign-name",
        "外国籍の方 (暗証番号 0123)",
        "ベトナムから来た技術者です。暗証番号は0から始まります。",
        "3a",
        ("NGUYEN VAN AN", "ニュエン ヴァン アン"),
        {**HAS_CARD, "birth_date": Near(years=-27, days=-40)},
        _WORKS,
        Plastic(pin="0123"),
    ),
    Story(
        "card-works-rare-characters",
        "めずらしい漢字の方",
        "氏名に「髙」「﨑」「𠮷」があります。",
        "3a",
        ("髙﨑 𠮷乃", "タカサキ ヨシノ"),
        {**HAS_CARD, "sex": "female"},
        _WORKS,
        Plastic(pin="9876"),
    ),
    Story(
        "card-works-family",
        "家族 (小学生) の方",
        "世帯主は土木太郎さんです。番号は同じで、枝番が01です。",
        "3a",
        ("土木 はな", "トボク ハナ"),
        {
            **HAS_CARD,
            "birth_date": Near(years=-9, days=-30),
            "sex": "female",
            "relationship": "family",
            "household_head": "土木 太郎",
            "number": "000101",
            "branch": "01",
        },
        _WORKS,
        Plastic(),
    ),
    Story(
        "card-works-elderly",
        "70歳から74歳の方",
        "マイナ保険証なら高齢受給者証は要りません。",
        "3a",
        ("石動 久子", "イスルギ ヒサコ"),
        {**HAS_CARD, "birth_date": year(-72), "sex": "female", "copay_percent": "20"},
        _WORKS,
        Plastic(),
        PersonaVisit(needs=("high_cost",)),
    ),
    Story(
        "certificate-in-grace",
        "電子証明書の期限が切れて間もない方",
        "有効期限の月から3か月後の月末までは資格を確認できます。更新をお勧めします。",
        "3a",
        ("八雲 進", "ヤクモ ススム"),
        {**HAS_CARD, "certificate": "expired", "certificate_valid_until": day(-40)},
        _WORKS_FOR_NOW,
        Plastic(),
    ),
    Story(
        "registration-ending",
        "利用登録の解除が近い方",
        "解除を申し込みましたが、10日後までは使えます。",
        "3a",
        ("沢渡 あや", "サワタリ アヤ"),
        {**HAS_CARD, "registration": "cancelled", "registration_ends_on": day(10), "sex": "female"},
        _WORKS_FOR_NOW,
        Plastic(),
    ),
    Story(
        "linkage-assumed",
        "連携日が記録されていない方",
        "資格取得から60日をこえているので、連携済みとみなします。",
        "3a",
        ("御園 涼", "ミソノ リョウ"),
        {
            **JUST_JOINED,
            "acquired_on": day(-100),
            "filed_on": day(-98),
            "notice_issued_on": day(-80),
        },
        _WORKS,
        Plastic(),
    ),
)
"""Row 3a."""

_UNREADABLE = PersonaVisit(card_today="unreadable")

CARD_UNREADABLE: Final = (
    Story(
        "unreadable-phone",
        "カードが読めない方 (スマートフォンあり)",
        "カードとマイナポータルの資格情報画面を見せて受診できます。",
        "3b",
        ("風早 豊", "カザハヤ ユタカ"),
        _NO_NOTICE,
        ExpectedAnswer("card", "yes", "card_unreadable", "show_smartphone_screen"),
        visit=PersonaVisit(card_today="unreadable", smartphone=True),
    ),
    Story(
        "unreadable-notice",
        "カードが読めない方 (資格情報通知書あり)",
        "カードと資格情報通知書をいっしょに見せて受診できます。",
        "3b",
        ("月岡 みどり", "ツキオカ ミドリ"),
        {**HAS_CARD, "sex": "female"},
        ExpectedAnswer("notice", "yes", "card_unreadable", "show_notice_with_card"),
        visit=_UNREADABLE,
    ),
    Story(
        "unreadable-confirmation",
        "カードが読めない方 (資格確認書あり)",
        "資格確認書で受診できます。",
        "3b",
        ("帆足 修", "ホアシ オサム"),
        {**_NO_NOTICE, **CONFIRMED},
        ExpectedAnswer("confirmation", "yes", "card_unreadable", "show_confirmation"),
        visit=_UNREADABLE,
    ),
    Story(
        "unreadable-nothing",
        "カードが読めない方 (ほかに何もない方)",
        "被保険者資格申立書を書いて受診できます。",
        "3b",
        ("LE THI HOA", "レー ティ ホア"),
        {**_NO_NOTICE, "sex": "female", "birth_date": Near(years=-30, days=-12)},
        ExpectedAnswer("card", "with_declaration", "card_unreadable", "declare_eligibility"),
        visit=_UNREADABLE,
    ),
)
"""Row 3b."""

_NOT_HERE = PersonaVisit(card_today="not_here")

CARD_NOT_HERE: Final = (
    Story(
        "not-here-confirmation",
        "カードを忘れた方 (資格確認書あり)",
        "資格確認書で受診できます。",
        "3c",
        ("桐原 まこと", "キリハラ マコト"),
        {**_NO_NOTICE, **CONFIRMED},
        ExpectedAnswer("confirmation", "yes", "card_not_here", "show_confirmation"),
        visit=_NOT_HERE,
    ),
    Story(
        "not-here-nothing",
        "カードを忘れた方",
        "カードを取りに戻るか、窓口に相談していただきます。",
        "3c",
        ("仁科 渉", "ニシナ ワタル"),
        _NO_NOTICE,
        ExpectedAnswer("card", "no", "card_not_here", "bring_card"),
        visit=_NOT_HERE,
    ),
    Story(
        "not-here-not-linked",
        "カードを忘れた方 (連携前、通知書だけ)",
        "資格情報通知書だけでは受診できません。",
        "3c",
        ("葉室 千夏", "ハムロ チナツ"),
        {**JUST_JOINED, "notice_issued_on": day(-1), "sex": "female"},
        ExpectedAnswer("card", "no", "card_not_here", "bring_card"),
        visit=_NOT_HERE,
    ),
)
"""Row 3c."""

NOT_LINKED: Final = (
    Story(
        "not-linked",
        "加入したばかりの方",
        "2日前に届書を出しました。データ連携まで3～4営業日かかります。",
        "3d",
        ("若狭 翔太", "ワカサ ショウタ"),
        JUST_JOINED,
        _DECLARES,
        Plastic(),
    ),
    Story(
        "not-linked-notice",
        "加入したばかりの方 (通知書あり)",
        "カードと資格情報通知書をいっしょに見せて受診できます。",
        "3d",
        ("千草 恵", "チグサ メグミ"),
        {**JUST_JOINED, "notice_issued_on": day(-1), "sex": "female"},
        ExpectedAnswer("card", "yes", "not_linked_yet", "show_notice_with_card"),
        Plastic(),
    ),
    Story(
        "not-linked-confirmation",
        "加入したばかりの方 (資格確認書あり)",
        "連携までは資格確認書で受診できます。",
        "3d",
        ("TRAN MINH DUC", "チャン ミン ドゥック"),
        {
            **JUST_JOINED,
            "confirmation_valid_from": day(-3),
            "confirmation_valid_until": year(4),
            "birth_date": Near(years=-33, days=-77),
        },
        ExpectedAnswer("confirmation", "yes", "not_linked_yet", "show_confirmation"),
        Plastic(),
    ),
    Story(
        "linkage-overdue",
        "連携が遅れている方",
        "届書から30日たっても連携されていません。組合に確認していただきます。",
        "3d",
        ("江森 拓", "エモリ タク"),
        {**JUST_JOINED, "acquired_on": day(-35), "filed_on": day(-30)},
        _DECLARES,
        Plastic(),
    ),
    Story(
        "my-number-missing",
        "マイナンバーの届出がない方",
        "届書にマイナンバーがなく、連携が始まっていません。",
        "3d",
        ("安曇 由紀", "アズミ ユキ"),
        {
            **JUST_JOINED,
            "acquired_on": day(-20),
            "filed_on": day(-18),
            "my_number_reported": False,
            "sex": "female",
        },
        _DECLARES,
        Plastic(),
    ),
    Story(
        "filing-unknown",
        "届書の受付日がわからない方",
        "届書の受付が記録されていません。組合に確認していただきます。",
        "3d",
        ("室生 圭", "ムロウ ケイ"),
        {**JUST_JOINED, "acquired_on": day(-10), "filed_on": None},
        _DECLARES,
        Plastic(),
    ),
)
"""Row 3d."""
