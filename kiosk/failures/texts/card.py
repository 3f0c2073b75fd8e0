"""Hold the texts of failures of a card or its certificate, C-nn."""

from __future__ import annotations

from kiosk.failures.codes import Code
from kiosk.failures.texts.text import (
    AGAIN,
    ASK_STAFF,
    CALL,
    FALLBACK,
    HOLD,
    MUNICIPALITY,
    OR_ASK_STAFF,
    OTHER_PAPER,
    OTHER_WAYS,
    RENEW,
    TAKE,
    TAKE_AND_CALL,
    FailureText,
)

CARD: dict[Code, FailureText] = {
    Code.CARD_LEFT: FailureText(
        "カードが離れました",
        "読み取りの途中で、カードがリーダーから離れました。",
        ("もう一度、カードを置いてください。", HOLD),
        "カードケースから出して置いてもらってください。",
        "トランザクション中にカードが取り除かれました。繰り返すときはリーダーの接点やアンテナを確認してください。",
    ),
    Code.CARD_UNREADABLE: FailureText(
        "カードを読み取れませんでした",
        "カードとの通信がうまくいきませんでした。",
        (AGAIN, OTHER_WAYS, OR_ASK_STAFF),
        "カードをケースから出し、向きを確かめてもらってください。読めないときは、マイナポータルの資格情報画面、"
        "または資格情報通知書とカードを一緒に確認してください。",
        "カードとの通信エラー、またはほかのプログラムによるリセットです。",
    ),
    Code.NOT_MY_NUMBER_CARD: FailureText(
        "別の種類のカードのようです",
        "置かれたカードから、マイナンバーカードの機能が見つかりませんでした。",
        (TAKE, "マイナンバーカードを、ケースから出して置いてください。"),
        "運転免許証や交通系カードが置かれていないか、2枚重なっていないかを確認してください。",
        "公的個人認証AP（JPKI）の SELECT が拒否されました。",
    ),
    Code.CARD_DATA_BAD: FailureText(
        "カードを正しく読み取れませんでした",
        "カードから、正しくない内容が返ってきました。",
        TAKE_AND_CALL,
        FALLBACK,
        "カードの応答が規格に合いません。故障したカード、または偽のカードの可能性があります。",
    ),
    Code.CARD_REFUSED: FailureText(
        "カードを正しく読み取れませんでした",
        "カードが、読み取りを受け付けませんでした。",
        TAKE_AND_CALL,
        "一度置き直しても続くときは、カードの故障が考えられます。" + FALLBACK,
        "カードが想定外のステータスワードを返しました。place と併せて報告してください。",
    ),
    Code.CERTIFICATE_MALFORMED: FailureText(
        "電子証明書を確認できませんでした",
        "カードの電子証明書が、正しい形式ではありません。",
        (*TAKE_AND_CALL, MUNICIPALITY),
        FALLBACK,
        "利用者証明用電子証明書を解析できません。",
    ),
    Code.NOT_GENUINE: FailureText(
        "このカードは確認できませんでした",
        "電子証明書が、公的個人認証サービスのものと確認できませんでした。",
        TAKE_AND_CALL,
        "暗証番号は聞いていません。カードの券面を確認し、本人に事情をうかがってください。",
        "信頼する認証局のどの鍵でも署名を検証できないか、証明書プロファイルに合いません。identity.trust を確認してください。",
    ),
    Code.CERTIFICATE_REVOKED: FailureText(
        "電子証明書が失効しています",
        "カードの電子証明書が、今は使えない状態になっています。",
        (TAKE, OTHER_PAPER, MUNICIPALITY),
        "失効した証明書では受け付けられません。資格確認書等の有無を確認してください。",
        "失効リスト（CRL）または OCSP の回答が失効でした。",
    ),
    Code.CERTIFICATE_EXPIRED: FailureText(
        "電子証明書の有効期限が切れています",
        "カードの電子証明書の有効期限が過ぎています。",
        (TAKE, ASK_STAFF, RENEW),
        "資格確認書等の有無を確認してください。期限切れから3か月間は資格の確認に使える場合があります。",
        "証明書の有効期限切れです。来訪の画面では、登録簿に結び付きがない場合に限って出ます。",
    ),
    Code.CERTIFICATE_NOT_YET_VALID: FailureText(
        "電子証明書を確認できませんでした",
        "電子証明書の有効期間が、まだ始まっていません。",
        TAKE_AND_CALL,
        "端末の日付と時刻が正しいか確認してください。",
        "証明書の有効期間前です。時計（timedatectl）を確認してください。",
    ),
    Code.SIGNATURE_INVALID: FailureText(
        "このカードは確認できませんでした",
        "カードの署名が、電子証明書と合いませんでした。",
        TAKE_AND_CALL,
        "複製されたカードの可能性があります。本人確認済みとして扱わないでください。",
        "チャレンジへの署名が証明書の公開鍵で検証できません。",
    ),
    Code.ISSUER_EXPIRED: FailureText(
        "このカードは確認できませんでした",
        "電子証明書を発行した認証局の証明書が、有効期間外です。",
        TAKE_AND_CALL,
        "端末の日付と時刻が正しいか確認してください。",
        "認証局証明書が期限切れか有効期間前です。時計と identity.trust を確認してください。",
    ),
    Code.NO_CARD: FailureText(
        "カードが置かれていません",
        "カードリーダーに、カードが見つかりませんでした。",
        ("マイナンバーカードを、ケースから出して置いてください。", "{desk}の係員に声をかけることもできます。"),
        "カードの向きと位置を確かめてもらってください。",
        "待ち時間のうちにカードが置かれなかったか、読み取る前に取り除かれました。",
    ),
    Code.CARD_WITHOUT_PIN: FailureText(
        "このカードは、暗証番号を使いません",
        "暗証番号の設定がないカード（顔認証マイナンバーカード）のようです。",
        ("カードは、置いたままにしてください。", "{desk}の係員に、本人確認を頼んでください。"),
        "顔認証マイナンバーカードは、暗証番号では確認できません。顔認証付きカードリーダーか、目視で本人を確認してください。",
        "利用者証明用の暗証番号のファイルが、カードに見つかりません（6A82、6A88 など）。",
    ),
    Code.CERTIFICATE_PROTECTED: FailureText(
        "このカードは、ここでは読み取れません",
        "電子証明書を読み取る前に、暗証番号が必要なカードやスマートフォンです。",
        (
            TAKE,
            "マイナンバーカードをお持ちの方は、そのカードを置いてください。",
            "{desk}の係員に声をかけることもできます。",
        ),
        "スマートフォンの電子証明書は、この端末の設定では使えません。マイナンバーカードを置いてもらってください。"
        + FALLBACK,
        "証明書の READ BINARY が 6982 です（JPKIAPGPSETOKEN など）。"
        "本物か確かめる前に暗証番号を送ることになるため、identity.pin_before_certificate = true のときだけ受け付けます。",
    ),
    Code.REVOCATION_UNKNOWN: FailureText(
        "ただいま、このカードを確認できません",
        "電子証明書が失効していないかどうかを、確かめられませんでした。",
        (TAKE, CALL, OTHER_PAPER),
        "暗証番号は聞いていません。しばらくしてから、もう一度カードを置いてもらってください。" + FALLBACK,
        "identity.revocation = require のため、失効を確かめられない電子証明書を断りました。"
        "この証明書の発行者と範囲を含む失効リスト（CRL）が identity.crl にあるか、OCSP が回答しているかを確認してください。",
    ),
}
