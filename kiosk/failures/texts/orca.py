"""Hold the texts of failures of the connector to ORCA (日医標準レセプトソフト), N-25 and on."""

from __future__ import annotations

from kiosk.failures.codes import Code
from kiosk.failures.texts.text import CALL, FailureText

_GO_ON = "端末での資格の確認は続けられます。"

ORCA: dict[Code, FailureText] = {
    Code.ORCA_SILENT: FailureText(
        "ただいま、自動で受付できません",
        "ORCA（日レセ）から返事がありません。",
        (CALL,),
        _GO_ON
        + "係員用ページの「ORCA」の欄で「待っています」となっている方は、ORCAの画面で受け付けてください。"
        + "つながれば、待っている方を順に受け付けます。ORCAの画面で受け付けた方を、二重に受け付けることはありません。",
        "orca.url のサーバーが、orca.timeout のうちに返事をしないか、エラー（500番台）を返しています。ORCAのサーバーと回線、kiosk.service の "
        "IPAddressAllow を確かめ、kiosk orca check で試してください。「cannot be kept」は、data_dir に書けないことを表します。"
        "待っている件数と、いちばん古い日時は、/healthz の details にあります。日付が変わった分は受け付けず、窓口に渡します。",
    ),
    Code.ORCA_REFUSED: FailureText(
        "ただいま、自動で受付できません",
        "ORCA（日レセ）との接続の設定が合っていません。",
        (CALL,),
        _GO_ON
        + "係員用ページの「ORCA」の欄で「待っています」となっている方は、ORCAの画面で受け付け、技術担当者に連絡してください。",
        "kiosk orca check で、どの設定が合わないかがわかります。orca.user、パスワードのファイル、診療科とドクターのコード、サーバー証明書（orca.ca_file）、"
        "アドレスを確認してください。院内のアドレスでないサーバーには、orca.hosts に名前があるときだけ接続します。転送（リダイレクト）には従いません。"
        "直れば、待っている方を順に受け付けます。",
    ),
    Code.ORCA_UNUSABLE: FailureText(
        "{desk}で確認します",
        "ORCA（日レセ）からの返事を、使うことができませんでした。",
        (CALL,),
        _GO_ON
        + "係員用ページの「ORCA」の欄で「ORCAで受付を確かめてください」となっている方は、受付ができているかを、ORCAの画面で確かめてください。",
        "返事が XML でないか、大きすぎるか、別の患者のものか、知らない形です。何が合わないかは、ログの reason にあります。"
        "ORCAの版と、orca.url のパス（WebORCA では /api が要ることがあります）を確認してください。",
    ),
}
