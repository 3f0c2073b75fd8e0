"""Every decision must be explainable."""

import re

import pytest

from kiosk.decision import Reason, explain

SECTIONS = {
    "保険証は令和6年12月1日で発行を終了しました",
    "マイナ保険証での受診方法",
    "事業主様の手続き",
    "組合の資格情報登録",
    "マイナ保険証の利用登録方法",
    "資格情報通知書を交付します",
    "資格確認書を交付します",
    "資格確認書交付の概要",
    "マイナ保険証・資格確認書・資格情報通知書の比較",
}
"""Headings of the union's page."""


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_one_japanese_sentence(reason):
    assert re.fullmatch(r"[ぁ-んァ-ヶー一-龠、年]+。", explain(reason).sentence)


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_rests_on_a_section_of_the_page_or_a_public_rule(reason):
    source = explain(reason).source
    assert source.startswith("公的ルール") or set(re.findall("「(.+?)」", source)) <= SECTIONS
    assert re.match("公的ルール|「", source)


def test_no_two_reasons_share_a_sentence():
    assert len({explain(reason).sentence for reason in Reason}) == len(Reason)
