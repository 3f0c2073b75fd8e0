"""Hold the texts of the screens that ask, of the way without a card, and of the union's own pages.

As in ``kiosk.web.texts``, the Japanese texts are the msgids of the translation catalogues.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.audit import LookPurpose
from kiosk.decision import Document, LifeEvent, Need, NextStep, Presented
from kiosk.reception import Belonging, Brings, Screen, Whereabouts
from kiosk.roles import Part
from kiosk.web.texts import ScreenText

__all__ = [
    "ADVICE",
    "ADVICE_IS_GENERAL",
    "ADVICE_STEPS",
    "ADVICE_SUPPLEMENTS",
    "ADVICE_WHY",
    "BELONGINGS",
    "BRINGS",
    "ASKED_AND_READY",
    "ASKED_HERE",
    "ASKED_ON",
    "COMES_ABOUT",
    "COMES_AFTER_CHECK",
    "COMES_ALREADY",
    "COMES_ALREADY_SOON",
    "COMES_IN_DAYS",
    "LIMIT_CONSENT_NO",
    "LIMIT_CONSENT_YES",
    "MAY_ASK_HERE",
    "MYNAPORTAL",
    "MYNAPORTAL_NEEDS",
    "NEEDS",
    "LOOKED_AT",
    "LOOKS",
    "LOOKS_MISSING",
    "LOOKS_NOTE",
    "LOOKS_SILENT",
    "LOOK_COLUMNS",
    "LOOK_PARTS",
    "LOOK_PURPOSES",
    "NOTHING_TO_REQUEST",
    "NOT_ENOUGH",
    "NO_LOOKS",
    "NO_ORDERS",
    "NO_PAPERS",
    "ORDERS",
    "OWN_RECORD",
    "OWN_RECORD_SILENT",
    "PAPERS_THROUGH_EMPLOYER",
    "PAPERS_TO_FILE",
    "PHONE_CARD_NO",
    "PHONE_CARD_NOT_TAKEN",
    "PHONE_CARD_YES",
    "PHONE_NO",
    "PHONE_YES",
    "PICTURES",
    "PROCEDURES",
    "QUESTIONS",
    "READY_ABOUT",
    "RECORD",
    "RECORD_BELOW",
    "RELATIONSHIPS",
    "REQUEST",
    "REQUESTED",
    "SEXES",
    "WHEREABOUTS",
    "ProcedureText",
]

QUESTIONS: Mapping[Screen, ScreenText] = {
    Screen.QUESTION_PURPOSE: ScreenText(
        "今日は、何のためのご利用ですか？",
        "目的によって、お使いいただく書類が変わります。",
    ),
    Screen.QUESTION_NEEDS: ScreenText(
        "次のうち、あてはまるものはありますか？",
        "あわせてお見せいただく証が変わります。いくつでも選べます。",
    ),
    Screen.QUESTION_SMARTPHONE: ScreenText(
        "スマートフォンで、資格情報の画面を見せられますか？",
        "マイナポータルの「健康保険証」の画面のことです。",
    ),
    Screen.QUESTION_LIMIT_CONSENT: ScreenText(
        "限度額適用認定証情報を、提供しますか？",
        "提供すると、限度額適用認定証などをお持ちいただかなくてよい場合があります。",
    ),
    Screen.GUIDE_CARD: ScreenText(
        "マイナンバーカードは、どうされましたか？",
        "カードがないときにできることを、ご案内します。",
    ),
    Screen.GUIDE_PHONE: ScreenText(
        "スマートフォンにマイナ保険証を入れていますか？",
        "入れている方は、スマートフォンだけで確認できます。",
    ),
    Screen.GUIDE_BELONGINGS: ScreenText(
        "今日、お持ちのものはどれですか？",
        "2つ以上お持ちの方は、上にあるものを選んでください。",
    ),
    Screen.PROCEDURES: ScreenText(
        "どのようなときの手続きですか？",
        "出していただく書類と、届くものをご案内します。",
    ),
}
"""Heading and sentence of the screens that ask."""

NEEDS: Mapping[Need, tuple[str, str]] = {
    Need.HIGH_COST: ("支払いを、限度額までにしたい", "高額療養費（入院や高額な治療のときなど）"),
    Need.MEAL_REDUCTION: ("入院中の食事代の減額を受けたい", "入院時食事療養費等の減額"),
    Need.SPECIFIC_DISEASE: ("特定疾病の治療を受ける", "人工透析が必要な方、血友病の方など"),
    Need.PUBLIC_SUBSIDY: ("医療費の助成を受けている", "子ども、ひとり親、障害、難病などの受給者証をお持ちの方"),
}
"""What a visit may need: in everyday words, and by its name."""

PHONE_YES = "はい、見せられます"
PHONE_NO = "いいえ（わからない方も）"

LIMIT_CONSENT_YES = ("提供する", "今回の確認だけに使い、終わったら残しません")
LIMIT_CONSENT_NO = ("提供しない", "限度額適用認定証などをお持ちの方は、係員にお見せください")

PHONE_CARD_YES = "はい、入れています"
PHONE_CARD_NO = "いいえ（わからない方も）"

WHEREABOUTS: Mapping[Whereabouts, tuple[str, str]] = {
    Whereabouts.AT_HOME: ("今日は持っていない", "家に忘れた方など"),
    Whereabouts.LOST: ("なくした", "見つからない方、盗まれた方"),
    Whereabouts.NEVER_ISSUED: ("作っていない", "まだ受け取っていない方も"),
    Whereabouts.RETURNED: ("返納した", "市区町村の窓口に返した方"),
}
"""Where the card may be."""

BELONGINGS: Mapping[Belonging, tuple[str, str]] = {
    Belonging.SMARTPHONE: ("スマートフォン", "マイナポータルの資格情報の画面"),
    Belonging.NOTICE: ("資格情報通知書", "A4の紙、またははがした小さなカード"),
    Belonging.CONFIRMATION: ("資格確認書", "青いプラスチックのカード"),
    Belonging.LEGACY_CARD: ("以前の保険証", "令和6年12月1日までに発行されたもの"),
    Belonging.NOTHING: ("どれも持っていない", ""),
}
"""What people may have with them."""

PICTURES: Mapping[Belonging, str] = {
    Belonging.SMARTPHONE: "smartphone",
    Belonging.NOTICE: "document-notice",
    Belonging.CONFIRMATION: "document-confirmation",
    Belonging.LEGACY_CARD: "document-legacy",
}

ADVICE: Mapping[tuple[Presented, ...], str] = {
    (Presented.PHONE_CARD,): "「スマートフォンのマイナ保険証」を、{counter}のカードリーダーにかざしてください",
    (Presented.CARD, Presented.SMARTPHONE_SCREEN): (
        "「マイナ保険証」とスマートフォンの画面を、{counter}でお見せください"
    ),
    (Presented.CARD, Presented.NOTICE): "「マイナ保険証」と「資格情報通知書」の両方を、{counter}でお見せください",
    (Presented.CARD,): "「マイナ保険証」を持って、{counter}の係員に声をかけてください",
    (Presented.CONFIRMATION,): "「資格確認書」を、{counter}でお見せください",
    (Presented.LEGACY_CARD,): "「保険証」を、{counter}でお見せください",
    (): "{desk}の係員にご相談ください",
}
"""Heading of the advice: what to show. It never says that anybody is insured."""

ADVICE_WHY: Mapping[tuple[Presented, ...], str] = {
    (Presented.PHONE_CARD,): "スマートフォンに入れたマイナ保険証で、カードがなくても確認できます。",
    (Presented.CARD, Presented.SMARTPHONE_SCREEN): (
        "カードを読み取れないときは、カードと資格情報の画面の両方で確認します。"
    ),
    (Presented.CARD, Presented.NOTICE): "カードを読み取れないときは、カードと通知書の両方で確認します。",
    (Presented.CARD,): "カードを読み取れないときは、申立書を書いて受け付ける方法があります。",
    (Presented.CONFIRMATION,): "資格確認書は、マイナ保険証の代わりにお使いいただく書類です。",
    (Presented.LEGACY_CARD,): "有効期限内の保険証は、マイナ保険証の代わりにお使いいただけます。",
}

NOT_ENOUGH: Mapping[Belonging, str] = {
    Belonging.SMARTPHONE: "スマートフォンの画面だけでは、受診できません。",
    Belonging.NOTICE: "資格情報通知書だけでは、受診できません。",
    Belonging.LEGACY_CARD: "以前の保険証は有効期限が過ぎているため、使えません。",
    Belonging.NOTHING: "資格を確認できるものが、お手元にありません。",
    Belonging.CONFIRMATION: "お持ちの資格確認書だけでは、確認できません。",
}
"""The reason, if the person has nothing that helps."""

PHONE_CARD_NOT_TAKEN = (
    "スマートフォンの画面だけでは、受診できません。"
    "この{desk}には、スマートフォンのマイナ保険証を読み取る機器がありません。"
)
"""The same for a person with a smartphone, at a desk that has no reader for the マイナ保険証 in it."""

ADVICE_STEPS: Mapping[NextStep, str] = {
    NextStep.HOLD_PHONE_TO_READER: "iPhoneの方は顔か指紋で、Androidの方は4けたの暗証番号で、ご本人を確認します。",
    NextStep.FILE_PAPERS: "資格確認書の交付を受けるには、{papers}を{union}に提出してください。",
    NextStep.AWAIT_CONFIRMATION: "資格確認書がお手元に届いていない方は、{union}にお問い合わせください。",
    NextStep.BRING_CARD: "次は、マイナンバーカードをお持ちください。",
    NextStep.DECLARE_ELIGIBILITY: "{counter}で「被保険者資格申立書」を書いてください。用紙は{counter}にあります。",
    NextStep.SHOW_SMARTPHONE_SCREEN: "マイナポータルを開き、「健康保険証」の資格情報の画面を出しておいてください。",
    NextStep.SHOW_NOTICE_WITH_CARD: "カードと資格情報通知書を、いっしょにお見せください。",
    NextStep.SHOW_CONFIRMATION: "資格確認書に書かれた有効期限を、お確かめください。",
    NextStep.SHOW_OLD_CARD: "保険証に書かれた有効期限を、お確かめください。",
}
"""The steps that apply to anybody in this position, without those that only the register knows or the heading says."""

ADVICE_SUPPLEMENTS = "70歳以上の方の高齢受給者証や、限度額適用認定証などをお持ちの方は、あわせてお見せください。"
"""△ for a person whose age is not known."""

ADVICE_IS_GENERAL = "一般的なご案内です。資格の確認は、{counter}で行います。"

OWN_RECORD = ScreenText(
    "あなたの資格情報",
    "組合に登録されている内容です。ちがうところがあれば、{desk}の係員にお知らせください。",
)
OWN_RECORD_SILENT = "お名前や番号は、声に出しません。画面でご覧になるか、係員におたずねください。"
"""Said in place of the fields, which people nearby would hear."""
LOOKS = ScreenText(
    "係員があなたの情報を見た記録",
    "この1年の記録です。新しい順に、6件まで表示します。",
)
NO_LOOKS = ScreenText(
    "係員があなたの情報を見た記録はありません",
    "係員があなたの情報を開くと、ここに表示されます。",
)
LOOKS_MISSING = ScreenText(
    "記録を読み出せませんでした",
    "係員があなたの情報を見た記録は、今は表示できません。{desk}の係員におたずねください。",
)
LOOKS_NOTE = "記録が届くまで、時間がかかることがあります。お名前の一覧だけを見たときは、入りません。"
LOOKS_SILENT = "記録の中身は、声に出しません。画面でご覧になるか、係員におたずねください。"
LOOK_COLUMNS = ("日時", "見た人", "目的")
LOOKED_AT = "{when} {time}"
LOOK_PARTS: Mapping[Part, str] = {Part.OFFICE: "組合の係員", Part.DESK: "{desk}の係員"}
"""Who looked: the part of the staff port where they were at work, never a name."""
LOOK_PURPOSES: Mapping[LookPurpose, str] = {
    LookPurpose.INQUIRY: "お問い合わせへの対応",
    LookPurpose.POSTING: "書類の発送",
    LookPurpose.CORRECTION: "登録内容の訂正",
    LookPurpose.OTHER: "そのほかの業務",
    LookPurpose.ELIGIBILITY: "資格の確認",
    LookPurpose.CARD: "カードの登録や解除",
    LookPurpose.PAPER: "書類の印刷",
}

RECORD = (
    "記号・番号・枝番",
    "フリガナ",
    "氏名",
    "生年月日",
    "性別",
    "資格取得年月日",
    "本人・家族区分",
    "保険者番号",
    "保険者名",
    "一部負担金の割合",
    "限度額適用区分",
)
"""The fields of 「資格情報の内容」 in the order of the union's page, column by column."""
RECORD_BELOW = "保険者名"
"""The field whose value is below its name, since it is long."""
SEXES: Mapping[str, str] = {"male": "男", "female": "女", "unset": "-", "": "-"}
RELATIONSHIPS: Mapping[str, str] = {"self": "本人", "family": "家族", "": "-"}


@dataclass(frozen=True, slots=True)
class ProcedureText:
    """One row of 「資格確認書交付の概要」: when it applies and what the union does.

    ``after_filing`` says when the document comes. ``attach`` names what goes with the papers; the papers themselves are
    listed with the documents (``kiosk.documents.procedures``). ``checked``: the union looks into the state's data first
    (the ※ of the page).
    """

    title: str
    does: str
    after_filing: bool = True
    attach: str = ""
    checked: bool = False


_IF_WITHOUT_CARD = "マイナ保険証をお持ちかどうかを組合で確認し、お持ちでない方に資格確認書を交付します。"
_ON_APPLICATION = "申請書に基づいて、資格確認書を交付します。"

PROCEDURES: Mapping[LifeEvent, ProcedureText] = {
    LifeEvent.ENROLLED: ProcedureText(
        "新しく加入したとき",
        "届書の「資格確認書発行要否」の欄にチェックがある方に、資格確認書を交付します。",
        attach="住民票などを添えてください。",
    ),
    LifeEvent.RENAMED: ProcedureText("氏名が変わったとき", _IF_WITHOUT_CARD, checked=True),
    LifeEvent.REEMPLOYED: ProcedureText(
        "継続再雇用されたとき（60歳以上）",
        _IF_WITHOUT_CARD,
        checked=True,
    ),
    LifeEvent.CERTIFICATE_EXPIRED: ProcedureText(
        "電子証明書の有効期限が切れたとき",
        "有効期限が切れた方を組合で把握して、資格確認書を交付します。",
        after_filing=False,
        checked=True,
    ),
    LifeEvent.REGISTRATION_CANCELLED: ProcedureText(
        "利用登録を解除したいとき",
        "マイナ保険証の利用登録を解除して、資格確認書を交付します。",
    ),
    LifeEvent.CARD_RETURNED: ProcedureText("マイナンバーカードを返納したとき", _ON_APPLICATION),
    LifeEvent.CARD_LOST: ProcedureText("マイナンバーカードをなくしたとき", _ON_APPLICATION),
    LifeEvent.CONFIRMATION_LOST: ProcedureText("資格確認書（保険証）をなくしたとき", _ON_APPLICATION),
    LifeEvent.CONSIDERATION_REQUESTED: ProcedureText(
        "マイナ保険証での受診がむずかしいとき",
        "申請書に基づいて、マイナ保険証をお持ちの方にも資格確認書を交付します。",
        attach="介護が必要な方、障害のある方など、カードでの受診に助けが必要な方の手続きです。",
    ),
}

BRINGS: Mapping[Brings, str] = {
    Brings.NOTICE: "資格情報通知書",
    Brings.CONFIRMATION: "資格確認書",
    Brings.KEEP: "新しい書類はありません。お持ちの資格確認書を、そのままお使いいただけます。",
    Brings.UNSAID: "",
}
"""What the procedure would bring the person at the terminal; when it comes is said once, beside it."""

MYNAPORTAL_NEEDS = "スマートフォン、マイナンバーカード、4けたの暗証番号を使います。"
MYNAPORTAL: tuple[str, ...] = (
    "アプリのログイン画面を開きます。",
    "暗証番号を入力し、カードをかざします。",
    "「わたし」の画面が表示されます。",
    "「健康保険証」を選びます。",
    "資格情報が表示されます。",
)
"""「マイナポータルでの資格情報確認方法」, step by step."""

REQUEST: Mapping[Document, str] = {
    Document.NOTICE: "「資格情報通知書」を申し込みますか？",
    Document.CONFIRMATION: "「資格確認書」を申し込みますか？",
}

NOTHING_TO_REQUEST = ScreenText(
    "今、ここで申し込める書類はありません",
    "届出が必要なものは、「手続きを調べる」でお確かめください。",
)
REQUESTED = ScreenText(
    "この書類は、申し込みがすんでいます",
    "組合で発行の準備をしています。",
)
NO_ORDERS = ScreenText(
    "届く予定の書類はありません",
    "申し込みをした書類があると、ここに表示されます。",
)
ORDERS = ScreenText(
    "届く予定の書類",
    "お申し込みを受け付けた書類です。",
)
NO_PAPERS = "書類を出していただく必要はありません。"
PAPERS_TO_FILE = "{papers}を、{union}に提出してください。"
PAPERS_THROUGH_EMPLOYER = "{papers}を、お勤め先（事業主）を通じて提出してください。"
COMES_ABOUT = "今日受け付けた場合、{when}に用意できる見込みです。"
COMES_ALREADY = "すでに受け付けています。{when}に用意できる見込みです。"
COMES_ALREADY_SOON = "すでに受け付けています。"
COMES_IN_DAYS = "組合で受け付けてから、数日後に用意できる見込みです。"
COMES_AFTER_CHECK = "組合が国のデータで確認したあとに、お送りします。"
MAY_ASK_HERE = "{papers}は、「ほかの用件」で申し込めます。"
ASKED_AND_READY = "{papers}は、{when}に用意できる見込みです。"
ASKED_HERE = "{papers}は、お申し込みを受け付けています。"
READY_ABOUT = "{when}に用意できる見込みです。"
ASKED_ON = "受付日 {when}"
