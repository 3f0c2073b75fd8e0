"""Hold the texts of the office: labels of columns and facts, and what a code means to an officer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kiosk.audit import LookReason
from kiosk.decision import CardStatus, Certificate, Registration, Usable
from kiosk.eligibility import FeedKind, Relationship, Sex
from kiosk.web.staff.texts import CARD_TODAY, PURPOSES

__all__ = [
    "CODES",
    "ENDED",
    "FACTS",
    "FILES",
    "LABELS",
    "LOOK_REASONS",
    "SEARCH_REFUSED",
    "USABLE",
]

LABELS: Final[Mapping[str, str]] = {
    "insurer_number": "保険者番号",
    "symbol": "記号",
    "number": "番号",
    "branch": "枝番",
    "name": "氏名",
    "kana": "フリガナ",
    "birth_date": "生年月日",
    "sex": "性別",
    "relationship": "本人・家族区分",
    "household_head": "組合員氏名",
    "postal_code": "郵便番号",
    "address": "住所",
    "employer": "事業所名",
    "acquired_on": "資格取得年月日",
    "lost_on": "資格喪失年月日",
    "copay_percent": "一部負担金の割合",
    "limit_class": "限度額適用区分",
    "filed_on": "届書の受付日",
    "my_number_reported": "マイナンバーの届け出",
    "linked_on": "資格情報の連携日",
    "card": "マイナンバーカード",
    "certificate": "電子証明書の状態",
    "certificate_valid_until": "電子証明書の有効期限",
    "registration": "保険証の利用登録",
    "registration_ends_on": "利用登録の解除日",
    "confirmation_requested": "資格確認書の発行希望",
    "notice_issued_on": "資格情報通知書の交付日",
    "confirmation_valid_from": "資格確認書の発効期日",
    "confirmation_valid_until": "資格確認書の有効期限",
    "legacy_card_until": "従来の保険証の有効期限",
    "information_withheld": "自己情報提供不可",
    "special_consideration": "要配慮者",
    "pays_in_full": "特別療養費の対象",
    "card_without_pin": "顔認証カード（暗証番号なし）",
    "stay_until": "在留期間の満了日",
}
"""The columns of a member file."""

FACTS: Final[Mapping[str, str]] = {
    **LABELS,
    "on": "判定の日",
    "purpose": "目的",
    "needs": "受診で必要なもの",
    "certificate_expired_on": "電子証明書が切れた日",
    "card_today": "窓口でのカード",
    "smartphone": "スマートフォンでの提示",
    "notice_held": "資格情報通知書の所持",
    "confirmation_held": "資格確認書の所持",
    "event": "届け出",
    "phone_card": "スマートフォンのマイナ保険証",
}
"""The facts of a decision (docs/formats.md)."""

CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "sex": {Sex.MALE: "男", Sex.FEMALE: "女", Sex.UNSET: "記載なし"},
    "relationship": {Relationship.SELF: "本人", Relationship.FAMILY: "家族"},
    "card": {
        CardStatus.HELD: "持っている",
        CardStatus.NEVER_ISSUED: "作っていない",
        CardStatus.RETURNED: "返納した",
        CardStatus.LOST: "紛失した",
    },
    "certificate": {
        Certificate.VALID: "有効",
        Certificate.EXPIRED: "期限切れ",
        Certificate.REVOKED: "失効",
        Certificate.UNKNOWN: "未確認",
    },
    "registration": {
        Registration.REGISTERED: "登録済み",
        Registration.UNREGISTERED: "未登録",
        Registration.CANCELLED: "解除",
        Registration.UNKNOWN: "未確認",
    },
    "purpose": {one.value: label for one, label in PURPOSES.items()},
    "card_today": {one.value: label for one, label in CARD_TODAY.items()},
}
"""What codes mean, by the column or fact."""

USABLE: Final[Mapping[Usable, str]] = {
    Usable.YES: "受診できます",
    Usable.WITH_DECLARATION: "被保険者資格申立書を書けば受診できます",
    Usable.NO: "そのままでは受診できません",
}

FILES: Final[Mapping[str, str]] = {
    "members": "加入者ファイル",
    "undo": "取り込みの取り消し",
    FeedKind.CARD: "国のデータ（カード）",
    FeedKind.CERTIFICATE: "国のデータ（電子証明書）",
    FeedKind.REGISTRATION: "国のデータ（利用登録）",
    FeedKind.LINKAGE: "資格情報の連携",
    FeedKind.FILINGS: "届書の受付",
    FeedKind.RETURNED: "返戻郵便",
}
"""The kinds of files."""

LOOK_REASONS: Final[Mapping[LookReason, str]] = {
    LookReason.INQUIRY: "照会・問い合わせ",
    LookReason.POSTING: "発送",
    LookReason.CORRECTION: "訂正",
    LookReason.OTHER: "その他",
}
"""Why an officer looks at a person."""

ENDED: Final[Mapping[str, str]] = {
    "locked": "しばらく操作がなかったため、ロックしました。送信の途中だった入力は、反映していません。",
    "over": "ログインの有効期間が終わりました。送信の途中だった入力は、反映していません。",
}
"""Why somebody who was at work has to log in again."""

SEARCH_REFUSED: Final[Mapping[str, str]] = {
    "nothing": "全員を一覧にすることはできません。探す条件を、1つ以上入力してください。",
    "too_many": "あてはまる方が500人を超えたため、一覧にしませんでした。条件を足してください。",
    "insurer_number": "端末の設定の保険者番号が正しくありません。管理者に連絡してください。",
    "symbol": "記号は20文字以内で、証に書かれているとおりに入力してください。",
    "number": "番号は20文字以内で、証に書かれているとおりに入力してください。",
    "kana": "フリガナは、はじめの何文字かを、かなで入力してください。",
    "name": "氏名は、はじめの何文字かを、100文字以内で入力してください。",
    "employer": "事業所名は、はじめの何文字かを、100文字以内で入力してください。",
    "birth_date": "生年月日は「昭和55年5月6日」「S55.5.6」「550506」「19800506」のように入力してください。",
    "my_number": "マイナンバー（個人番号）と思われる12けたの数字は、入力できません。入力された内容は残していません。",
}
"""Why a search was not made, by the field at fault."""
