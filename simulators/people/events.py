"""List the people of section 4 of the decision, who come because something happened (資格確認書交付の概要)."""

from __future__ import annotations

from typing import Final

from simulators.people.persona import ExpectedAnswer, PersonaVisit
from simulators.people.story import CONFIRMED, HAS_CARD, JUST_JOINED, NO_CARD, Story, day, year

__all__ = ["EVENTS"]

EVENTS: Final = (
    Story(
        "event-enrolled",
        "新たに資格取得 (カードあり)",
        "今日から加入します。届書はこれからです。",
        "4",
        ("初瀬 光", "ハツセ ヒカル"),
        {**JUST_JOINED, "acquired_on": day(0), "filed_on": None},
        ExpectedAnswer("card", "with_declaration", "not_linked_yet", "declare_eligibility", "notice"),
        visit=PersonaVisit(event="enrolled"),
    ),
    Story(
        "event-enrolled-requested",
        "新たに資格取得 (資格確認書を希望)",
        "カードのない方です。届書の発行要否欄に印があります。",
        "4",
        ("DANG VAN TUAN", "ダン ヴァン トゥアン"),
        {
            **NO_CARD,
            "acquired_on": day(-2),
            "filed_on": day(-1),
            "linked_on": None,
            "confirmation_requested": True,
        },
        ExpectedAnswer("confirmation", "no", "no_card", "await_confirmation", "confirmation"),
        visit=PersonaVisit(event="enrolled"),
    ),
    Story(
        "event-renamed",
        "氏名が変わった方",
        "氏名変更届を出していただき、資格情報通知書が交付されます。",
        "4",
        ("瀬名波 美咲", "セナハ ミサキ"),
        {**HAS_CARD, "sex": "female"},
        ExpectedAnswer("card", "yes", "card_works", "take_card_and_wait", "notice"),
        visit=PersonaVisit(event="renamed"),
    ),
    Story(
        "event-reemployed",
        "継続再雇用の方 (60歳以上)",
        "脱退届と加入届を出していただきます。",
        "4",
        ("岩動 哲也", "イスルギ テツヤ"),
        {**JUST_JOINED, "birth_date": year(-62)},
        ExpectedAnswer("card", "with_declaration", "not_linked_yet", "declare_eligibility", "notice"),
        visit=PersonaVisit(event="reemployed"),
    ),
    Story(
        "event-certificate-expired",
        "電子証明書の期限が切れたと届け出た方",
        "組合が把握し、資格確認書を交付します。",
        "4",
        ("柏原 望", "カシワバラ ノゾミ"),
        {
            **HAS_CARD,
            "certificate": "expired",
            "certificate_valid_until": day(-200),
            "notice_issued_on": None,
        },
        ExpectedAnswer("confirmation", "no", "certificate_expired", "await_confirmation", "confirmation"),
        visit=PersonaVisit(event="certificate_expired"),
    ),
    Story(
        "event-registration-cancelled",
        "利用登録の解除を申請する方",
        "解除申請書を出していただき、資格確認書が交付されます。",
        "4",
        ("都築野 敦", "ツヅキノ アツシ"),
        {**HAS_CARD, "registration": "cancelled", "notice_issued_on": None},
        ExpectedAnswer("confirmation", "no", "registration_cancelled", "register_card", "confirmation"),
        visit=PersonaVisit(event="registration_cancelled"),
    ),
    Story(
        "event-card-returned",
        "カードを返納したと届け出た方",
        "登録簿ではまだ持っていることになっています。",
        "4",
        ("猪俣 セツ", "イノマタ セツ"),
        {**HAS_CARD, "sex": "female"},
        ExpectedAnswer("confirmation", "no", "card_returned", "file_papers", "confirmation"),
        visit=PersonaVisit(event="card_returned"),
    ),
    Story(
        "event-card-lost",
        "カードを紛失したと届け出た方",
        "登録簿ではまだ持っていることになっています。",
        "4",
        ("BUI VAN LONG", "ブイ ヴァン ロン"),
        HAS_CARD,
        ExpectedAnswer("confirmation", "no", "card_lost", "file_papers", "confirmation"),
        visit=PersonaVisit(event="card_lost"),
    ),
    Story(
        "event-confirmation-lost",
        "資格確認書を紛失した方",
        "申請書に基づいて、もう一度交付されます。",
        "4",
        ("根尾 一郎", "ネオ イチロウ"),
        {**NO_CARD, **CONFIRMED},
        ExpectedAnswer("confirmation", "no", "no_card", "file_papers", "confirmation"),
        visit=PersonaVisit(event="confirmation_lost"),
    ),
)
"""One persona for every event, two for 資格取得."""
