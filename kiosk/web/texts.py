"""Hold the sentences of the visitor's screens that a code selects; ``kiosk.web.asking`` has those of the others.

The Japanese texts are the msgids of the translation catalogues. ``{desk}`` is 受付 at a clinic and 窓口 at the union's
office. Reasons have their sentence in ``kiosk.decision.explain``, failures in ``kiosk.failures``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.decision import Document, NextStep, Paper, Presented, Purpose, Reason, Supplement
from kiosk.identity import Level
from kiosk.reception import CallShown, Screen, StateName

__all__ = [
    "CALLS",
    "DECLARATION",
    "DECLARATION_HINT",
    "DESKS",
    "DOCUMENTS",
    "DOCUMENT_HINTS",
    "FAREWELL_STEPS",
    "FAREWELL_STEPS_AT_UNION_OFFICE",
    "FILE_THROUGH_EMPLOYER",
    "LEVELS",
    "MARKS",
    "NEEDED",
    "NOTICE_BESIDE_NOT_ENOUGH",
    "NOTICE_NOT_ENOUGH",
    "NOT_COVERED",
    "OTHER_CERTIFICATES",
    "OTHER_PICTURES",
    "PAPERS",
    "PHONE_NOT_ENOUGH",
    "PRESENT",
    "PURPOSES",
    "REGISTER_ELSEWHERE",
    "RENEWALS",
    "RENEWALS_UNTIL",
    "RENEWAL_HOW",
    "SCREENS",
    "SHOWN",
    "STAFF_COME",
    "STAFF_IDENTIFIES",
    "STEPS",
    "STEPS_AT_UNION_OFFICE",
    "STILL_THERE",
    "SUPPLEMENTS",
    "SUPPLEMENTS_TOO",
    "SUPPLEMENT_HINTS",
    "TRIES_LEFT",
    "UNCHECKED_BEFORE_PIN",
    "USABLE_AFTER_REGISTRATION",
    "USABLE_FROM",
    "WAIT_AFTER_REPORT",
    "WAYS_TO_REGISTER",
    "WAYS_TO_REGISTER_ELSEWHERE",
    "WITH_DECLARATION",
    "ScreenText",
]


@dataclass(frozen=True, slots=True)
class ScreenText:
    """The grammar of every screen: what it is, why (one sentence), what to do (at most three steps)."""

    heading: str
    why: str
    steps: tuple[str, ...] = ()


DESKS: Mapping[str, str] = {"clinic": "受付", "union_office": "窓口"}
"""The word for the staffed desk, by the settings' profile."""

SCREENS: Mapping[Screen, ScreenText] = {
    Screen.IDLE: ScreenText(
        "マイナンバーカードを、カードリーダーに置いてください",
        "健康保険の資格を確認します。カードは、ケースから出してください。",
    ),
    Screen.READING: ScreenText(
        "カードを読み取っています",
        "そのまま、カードを動かさずにお待ちください。",
    ),
    Screen.PIN: ScreenText(
        "4けたの暗証番号を入力してください",
        "ご本人であることを確認するためです。",
        ("数字を4つ押します。", "「確認」を押します。"),
    ),
    Screen.CHECKING: ScreenText(
        "確認しています",
        "カードを置いたまま、少しお待ちください。",
    ),
    Screen.STAFF_CHECK: ScreenText(
        "{desk}の係員に声をかけてください",
        "係員がお手伝いします。",
    ),
    Screen.TAKE_CARD: ScreenText(
        "カードをお取りください",
        "カードの置き忘れに、お気をつけください。",
    ),
    Screen.FAREWELL: ScreenText(
        "ご利用ありがとうございました",
        "わからないことは、{desk}の係員におたずねください。",
    ),
}
"""Screens whose texts do not depend on a decision or a failure."""

STAFF_IDENTIFIES = ScreenText(
    "{desk}の係員に声をかけてください",
    "暗証番号を使わずに、係員が顔写真などで本人確認をします。",
    ("カードは、置いたままにしてください。", "{desk}の係員に、本人確認を頼んでください。"),
)
"""``staff_check`` with a card that was read: the next step is the 目視確認."""

STAFF_COME: Mapping[CallShown, str] = {
    CallShown.CALLED: "係員をよびました。このままお待ちください",
    CallShown.ANSWERED: "係員がまいります",
}
"""Heading of ``staff_check`` while somebody at the desk can know of it: nobody has to be spoken to then."""

STILL_THERE: Mapping[StateName, ScreenText] = {
    StateName.PIN: ScreenText(
        "続けますか？",
        "しばらく操作がありませんでした。暗証番号を入力するときは、「続ける」を押してください。",
    ),
    StateName.GUIDE: ScreenText(
        "続けますか？",
        "しばらく操作がありませんでした。案内を見るときは、「続ける」を押してください。",
    ),
    StateName.RESULT: ScreenText(
        "続けますか？",
        "しばらく操作がありませんでした。前の画面を見るときは、「続ける」を押してください。",
    ),
}
"""``still_there``, by the state behind it; nothing of the result is shown."""

TRIES_LEFT = "あと{count}回まちがえると、暗証番号がロックされます。"

DOCUMENTS: Mapping[Document, str] = {
    Document.CARD: "マイナ保険証",
    Document.NOTICE: "資格情報通知書",
    Document.CONFIRMATION: "資格確認書",
}

DOCUMENT_HINTS: Mapping[Document, str] = {
    Document.CARD: "利用登録をしたマイナンバーカード",
    Document.NOTICE: "資格情報のお知らせ（A4の紙）",
    Document.CONFIRMATION: "青いプラスチックのカード",
}
"""How to recognise the document at home."""

OTHER_PICTURES: Mapping[Presented, tuple[str, str, str]] = {
    Presented.LEGACY_CARD: ("document-legacy", "以前の保険証", ""),
    Presented.SMARTPHONE_SCREEN: ("smartphone", "スマートフォン", "マイナポータルの資格情報の画面"),
    Presented.PHONE_CARD: ("smartphone", "スマートフォン", "スマートフォンに入れたマイナ保険証"),
}
"""Picture, name and hint of what may be shown although it is not one of the three documents."""

PRESENT: Mapping[tuple[Presented, ...], str] = {
    (Presented.CARD,): "「マイナ保険証」で受診できます",
    (Presented.CARD, Presented.SMARTPHONE_SCREEN): "「マイナ保険証」とスマートフォンの画面で受診できます",
    (Presented.CARD, Presented.NOTICE): "「マイナ保険証」と「資格情報通知書」で受診できます",
    (Presented.CONFIRMATION,): "「資格確認書」で受診できます",
    (Presented.LEGACY_CARD,): "お手元の「保険証」で受診できます",
    (Presented.NOTICE,): "「資格情報通知書」をお見せください",
    (Presented.SMARTPHONE_SCREEN,): "スマートフォンの資格情報の画面をお見せください",
    (Presented.PHONE_CARD,): "スマートフォンの「マイナ保険証」で受診できます",
}
"""Heading by what is shown at the desk, if the purpose can be served today."""

SHOWN: Mapping[tuple[Presented, ...], str] = {
    (Presented.CONFIRMATION,): "「資格確認書」をお見せください",
    (Presented.LEGACY_CARD,): "お手元の「保険証」をお見せください",
}
"""Used instead of PRESENT if the visitor came for a claim or a health programme rather than for treatment."""

DECLARATION = "申立書"
DECLARATION_HINT = "用紙は{desk}にあります"
"""The 被保険者資格申立書 as a picture beside the card."""

OTHER_CERTIFICATES = "ほかの証"
"""Name of the one picture in place of several certificates that have no room."""

WITH_DECLARATION = "「マイナ保険証」と申立書で受診できます"
"""Heading if a 被保険者資格申立書 is needed."""

NEEDED: Mapping[Document, str] = {
    Document.CARD: "「マイナ保険証」が必要です",
    Document.NOTICE: "「資格情報通知書」が必要です",
    Document.CONFIRMATION: "「資格確認書」が必要です",
}
"""Heading if the purpose cannot be served today."""

NOT_COVERED: Mapping[Reason, str] = {
    Reason.MOVED_TO_LATE_ELDERLY: "後期高齢者医療制度に変わっています",
    Reason.INSURANCE_ENDED: "この健康保険の資格は、終わっています",
    Reason.NOT_YET_INSURED: "この健康保険の資格は、まだ始まっていません",
}
"""Heading if no document of this insurer applies."""

STEPS: Mapping[NextStep, str] = {
    NextStep.TAKE_CARD_AND_WAIT: "カードをお取りになり、{desk}の案内をお待ちください。",
    NextStep.HOLD_PHONE_TO_READER: "スマートフォンを、{desk}のカードリーダーにかざしてください。",
    NextStep.REGISTER_CARD: "この{desk}のカードリーダーで、マイナ保険証の利用登録をしてください。",
    NextStep.REGISTER_CARD_AT_READER: "顔認証つきのカードリーダーで、マイナ保険証の利用登録をしてください。",
    NextStep.SHOW_SMARTPHONE_SCREEN: "マイナ保険証と、マイナポータルの資格情報の画面を、いっしょに{desk}でお見せください。",
    NextStep.SHOW_NOTICE_WITH_CARD: "マイナ保険証と資格情報通知書を、いっしょに{desk}でお見せください。",
    NextStep.SHOW_NOTICE: "資格情報通知書を、{desk}でお見せください。",
    NextStep.VIEW_MYNAPORTAL: "スマートフォンでマイナポータルを開き、資格情報の画面を{desk}でお見せください。",
    NextStep.SHOW_CONFIRMATION: "資格確認書を、{desk}でお見せください。",
    NextStep.SHOW_OLD_CARD: "お手元の保険証を、{desk}でお見せください。",
    NextStep.DECLARE_ELIGIBILITY: "{desk}で「被保険者資格申立書」を書いてください。用紙は{desk}にあります。",
    NextStep.BRING_CARD: "次は、マイナンバーカードをお持ちください。",
    NextStep.BRING_SUPPLEMENTS: "{supplements}も、いっしょにお見せください。",
    NextStep.PAY_AND_CLAIM: "今日は医療費の全額をお支払いになり、あとから組合に特別療養費を申請してください。",
    NextStep.WAIT_FOR_LINKAGE: "マイナ保険証が使えるようになるまで、もうしばらくかかります。",
    NextStep.REPORT_MY_NUMBER: "お勤め先（事業主）を通じて、組合にマイナンバーを届け出てください。",
    NextStep.FILE_PAPERS: "{papers}を、組合に提出してください。",
    NextStep.AWAIT_CONFIRMATION: "資格確認書は、後日、組合から届きます。",
    NextStep.RENEW_CERTIFICATE: "お住まいの市区町村の窓口で、電子証明書の更新の手続きをしてください。",
    NextStep.ASK_FOR_NOTICE: "資格情報通知書について、組合にお問い合わせください。",
    NextStep.ASK_STAFF: "どうすればよいかは、{desk}の係員にご相談ください。",
    NextStep.CONTACT_UNION: "くわしいことは、組合にお問い合わせください。",
    NextStep.ASK_NEW_INSURER: "現在加入している健康保険に、お問い合わせください。",
}
"""What to do next (docs/decision.md, section 5)."""

STEPS_AT_UNION_OFFICE: Mapping[NextStep, str] = {
    NextStep.TAKE_CARD_AND_WAIT: "カードをお取りください。医療機関では、カードリーダーにこのカードを置きます。",
}
"""Steps that read differently where nobody is being treated."""

REGISTER_ELSEWHERE: Mapping[NextStep, str] = {
    NextStep.REGISTER_CARD: "マイナポータルなどで、マイナ保険証の利用登録をしてください。",
}
"""Used if no reader of this desk can do it now: at the union's office, or the card is not here or cannot be read."""

WAYS_TO_REGISTER = (
    "この{desk}のカードリーダーから（いちばん早い方法です）",
    "スマートフォンのマイナポータルから",
    "セブン銀行のATMから",
)
WAYS_TO_REGISTER_ELSEWHERE = (
    "スマートフォンのマイナポータルから",
    "医療機関や薬局の受付のカードリーダーから",
    "セブン銀行のATMから",
)
"""「マイナ保険証の利用登録方法」: the three ways, the nearest first."""

RENEWALS: Mapping[bool, str] = {
    False: "電子証明書の有効期限が近づいています",
    True: "電子証明書の有効期限が切れています。早めに更新してください",
}
RENEWALS_UNTIL: Mapping[bool, str] = {
    False: "電子証明書の有効期限は{when}です",
    True: "電子証明書の有効期限が切れています。{when}まで使えます",
}
"""The remark about a certificate to renew (True: in its grace period).

A clinic's screen shows no date, which would reveal the birthday.
"""

RENEWAL_HOW = (
    "電子証明書は、お住まいの市区町村の窓口で更新できます。有効期限の3か月前から受け付けています。",
    "更新したあとは、係員による手続きが必要です。次にお使いになるときに、{desk}の係員に声をかけてください。",
)
"""Where and how to renew a certificate, and what has to be done here afterwards."""

FILE_THROUGH_EMPLOYER = "お勤め先（事業主）を通じて、{papers}を組合に提出してください。"
"""``file_papers`` if the papers go through the employer (「事業主様の手続き」)."""

NOTICE_NOT_ENOUGH = "この紙だけでは受診できません"
NOTICE_BESIDE_NOT_ENOUGH = "資格情報通知書だけでは受診できません"
PHONE_NOT_ENOUGH = "スマートフォンの画面だけでは受診できません"
USABLE_AFTER_REGISTRATION = "利用登録がすめば、すぐにマイナ保険証が使えます"
WAIT_AFTER_REPORT = "届け出のあと、マイナ保険証が使えるようになるまで、日数がかかります。"
"""``wait_for_linkage`` if nothing happens before the マイナンバー is reported (「日数を要します」)."""
USABLE_FROM = "マイナ保険証が使えるようになるのは、{when}の見込みです。"

SUPPLEMENTS_TOO = "ほかの証も、あわせて必要です"
"""Shown beside the picture if a paper needs a supplementary certificate."""

SUPPLEMENTS: Mapping[Supplement, str] = {
    Supplement.ELDERLY_RECIPIENT_CERTIFICATE: "高齢受給者証",
    Supplement.LIMIT_APPLICATION_CERTIFICATE: "限度額適用認定証",
    Supplement.MEAL_REDUCTION_CERTIFICATE: "標準負担額減額認定証",
    Supplement.SPECIFIC_DISEASE_CERTIFICATE: "特定疾病療養受療証",
    Supplement.SUBSIDY_CERTIFICATE: "医療費助成の受給者証",
}

SUPPLEMENT_HINTS: Mapping[Supplement, str] = {
    Supplement.ELDERLY_RECIPIENT_CERTIFICATE: "高齢受給者証：70歳から74歳の方の、支払いの割合が書かれた証です。",
    Supplement.LIMIT_APPLICATION_CERTIFICATE: "限度額適用認定証：支払いを、自己負担の限度額までにするための証です。",
    Supplement.MEAL_REDUCTION_CERTIFICATE: "標準負担額減額認定証：入院中の食事代の減額を受けるための証です。",
    Supplement.SPECIFIC_DISEASE_CERTIFICATE: "特定疾病療養受療証：特定疾病の治療の支払いの減額を受けるための証です。",
    Supplement.SUBSIDY_CERTIFICATE: "医療費助成の受給者証：市区町村や都道府県から届いた、医療費の助成を受けるための証です。",
}
"""What each supplementary certificate is for, to help people tell them apart."""

PAPERS: Mapping[Paper, str] = {
    Paper.ENROLMENT_NOTICE: "組合員加入届",
    Paper.ACQUISITION_NOTICE: "被保険者資格取得届",
    Paper.NAME_CHANGE_NOTICE: "氏名変更届",
    Paper.WITHDRAWAL_NOTICE: "脱退届",
    Paper.REGISTRATION_CANCELLATION: "利用登録の解除申請書",
    Paper.CONFIRMATION_APPLICATION: "資格確認書交付申請書",
}

LEVELS: Mapping[Level, str] = {
    Level.PRESENTED: "カードの読み取りのみ（本人確認はしていません）",
    Level.CONFIRMED: "本人確認済み（暗証番号）",
    Level.STAFF_CONFIRMED: "本人確認済み（目視）",
    Level.OFFICIAL_READER: "本人確認済み（顔認証付きカードリーダー）",
}
"""What the service may claim about the person."""

PURPOSES: Mapping[Purpose, str] = {
    Purpose.VISIT: "病院や薬局で受診する",
    Purpose.BENEFIT_CLAIM: "給付金を申請する",
    Purpose.HEALTH_PROGRAM: "保健事業（健診など）を利用する",
}
"""What the answer is for."""

MARKS: Mapping[str, str] = {
    "yes": "丸。使えます",
    "also": "三角。ほかの書類も必要です",
    "no": "ばつ。これだけでは使えません",
    "attention": "ご確認ください",
}
"""The text of the sign beside a result's heading, for people who cannot see it."""

CALLS: Mapping[CallShown, str] = {
    CallShown.CALLED: "係員をよびました。このままお待ちください。",
    CallShown.ANSWERED: "係員がまいります。",
    CallShown.NOBODY: "お近くの係員に、お声がけください。",
}
"""What the screen says of a call: on the help button once it was answered, until then in its place."""

UNCHECKED_BEFORE_PIN = "係員用の表示：このカードの電子証明書は、暗証番号の入力後に確認します。"
"""For staff: the card could not be checked before its 暗証番号."""

FAREWELL_STEPS: Mapping[NextStep, str] = {
    **STEPS,
    NextStep.TAKE_CARD_AND_WAIT: "{desk}の案内をお待ちください。",
    NextStep.REGISTER_CARD: "マイナ保険証の利用登録をしてください。",
    NextStep.BRING_SUPPLEMENTS: "ほかの証も、いっしょにお見せください。",
    NextStep.FILE_PAPERS: "届出の書類を、組合に提出してください。",
}
"""What to do first once the card was taken; nothing in it is specific to this person."""

FAREWELL_STEPS_AT_UNION_OFFICE: Mapping[NextStep, str] = {
    NextStep.TAKE_CARD_AND_WAIT: "医療機関では、カードリーダーにマイナ保険証を置いてください。",
}
"""The same, where nobody is being treated."""
