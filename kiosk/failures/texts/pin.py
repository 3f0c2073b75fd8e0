"""Hold the texts of failures of the 暗証番号, P-nn."""

from __future__ import annotations

from kiosk.failures.codes import Code
from kiosk.failures.texts.text import AGAIN, ASK_STAFF, HOLD, OR_ASK_STAFF, FailureText

PIN: dict[Code, FailureText] = {
    Code.PIN_WRONG: FailureText(
        "暗証番号がちがいます",
        "入力された暗証番号が、カードのものと合いませんでした。",
        (
            "もう一度、4けたの暗証番号を入力してください。",
            "番号がわからないときは、「番号がわからない方」を押してください。",
        ),
        "暗証番号を聞いたり、代わりに入力したりしないでください。",
        "VERIFY が 63Cx を返しました。",
    ),
    Code.PIN_LAST_TRY: FailureText(
        "暗証番号は、ここでは入力できません",
        "あと1回まちがえると暗証番号がロックされるため、入力をお受けしていません。",
        (ASK_STAFF, "顔写真による確認など、別の方法で受け付けます。"),
        "目視で本人を確認してください。暗証番号は聞かないでください。",
        "残り回数は1回です。正しい暗証番号を一度照合すると回数は元に戻ります（市区町村の窓口など）。",
    ),
    Code.PIN_BLOCKED: FailureText(
        "暗証番号がロックされています",
        "暗証番号のまちがいが続いたため、カードの暗証番号が使えなくなっています。",
        (
            ASK_STAFF,
            "暗証番号は、お住まいの市区町村の窓口で設定し直せます。",
        ),
        "目視で本人を確認してください。",
        "利用者証明用パスワードがロックされています（6983/6984 または 63C0）。",
    ),
    Code.PIN_MALFORMED: FailureText(
        "暗証番号は4けたの数字です",
        "4けたの数字ではなかったため、カードには送っていません。",
        ("もう一度、4けたの暗証番号を入力してください。",),
        "利用者証明用の4けたの数字です（署名用の英数字6〜16文字ではありません）。",
        "形式の誤りです。照合は行っていません。",
    ),
    Code.PIN_OUTCOME_UNKNOWN: FailureText(
        "確認の途中で、カードとの通信が切れました",
        "暗証番号の確認が終わったかどうか、わかりません。",
        (AGAIN, HOLD, OR_ASK_STAFF),
        "番号は再送していません。もう一度置くと、残り回数を確かめてから続けます。",
        "VERIFY の送信後に通信が切れました。",
    ),
    Code.STAFF_CHECK: FailureText(
        "{desk}で本人確認を行います",
        "暗証番号を使わずに、係員が本人を確認します。",
        ("カードを置いたまま、{desk}の係員に声をかけてください。",),
        "顔写真と本人を見くらべて、目視確認を記録してください。",
        "目視確認を待っています（identity.require = staff、または来訪者の選択）。",
    ),
}
