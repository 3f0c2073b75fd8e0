"""Explain a reason in words: a fixed Japanese sentence for each reason, and its source."""

from __future__ import annotations

from typing import NamedTuple

from kiosk.decision.codes import Reason

__all__ = ["Explanation", "explain"]


class Explanation(NamedTuple):
    """``sentence`` is for the person; ``source`` is a section 「…」 of the union's page, or 公的ルール."""

    sentence: str
    source: str


def explain(reason: Reason) -> Explanation:
    """Return the fixed sentence and the source of a reason."""
    return _EXPLANATIONS[reason]


_FILING = "「事業主様の手続き」"
_LINKAGE = "「組合の資格情報登録」"
_REGISTRATION = "「マイナ保険証の利用登録方法」"
_TREATMENT = "「マイナ保険証での受診方法」"
_NOTICE = "「資格情報通知書を交付します」"
_CONFIRMATION = "「資格確認書を交付します」"
_ISSUE = "「資格確認書交付の概要」"
_OLD_CARD = "「保険証は令和6年12月1日で発行を終了しました」"
_PURPOSE = "「マイナ保険証・資格確認書・資格情報通知書の比較」使用目的"

_EXPLANATIONS = {
    Reason.MOVED_TO_LATE_ELDERLY: Explanation(
        "年齢により後期高齢者医療制度に移られたため、この組合の保険は使えません。",
        "公的ルール（高齢者の医療の確保に関する法律）",
    ),
    Reason.INSURANCE_ENDED: Explanation("この組合の保険は、もう終わっています。", "公的ルール（国民健康保険法）"),
    Reason.NOT_YET_INSURED: Explanation("この組合の保険は、まだ始まっていません。", _FILING),
    Reason.NOTICE_CONFIRMS_DETAILS: Explanation(
        "マイナ保険証をお持ちの方は、資格情報通知書などで記号と番号を確かめます。", _PURPOSE
    ),
    Reason.PHONE_CARD_WORKS: Explanation(
        "スマートフォンのマイナ保険証で、診察を受けられます。", "公的ルール（スマートフォンのマイナ保険証）"
    ),
    Reason.CARD_WORKS: Explanation("このカードで、今日の診察を受けられます。", _TREATMENT),
    Reason.CARD_UNREADABLE: Explanation(
        "カードを読み取れなかったため、ほかの方法で確認します。", f"{_NOTICE}通知書の記載"
    ),
    Reason.CARD_NOT_HERE: Explanation("今日はマイナ保険証をお持ちではありません。", _TREATMENT),
    Reason.NOT_LINKED_YET: Explanation(
        "保険の登録がまだ国のシステムに届いていないため、カードだけでは確認できません。", f"{_LINKAGE}留意事項②"
    ),
    Reason.MY_NUMBER_MISSING: Explanation(
        "組合にマイナンバーの届け出がないため、カードが使えるまでに日数がかかります。", f"{_LINKAGE}留意事項①"
    ),
    Reason.FILING_UNKNOWN: Explanation(
        "組合が届書を受け付けた日がわからないため、使えるようになる日をお伝えできません。", _LINKAGE
    ),
    Reason.LINKAGE_OVERDUE: Explanation(
        "通常の日数が過ぎていますが、保険の登録がまだ国のシステムに届いていません。", _LINKAGE
    ),
    Reason.NO_CARD: Explanation("マイナンバーカードをお持ちではありません。", _CONFIRMATION),
    Reason.CARD_RETURNED: Explanation("マイナンバーカードを返納されています。", _ISSUE),
    Reason.CARD_LOST: Explanation("マイナンバーカードを紛失されています。", _ISSUE),
    Reason.CERTIFICATE_EXPIRED: Explanation("カードの電子証明書の有効期限が切れています。", _ISSUE),
    Reason.CERTIFICATE_REVOKED: Explanation(
        "カードの電子証明書が使えなくなっています。", "公的ルール（公的個人認証法）"
    ),
    Reason.NOT_REGISTERED: Explanation("マイナンバーカードが、まだ保険証として登録されていません。", _REGISTRATION),
    Reason.REGISTRATION_CANCELLED: Explanation("マイナ保険証の利用登録が解除されています。", _ISSUE),
    Reason.INFORMATION_WITHHELD: Explanation(
        "自己情報の提供を止める手続きがされているため、マイナ保険証では資格を確認できません。",
        "公的ルール（自己情報提供不可の取扱い）",
    ),
    Reason.NOTICE_NOT_ENOUGH: Explanation("資格情報通知書だけでは、医療機関を受診できません。", _NOTICE),
    Reason.CERTIFICATE_IN_GRACE: Explanation(
        "電子証明書の有効期限は切れていますが、猶予期間のため、まだマイナ保険証で資格を確認できます。",
        "公的ルール（電子証明書の有効期限後の猶予期間）",
    ),
    Reason.CERTIFICATE_NOT_CHECKED: Explanation(
        "電子証明書が失効していないかどうかは、まだ確認できていません。", "公的ルール（公的個人認証法）"
    ),
    Reason.REGISTRATION_ENDING: Explanation(
        "利用登録の解除の手続き中のため、マイナ保険証はまもなく使えなくなります。", _ISSUE
    ),
    Reason.REGISTRATION_UNKNOWN: Explanation(
        "カードが保険証として登録されているかどうかは、まだ国のデータで確認できていません。", f"{_CONFIRMATION}交付対象"
    ),
    Reason.LINKAGE_ASSUMED: Explanation(
        "連携の日はわかりませんが、資格取得から日数がたっているため、連携済みとして扱います。", _LINKAGE
    ),
    Reason.PHONE_CARD_NOT_TAKEN: Explanation(
        "この受付のカードリーダーは、スマートフォンのマイナ保険証に対応していません。",
        "公的ルール（スマートフォンのマイナ保険証）",
    ),
    Reason.PAYS_IN_FULL: Explanation(
        "保険料の未納により、医療費の全額をいったんお支払いいただきます。",
        "公的ルール（国民健康保険法 特別療養費）",
    ),
    Reason.OLD_CARD_EXPIRED: Explanation("お持ちの保険証は有効期限を過ぎています。", _OLD_CARD),
    Reason.CONFIRMATION_EXPIRED: Explanation("お持ちの資格確認書は有効期限を過ぎています。", _CONFIRMATION),
    Reason.CONFIRMATION_STARTS_LATER: Explanation(
        "お持ちの資格確認書は、まだ発効期日を迎えていません。", _CONFIRMATION
    ),
    Reason.PAPER_OF_EARLIER_INSURANCE: Explanation(
        "お持ちの資格確認書または保険証は以前の資格のもののため、使用できません。", _CONFIRMATION
    ),
    Reason.CONFIRMATION_IS_ENOUGH: Explanation(
        "すでに交付された資格確認書があるため、新しい資格確認書は交付しません。", _ISSUE
    ),
    Reason.CONFIRMATION_ENDING: Explanation("お持ちの資格確認書の有効期限が近づいています。", _CONFIRMATION),
    Reason.STAY_ENDED: Explanation(
        "在留期間の満了日を過ぎているため、資格確認書を交付できません。", "公的ルール（在留期間と資格確認書の有効期限）"
    ),
}
