"""Every failure a visitor can meet, by the code that the desk reads out by telephone.

Families: R reader, C card and certificate, P 暗証番号 (PIN), N member look-up, S the service itself. The Japanese texts
are the msgids of the translation catalogues; ``{desk}`` is 受付 at a clinic and 窓口 at the union's office.
``handbook()`` prints the same table as the failure handbook (kiosk/handbook.md), so that the two cannot drift apart.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum

from drivers import errors
from drivers.errors import (
    BadCardData,
    CardAnswerError,
    CardBusy,
    CardRemoved,
    CardSilent,
    CommunicationFailed,
    DriverError,
    NoCard,
    NoReader,
    ReaderFailed,
    ServiceNotRunning,
    UnsupportedCard,
    WorkerLost,
)
from kiosk.identity import CertificateCheck, Chain, Revocation

__all__ = ["FAILURES", "Code", "Failure", "FailureText", "code_of", "code_of_check", "handbook", "place_of"]


class Code(StrEnum):
    """The closed list of failure codes."""

    READER_SERVICE_DOWN = "R-01"
    NO_READER = "R-02"
    READER_FAULT = "R-03"
    READER_BUSY = "R-04"
    CARD_SILENT = "R-05"
    WORKER_LOST = "R-06"
    CARD_LEFT = "C-01"
    CARD_UNREADABLE = "C-02"
    NOT_MY_NUMBER_CARD = "C-03"
    CARD_DATA_BAD = "C-04"
    CARD_REFUSED = "C-05"
    CERTIFICATE_MALFORMED = "C-06"
    NOT_GENUINE = "C-07"
    CERTIFICATE_REVOKED = "C-08"
    CERTIFICATE_EXPIRED = "C-09"
    CERTIFICATE_NOT_YET_VALID = "C-10"
    SIGNATURE_INVALID = "C-11"
    ISSUER_EXPIRED = "C-12"
    NO_CARD = "C-13"
    PIN_WRONG = "P-01"
    PIN_LAST_TRY = "P-02"
    PIN_BLOCKED = "P-03"
    PIN_MALFORMED = "P-04"
    PIN_OUTCOME_UNKNOWN = "P-05"
    STAFF_CHECK = "P-06"
    UNKNOWN_MEMBER = "N-01"
    REGISTRY_DOWN = "N-02"
    NO_FACTS = "N-03"
    INTERNAL = "S-01"
    JOURNAL_DOWN = "S-02"
    STARTING = "S-03"
    NO_TRUST = "S-04"
    CLOCK_WRONG = "S-05"


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure as it happened: what people call it and where in the program it arose (``module:function``).

    ``reason`` says more to a technician, in English and without personal data.
    """

    code: Code
    place: str = ""
    reason: str = ""

    @classmethod
    def here(cls, code: Code, reason: str = "") -> Failure:
        """Return a failure that arose in the calling function."""
        frame = sys._getframe(1)
        return cls(code, f"{frame.f_globals['__name__']}:{frame.f_code.co_name}", reason)

    @property
    def text(self) -> FailureText:
        """What every reader of this failure is told."""
        return FAILURES[self.code]


@dataclass(frozen=True, slots=True)
class FailureText:
    """What the visitor reads (heading, why, at most three steps) and what desk and technician do."""

    heading: str
    why: str
    steps: tuple[str, ...]
    desk: str
    technician: str


_CALL = "{desk}の係員に声をかけ、下の番号を伝えてください。"
_TAKE = "カードをお取りください。"
_TAKE_AND_CALL = (_TAKE, _CALL)
_AGAIN = "カードを一度取り、もう一度置いてください。"
_HOLD = "読み取りが終わるまで、カードを動かさないでください。"
_RENEW = "電子証明書は、お住まいの市区町村の窓口で更新できます。"
_MUNICIPALITY = "お住まいの市区町村の窓口で、電子証明書についてご確認ください。"
_OTHER_PAPER = "資格確認書などをお持ちの方は、{desk}でお見せください。"
_FALLBACK = "本人を目視で確認するか、資格確認書等で受け付けてください。"

FAILURES: dict[Code, FailureText] = {
    Code.READER_SERVICE_DOWN: FailureText(
        "ただいま、この端末は使えません",
        "カードリーダーの準備ができていません。",
        ("{desk}の係員に声をかけてください。",),
        "しばらく待っても直らないときは、端末を再起動してください。" + _FALLBACK,
        "pcscd が動いていません。systemctl status pcscd.socket pcscd を確認し、起動してください。端末は自動で復帰します。",
    ),
    Code.NO_READER: FailureText(
        "ただいま、この端末は使えません",
        "カードリーダーが見つかりません。",
        ("{desk}の係員に声をかけてください。",),
        "リーダーのUSBケーブルを抜き、もう一度差し込んでください。",
        "lsusb と kiosk card list でリーダーの有無を確認し、設定 readers と照らし合わせてください。",
    ),
    Code.READER_FAULT: FailureText(
        "カードリーダーの調子がよくありません",
        "カードリーダーから応答がありません。",
        _TAKE_AND_CALL,
        "リーダーのUSBケーブルを抜き、もう一度差し込んでください。続くときはリーダーを交換してください。",
        "リーダーが異常を返しました。ケーブル、USBハブの電源、ドライバー（libccid）を確認してください。",
    ),
    Code.READER_BUSY: FailureText(
        "ただいま、カードを読み取れません",
        "ほかのプログラムがカードリーダーを使っています。",
        _TAKE_AND_CALL,
        "この端末でほかにカードを使うソフトを開いていれば、終了してください。",
        "共有違反です。カードを占有しているプロセスを終了してください（gpg の scdaemon など）。",
    ),
    Code.CARD_SILENT: FailureText(
        "カードから返事がありませんでした",
        "決められた時間内に、カードの読み取りが終わりませんでした。",
        (_AGAIN, _HOLD, "うまくいかないときは、{desk}の係員に声をかけてください。"),
        "カードを置き直しても続くときは、リーダーのUSBケーブルを差し直してください。" + _FALLBACK,
        "読み取りプロセスを終了し、入れ替えました。pcscd も応答しないときは再起動してください。",
    ),
    Code.WORKER_LOST: FailureText(
        "ただいま、カードを読み取れません",
        "カードを読み取るプログラムが止まったため、入れ替えています。",
        (_AGAIN, _HOLD, "うまくいかないときは、{desk}の係員に声をかけてください。"),
        "数秒で自動的に戻ります。戻らないときは端末を再起動してください。",
        "ワーカーが異常終了しました。journalctl で直前の終了状態を確認してください。",
    ),
    Code.CARD_LEFT: FailureText(
        "カードが離れました",
        "読み取りの途中で、カードがリーダーから離れました。",
        ("もう一度、カードを置いてください。", _HOLD),
        "カードケースから出して置いてもらってください。",
        "トランザクション中にカードが取り除かれました。繰り返すときはリーダーの接点やアンテナを確認してください。",
    ),
    Code.CARD_UNREADABLE: FailureText(
        "カードを読み取れませんでした",
        "カードとの通信がうまくいきませんでした。",
        (_AGAIN, "うまくいかないときは、{desk}の係員に声をかけてください。", _OTHER_PAPER),
        "カードをケースから出し、向きを確かめてもらってください。読めないときは、マイナポータルの資格情報画面、"
        "または資格情報通知書とカードを一緒に確認してください。",
        "カードとの通信エラー、またはほかのプログラムによるリセットです。",
    ),
    Code.NOT_MY_NUMBER_CARD: FailureText(
        "マイナンバーカードではないようです",
        "置かれたカードから、マイナンバーカードの機能が見つかりませんでした。",
        (_TAKE, "マイナンバーカードを、ケースから出して置いてください。"),
        "運転免許証や交通系カードが置かれていないか、2枚重なっていないかを確認してください。",
        "公的個人認証AP（JPKI）の SELECT が拒否されました。",
    ),
    Code.CARD_DATA_BAD: FailureText(
        "カードを正しく読み取れませんでした",
        "カードから、正しくない内容が返ってきました。",
        _TAKE_AND_CALL,
        _FALLBACK,
        "カードの応答が規格に合いません。故障したカード、または偽のカードの可能性があります。",
    ),
    Code.CARD_REFUSED: FailureText(
        "カードを正しく読み取れませんでした",
        "カードが、読み取りを受け付けませんでした。",
        _TAKE_AND_CALL,
        "一度置き直しても続くときは、カードの故障が考えられます。" + _FALLBACK,
        "カードが想定外のステータスワードを返しました。place と併せて報告してください。",
    ),
    Code.CERTIFICATE_MALFORMED: FailureText(
        "電子証明書を確認できませんでした",
        "カードの電子証明書が、正しい形式ではありません。",
        (*_TAKE_AND_CALL, _MUNICIPALITY),
        _FALLBACK,
        "利用者証明用電子証明書を解析できません。",
    ),
    Code.NOT_GENUINE: FailureText(
        "このカードは確認できませんでした",
        "電子証明書が、公的個人認証サービスのものと確認できませんでした。",
        _TAKE_AND_CALL,
        "暗証番号は聞いていません。カードの券面を確認し、本人に事情をうかがってください。",
        "信頼する認証局のどの鍵でも署名を検証できないか、証明書プロファイルに合いません。identity.trust を確認してください。",
    ),
    Code.CERTIFICATE_REVOKED: FailureText(
        "電子証明書が失効しています",
        "カードの電子証明書が、今は使えない状態になっています。",
        (_TAKE_AND_CALL[0], _OTHER_PAPER, _MUNICIPALITY),
        "失効した証明書では受け付けられません。資格確認書等の有無を確認してください。",
        "失効リスト（CRL）または OCSP の回答が失効でした。",
    ),
    Code.CERTIFICATE_EXPIRED: FailureText(
        "電子証明書の有効期限が切れています",
        "カードの電子証明書の有効期限が過ぎています。",
        (_TAKE, "{desk}の係員に声をかけてください。", _RENEW),
        "資格確認書等の有無を確認してください。期限切れから3か月間は資格の確認に使える場合があります。",
        "証明書の有効期限切れです。来訪の画面では、登録簿に結び付きがない場合に限って出ます。",
    ),
    Code.CERTIFICATE_NOT_YET_VALID: FailureText(
        "電子証明書を確認できませんでした",
        "電子証明書の有効期間が、まだ始まっていません。",
        _TAKE_AND_CALL,
        "端末の日付と時刻が正しいか確認してください。",
        "証明書の有効期間前です。時計（timedatectl）を確認してください。",
    ),
    Code.SIGNATURE_INVALID: FailureText(
        "このカードは確認できませんでした",
        "カードの署名が、電子証明書と合いませんでした。",
        _TAKE_AND_CALL,
        "複製されたカードの可能性があります。本人確認済みとして扱わないでください。",
        "チャレンジへの署名が証明書の公開鍵で検証できません。",
    ),
    Code.ISSUER_EXPIRED: FailureText(
        "このカードは確認できませんでした",
        "電子証明書を発行した認証局の証明書が、有効期間外です。",
        _TAKE_AND_CALL,
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
        "暗証番号の入力は、ここでは行いません",
        "あと1回まちがえると暗証番号がロックされるため、入力をお受けしていません。",
        ("{desk}の係員に声をかけてください。", "顔写真による確認など、別の方法で受け付けます。"),
        "目視で本人を確認してください。暗証番号は聞かないでください。",
        "残り回数は1回です。正しい暗証番号を一度照合すると回数は元に戻ります（市区町村の窓口など）。",
    ),
    Code.PIN_BLOCKED: FailureText(
        "暗証番号がロックされています",
        "暗証番号のまちがいが続いたため、カードの暗証番号が使えなくなっています。",
        (
            "{desk}の係員に声をかけてください。",
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
        (_AGAIN, _HOLD, "うまくいかないときは、{desk}の係員に声をかけてください。"),
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
    Code.UNKNOWN_MEMBER: FailureText(
        "このカードは、まだ登録されていません",
        "このカードは、まだこの組合の登録と結び付けられていません。",
        ("{desk}の係員に声をかけ、下の番号を伝えてください。", _OTHER_PAPER),
        "記号番号と生年月日で本人を確かめ、カードを登録してください。電子証明書を更新した方も、もう一度登録が必要です。",
        "証明書の結び付け（binding）が登録簿にありません。kiosk registry bind を使います。",
    ),
    Code.REGISTRY_DOWN: FailureText(
        "ただいま、資格を確認できません",
        "資格情報の登録簿に接続できません。",
        (_TAKE_AND_CALL[0], _CALL, _OTHER_PAPER),
        "しばらくしてから、もう一度お試しください。" + _FALLBACK,
        "データベースに接続できません。設定 database と、ディスクの空きを確認してください。",
    ),
    Code.NO_FACTS: FailureText(
        "ただいま、資格を確認できません",
        "登録されている内容に、確認の必要なところがあります。",
        _TAKE_AND_CALL,
        "登録簿の内容を組合に確認してください。",
        "登録簿の生年月日が今日より後です。端末の日付と登録内容を確認してください。",
    ),
    Code.INTERNAL: FailureText(
        "申し訳ありません。処理できませんでした",
        "端末のプログラムで、問題が起きました。",
        _TAKE_AND_CALL,
        "もう一度お試しください。続くときは番号と場所（place）を控えて連絡してください。" + _FALLBACK,
        "想定していない例外です。ログの place を添えて報告してください。",
    ),
    Code.JOURNAL_DOWN: FailureText(
        "ただいま、結果を表示できません",
        "確認の記録を保存できませんでした。",
        _TAKE_AND_CALL,
        "記録が残せないときは結果を表示しません。" + _FALLBACK,
        "監査記録に書き込めません。data_dir の空き容量と権限を確認してください。",
    ),
    Code.NO_TRUST: FailureText(
        "ただいま、この端末は使えません",
        "カードを確認する準備ができていません。",
        ("{desk}の係員に声をかけてください。",),
        "設定が終わっていません。" + _FALLBACK,
        "identity.trust に認証局の証明書（ルート証明書）がありません。",
    ),
    Code.CLOCK_WRONG: FailureText(
        "ただいま、この端末は使えません",
        "端末の日付と時刻が正しくありません。",
        ("{desk}の係員に声をかけてください。",),
        "端末の日付と時刻を合わせてください。" + _FALLBACK,
        "時計が、登録簿の最後の取り込みより前か、あり得ない日付を示しています。timedatectl と電池を確認してください。",
    ),
    Code.STARTING: FailureText(
        "準備をしています",
        "端末を起動しています。",
        ("しばらくお待ちください。",),
        "数秒で使えるようになります。続くときは端末を再起動してください。",
        "カードリーダーの最初の報告を待っています。",
    ),
}

_BY_ERROR: dict[type[DriverError], Code] = {
    ServiceNotRunning: Code.READER_SERVICE_DOWN,
    NoReader: Code.NO_READER,
    ReaderFailed: Code.READER_FAULT,
    CardBusy: Code.READER_BUSY,
    CardSilent: Code.CARD_SILENT,
    WorkerLost: Code.WORKER_LOST,
    NoCard: Code.NO_CARD,
    CardRemoved: Code.CARD_LEFT,
    CommunicationFailed: Code.CARD_UNREADABLE,
    UnsupportedCard: Code.NOT_MY_NUMBER_CARD,
    BadCardData: Code.CARD_DATA_BAD,
    CardAnswerError: Code.CARD_REFUSED,
}


_BY_CHAIN = {
    Chain.TRUSTED: None,
    Chain.UNTRUSTED: Code.NOT_GENUINE,
    Chain.NOT_YET_VALID: Code.CERTIFICATE_NOT_YET_VALID,
    Chain.MALFORMED: Code.CERTIFICATE_MALFORMED,
}


def code_of(error: BaseException) -> Code:
    """Return the code people see for an exception; one of nobody's making is S-01."""
    return _BY_ERROR.get(type(error), Code.INTERNAL) if isinstance(error, DriverError) else Code.INTERNAL


def code_of_check(check: CertificateCheck) -> Code | None:
    """Return what is wrong with a card's certificate; None where it is trusted, in date and not revoked."""
    if check.revocation is Revocation.REVOKED and check.may_be_genuine:
        return Code.CERTIFICATE_REVOKED
    if check.chain is Chain.EXPIRED:
        return Code.CERTIFICATE_EXPIRED if check.leaf_expired else Code.ISSUER_EXPIRED
    return _BY_CHAIN[check.chain]


def place_of(error: BaseException) -> str:
    """Return ``module:function`` of our code where ``error`` was raised, derived from its traceback."""
    return errors.place_of(error, ("kiosk", "drivers", "simulators"))


def handbook() -> str:
    """Return the failure handbook as Markdown: per code what the visitor sees, the desk does, the technician does."""
    return _HANDBOOK_HEAD + "".join(_handbook_entry(code, text) for code, text in FAILURES.items())


_HANDBOOK_HEAD = """# 障害コード一覧 (failure handbook)

Written by `kiosk handbook`; a test holds it against `kiosk/failures.py`. {desk} は医療機関では「受付」、組合では「窓口」です。
"""


def _handbook_entry(code: Code, text: FailureText) -> str:
    steps = "".join(f"  {number}. {step}\n" for number, step in enumerate(text.steps, 1))
    return (
        f"\n## {code.value} {text.heading}\n\n- 来訪者の画面: {text.why}\n{steps}"
        f"- 窓口の対応: {text.desk}\n- 技術者の対応: {text.technician}\n"
    )
