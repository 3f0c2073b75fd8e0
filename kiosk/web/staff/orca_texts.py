"""What staff read of a visit at ORCA. The Japanese texts are the msgids of the translation catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kiosk.orca import InsuranceDifference, Outcome, OutcomeKind
from kiosk.phrases import Phrase

__all__ = ["DIFFERENCES", "OUTCOMES", "WAITING", "is_done", "outcome_phrase"]

WAITING: Final = "待っています"

OUTCOMES: Final[Mapping[OutcomeKind, str]] = {
    OutcomeKind.REGISTERED: "受付しました（受付番号 {reception}）",
    OutcomeKind.ALREADY: "受付済みです",
    OutcomeKind.FOUND: "患者は1人です。ORCAで受付してください",
    OutcomeKind.NONE: "ORCAに見つかりません",
    OutcomeKind.SEVERAL: "ORCAに{count}人います",
    OutcomeKind.OTHER_INSURANCE: "保険がORCAと違います（{differences}）",
    OutcomeKind.SUBSIDISED: "公費があります。保険の組合せを選んで受付してください",
    OutcomeKind.NOT_USABLE: "資格を確かめて、ORCAで受付してください",
    OutcomeKind.ANOTHER_DAY: "日付が変わったため、受付していません",
    OutcomeKind.BUSY: "ORCAのほかの画面で使用中です",
    OutcomeKind.REFUSED: "ORCAが受け付けませんでした（{result}）",
    OutcomeKind.UNSURE: "ORCAで受付を確かめてください",
}

DIFFERENCES: Final[Mapping[InsuranceDifference, str]] = {
    InsuranceDifference.INSURER_NUMBER: "保険者番号",
    InsuranceDifference.SYMBOL: "記号",
    InsuranceDifference.NUMBER: "番号",
    InsuranceDifference.BRANCH: "枝番",
}

_MANY: Final = "ORCAに何人もいます"
_NOT_ONE_INSURANCE: Final = "今日使える保険が、ORCAに一つではありません"


def outcome_phrase(outcome: Outcome | None) -> Phrase:
    """Return what became of a visit, in one line; None: it waits."""
    if outcome is None:
        return Phrase(WAITING)
    if outcome.kind is OutcomeKind.SEVERAL and outcome.count is None:
        return Phrase(_MANY)
    if outcome.kind is OutcomeKind.OTHER_INSURANCE and not outcome.differences:
        return Phrase(_NOT_ONE_INSURANCE)
    values = {"reception": outcome.reception, "count": str(outcome.count), "result": outcome.result}
    differing = tuple(DIFFERENCES[one] for one in outcome.differences)
    return Phrase(OUTCOMES[outcome.kind], values=values, lists={"differences": differing})


def is_done(outcome: Outcome | None) -> bool:
    """Return whether the desk has nothing to do for it."""
    return outcome is not None and outcome.kind in (OutcomeKind.REGISTERED, OutcomeKind.ALREADY)
