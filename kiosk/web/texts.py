"""Hold the sentences of the visitor's screens that a code selects; ``kiosk.web.asking`` has those of the others.

The Japanese texts are the msgids of the translation catalogues. ``{desk}`` is 受付 at a clinic and 窓口 at the union's
office, ``{union}`` 組合 or この窓口, ``{counter}`` 受付 or 医療機関の受付. Reasons have their sentence in ``kiosk.decision.explain``, failures in ``kiosk.failures``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.decision import Document, Paper, Presented, Purpose, Reason, Supplement
from kiosk.identity import Level
from kiosk.reception import CallShown, Screen, StateName

__all__ = [
    "AT_MOST",
    "CALLS",
    "COUNTERS",
    "DECLARATION",
    "DECLARATION_HINT",
    "DESKS",
    "DOCUMENTS",
    "DOCUMENT_HINTS",
    "ENDS_IN",
    "LAST_KNOWN",
    "LEVELS",
    "MARKS",
    "NOTICE_BESIDE_NOT_ENOUGH",
    "NOTICE_NOT_ENOUGH",
    "OTHER_CERTIFICATES",
    "OTHER_INSURANCE",
    "OTHER_INSURANCE_HINT",
    "OTHER_PICTURES",
    "PAPERS",
    "PHONE_NOT_ENOUGH",
    "PRESENT_INSURANCE",
    "PURPOSES",
    "REASONS_AT_UNION_OFFICE",
    "RENEWALS",
    "RENEWALS_UNTIL",
    "RENEWAL_HOW",
    "SCREENS",
    "STAFF_COME",
    "STAFF_IDENTIFIES",
    "STILL_THERE",
    "SUBSIDY_TOO",
    "SUPPLEMENTS_TOO",
    "SUPPLEMENT_HINTS",
    "TRIES_LEFT",
    "TYPED",
    "UNIONS",
    "USABLE_AFTER_REGISTRATION",
    "WAYS_TO_REGISTER",
    "WAYS_TO_REGISTER_ELSEWHERE",
    "ScreenText",
    "places_of",
]


@dataclass(frozen=True, slots=True)
class ScreenText:
    """The grammar of every screen: what it is, why (one sentence), what to do (at most three steps)."""

    heading: str
    why: str
    steps: tuple[str, ...] = ()


DESKS: Mapping[str, str] = {"clinic": "受付", "union_office": "窓口"}
"""The word for the staffed desk, by the settings' profile."""

COUNTERS: Mapping[str, str] = {"clinic": "受付", "union_office": "医療機関の受付"}
"""Where somebody is treated, by the settings' profile: at a clinic that is the desk itself."""

UNIONS: Mapping[str, str] = {"clinic": "組合", "union_office": "この窓口"}
"""Where to turn to the union, by the settings' profile: whoever is at the union's own office is there already."""

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
    Screen.ASKING_TERMINAL: ScreenText(
        "資格を確認しています",
        "オンライン資格確認に問い合わせています。ふつうは数秒で終わります。カードを置いたまま、お待ちください。",
    ),
    Screen.STAFF_CHECK: ScreenText(
        "{desk}の係員に声をかけてください",
        "係員がお手伝いします。",
    ),
    Screen.OFFICIAL_READER: ScreenText(
        "顔認証付きカードリーダーをお使いください",
        "終わったら、この画面の前でお待ちください。結果が出るか、係員がご案内します。",
        (
            "ここに置いたカードは、お取りください。",
            "{counter}にあるリーダーに、カードを置くか、スマートフォンをかざしてください。",
            "リーダーの画面の案内に、沿ってください。",
        ),
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
    StateName.INFORMATION: ScreenText(
        "続けますか？",
        "しばらく操作がありませんでした。案内を見るときは、「続ける」を押してください。",
    ),
    **dict.fromkeys(
        (StateName.RESULT, StateName.FAILURE),
        ScreenText(
            "続けますか？",
            "しばらく操作がありませんでした。前の画面を見るときは、「続ける」を押してください。",
        ),
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
    Document.NOTICE: "お知らせのA4の紙",
    Document.CONFIRMATION: "青いプラスチックのカード",
}
"""How to recognise the document at home."""

OTHER_PICTURES: Mapping[Presented, tuple[str, str, str]] = {
    Presented.LEGACY_CARD: ("document-legacy", "以前の保険証", ""),
    Presented.SMARTPHONE_SCREEN: ("smartphone", "スマートフォン", "マイナポータルの資格情報の画面"),
    Presented.PHONE_CARD: ("smartphone", "スマートフォン", "スマートフォンに入れたマイナ保険証"),
}
"""Picture, name and hint of what may be shown although it is not one of the three documents."""

DECLARATION = "申立書"
DECLARATION_HINT = "用紙は{counter}にあります"
"""The 被保険者資格申立書 as a picture beside the card."""

OTHER_INSURANCE = "新しい健康保険の書類"
PRESENT_INSURANCE = "今の健康保険の書類"
OTHER_INSURANCE_HINT = "マイナ保険証、資格確認書など"
"""What may help today a person who is no longer, or not yet, insured here."""

REASONS_AT_UNION_OFFICE: Mapping[Reason, str] = {
    Reason.CARD_WORKS: "このカードで、病院や薬局の診察を受けられます。",
    Reason.PHONE_CARD_NOT_TAKEN: "この窓口のカードリーダーは、スマートフォンのマイナ保険証に対応していません。",
}
"""Reasons that read differently where nobody is being treated."""

OTHER_CERTIFICATES = "ほかの証"
"""Name of the one picture in place of several certificates that have no room."""

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

NOTICE_NOT_ENOUGH = "この紙だけでは受診できません"
NOTICE_BESIDE_NOT_ENOUGH = "資格情報通知書だけでは受診できません"
PHONE_NOT_ENOUGH = "スマートフォンの画面だけでは受診できません"
USABLE_AFTER_REGISTRATION = "利用登録がすめば、すぐにマイナ保険証が使えます"

SUBSIDY_TOO = "医療費助成の受給者証をお持ちの方は、{counter}でいっしょにお見せください"
"""Shown to everybody whose answer it would change, since nobody is asked for it alone."""

SUPPLEMENTS_TOO = "ほかの証も、あわせて必要です"
"""Shown beside the picture if a paper needs a supplementary certificate."""

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

AT_MOST = "長くても{seconds}秒ほどで終わります。"
"""Under the bar while the 資格確認端末 is asked; it appears after a second."""

LAST_KNOWN = "{when}の時点では、資格を確認できていました。今日の確認は、これからです。"
"""Beside a failure of the 資格確認端末: what it said the last time proves nothing of today."""

TYPED = "{count}けた入力しました"
"""How many digits of the 暗証番号 are there, for people who cannot see the dots."""

ENDS_IN = "{seconds}秒で、自動的におわります"


def places_of(profile: str) -> Mapping[str, str]:
    """Return the words for the placeholders of places in every text, by the settings' profile."""
    return {"desk": DESKS[profile], "union": UNIONS[profile], "counter": COUNTERS[profile]}
