"""What each column of a member file holds, in words: for `kiosk registry import --help` and docs/formats.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from kiosk.eligibility.columns import COLUMNS, CellRefused, Column
from kiosk.store.schema import KEY_NAMES

__all__ = ["COLUMN_NOTES", "ColumnInWords", "columns_in_words"]

COLUMN_NOTES: Final[Mapping[str, str]] = {
    "insurer_number": "保険者番号",
    "symbol": "記号; empty where an insurer has none",
    "number": "番号",
    "branch": "枝番; `00` keeps its zeros",
    "name": "氏名",
    "kana": "フリガナ",
    "birth_date": "生年月日",
    "sex": "性別",
    "relationship": "本人・家族区分",
    "household_head": "組合員氏名",
    "postal_code": "郵便番号",
    "address": "住所",
    "employer": "事業所名",
    "acquired_on": "資格取得年月日: the first insured day of this membership",
    "lost_on": "資格喪失年月日: the first day no longer insured",
    "copay_percent": "一部負担金の割合, in percent",
    "limit_class": "限度額適用区分, a code of the insurer's",
    "filed_on": "the day the union received the 届書等",
    "my_number_reported": "whether the マイナンバー was on the filing; empty counts as true",
    "linked_on": "the day of the 資格情報の連携",
    "card": "where the person's マイナンバーカード is",
    "certificate": "state of the 利用者証明用電子証明書; empty counts as `valid`",
    "certificate_valid_until": "the certificate's last day, whatever `certificate` says",
    "registration": "state of the 利用登録",
    "registration_ends_on": "the last day on which a cancelled registration still works",
    "confirmation_requested": "資格確認書発行要否欄 ☑; empty counts as false",
    "notice_issued_on": "the day the 資格情報通知書 was issued",
    "confirmation_valid_from": "発効期日 of the 資格確認書",
    "confirmation_valid_until": "有効期限 of the 資格確認書",
    "legacy_card_until": "the last day printed on the old 保険証",
    "information_withheld": "自己情報提供不可; empty counts as false",
    "special_consideration": "要配慮者 with a 資格確認書 beside the card; empty counts as false",
    "pays_in_full": "特別療養費の対象; empty counts as false",
    "card_without_pin": "顔認証マイナンバーカード; empty counts as false",
    "stay_until": "在留期間の満了日",
}
"""What each column is."""


class ColumnInWords(NamedTuple):
    """A column: its name, what a cell may hold, whether it may be empty (`yes`, `no`), and what it is."""

    name: str
    value: str
    empty: str
    note: str


def columns_in_words(columns: Iterable[Column] = COLUMNS) -> Iterator[ColumnInWords]:
    """Yield the columns in their order. What a cell may hold is what the column itself says when it refuses one."""
    for one in columns:
        key = "key: " if one.name in KEY_NAMES else ""
        empty = "no" if _refusal(one, "") else "yes"
        yield ColumnInWords(one.name, _value(one), empty, key + COLUMN_NOTES[one.name])


def _value(column: Column) -> str:
    expected = _refusal(column, "\x00") or _refusal(column, "9" * 400)
    value = re.sub(r"^must be |^is longer than ", "", expected)
    return f"text, at most {value}" if "longer than" in expected else value


def _refusal(column: Column, cell: str) -> str:
    try:
        column.parse(cell)
    except CellRefused as error:
        return str(error)
    return ""
