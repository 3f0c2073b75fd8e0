"""Say to a member of another insurer what concerns that insurer, by its name: never «the union» (組合)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kiosk.decision import Document, NextStep, Reason, explain
from kiosk.phrases import Name, Phrase
from kiosk.web import result_texts, texts
from kiosk.web.pictures import Picture

__all__ = ["FOR_ANOTHER", "SOME_INSURER", "names_another", "pictured_for_another"]

SOME_INSURER = "ご加入の健康保険"
"""An insurer that is not named: on the farewell screen, which anybody may read."""

_STEPS, _REASONS = result_texts.STEPS, explain

FOR_ANOTHER: Mapping[str, str] = {
    _REASONS(
        Reason.MOVED_TO_LATE_ELDERLY
    ).sentence: "年齢により、後期高齢者医療制度に移られました。{insurer}の保険は使えません。",
    _REASONS(Reason.INSURANCE_ENDED).sentence: "{insurer}の資格は、もう終わっています。",
    _REASONS(Reason.NOT_YET_INSURED).sentence: "{insurer}の資格は、まだ始まっていません。",
    _REASONS(
        Reason.MY_NUMBER_MISSING
    ).sentence: "{insurer}にマイナンバーの届け出がないため、カードが使えるまでに日数がかかります。",
    _REASONS(
        Reason.FILING_UNKNOWN
    ).sentence: "{insurer}が届書を受け付けた日がわからないため、使えるようになる日をお伝えできません。",
    _STEPS[
        NextStep.PAY_AND_CLAIM
    ]: "今日は医療費の全額をお支払いになり、あとから{insurer}に特別療養費を申請してください。",
    _STEPS[NextStep.REPORT_MY_NUMBER]: "{insurer}に、マイナンバーを届け出てください。",
    _STEPS[NextStep.FILE_PAPERS]: "届出の書類について、{insurer}にお問い合わせください。",
    _STEPS[NextStep.AWAIT_CONFIRMATION]: "資格確認書については、{insurer}にお問い合わせください。",
    _STEPS[NextStep.ASK_FOR_NOTICE]: "資格情報のお知らせについて、{insurer}にお問い合わせください。",
    _STEPS[NextStep.CONTACT_UNION]: "くわしいことは、{insurer}にお問い合わせください。",
    result_texts.FILE_THROUGH_EMPLOYER: "届出の書類について、{insurer}にお問い合わせください。",
    result_texts.STAY_RENEWED: "在留期間を更新された方は、{insurer}にお知らせください。",
    result_texts.FAREWELL_STEPS[NextStep.FILE_PAPERS]: "届出の書類について、{insurer}にお問い合わせください。",
    result_texts.HEADINGS.order_notice: "資格情報のお知らせを、{insurer}にお申し込みください",
}
"""Each sentence that speaks of the union, as it reads with the name of another insurer in it."""


def names_another(said: Phrase | str, insurer: Name | str | None) -> Phrase | str:
    """Return a sentence with the insurer's name in place of the union; unchanged if the person is one of ours."""
    text = said if isinstance(said, str) else said.text
    if insurer is None or text not in FOR_ANOTHER:
        return said
    return Phrase(FOR_ANOTHER[text], lists={"insurer": (insurer,)})


def pictured_for_another(picture: Picture) -> Picture:
    """Return a drawing without what is true of this union's 資格確認書 alone: its colour and material."""
    return replace(picture, hint="") if picture.hint == texts.DOCUMENT_HINTS[Document.CONFIRMATION] else picture
