"""Hold the texts of the pages for the post: choices, what a file is, why nothing was done, what a printer lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kiosk.issuance import Pile
from kiosk.printing import PrinterTrouble
from kiosk.reception import JobKind, PostProblem
from kiosk.web.officer import floor_texts
from kiosk.web.officer.order_filter import AgeChoice, DocumentChoice, MadeChoice, PileChoice

__all__ = [
    "AGES",
    "AT_CANCEL",
    "DOING",
    "DONE",
    "FILE_NAMES",
    "JOB_GONE",
    "KINDS",
    "MADE",
    "NAMES",
    "NOT_AN_ORDER",
    "PILES",
    "PILE_CHOICES",
    "PROBLEMS",
    "PRINT_UNKNOWN",
    "STILL_QUEUED",
    "TROUBLES",
    "UNDECIDED",
    "WORKING",
]

KINDS: Final[Mapping[DocumentChoice, str]] = {
    DocumentChoice.ALL: "すべて",
    DocumentChoice.NOTICE: "資格情報通知書",
    DocumentChoice.CONFIRMATION: "資格確認書",
}
AGES: Final[Mapping[AgeChoice, str]] = {
    AgeChoice.ALL: "すべて",
    AgeChoice.DUE: "目安の日になったもの",
    AgeChoice.OVERDUE: "目安超過",
}
PILE_CHOICES: Final[Mapping[PileChoice, str]] = {
    PileChoice.ALL: "すべて",
    PileChoice.POST: "発送",
    PileChoice.ASIDE: "別置き",
}
MADE: Final[Mapping[MadeChoice, str]] = {
    MadeChoice.ALL: "すべて",
    MadeChoice.NO: "まだ作っていない",
    MadeChoice.YES: "作った",
}
"""The choices of the filter."""

PILES: Final[Mapping[Pile, str]] = {Pile.POST: "発送", Pile.ASIDE: "別置き（送付先を確認）"}
"""The piles; 別置き is what is set aside since the data of the person are withheld."""

FILE_NAMES: Final[Mapping[str, str]] = {
    "notice.pdf": "資格情報通知書（A4）",
    "confirmation.pdf": "資格確認書（カード）",
    "carrier.pdf": "資格確認書の台紙（A4）",
    "aside-notice.pdf": "別置きの資格情報通知書（A4）",
    "aside-confirmation.pdf": "別置きの資格確認書（カード）",
    "aside-carrier.pdf": "別置きの資格確認書の台紙（A4）",
    "manifest.csv": "ページの一覧（受付番号とページ。個人情報なし）",
    "left-out.csv": "除いた申込みの一覧（受付番号と、確かめる登録内容。個人情報なし）",
    "aside.csv": "別置きの一覧（だれの書類か。個人情報あり）",
}
"""The files of a batch."""

WORKING: Final[Mapping[JobKind, str]] = {
    JobKind.PLAN: "計画を立てています",
    JobKind.ENQUEUE: "発送待ちに加えています",
    JobKind.PAPERS: "書類を作っています",
    JobKind.PRINT: "印刷しています",
    JobKind.ISSUE: "交付済みにしています",
}
"""What goes on."""

DONE: Final[Mapping[JobKind, str]] = {
    JobKind.ENQUEUE: "発送待ちに加えました",
    JobKind.PAPERS: "書類を作りました",
    JobKind.PRINT: "印刷しました",
    JobKind.ISSUE: "交付済みにしました",
}
"""What was done."""

NAMES: Final[Mapping[JobKind, str]] = {
    JobKind.PLAN: "計画",
    JobKind.ENQUEUE: "発送待ちに加える",
    JobKind.PAPERS: "書類を作る",
    JobKind.PRINT: "印刷",
    JobKind.ISSUE: "交付済みにする",
}
"""What was to be done."""

UNDECIDED: Final = "計画を発送待ちに加えるかどうか、まだ決めていません"
"""A plan that was left without a decision."""

DOING: Final[Mapping[str, str]] = {
    "plan": "加入者を1人ずつ判定しています",
    "enqueue": "発送待ちに加えています",
    "check": "登録内容を確かめています",
    "print": "書類を作っています",
    "issue": "交付済みにしています",
}
"""What a work is at."""

JOB_GONE: Final = (
    "この作業のページは、時間がたったか、決めないままログアウトやロックになったため閉じました。"
    "作った書類は「束の一覧」で確かめてください。"
)

TROUBLES: Final[Mapping[PrinterTrouble, str]] = {
    PrinterTrouble.NO_PAPER: "用紙がありません",
    PrinterTrouble.JAM: "紙づまりです",
    PrinterTrouble.OPEN: "カバーが開いています",
    PrinterTrouble.NO_TONER: "トナーまたはリボンがありません",
    PrinterTrouble.STOPPED: "プリンターが一時停止になっています",
    PrinterTrouble.HELD: "待ち行列で保留になっています",
    PrinterTrouble.SILENT: "プリンターから応答がありません",
    PrinterTrouble.NO_SCHEDULER: "印刷の仕組み（CUPS）が動いていません",
}
"""What keeps a printer."""

NOT_AN_ORDER: Final = "読み取ったものは、受付番号ではありません。何も変わっていません。"
"""Something else was scanned; it is not repeated, since it may be of a person."""

STILL_QUEUED: Final = (
    "印刷できなかったファイルが、待ち行列に残っているかもしれません。"
    "プリンターの待ち行列を確かめ、残っていれば取り消してから、印刷し直してください。"
)
"""Added where a job could not be cancelled, or where nobody knows whether CUPS has it: it would be printed twice."""

PRINT_UNKNOWN: Final = (
    "途中でサービスが終わったため、最後まで印刷したか分かりません。"
    "紙とプリンターの待ち行列を確かめてから、まだのものだけを印刷してください。"
)
"""What became of a printing that a restart has interrupted: CUPS prints what it has."""


PROBLEMS: Final[Mapping[PostProblem, str]] = {
    PostProblem.BUSY: "いま、この端末で別の作業を行っています。終わってから、もう一度行ってください。",
    PostProblem.NOTHING_FREE: "書類をまだ作っていない申込みは、ありません。",
    PostProblem.TAKEN: (
        "選んだ申込みの中に、ほかの職員が先に束にしたか、終わったものがあるため、何も作っていません。一覧を確かめて、やり直してください。"
    ),
    PostProblem.REGISTER_MOVED: "計画のあとで登録簿が変わりました。もう一度計画してください。何も加えていません。",
    PostProblem.BATCH_IN_WORK: (
        "この束は、いま印刷しているか、作り直しているか、交付済みにしています。終わってから、もう一度行ってください。"
    ),
    PostProblem.NO_SUCH_BATCH: "この番号の束はありません。",
    PostProblem.BATCH_ENDED: "この束の申込みは、すべて終わっています。今回の操作では何も変わっていません。",
    PostProblem.NOT_AGREED: "発送したことを確かめて、チェックを付けてください。何も変わっていません。",
    PostProblem.COUNT: "件数は、1以上の数字を入力するか、空けておいてください。何も作っていません。",
    PostProblem.PAPERS_DAY: (
        "書類の交付年月日は、受付日から今日までの日を「令和8年4月1日」「R8.4.1」のように入力してください。何も作っていません。"
    ),
    PostProblem.DAY_ON_PAPER: (
        "書類の交付年月日が、今日より後か、受付日より前です。その日を確かめて、束のページで交付済みにしてください。何も変わっていません。"
    ),
    PostProblem.WITHHELD: (
        "書類を作ったあとで自己情報提供不可になった方の書類があるため、行いませんでした。発送せずに抜いて、申込みを取り消してください。"
    ),
    PostProblem.SPOILT: (
        "この束の書類には、作ったあとで取り消したか、束から除いたか、自己情報提供不可になった申込みのものがあるため、"
        "印刷も保存もできません。束のページの「書類を作り直す」で作り直してください。"
    ),
    PostProblem.NOT_HERE: "その受付番号の申込みは、このページにはありません。何も変わっていません。",
    PostProblem.REASON: (
        "取り消す理由は、200文字までの1行で入力してください。マイナンバーと同じ形の番号は入れられません。何も変わっていません。"
    ),
    PostProblem.CANCEL_UNSURE: (
        "登録簿から返事がないため、取り消されたか分かりません。同じ番号をもう一度取り消すと分かります。"
    ),
    PostProblem.DAY: (
        "交付年月日は、受付日から今日までの日を「令和8年4月1日」「R8.4.1」のように入力してください。何も変わっていません。"
    ),
    PostProblem.NO_SUCH_ORDER: "その受付番号の申込みはありません。何も変わっていません。",
    PostProblem.NO_PAPERS_YET: "その受付番号の書類は、まだ作られていません。何も変わっていません。",
    PostProblem.ORDER_DONE: "その受付番号は、すでに交付済みです。今回の操作では何も変わっていません。",
    PostProblem.ORDER_CANCELLED: "その受付番号の申込みは、取り消されています。書類があれば、発送せずに抜いてください。",
    PostProblem.UNSURE: (
        "登録簿から返事がないため、交付済みになったか分かりません。同じ番号をもう一度読み取ると分かります。"
    ),
    PostProblem.UNMAKEABLE: "作れない書類があるため、何も作っていません。",
    PostProblem.NO_STATIONERY: "書類を作る準備ができていません。管理者に連絡してください（保険者の情報、フォント）。",
    PostProblem.NO_PRINTER: "プリンターが設定されていません。PDFを保存して印刷してください。",
    PostProblem.NOT_SENT: "プリンターに送れませんでした。管理者に連絡してください（CUPSの待ち行列）。",
    PostProblem.NOT_PRINTED: "最後まで印刷できませんでした。紙に出たページがあれば、除いてから印刷し直してください。",
    PostProblem.PRINT_STOPPED: "印刷をやめました。紙に出たページがあれば、除いてから印刷し直してください。",
    PostProblem.PAPERS_GONE: "この束の書類は、この端末にありません。「書類を作り直す」で作り直せます。",
    PostProblem.STOPPED: (
        "サービスが終わるか、ログアウトするか、画面がロックされたため、やめました。今回の操作では何も変わっていません。"
    ),
    PostProblem.REGISTER_BUSY: floor_texts.REGISTER_BUSY,
    PostProblem.REGISTER_DOWN: floor_texts.REGISTER_DOWN,
    PostProblem.REGISTER_UNSURE: (
        "処理の最後に登録簿との接続が切れたため、行われたか分かりません（N-02）。"
        "接続が戻ってから、発送待ちと束の一覧で確かめてください。"
    ),
    PostProblem.REGISTER_FULL: floor_texts.REGISTER_FULL,
    PostProblem.CLOCK: floor_texts.CLOCK_WRONG,
    PostProblem.JOURNAL_DOWN: floor_texts.JOURNAL_DOWN,
    PostProblem.DISK: "端末のディスクに空きがないか、書き込めないため、行いませんでした。管理者に連絡してください。",
    PostProblem.PAPERS_LOST: (
        "束はできましたが、端末のディスクに空きがないか、書き込めないため、書類を置けませんでした。"
        "管理者に連絡し、束のページで「書類を作り直す」を押してください。"
    ),
    PostProblem.FAILED: floor_texts.FAILED,
}
"""Why something was not done."""

AT_CANCEL: Final = frozenset(
    {
        PostProblem.NOT_HERE,
        PostProblem.NO_SUCH_ORDER,
        PostProblem.ORDER_DONE,
        PostProblem.ORDER_CANCELLED,
        PostProblem.REASON,
        PostProblem.CANCEL_UNSURE,
    }
)
"""What is said beside the form of a batch that cancels one order."""
