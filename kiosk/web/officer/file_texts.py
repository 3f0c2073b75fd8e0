"""Hold the texts of the pages for files: what is asked, why nothing was done, what is wrong with a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kiosk.eligibility import FileEncoding
from kiosk.reception import Consent, DraftStage, IntakeProblem
from kiosk.web.officer import floor_texts
from kiosk.web.officer.texts import FILES

__all__ = [
    "BAD_LINES",
    "CHARACTERS",
    "DRAFT_GONE",
    "ENCODINGS",
    "GOING_ON",
    "KINDS",
    "NEEDS",
    "PROBLEMS",
    "UNSURE",
    "UPLOAD_REFUSED",
    "BAD_FILES",
]

KINDS: Final[Mapping[str, str]] = {kind: label for kind, label in FILES.items() if kind != "undo"}
"""The kinds of files that are handed in."""

ENCODINGS: Final[Mapping[FileEncoding, str]] = {
    FileEncoding.AUTO: "自動で判別する",
    FileEncoding.UTF_8: "UTF-8",
    FileEncoding.CP932: "Shift_JIS（CP932）",
}

NEEDS: Final[Mapping[Consent, str]] = {
    Consent.LARGE_CHANGE: "変更が多いことを確かめました。このファイルを取り込みます",
    Consent.OLDER: "同じ種類の、新しい日付のファイルを取り込み済みであることを確かめました。古いデータで置き換えます",
    Consent.LEAVE_CHANGED: "あとから変わった方は、今の登録内容のままにします",
}
"""What the officer ticks."""

GOING_ON: Final[Mapping[DraftStage, str]] = {
    DraftStage.CHECKING: "内容を確認しています",
    DraftStage.PROPOSED: "実行するかどうか、まだ決めていません",
    DraftStage.TAKING: "実行しています",
    DraftStage.DONE: "実行しました",
    DraftStage.REFUSED: "行いませんでした",
}
"""How far a draft is that was left."""

UNSURE: Final = "行われたか分かりません"
"""The heading of what nobody knows."""

DRAFT_GONE: Final = (
    "この確認画面は、時間がたったか、決めないままログアウトやロックになったため閉じました。"
    "はじめからやり直してください。"
)

UPLOAD_REFUSED: Final[Mapping[str, str]] = {
    "no_file": "ファイルを選んでください。",
    "too_large": "ファイルが大きすぎます（512MBまで）。何も取り込んでいません。",
    "not_written": "端末のディスクに空きがないか、書き込めないため、受け取れませんでした。管理者に連絡してください。",
    "valid_from": "データの日付は「令和8年4月1日」「R8.4.1」のように入力してください。",
    "valid_from_later": "データの日付には、今日より後の日は指定できません。",
}
"""Why a file was not received."""

PROBLEMS: Final[Mapping[IntakeProblem, str]] = {
    IntakeProblem.BUSY: "いま、別の取り込みか取り消しを行っています。終わってから、もう一度行ってください。",
    IntakeProblem.TOO_MANY_DRAFTS: "まだ決めていないファイルが多すぎます。先に、それらを取り込むか、やめてください。",
    IntakeProblem.OTHERS_DRAFTS: (
        "ほかの職員がまだ決めていないファイルが多すぎるため、受け取れません。それらが決まってから、もう一度行ってください。"
    ),
    IntakeProblem.NOT_AGREED: "確かめる項目のすべてに、チェックを付けてください。",
    IntakeProblem.HEADER: "CSVファイルではないか、1行目の見出しが、選んだ種類のファイルのものではありません。",
    IntakeProblem.ENCODING: "文字コードを判別できません。UTF-8のCSVで保存し直すか、文字コードを選んでください。",
    IntakeProblem.ENDLESS: "行または行数が、取り込める長さを超えています。",
    IntakeProblem.BAD_LINES: "読み取れない行があるため、何も取り込みません。ファイルを直してください。",
    IntakeProblem.NO_SUCH_FILE: "この番号のファイルはありません。",
    IntakeProblem.IS_UNDOING: "取り消しを取り消すことはできません。同じファイルを、もう一度取り込んでください。",
    IntakeProblem.ALREADY_UNDONE: "このファイルは、すでに取り消されています。",
    IntakeProblem.KEPT_TOO_LITTLE: "以前のプログラムで取り込んだファイルのため、取り消せません。",
    IntakeProblem.REGISTER_BUSY: floor_texts.REGISTER_BUSY,
    IntakeProblem.REGISTER_DOWN: floor_texts.REGISTER_DOWN,
    IntakeProblem.REGISTER_UNSURE: (
        "処理の最後に登録簿との接続が切れたため、取り込みや取り消しが行われたか分かりません（N-02）。"
        "接続が戻ってから、ファイルの一覧で確かめてください。"
    ),
    IntakeProblem.NO_ROOM: floor_texts.REGISTER_FULL,
    IntakeProblem.CLOCK: floor_texts.CLOCK_WRONG,
    IntakeProblem.JOURNAL_DOWN: floor_texts.JOURNAL_DOWN,
    IntakeProblem.UNREADABLE: "受け取ったファイルを読み取れませんでした。もう一度行ってください。",
    IntakeProblem.STOPPED: "サービスが終わるか、ログアウトするか、画面がロックされたため、やめました。",
    IntakeProblem.FAILED: floor_texts.FAILED,
}
"""Why nothing was done."""

CHARACTERS: Final[Mapping[str, str]] = {
    "stands for a character that another system does not have": "ほかのシステムにない文字の代わりの記号です",
    "is a private use character (外字)": "外字です",
    "is no character of Unicode": "Unicodeにない文字です",
    "has no form in the fonts of the documents": "書類のフォントに字形がありません",
}
"""What is wrong with a doubtful character."""

BAD_FILES: Final[Mapping[str, str]] = {
    r"has more than ([\d,]+) lines; .*": r"行が\1行を超えています。",
    r"line (\d+): has no end .*": r"\1行目が終わりません。",
    r"the file is in UTF-16; .*": "ファイルがUTF-16です。UTF-8のCSVで保存し直してください。",
    r"the file begins with the mark of UTF-8; .*": "ファイルはUTF-8です。文字コードは「UTF-8」を選んでください。",
    r"the file can be read as UTF-8 and as CP932; .*": "UTF-8ともShift_JISとも読めます。文字コードを選んでください。",
    r"the file is empty": r"ファイルに何も入っていません。",
    r"header row: column (\d+) is not a column of .*": r"\1列目の見出しは、選んだ種類のファイルにありません。",
    r"header row: (.+) appears more than once": r"同じ見出しが2つ以上あります：\1",
    r"header row: (.+) is missing": r"足りない見出し：\1",
}
"""What is wrong with a file or its first line: by the register's own words (a pattern), the words for officers."""

BAD_LINES: Final[Mapping[str, str]] = {
    r"must not be empty": "空にできません",
    r"must be a date YYYY-MM-DD": "日付は「2026-04-01」の形で書いてください",
    r"must be a day of the calendar, YYYY-MM-DD": "暦にない日付です",
    r"must lie in the years (\d+) to (\d+)": r"\1年から\2年までの日付にしてください",
    r"must be true or false": "true か false で書いてください",
    r"must be a whole number from 0 to (\d+)": r"0から\1までの整数で書いてください",
    r"must be 6 or 8 digits": "6けたか8けたの数字で書いてください",
    r"must be two characters, such as 00": "「00」のように2文字で書いてください",
    r"must be 1 to 20 letters, .*": "1～20文字の数字・英字・かな・漢字・ハイフンなどで書いてください",
    r"must be a postal code such as .*": "「102-0093」のように書いてください",
    r"must be (.+)": r"次のどれかで書いてください：\1",
    r"is longer than (\d+) characters": r"\1文字を超えています",
    r"is longer than (\d+) bytes": r"\1バイトを超えています",
    r"contains a number that passes as a マイナンバー, .*": "マイナンバー（個人番号）と思われる数字が入っています",
    r"is a formula of a spreadsheet; .*": "表計算ソフトの式になっています。文字だけを書いてください",
    r"begins with an apostrophe of a spreadsheet; .*": "先頭にアポストロフィが付いています。取り除いてください",
    r"is a number that a spreadsheet has rounded; .*": "表計算ソフトが丸めた数字です。列を文字列にしてください",
    r"has (\d+) cells where the header has (\d+)": r"列の数（\1）が、見出しの列の数（\2）とちがいます",
    r"has something in column (\d+), which has no name .*": r"\1列目に、見出しのない内容があります",
    r"contains a control character": "使えない制御文字が入っています",
    r"has a quotation mark out of place, .*": "引用符の位置がまちがっているか、セルの中に改行があります",
    r"is not UTF-8|is UTF-8, .*": "文字コードがほかの行とちがうか、UTF-8ではありません",
    r"is not CP932": "文字コードがShift_JIS（CP932）ではありません",
    r"is about a member that an earlier line .*": "前の行と同じ加入者です",
    r"is about a member whom the register does not have": "登録簿にない加入者です",
    r"is the number of two members of the register; .*": "登録簿に、この番号の加入者が2人います",
    r"lies before birth_date": "生年月日より前です",
    r"lies before acquired_on": "資格取得年月日より前です",
    r"lies before confirmation_valid_from": "資格確認書の発効期日より前です",
    r"must not be empty when certificate is expired": "電子証明書が期限切れのときは、空にできません",
}
"""What is wrong with a line: by the register's own words (a pattern), the words for officers."""
