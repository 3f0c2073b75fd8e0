"""Hold the texts of failures of a reader, R-nn."""

from __future__ import annotations

from kiosk.failures.codes import Code
from kiosk.failures.texts.text import (
    AGAIN,
    ASK_STAFF,
    CALL,
    FALLBACK,
    FREE_THE_READER,
    HOLD,
    OR_ASK_STAFF,
    TAKE_AND_CALL,
    FailureText,
)

READER: dict[Code, FailureText] = {
    Code.READER_SERVICE_DOWN: FailureText(
        "ただいま、この端末は使えません",
        "カードリーダーの準備ができていません。",
        (ASK_STAFF,),
        "しばらく待っても直らないときは、端末を再起動してください。" + FALLBACK,
        "pcscd が動いていません。systemctl status pcscd.socket pcscd を確認し、起動してください。端末は自動で復帰します。",
    ),
    Code.NO_READER: FailureText(
        "ただいま、この端末は使えません",
        "カードリーダーが見つかりません。",
        (ASK_STAFF,),
        "リーダーのUSBケーブルを抜き、もう一度差し込んでください。",
        "lsusb と kiosk card list でリーダーの有無を確認し、設定 readers と照らし合わせてください。",
    ),
    Code.READER_FAULT: FailureText(
        "カードリーダーの調子がよくありません",
        "カードリーダーから応答がありません。",
        TAKE_AND_CALL,
        "リーダーのUSBケーブルを抜き、もう一度差し込んでください。続くときはリーダーを交換してください。",
        "リーダーが異常を返しました。ケーブル、USBハブの電源、ドライバー（libccid）を確認してください。",
    ),
    Code.READER_BUSY: FailureText(
        "ただいま、カードを読み取れません",
        "ほかのプログラムがカードリーダーを使っています。",
        TAKE_AND_CALL,
        "この端末でほかにカードを使うソフトを開いていれば、終了してください。",
        "共有違反です。カードを占有しているプロセスを終了してください（gpg の scdaemon など）。",
    ),
    Code.CARD_SILENT: FailureText(
        "カードから返事がありませんでした",
        "決められた時間内に、カードの読み取りが終わりませんでした。",
        (AGAIN, HOLD, OR_ASK_STAFF),
        "カードを置き直しても続くときは、リーダーのUSBケーブルを差し直してください。" + FALLBACK,
        "読み取りプロセスを終了し、入れ替えました。pcscd も応答しないときは再起動してください。",
    ),
    Code.WORKER_LOST: FailureText(
        "ただいま、カードを読み取れません",
        "カードを読み取るプログラムが止まったため、入れ替えています。",
        (AGAIN, HOLD, OR_ASK_STAFF),
        "数秒で自動的に戻ります。戻らないときは端末を再起動してください。",
        "ワーカーが異常終了しました。journalctl で直前の終了状態を確認してください。",
    ),
    Code.READER_CLAIMED: FailureText(
        "ただいま、この端末は使えません",
        "カードリーダーを、ほかのプログラムが先に使っています。",
        (ASK_STAFF,),
        "端末を再起動してください。続くときは、技術担当者に番号を伝えてください。" + FALLBACK,
        "リーダーを開けません（EBUSY など）。カーネルの port100・pn533 か pcscd が使っています。"
        "drivers/nfc の udev 規則と modprobe 設定を入れ、リーダーを差し直してください。",
    ),
    Code.READER_SERVICE_STUCK: FailureText(
        "カードリーダーが止まっています",
        "カードの読み取りが終わらず、カードリーダーが動けなくなっています。",
        ("カードが置いてあれば、お取りください。", CALL),
        FREE_THE_READER,
        "pcscd が、応答しないカードへの送信から戻りません。systemctl restart pcscd を実行してください。端末は自動で復帰します。",
    ),
    Code.READER_STUCK: FailureText(
        "カードリーダーが止まっています",
        "カードリーダーが動かなくなったため、つなぎ直しています。",
        ("カードが置いてあれば、お取りください。", CALL),
        FREE_THE_READER,
        "NFCリーダーの呼び出し（nfcpy、libusb）から戻らないため、読み取りプロセスを入れ替えました。"
        "繰り返すときは、dmesg でUSBの異常を調べ、ケーブルとUSBハブの電源を確認してください。",
    ),
    Code.READER_REFUSED: FailureText(
        "ただいま、この端末は使えません",
        "カードリーダーの使用が、まだ許可されていません。",
        (ASK_STAFF,),
        "端末の設定が必要です。技術担当者に番号を伝えてください。" + FALLBACK,
        "pcscd は動いていますが、サービスのユーザー（kiosk）からの接続を polkit が拒みました（0x8010006A）。"
        "drivers/pcsc/polkit の規則を /etc/polkit-1/rules.d に置き、systemctl is-active polkit を確認してください。端末は自動で復帰します。",
    ),
    Code.READER_NAME_UNREADABLE: FailureText(
        "ただいま、この端末は使えません",
        "カードリーダーの名前を読み取れません。",
        (ASK_STAFF,),
        "名前を読み取れないリーダーは使われません。別のリーダーがあれば、そちらに置いてもらってください。" + FALLBACK,
        "リーダーの名前が UTF-8 ではないため、そのリーダーだけを外しました。pcsc_scan で名前を確認し、"
        "/etc/reader.conf.d の FRIENDLYNAME か、ドライバーの Info.plist の名前を改めて、pcscd を再起動してください。",
    ),
}
