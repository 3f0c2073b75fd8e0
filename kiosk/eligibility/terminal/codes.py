"""The code tables of the 資格確認端末's messages (外部インターフェイス仕様書 別紙5-1), with their labels.

A code that no table has is carried as it is: the tables grow, and an answer with a new code is still an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

__all__ = [
    "CERTIFICATE_CLASSES",
    "CONSENTS",
    "DISEASES",
    "LIMIT_CERTIFICATES",
    "LIMIT_CLASSES",
    "LOSS_REASONS",
    "PAYS_IN_FULL",
    "REFERENCE_CLASSES",
    "RELATIONSHIPS",
    "SEXES",
    "VALIDITIES",
    "Reference",
    "Segment",
    "Validity",
    "label",
]


class Validity(StrEnum):
    """資格有効性 (OQSCD006)."""

    VALID = "1"
    INVALID = "2"
    NEW_QUALIFICATION = "3"
    NONE = "4"
    SEVERAL = "5"
    VALID_UNREGISTERED = "6"


class Reference(StrEnum):
    """照会区分 (OQSCD002): by what the person was looked up."""

    CARD = "1"
    NUMBERS = "2"


class Segment(StrEnum):
    """処理結果区分 (OQSCD003). The sources differ on the code of a failure (9 or 3), so any other code is one."""

    DONE = "1"
    PROCESSING = "2"


VALIDITIES: Final[Mapping[str, str]] = {
    "1": "有効",
    "2": "無効",
    "3": "無効（新しい資格あり）",
    "4": "該当資格なし",
    "5": "複数該当",
    "6": "有効（未登録）",
}
"""資格有効性 (OQSCD006)."""

REFERENCE_CLASSES: Final[Mapping[str, str]] = {"1": "マイナンバーカード", "2": "被保険者証情報"}
"""照会区分 (OQSCD002)."""

SEXES: Final[Mapping[str, str]] = {"1": "male", "2": "female", "3": "unset"}
"""性別 (OQSCD007), as the register calls it."""

RELATIONSHIPS: Final[Mapping[str, str]] = {"1": "self", "2": "family"}
"""本人・家族の別 (OQSCD009), as the register calls it."""

LOSS_REASONS: Final[Mapping[str, str]] = {
    "01": "死亡",
    "02": "生活保護受給開始",
    "03": "医療保険等の資格取得",
    "99": "その他",
}
"""資格喪失事由 (OQSCD008)."""

PAYS_IN_FULL: Final = "05"
"""被保険者証区分 of a 特別療養費支給対象者 (before 2024-12-02: 被保険者資格証明書)."""

CERTIFICATE_CLASSES: Final[Mapping[str, str]] = {
    "01": "一般",
    "02": "退職",
    "03": "短期（一般）",
    "04": "短期（退職）",
    PAYS_IN_FULL: "特別療養費支給対象者",
    "06": "特例退職",
    "07": "自衛官",
    "A1": "医療扶助",
}
"""被保険者証区分 (OQSCD010). Some are no longer given out, but still come with look-ups back in time."""

LIMIT_CERTIFICATES: Final[Mapping[str, str]] = {
    "01": "限度額適用認定証",
    "02": "限度額適用・標準負担額減額認定証",
    "03": "標準負担額減額認定証",
}
"""限度額適用認定証区分 (OQSCD011)."""

LIMIT_CLASSES: Final[Mapping[str, str]] = {
    "A01": "ア",
    "A02": "イ",
    "A03": "ウ",
    "A04": "エ",
    "A05": "オ",
    "A06": "オ（境）",
    "B01": "現役並みⅢ",
    "B02": "現役並みⅡ",
    "B03": "現役並みⅠ",
    "B04": "一般",
    "B05": "低所得Ⅱ",
    "B06": "低所得Ⅰ",
    "B07": "低所得Ⅰ（老福）",
    "B08": "低所得Ⅰ（境）",
    "B09": "一般Ⅱ",
    "B10": "一般Ⅰ",
}
"""限度額適用区分 (OQSCD012)."""

DISEASES: Final[Mapping[str, str]] = {
    "1": "人工透析を必要とする慢性腎不全",
    "2": "先天性血液凝固因子障害",
    "3": "血液凝固因子製剤に起因するHIV感染症",
}
"""特定疾病 (OQSCD013)."""

CONSENTS: Final[Mapping[str, bool | None]] = {"0": False, "1": True, "2": None, "3": None}
"""同意区分 (OQSCD001, OQSCD016). 2 (同意有効期限切れ) and 3 (同意取得困難) are neither a yes nor a no."""


def label(table: Mapping[str, str], code: str | None) -> str:
    """Return what a code means; the code itself where the table does not have it, and nothing for None."""
    return "" if code is None else table.get(code, code)
