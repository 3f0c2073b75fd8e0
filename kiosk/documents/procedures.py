"""資格確認書交付の概要: which papers to file, what the union does, and when the document comes.

The union's eight rows have the order and the words of its page, but 「マイナ証」 in its footnote is マイナ保険証 here;
the ninth is that of the 要配慮者 (public rule). The page gives the time until the document comes only for
新たに資格取得; for the others it says what happens before that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.decision import DEFAULT_POLICY, LifeEvent, Paper, Policy
from kiosk.phrases import DayRange, Phrase

__all__ = ["FOOTNOTE", "THROUGH_EMPLOYER", "Procedure", "procedures"]

FOOTNOTE = (
    "※組合において、国から提供されるデータにて確認、把握します。"
    "マイナ保険証の利用登録がされていることを確認した場合は、「資格情報通知書」を交付する場合があります。"
)

THROUGH_EMPLOYER = frozenset({Paper.ENROLMENT_NOTICE, Paper.ACQUISITION_NOTICE, Paper.WITHDRAWAL_NOTICE})
"""Papers that the employer files (「事業主様の手続き」), on the sheet and on the screens."""

_CHECKED = "組合においてマイナ保険証の保有状況を確認※し、保有していない場合に交付"
_FILED = (Paper.CONFIRMATION_APPLICATION,)
_APPLICATION = ("資格確認書交付申請書",)
_ON_APPLICATION = "申請書に基づき交付"
_AFTER_APPLICATION = Phrase("申請書を組合で受け付けてからお送りします。")
_AFTER_CHECK = Phrase("届書を組合で受け付け、保有状況を確認してからお送りします。")
_NOTHING = "届出は必要ありません。"
_UNION = "組合に提出してください。"
_EMPLOYER = "事業主（お勤め先）を通じて、組合に提出してください。"
_EMPLOYER_WITH_ALL = (
    "マイナンバー、氏名、生年月日、性別、住所などを記載し、住民票などを添えて、"
    "事業主（お勤め先）を通じて、組合に提出してください。"
)
_AFTER_LINKAGE = (
    "届書を組合で受け付けた日からおおむね{days}日後（土日、祝日は含みません）に資格情報を登録し、"
    "そのあとにお送りします。"
)


@dataclass(frozen=True, slots=True)
class Procedure:
    """One row of the table.

    Attributes:
        situation: 交付が必要な状況.
        files: the codes of the papers to file; empty if nothing has to be filed.
        papers: the same papers by name, 届出書類.
        union: 組合の処理.
        arrives: when the document comes.
        through: to whom the person gives the papers, and what comes with them.

    """

    situation: str
    files: tuple[Paper, ...]
    papers: tuple[str, ...]
    union: str
    arrives: Phrase
    through: str = _UNION

    @property
    def union_does(self) -> str:
        """組合の処理 as a sentence."""
        return f"{self.union}します。"


def procedures(policy: Policy = DEFAULT_POLICY) -> Mapping[LifeEvent, Procedure]:
    """Return the nine rows, the eight of the page first and in its order, with the days of the insurer's policy."""
    return {LifeEvent.ENROLLED: _enrolled(policy), **_OTHERS}


def _enrolled(policy: Policy) -> Procedure:
    return Procedure(
        "新たに資格取得したとき",
        (Paper.ENROLMENT_NOTICE, Paper.ACQUISITION_NOTICE),
        ("組合員加入届", "被保険者資格取得届"),
        "資格確認書発行要否欄に☑チェックがある場合に交付",
        Phrase(_AFTER_LINKAGE, values={"days": DayRange(*policy.linkage_days)}),
        through=_EMPLOYER_WITH_ALL,
    )


_OTHERS: Mapping[LifeEvent, Procedure] = {
    LifeEvent.RENAMED: Procedure(
        "氏名が変わったとき",
        (Paper.NAME_CHANGE_NOTICE,),
        ("氏名変更届",),
        _CHECKED,
        _AFTER_CHECK,
    ),
    LifeEvent.REEMPLOYED: Procedure(
        "継続再雇用（60歳以上）したとき",
        (Paper.WITHDRAWAL_NOTICE, Paper.ENROLMENT_NOTICE),
        ("継続再雇用に関する届出（脱退届、加入届）",),
        _CHECKED,
        _AFTER_CHECK,
        through=_EMPLOYER,
    ),
    LifeEvent.CERTIFICATE_EXPIRED: Procedure(
        "マイナンバーカードの電子証明書の有効期限が切れたとき",
        (),
        (),
        "組合において、電子証明書の有効期限が切れた方を把握※し交付",
        Phrase("組合で有効期限切れを把握してからお送りします。"),
        through=_NOTHING,
    ),
    LifeEvent.REGISTRATION_CANCELLED: Procedure(
        "マイナ保険証の利用登録を解除したとき",
        (Paper.REGISTRATION_CANCELLATION,),
        ("マイナンバーカードの健康保険証利用登録の解除申請書",),
        "利用登録を解除のうえ交付",
        Phrase("利用登録の解除がすんでからお送りします。"),
    ),
    LifeEvent.CARD_RETURNED: Procedure(
        "マイナンバーカードを返納したとき", _FILED, _APPLICATION, _ON_APPLICATION, _AFTER_APPLICATION
    ),
    LifeEvent.CARD_LOST: Procedure(
        "マイナンバーカードを紛失したとき", _FILED, _APPLICATION, _ON_APPLICATION, _AFTER_APPLICATION
    ),
    LifeEvent.CONFIRMATION_LOST: Procedure(
        "資格確認書（保険証）を紛失したとき", _FILED, _APPLICATION, _ON_APPLICATION, _AFTER_APPLICATION
    ),
    LifeEvent.CONSIDERATION_REQUESTED: Procedure(
        "マイナ保険証での受診がむずかしいとき（要配慮者）",
        _FILED,
        _APPLICATION,
        _ON_APPLICATION,
        _AFTER_APPLICATION,
    ),
}
