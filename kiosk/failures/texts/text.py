"""Define what is said of one failure, and the phrases that many of them share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FailureText:
    """What the visitor reads (heading, why, at most three steps), and what desk and technician do."""

    heading: str
    why: str
    steps: tuple[str, ...]
    desk: str
    technician: str


ASK_STAFF = "{desk}の係員に声をかけてください。"
OR_ASK_STAFF = "うまくいかないときは、{desk}の係員に声をかけてください。"
CALL = "{desk}の係員に声をかけ、下の番号を伝えてください。"
TAKE = "カードをお取りください。"
TAKE_AND_CALL = (TAKE, CALL)
AGAIN = "カードを一度取り、もう一度置いてください。"
HOLD = "読み取りが終わるまで、カードを動かさないでください。"
RENEW = "電子証明書は、お住まいの市区町村の窓口で更新できます。"
MUNICIPALITY = "お住まいの市区町村の窓口で、電子証明書についてご確認ください。"
OTHER_WAYS = "スマートフォンや資格情報通知書などを使うときは、「ほかの方法を見る」を押してください。"
OTHER_PAPER = "資格確認書などをお持ちの方は、{desk}でお見せください。"
FREE_THE_READER = (
    "リーダーの上のカードをすべて取り、リーダーのUSBケーブルを差し直してください。"
    "直らないときは端末を再起動してください。直れば、画面は自動で元に戻ります。"
)
FALLBACK = "本人を目視で確認するか、資格確認書等で受け付けてください。"
