"""The grammar of every result (docs/screens.md), held on decisions of generated facts: no persona, any person."""

import re

import pytest
from hypothesis import given

from kiosk.decision import Decision, Facts, NextStep, Policy, Presented, Purpose, Reason, Usable, decide
from kiosk.phrases import Phrase
from kiosk.web import result_texts, texts
from kiosk.web.results import ResultView, result_of
from kiosk.web.screens import Screens
from tests.strategies import POLICIES, possible_facts

SCREENS = {True: Screens(profile="union_office"), False: Screens()}
OFFICES = pytest.mark.parametrize("at_union_office", [False, True], ids=["clinic", "union"])
_NOT_TODAY = ("後日", "次は、", "日数がかかります", "もうしばらく", "見込みです")
_WHERE = re.compile("係員|組合|窓口|市区町村|医療機関では|申立書|利用登録")


def shown(facts: Facts, policy: Policy, *, at_union_office: bool) -> tuple[Decision, ResultView]:
    decision = decide(facts, policy)
    return decision, result_of(decision, purpose=facts.purpose, at_union_office=at_union_office)


def words(phrase: Phrase | str, *, at_union_office: bool) -> str:
    return re.sub("<[^>]+>", "", str(SCREENS[at_union_office].say(phrase)))


@OFFICES
@given(facts=possible_facts(), policy=POLICIES)
def test_the_document_that_applies_is_named(at_union_office: bool, facts: Facts, policy: Policy) -> None:
    decision, result = shown(facts, policy, at_union_office=at_union_office)
    if decision.applies is None:
        return
    heading = words(result.heading, at_union_office=at_union_office)
    if decision.usable_after and decision.usable is Usable.NO:
        assert "マイナ保険証" in heading or at_union_office
        return
    names = {texts.DOCUMENTS[decision.applies], *(result_texts.SHOWN_AS[thing] for thing in decision.present)}
    assert any(name in heading for name in names)


@OFFICES
@given(facts=possible_facts(), policy=POLICIES)
def test_everything_to_be_shown_is_in_the_heading_and_drawn(
    at_union_office: bool, facts: Facts, policy: Policy
) -> None:
    decision, result = shown(facts, policy, at_union_office=at_union_office)
    heading = words(result.heading, at_union_office=at_union_office)
    if decision.usable is Usable.YES:
        assert all(result_texts.SHOWN_AS[thing] in heading for thing in decision.present)
        papers = [result_texts.SUPPLEMENTS[paper] for paper in decision.also_bring]
        assert all(paper in heading for paper in papers) or "ほかの証" in heading
    things = len(decision.present) + len(decision.also_bring)
    assert len(result.pictures) >= (things if things <= 3 else len(decision.present) + 1)
    assert len(result.pictures) <= 3


@OFFICES
@given(facts=possible_facts(), policy=POLICIES)
def test_a_paper_that_nobody_has_is_never_asked_for_without_saying_where_to_get_it_now(
    at_union_office: bool, facts: Facts, policy: Policy
) -> None:
    decision, result = shown(facts, policy, at_union_office=at_union_office)
    heading = words(result.heading, at_union_office=at_union_office)
    if decision.usable is Usable.NO:
        assert _WHERE.search(heading)
        assert "必要です" not in heading


@OFFICES
@given(facts=possible_facts(), policy=POLICIES)
def test_the_first_step_is_an_act_of_today_and_there_are_three_at_most(
    at_union_office: bool, facts: Facts, policy: Policy
) -> None:
    _, result = shown(facts, policy, at_union_office=at_union_office)
    said = [words(step, at_union_office=at_union_office) for step in result.steps]
    assert 1 <= len(said) <= 3
    assert not any(word in said[0] for word in _NOT_TODAY)
    assert len(result.steps) + len(result.later) <= 4


@OFFICES
@given(facts=possible_facts(), policy=POLICIES)
def test_nobody_who_pays_in_full_is_promised_an_ordinary_visit(
    at_union_office: bool, facts: Facts, policy: Policy
) -> None:
    decision, result = shown(facts, policy, at_union_office=at_union_office)
    if Reason.PAYS_IN_FULL in decision.reasons and decision.usable is not Usable.NO:
        assert "全額" in words(result.heading, at_union_office=at_union_office)


@given(facts=possible_facts(), policy=POLICIES)
def test_who_cannot_be_served_today_is_told_by_the_steps_who_helps(facts: Facts, policy: Policy) -> None:
    decision, result = shown(facts, policy, at_union_office=False)
    said = [words(step, at_union_office=False) for step in result.steps]
    if NextStep.ASK_STAFF in decision.next_steps:
        assert any("係員" in step for step in said)
    if NextStep.ASK_FOR_NOTICE in decision.next_steps:
        assert any("資格情報通知書について" in step for step in said)
    if Presented.PHONE_CARD in decision.present:
        assert "かざして" in said[0]


@given(facts=possible_facts(), policy=POLICIES)
def test_at_the_unions_own_desk_nobody_is_sent_to_the_union(facts: Facts, policy: Policy) -> None:
    _, result = shown(facts, policy, at_union_office=True)
    said = [*result.steps, *result.more_steps, result.heading]
    assert not any(re.search("組合に(お|提出|申請|届け)", words(each, at_union_office=True)) for each in said)


@given(facts=possible_facts(), policy=POLICIES)
def test_a_missing_number_is_reported_before_all_else(facts: Facts, policy: Policy) -> None:
    decision, result = shown(facts, policy, at_union_office=False)
    if NextStep.REPORT_MY_NUMBER in decision.next_steps:
        assert "マイナンバーを届け出て" in words(result.steps[0], at_union_office=False)


@given(facts=possible_facts(), policy=POLICIES)
def test_no_first_sentence_is_jargon(facts: Facts, policy: Policy) -> None:
    for purpose in Purpose:
        decision = decide(facts, policy)
        why = result_of(decision, purpose=purpose).why
        assert not re.search("資格情報の連携|資格喪失年月日|資格取得年月日|オンライン資格確認", why)
