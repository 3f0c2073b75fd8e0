"""Hold the texts of failures of the service itself, S-nn."""

from __future__ import annotations

from kiosk.failures.codes import Code
from kiosk.failures.texts.text import ASK_STAFF, FALLBACK, OTHER_PAPER, TAKE_AND_CALL, FailureText

SERVICE: dict[Code, FailureText] = {
    Code.INTERNAL: FailureText(
        "申し訳ありません。処理できませんでした",
        "端末のプログラムで、問題が起きました。",
        TAKE_AND_CALL,
        "もう一度お試しください。続くときは番号と場所（place）を控えて連絡してください。" + FALLBACK,
        "想定していない例外です。ログの place を添えて報告してください。",
    ),
    Code.JOURNAL_DOWN: FailureText(
        "ただいま、結果を表示できません",
        "確認の記録を保存できませんでした。",
        TAKE_AND_CALL,
        "記録が残せないときは結果を表示しません。" + FALLBACK,
        "監査記録に書き込めません。data_dir の空き容量と権限を確認してください。",
    ),
    Code.NO_TRUST: FailureText(
        "ただいま、この端末は使えません",
        "カードを確認する準備ができていません。",
        (ASK_STAFF,),
        "設定が終わっていません。" + FALLBACK,
        "identity.trust に認証局の証明書（ルート証明書）がないか、有効期間内のものがありません。",
    ),
    Code.CLOCK_WRONG: FailureText(
        "ただいま、この端末は使えません",
        "端末の日付と時刻が正しくありません。",
        (ASK_STAFF,),
        "端末の日付と時刻を合わせてください。" + FALLBACK,
        "時計が、このプログラムの導入、監査記録の最後の記入、登録簿の最後の取り込みのどれかより、1日以上遅れています。"
        "timedatectl と電池を確認してください。時計が正しく、記録のほうが先の日付のときは、kiosk clock accept で"
        "その記録を判断から外せます。",
    ),
    Code.CLOCK_AHEAD: FailureText(
        "端末の日付と時刻を確認してください",
        "端末の日付が、これまでの記録より大きく進んでいます。",
        (ASK_STAFF,),
        "端末の日付と時刻を見て、違っていれば合わせてください。受付は続けられますが、日付が違うと、"
        "有効なカードを期限切れと表示することがあります。",
        "時計が、このプログラムの導入、監査記録、登録簿のどれよりも400日以上進んでいます。timedatectl で確認してください。"
        "時計が正しければ、次の取り込みか再起動のあとに消えます。",
    ),
    Code.DATA_DIR_IN_USE: FailureText(
        "ただいま、この端末は使えません",
        "この端末のデータを、別のサービスが使っています。",
        (ASK_STAFF,),
        "端末のプログラムが二重に動いています。番号を技術担当者に伝えてください。" + FALLBACK,
        "同じ data_dir を使う kiosk serve が、ほかに動いています。ログの reason にあるプロセスを終了するか、"
        "data_dir を分けてください。空けば、自動で復帰します。",
    ),
    Code.JOURNAL_WENT_BACK: FailureText(
        "記録を確認しています",
        "監査記録の一部が、なくなったか、別のものに替わっています。",
        (ASK_STAFF,),
        "受付は続けられます。記録が消されたおそれがあります。番号を管理者に伝えてください。",
        "監査記録（data_dir の journal）が、登録簿やログにある最後の記入まで届いていないか、別の記録に替わっています。"
        "kiosk audit verify を実行し、控えと照らし合わせてください。バックアップの復元、記録の移動、"
        "同じ kiosk_id の端末がほかにあるときも出ます。新しい記録の started に、失われた最後の記入があります。7日間表示します。",
    ),
    Code.WRONG_PASSWORDS: FailureText(
        "係員用ページを確認しています",
        "係員用ページで、ログインのまちがいが続いています。",
        (ASK_STAFF,),
        "心当たりがなければ、だれかが入ろうとしているおそれがあります。係員用ページを開けるパソコンを確かめ、番号を管理者に伝えてください。",
        "監査記録の log_in_failed に、時刻、アカウント、回数があります（登録のない名前は「?」にまとめます）。"
        "必要なら kiosk staff passwd でパスワードを変えてください。10分ほどまちがいがなければ消えます。",
    ),
    Code.OUT_OF_USE: FailureText(
        "ただいま、この端末はお使いいただけません",
        "係員が、この端末の使用を止めています。",
        (ASK_STAFF,),
        "係員用ページの「使用を再開」を押すと、元に戻ります。",
        "係員の操作による停止です。故障ではありません。",
    ),
    Code.REVOCATION_UNUSABLE: FailureText(
        "ただいま、この端末は使えません",
        "電子証明書が失効していないかどうかを、確かめられない状態です。",
        (ASK_STAFF, OTHER_PAPER),
        "技術担当者に知らせてください。受付を続けているあいだ、失効したカードを見分けられないことがあります。"
        + FALLBACK,
        "identity.crl の失効リスト、または identity.ocsp の応答が使えません。詳しい理由はログと /healthz（トークン付き）にあります。"
        "新しい失効リストを置くか、応答サーバーへの通信を確認してください。端末は自動で復帰します。",
    ),
    Code.ROOT_ENDING: FailureText(
        "ただいま、この端末は使えません",
        "認証局の証明書に、期限の切れたもの、またはまもなく切れるものがあります。",
        (ASK_STAFF,),
        "受付は続けられます。技術担当者に知らせてください。",
        "identity.trust の認証局証明書に、期限切れか、30日以内に期限の切れるものがあり、同じ名前の後継がありません。"
        "後継の認証局証明書を加えるか、使わないものを外して、端末を再起動してください。",
    ),
    Code.STARTING: FailureText(
        "準備をしています",
        "端末を起動しています。",
        ("しばらくお待ちください。",),
        "数秒で使えるようになります。続くときは端末を再起動してください。",
        "カードリーダーの最初の報告を待っています。",
    ),
}
