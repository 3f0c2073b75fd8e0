"""List the visits that reach no decision: cards that the kiosk must refuse, and a holder whom it cannot identify."""

from __future__ import annotations

from typing import Final

from simulators.people.persona import CardKind, FailureKind
from simulators.people.story import HAS_CARD, Plastic, Story

__all__ = ["REFUSED"]

REFUSED: Final = (
    Story(
        "unknown-member",
        "登録簿にない方",
        "本物のカードですが、この組合の登録簿に結び付いていません。",
        "-",
        None,
        {},
        FailureKind.UNKNOWN_MEMBER,
        Plastic(),
    ),
    Story(
        "clone",
        "複製されたカード",
        "本物の電子証明書の写しです。どの暗証番号も受け付けますが、署名が合いません。",
        "-",
        ("影山 守", "カゲヤマ マモル"),
        HAS_CARD,
        FailureKind.NOT_GENUINE,
        Plastic(CardKind.CLONE),
    ),
    Story(
        "forged",
        "偽の認証局が発行したカード",
        "発行者の名前は同じですが、鍵が違います。暗証番号を聞いてはいけません。",
        "-",
        None,
        {},
        FailureKind.NOT_GENUINE,
        Plastic(CardKind.FORGED),
    ),
    Story(
        "revoked-card",
        "失効した電子証明書のカード",
        "失効リストに載っています。暗証番号を聞いてはいけません。",
        "-",
        ("朝倉野 純", "アサクラノ ジュン"),
        {**HAS_CARD, "certificate": "revoked"},
        FailureKind.REVOKED,
        Plastic(revoked=True),
    ),
    Story(
        "pin-blocked",
        "暗証番号がロックされたカード",
        "3回まちがえました。市区町村の窓口で解除できます。",
        "-",
        ("五百旗頭 努", "イオキベ ツトム"),
        HAS_CARD,
        FailureKind.PIN_BLOCKED,
        Plastic(tries=0),
    ),
    Story(
        "pin-last-try",
        "暗証番号があと1回の方",
        "もう一度まちがえるとロックされるので、係員を呼びます。",
        "-",
        ("波多江 香", "ハタエ カオリ"),
        {**HAS_CARD, "sex": "female"},
        FailureKind.PIN_LAST_TRY,
        Plastic(tries=1),
    ),
    Story(
        "foreign-card",
        "マイナンバーカードではないカード",
        "交通系などのカードを置いてしまった方です。",
        "-",
        None,
        {},
        FailureKind.NOT_MY_NUMBER_CARD,
        Plastic(CardKind.FOREIGN),
    ),
)
"""These people match no row of the decision."""
