"""Hold the sentences of a result: its headings, and what to do next.

As in ``kiosk.web.texts``, the Japanese texts are the msgids of the translation catalogues, and ``{desk}`` is 受付 at a
clinic and 窓口 at the union's office. Reasons have their sentence in ``kiosk.decision.explain``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.decision import Document, NextStep, Presented, Reason, Supplement

__all__ = [
    "BRING_MANY_SUPPLEMENTS",
    "CARD_LEFT_BEHIND",
    "CERTIFICATE_ENDED",
    "FAMILY_TOO",
    "FAREWELL_STEPS",
    "FAREWELL_STEPS_AT_UNION_OFFICE",
    "FILE_THROUGH_EMPLOYER",
    "FILE_THROUGH_EMPLOYER_AT_UNION_OFFICE",
    "HEADINGS",
    "HEADINGS_AT_UNION_OFFICE",
    "NEXT_CARD",
    "NUMBER_INSTEAD",
    "REGISTER_ELSEWHERE",
    "REGISTER_HERE",
    "PICTURED_AS",
    "REGISTER_IF_ASKED",
    "REGISTER_IF_ASKED_AT_CLINIC",
    "SHOW_AT_CLINIC",
    "SHOWN_AS",
    "STAY_RENEWED",
    "STAY_RENEWED_AT_UNION_OFFICE",
    "STEPS",
    "STEPS_AT_UNION_OFFICE",
    "SUPPLEMENTS",
    "WAIT_AFTER_REPORT",
    "USABLE_FROM",
    "Headings",
]

SHOWN_AS: Mapping[Presented, str] = {
    Presented.CARD: "マイナ保険証",
    Presented.NOTICE: "資格情報通知書",
    Presented.CONFIRMATION: "資格確認書",
    Presented.SMARTPHONE_SCREEN: "スマートフォンの資格情報の画面",
    Presented.LEGACY_CARD: "保険証",
    Presented.PHONE_CARD: "スマートフォンのマイナ保険証",
}
"""What is shown at the desk, as a heading names it."""

SUPPLEMENTS: Mapping[Supplement, str] = {
    Supplement.ELDERLY_RECIPIENT_CERTIFICATE: "高齢受給者証",
    Supplement.LIMIT_APPLICATION_CERTIFICATE: "限度額適用認定証",
    Supplement.MEAL_REDUCTION_CERTIFICATE: "標準負担額減額認定証",
    Supplement.SPECIFIC_DISEASE_CERTIFICATE: "特定疾病療養受療証",
    Supplement.SUBSIDY_CERTIFICATE: "医療費助成の受給者証",
}

PICTURED_AS: Mapping[Supplement, str] = {**SUPPLEMENTS, Supplement.SUBSIDY_CERTIFICATE: "受給者証"}
"""The name under the drawing, where a long one has no room."""


@dataclass(frozen=True, slots=True)
class Headings:
    """What to do now, in one sentence.

    ``show``, ``pay_and_show`` and ``show_for_details`` have four forms each: one thing to show, two, one and other
    certificates, two and other certificates. ``missing`` is used if the purpose cannot be served by anything at hand.
    """

    card: str
    phone_card: str
    show: tuple[str, str, str, str]
    pay_with_card: str
    pay_and_show: tuple[str, str, str, str]
    declare: str
    missing: Mapping[Document, str]
    show_for_details: tuple[str, str, str, str]
    order_notice: str
    not_covered: Mapping[Reason, str]


_SHOW = (
    "「{first}」を、{desk}でお見せください",
    "「{first}」と「{second}」を、{desk}でお見せください",
    "「{first}」と、ほかの証を、{desk}でお見せください",
    "「{first}」と「{second}」と、ほかの証を、{desk}でお見せください",
)
_NEW_INSURANCE = "{desk}の係員へ。新しい健康保険の書類をお持ちなら、お見せください"

HEADINGS = Headings(
    card="「マイナ保険証」で受診できます。カードをお取りください",
    phone_card="「スマートフォンのマイナ保険証」を、{desk}のカードリーダーにかざしてください",
    show=_SHOW,
    pay_with_card="「マイナ保険証」で受け付けます。お支払いは、いったん全額です",
    pay_and_show=(
        "「{first}」を{desk}でお見せのうえ、いったん全額をお支払いください",
        "「{first}」と「{second}」を{desk}でお見せのうえ、いったん全額をお支払いください",
        "「{first}」と、ほかの証を{desk}でお見せのうえ、いったん全額をお支払いください",
        "「{first}」と「{second}」と、ほかの証を{desk}でお見せのうえ、いったん全額をお支払いください",
    ),
    declare="「マイナ保険証」を{desk}でお見せのうえ、申立書をお書きください",
    missing={
        Document.CARD: "{desk}の係員へ。「マイナ保険証」がないときのことを、おたずねください",
        Document.NOTICE: "{desk}の係員へ。「資格情報通知書」のことを、おたずねください",
        Document.CONFIRMATION: "{desk}の係員へ。「資格確認書」のことを、おたずねください",
    },
    show_for_details=_SHOW,
    order_notice="「資格情報通知書」を、組合にお申し込みください",
    not_covered={
        Reason.MOVED_TO_LATE_ELDERLY: _NEW_INSURANCE,
        Reason.INSURANCE_ENDED: _NEW_INSURANCE,
        Reason.NOT_YET_INSURED: "{desk}の係員へ。今の健康保険の書類をお持ちなら、お見せください",
    },
)

HEADINGS_AT_UNION_OFFICE = Headings(
    card="医療機関では、「マイナ保険証」をお使いください",
    phone_card="医療機関では、「スマートフォンのマイナ保険証」をお使いください",
    show=(
        "医療機関では、「{first}」をお見せください",
        "医療機関では、「{first}」と「{second}」をお見せください",
        "医療機関では、「{first}」と、ほかの証をお見せください",
        "医療機関では、「{first}」と「{second}」と、ほかの証をお見せください",
    ),
    pay_with_card="医療機関では、「マイナ保険証」をお使いになり、いったん全額をお支払いください",
    pay_and_show=(
        "医療機関では、「{first}」をお見せのうえ、いったん全額をお支払いください",
        "医療機関では、「{first}」と「{second}」をお見せのうえ、いったん全額をお支払いください",
        "医療機関では、「{first}」と、ほかの証をお見せのうえ、いったん全額をお支払いください",
        "医療機関では、「{first}」と「{second}」と、ほかの証をお見せのうえ、いったん全額をお支払いください",
    ),
    declare="医療機関では、「マイナ保険証」をお見せのうえ、申立書をお書きください",
    missing={
        Document.CARD: "「マイナ保険証」がないときのことを、この{desk}の係員におたずねください",
        Document.NOTICE: "「資格情報通知書」のことを、この{desk}の係員におたずねください",
        Document.CONFIRMATION: "「資格確認書」のことを、この{desk}の係員におたずねください",
    },
    show_for_details=_SHOW,
    order_notice="「資格情報通知書」を、この{desk}でお申し込みください",
    not_covered={
        Reason.MOVED_TO_LATE_ELDERLY: "後期高齢者医療制度の窓口（お住まいの市区町村）におたずねください",
        Reason.INSURANCE_ENDED: "今の健康保険の窓口におたずねください",
        Reason.NOT_YET_INSURED: "保険がいつから使えるかを、この{desk}の係員におたずねください",
    },
)
"""The same where nobody is being treated: a clinic is named, and this desk is the union's own."""

REGISTER_HERE = "この{desk}で、「マイナ保険証」の利用登録ができます"
"""The heading at a clinic whose reader can register the card now."""

STEPS: Mapping[NextStep, str] = {
    NextStep.TAKE_CARD_AND_WAIT: "カードをお取りになり、{desk}の案内をお待ちください。",
    NextStep.HOLD_PHONE_TO_READER: "スマートフォンを、{desk}のカードリーダーにかざしてください。",
    NextStep.REGISTER_CARD: "この{desk}のカードリーダーで、マイナ保険証の利用登録をしてください。",
    NextStep.REGISTER_CARD_AT_READER: "この{desk}の顔認証付きカードリーダーで、マイナ保険証の利用登録をしてください。",
    NextStep.SHOW_SMARTPHONE_SCREEN: "カードと、マイナポータルの資格情報の画面を、いっしょに{desk}でお見せください。",
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
    NextStep.HOLD_PHONE_TO_READER: "医療機関では、カードリーダーにスマートフォンをかざします。",
    NextStep.SHOW_SMARTPHONE_SCREEN: "医療機関では、カードと、マイナポータルの資格情報の画面をお見せください。",
    NextStep.SHOW_NOTICE_WITH_CARD: "医療機関では、マイナ保険証と資格情報通知書を、いっしょにお見せください。",
    NextStep.DECLARE_ELIGIBILITY: "医療機関の受付で「被保険者資格申立書」を書いてください。用紙は受付にあります。",
    NextStep.PAY_AND_CLAIM: "医療機関で全額をお支払いになったあと、この{desk}に特別療養費を申請してください。",
    NextStep.REPORT_MY_NUMBER: "お勤め先（事業主）を通じて、この{desk}にマイナンバーを届け出てください。",
    NextStep.FILE_PAPERS: "{papers}を、この{desk}に提出してください。",
    NextStep.ASK_FOR_NOTICE: "資格情報通知書を、この{desk}でお申し込みください。",
    NextStep.ASK_STAFF: "どうすればよいかは、この{desk}の係員にご相談ください。",
    NextStep.CONTACT_UNION: "くわしいことは、この{desk}の係員におたずねください。",
}
"""Steps that read differently where nobody is being treated, and where the union is at hand."""

SHOW_AT_CLINIC: Mapping[NextStep, str] = {
    NextStep.SHOW_CONFIRMATION: "医療機関では、資格確認書をお見せください。",
    NextStep.SHOW_OLD_CARD: "医療機関では、お手元の保険証をお見せください。",
}
"""Steps at the union's office towards a treatment; for a claim the same papers are shown there."""

REGISTER_ELSEWHERE: Mapping[NextStep, str] = {
    NextStep.REGISTER_CARD: "マイナポータルなどで、マイナ保険証の利用登録をしてください。",
    NextStep.REGISTER_CARD_AT_READER: "医療機関の顔認証付きカードリーダーで、マイナ保険証の利用登録をしてください。",
}
"""Used if no reader of this desk can do it now: at the union's office, or the card is not here or cannot be read."""

BRING_MANY_SUPPLEMENTS = "ほかの{count}つの証も、お見せください。名前は「くわしく」にあります。"
"""``bring_supplements`` if the names of all would fill the screen."""

REGISTER_IF_ASKED: Mapping[NextStep, str] = {
    NextStep.REGISTER_CARD: "カードリーダーの画面で利用登録をたずねられたら、登録してください。",
    NextStep.REGISTER_CARD_AT_READER: "顔認証付きカードリーダーの画面で利用登録をたずねられたら、登録してください。",
}
REGISTER_IF_ASKED_AT_CLINIC: Mapping[NextStep, str] = {
    NextStep.REGISTER_CARD: "医療機関のカードリーダーの画面で利用登録をたずねられたら、登録してください。",
    NextStep.REGISTER_CARD_AT_READER: (
        "医療機関の顔認証付きカードリーダーの画面で利用登録をたずねられたら、登録してください。"
    ),
}
"""Registering while the state's data say nothing yet of the 利用登録; the second at the union's office."""

STAY_RENEWED = "在留期間を更新された方は、組合にお知らせください。"
STAY_RENEWED_AT_UNION_OFFICE = "在留期間を更新された方は、この{desk}の係員にお知らせください。"
"""``contact_union`` if only the end of a stay keeps the union from issuing a 資格確認書."""

CARD_LEFT_BEHIND = "資格確認書などをお持ちなら、{desk}の係員にお見せください。お持ちでなければ、ご相談ください。"
"""``ask_staff`` if the card was left at home."""

NUMBER_INSTEAD = "{desk}の係員に声をかけてください。記号・番号だけで、確認できることがあります。"
"""``ask_staff`` of a person for whom a 資格確認書 is to come."""

CERTIFICATE_ENDED = "番号がわからない方は、申立書を書いて受診できることがあります。"
"""What also helps today if only the card's certificate has ended."""

NEXT_CARD = "新しい健康保険のマイナ保険証や資格確認書をお持ちなら、{desk}の係員にお見せください。"
"""What helps today if the insurance has ended."""

FAMILY_TOO = "ご家族の健康保険がどうなるかも、あわせておたずねください。"
"""``ask_new_insurer``: whether the family stays insured depends on the union (public rule)."""

FILE_THROUGH_EMPLOYER = "お勤め先（事業主）を通じて、{papers}を組合に提出してください。"
FILE_THROUGH_EMPLOYER_AT_UNION_OFFICE = "お勤め先（事業主）を通じて、{papers}を提出してください。"
"""``file_papers`` if the papers go through the employer (「事業主様の手続き」)."""

WAIT_AFTER_REPORT = "届け出のあと、マイナ保険証が使えるようになるまで、日数がかかります。"
"""``wait_for_linkage`` if nothing happens before the マイナンバー is reported (「日数を要します」)."""

USABLE_FROM = "マイナ保険証が使えるようになるのは、{when}の見込みです。"

FAREWELL_STEPS: Mapping[NextStep, str] = {
    NextStep.TAKE_CARD_AND_WAIT: "{desk}の案内をお待ちください。",
    NextStep.REGISTER_CARD: "マイナ保険証の利用登録をしてください。",
    NextStep.REGISTER_CARD_AT_READER: "顔認証付きカードリーダーで、マイナ保険証の利用登録をしてください。",
    NextStep.BRING_SUPPLEMENTS: "ほかの証も、いっしょにお見せください。",
    NextStep.FILE_PAPERS: "届出の書類を、組合に提出してください。",
}
"""Steps that read differently once the card was taken; nothing in them is specific to this person."""

FAREWELL_STEPS_AT_UNION_OFFICE: Mapping[NextStep, str] = {
    **FAREWELL_STEPS,
    NextStep.TAKE_CARD_AND_WAIT: "医療機関では、カードリーダーにマイナ保険証を置いてください。",
    NextStep.FILE_PAPERS: "届出の書類を、この{desk}に提出してください。",
}
"""The same, where nobody is being treated."""
