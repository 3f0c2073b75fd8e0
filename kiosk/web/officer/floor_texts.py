"""Why work of the office was not done for something that is wrong below it, whatever the work."""

from typing import Final

__all__ = ["CLOCK_WRONG", "FAILED", "JOURNAL_DOWN", "REGISTER_BUSY", "REGISTER_DOWN", "REGISTER_FULL"]

REGISTER_BUSY: Final = "ほかのプログラムが登録簿に書き込んでいます。しばらくして、もう一度行ってください。"
REGISTER_DOWN: Final = "登録簿に接続できないか、登録簿が応答しません（N-02）。管理者に連絡してください。"
REGISTER_FULL: Final = "登録簿のディスクに空きがありません。管理者に連絡してください。"
CLOCK_WRONG: Final = "端末の日付と時刻が正しくないため、行いませんでした（S-05）。管理者に連絡してください。"
JOURNAL_DOWN: Final = "操作を記録できないため、行いませんでした（S-02）。管理者に連絡してください。"
FAILED: Final = "処理を続けられませんでした（S-01）。登録簿は変わっていません。管理者に連絡してください。"
