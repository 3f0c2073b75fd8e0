"""What the columns of a member file and some facts are, in words; the others have theirs in the code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["COLUMN_NOTES", "FACT_NOTES"]

COLUMN_NOTES: Final[Mapping[str, str]] = {
    "insurer_number": "保険者番号",
    "symbol": "記号; empty where an insurer has none",
    "number": "番号",
    "branch": "枝番; `00` keeps its zeros",
    "name": "氏名",
    "kana": "フリガナ",
    "birth_date": "生年月日",
    "sex": "性別",
    "relationship": "本人・家族区分",
    "household_head": "組合員氏名",
    "postal_code": "郵便番号",
    "address": "住所",
    "employer": "事業所名",
    "acquired_on": "資格取得年月日: the first insured day of this membership",
    "lost_on": "資格喪失年月日: the first day no longer insured",
    "copay_percent": "一部負担金の割合, in percent",
    "limit_class": "限度額適用区分, a code of the insurer's",
    "filed_on": "the day the union received the 届書等",
    "my_number_reported": "whether the マイナンバー was on the filing; empty counts as true",
    "linked_on": "the day of the 資格情報の連携",
    "card": "where the person's マイナンバーカード is",
    "certificate": "state of the 利用者証明用電子証明書; empty counts as `valid`",
    "certificate_valid_until": "the certificate's last day, whatever `certificate` says",
    "registration": "state of the 利用登録",
    "registration_ends_on": "the last day on which a cancelled registration still works",
    "confirmation_requested": "資格確認書発行要否欄 ☑; empty counts as false",
    "notice_issued_on": "the day the 資格情報通知書 was issued",
    "confirmation_valid_from": "発効期日 of the 資格確認書",
    "confirmation_valid_until": "有効期限 of the 資格確認書",
    "legacy_card_until": "the last day printed on the old 保険証",
    "information_withheld": "自己情報提供不可; empty counts as false",
    "special_consideration": "要配慮者 with a 資格確認書 beside the card; empty counts as false",
    "pays_in_full": "特別療養費の対象; empty counts as false",
    "card_without_pin": "顔認証マイナンバーカード; empty counts as false",
    "stay_until": "在留期間の満了日",
}

FACT_NOTES: Final[Mapping[str, str]] = {
    "purpose": "受診, 給付金の申請, 保健事業",
    "needs": "高額療養費の限度額適用, 入院時食事療養費等の減額, 特定疾病の自己負担減額; none twice",
    "birth_date": "生年月日",
    "my_number_reported": "whether the マイナンバー was on the filing",
    "card": "where the person's マイナンバーカード is",
    "certificate": "state of the 利用者証明用電子証明書; counts with `held` only. `unknown`: in date, not checked",
    "registration": "state of the 利用登録",
    "card_today": "what happened to the card at this desk today; counts only when `card` is `held`",
    "smartphone": "whether the visitor can show マイナポータル's 資格情報 screen",
    "notice_held": "whether the person has a 資格情報通知書 of this membership",
    "confirmation_held": "the 資格確認書 that the person has",
    "event": "why the person is here, 「交付が必要な状況」 of the union's table",
}
