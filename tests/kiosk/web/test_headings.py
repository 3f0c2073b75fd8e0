"""The heading of a result: what to do now at this desk, naming what is shown."""

from datetime import date
from typing import Any

import pytest

from kiosk.decision import (
    CardStatus,
    CardToday,
    Certificate,
    Confirmation,
    Need,
    Policy,
    Purpose,
    Registration,
    decide,
)
from kiosk.web.headings import heading_of
from kiosk.web.screens import Screens

VALID = Confirmation(date(2025, 1, 1), date(2029, 12, 31))
WITHOUT_CARD = {"card": CardStatus.LOST, "confirmation_held": VALID}
ENDED = {"certificate": Certificate.EXPIRED, "certificate_expired_on": date(2025, 9, 30)}
PHONE_DESK = Policy(desk_takes_phone_card=True)

CASES: list[tuple[dict[str, Any], str, str]] = [
    ({}, "「マイナ保険証」で受診できます。カードをお取りください", "医療機関では、「マイナ保険証」をお使いください"),
    (
        {"card_today": CardToday.UNREADABLE},
        "「マイナ保険証」を受付でお見せのうえ、申立書をお書きください",
        "医療機関では、「マイナ保険証」をお見せのうえ、申立書をお書きください",
    ),
    (
        {"card_today": CardToday.UNREADABLE, "notice_held": True},
        "「マイナ保険証」と「資格情報通知書」を、受付でお見せください",
        "医療機関では、「マイナ保険証」と「資格情報通知書」をお見せください",
    ),
    (
        {"card_today": CardToday.UNREADABLE, "smartphone": True},
        "「マイナ保険証」と「スマートフォンの資格情報の画面」を、受付でお見せください",
        "医療機関では、「マイナ保険証」と「スマートフォンの資格情報の画面」をお見せください",
    ),
    (
        WITHOUT_CARD,
        "「資格確認書」を、受付でお見せください",
        "医療機関では、「資格確認書」をお見せください",
    ),
    (
        WITHOUT_CARD | {"birth_date": date(1955, 1, 1)},
        "「資格確認書」と「高齢受給者証」を、受付でお見せください",
        "医療機関では、「資格確認書」と「高齢受給者証」をお見せください",
    ),
    (
        WITHOUT_CARD | {"needs": tuple(Need)},
        "「資格確認書」と、ほかの証を、受付でお見せください",
        "医療機関では、「資格確認書」と、ほかの証をお見せください",
    ),
    (
        {"card_today": CardToday.UNREADABLE, "notice_held": True, "needs": (Need.HIGH_COST,)},
        "「マイナ保険証」と「資格情報通知書」と、ほかの証を、受付でお見せください",
        "医療機関では、「マイナ保険証」と「資格情報通知書」と、ほかの証をお見せください",
    ),
    (
        {"needs": (Need.PUBLIC_SUBSIDY,)},
        "「マイナ保険証」と「医療費助成の受給者証」を、受付でお見せください",
        "医療機関では、「マイナ保険証」と「医療費助成の受給者証」をお見せください",
    ),
    (
        {"card_today": CardToday.NOT_HERE},
        "受付の係員へ。「マイナ保険証」がないときのことを、おたずねください",
        "「マイナ保険証」がないときのことを、この窓口の係員におたずねください",
    ),
    (
        ENDED,
        "受付の係員へ。「資格確認書」のことを、おたずねください",
        "「資格確認書」のことを、この窓口の係員におたずねください",
    ),
    (
        {"registration": Registration.UNREGISTERED},
        "この受付で、「マイナ保険証」の利用登録ができます",
        "「資格確認書」のことを、この窓口の係員におたずねください",
    ),
    (
        {"pays_in_full": True},
        "「マイナ保険証」で受け付けます。お支払いは、いったん全額です",
        "医療機関では、「マイナ保険証」をお使いになり、いったん全額をお支払いください",
    ),
    (
        WITHOUT_CARD | {"pays_in_full": True},
        "「資格確認書」を受付でお見せのうえ、いったん全額をお支払いください",
        "医療機関では、「資格確認書」をお見せのうえ、いったん全額をお支払いください",
    ),
    (
        {"birth_date": date(1940, 1, 1)},
        "受付の係員へ。新しい健康保険の書類をお持ちなら、お見せください",
        "後期高齢者医療制度の窓口（お住まいの市区町村）におたずねください",
    ),
    (
        {"lost_on": date(2026, 10, 1)},
        "受付の係員へ。新しい健康保険の書類をお持ちなら、お見せください",
        "今の健康保険の窓口におたずねください",
    ),
    (
        {"acquired_on": date(2026, 12, 1)},
        "受付の係員へ。今の健康保険の書類をお持ちなら、お見せください",
        "保険がいつから使えるかを、この窓口の係員におたずねください",
    ),
]


def said(facts: Any, more: dict[str, Any], profile: str, purpose: Purpose = Purpose.VISIT) -> str:
    decision = decide(facts(**more, purpose=purpose))
    heading = heading_of(decision, purpose, at_union_office=profile == "union_office")
    return str(Screens(profile=profile).say(heading))


@pytest.mark.parametrize(("more", "clinic", "union"), CASES)
def test_the_heading_says_the_act_and_names_what_is_shown(
    facts: Any, more: dict[str, Any], clinic: str, union: str
) -> None:
    assert (said(facts, more, "clinic"), said(facts, more, "union_office")) == (clinic, union)


def test_a_card_in_the_telephone_is_held_to_the_reader(facts: Any) -> None:
    decision = decide(facts(phone_card=True, card_today=CardToday.NOT_HERE), PHONE_DESK)
    heading = Screens().say(heading_of(decision))
    assert str(heading) == "「スマートフォンのマイナ保険証」を、受付のカードリーダーにかざしてください"


@pytest.mark.parametrize("purpose", [Purpose.BENEFIT_CLAIM, Purpose.HEALTH_PROGRAM])
@pytest.mark.parametrize(
    ("more", "heading"),
    [
        (WITHOUT_CARD, "「資格確認書」を、受付でお見せください"),
        ({"notice_held": True}, "「資格情報通知書」を、受付でお見せください"),
        ({"smartphone": True}, "「スマートフォンの資格情報の画面」を、受付でお見せください"),
        ({}, "「資格情報通知書」を、組合にお申し込みください"),
        ({"card": CardStatus.LOST}, "受付の係員へ。「資格確認書」のことを、おたずねください"),
        ({"registration": Registration.UNKNOWN}, "受付の係員へ。「資格情報通知書」のことを、おたずねください"),
    ],
)
def test_for_a_claim_a_paper_is_shown_and_nobody_is_told_of_treatment(
    facts: Any, purpose: Purpose, more: dict[str, Any], heading: str
) -> None:
    assert said(facts, more, "clinic", purpose) == heading


def test_a_notice_is_ordered_where_the_union_is(facts: Any) -> None:
    heading = said(facts, {}, "union_office", Purpose.BENEFIT_CLAIM)
    assert heading == "「資格情報通知書」を、この窓口でお申し込みください"
