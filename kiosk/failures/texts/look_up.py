"""Hold the texts of failures of the look-up of a member, N-nn."""

from __future__ import annotations

from kiosk.failures.codes import Code
from kiosk.failures.texts.text import CALL, FALLBACK, OR_ASK_STAFF, OTHER_PAPER, TAKE, TAKE_AND_CALL, FailureText

LOOK_UP: dict[Code, FailureText] = {
    Code.UNKNOWN_MEMBER: FailureText(
        "係員による手続きが必要です",
        "このカードがどなたのものか、まだ登録されていません。",
        ("{desk}の係員に声をかけ、下の番号を伝えてください。", OTHER_PAPER),
        "記号番号と生年月日で本人を確かめ、カードを登録してください。電子証明書を更新した方も、もう一度登録が必要です。"
        "登録簿にない方は、資格確認端末があれば、「資格確認端末に聞く」で確かめ、診察券番号と結びつけられます。",
        "証明書の結び付け（binding）が登録簿にありません。kiosk registry bind を使います。",
    ),
    Code.REGISTRY_DOWN: FailureText(
        "ただいま、資格を確認できません",
        "資格情報の登録簿に接続できません。",
        (TAKE, CALL, OTHER_PAPER),
        "しばらくしてから、もう一度お試しください。" + FALLBACK,
        "データベースに接続できません。設定 database と、ディスクの空きを確認してください。",
    ),
    Code.NO_FACTS: FailureText(
        "ただいま、資格を確認できません",
        "登録されている内容に、確認の必要なところがあります。",
        TAKE_AND_CALL,
        "登録簿の内容を組合に確認してください。",
        "登録簿の生年月日が今日より後です。端末の日付と登録内容を確認してください。",
    ),
    Code.ORDER_REFUSED: FailureText(
        "書類の申し込みを受け付けられませんでした",
        "登録されている内容が変わり、この書類を申し込めなくなりました。",
        (CALL,),
        "申し込みは記録されていません。係員用ページで加入者を調べ、いまの資格と必要な書類を確かめてください。",
        "発行の申し込みを、登録簿のいまの内容と照らして断りました（資格がない、加入者が見つからないなど）。"
        "ログの problem に理由があります。",
    ),
    Code.ORDER_UNSURE: FailureText(
        "書類の申し込みを確認できませんでした",
        "登録簿から返事がなく、申し込みが記録されたかどうかわかりません。",
        (
            "もう一度「申し込む」を押してください。二重に申し込まれることはありません。",
            OR_ASK_STAFF,
        ),
        "発行待ちの書類の一覧で、申し込みの有無を確かめてください。同じ書類の申し込みは、何度押しても1件です。",
        "申し込みを書き込むときに、データベースが応答しませんでした。kiosk issuance list で結果を、設定 database で接続を確認してください。",
    ),
}
