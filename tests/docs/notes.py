"""What the columns of a member file and some facts are, in words; the others have theirs in the code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["FACT_NOTES"]

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
