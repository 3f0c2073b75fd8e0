"""Every code of the house has its words, and the words are fit for a screen."""

import re
from enum import StrEnum

import pytest

from kiosk.decision import Document, LifeEvent, Need, NextStep, Paper, Presented, Purpose, Reason, Supplement, explain
from kiosk.failures import FAILURES
from kiosk.identity import Level
from kiosk.reception import Belonging, Brings, Screen, StateName, Whereabouts
from kiosk.web import asking, comparison, result_texts, texts
from tests.gallery.texts import every_text

_PLACEHOLDERS = {
    "desk", "supplements", "papers", "when", "count", "first", "second", "days", "union", "counter",
    "seconds", "insurer", "time",
}  # fmt: skip


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (result_texts.STEPS, NextStep),
        (result_texts.SUPPLEMENTS, Supplement),
        (texts.PAPERS, Paper),
        (texts.DOCUMENTS, Document),
        (texts.DOCUMENT_HINTS, Document),
        (result_texts.HEADINGS.missing, Document),
        (result_texts.HEADINGS_AT_UNION_OFFICE.missing, Document),
        (result_texts.SHOWN_AS, Presented),
        (texts.LEVELS, Level),
        (texts.PURPOSES, Purpose),
        (texts.SUPPLEMENT_HINTS, Supplement),
        (asking.NEEDS, Need),
        (asking.BELONGINGS, Belonging),
        (asking.NOT_ENOUGH, Belonging),
        (asking.PROCEDURES, LifeEvent),
        (comparison.SHAPES, Document),
    ],
)
def test_each_list_of_codes_has_a_text_for_every_member(table: dict[StrEnum, str], codes: type[StrEnum]) -> None:
    assert set(table) == set(codes)
    assert all(table.values())


def test_where_the_card_may_be_is_asked_in_full_but_for_what_the_reader_knows() -> None:
    assert set(asking.WHEREABOUTS) == set(Whereabouts) - {Whereabouts.UNREADABLE}
    assert {brings for brings, text in asking.BRINGS.items() if not text} == {Brings.UNSAID}


def test_every_reason_has_a_sentence() -> None:
    assert all(explain(reason).sentence.endswith("。") for reason in Reason)


@pytest.mark.parametrize("text", every_text())
def test_a_text_holds_only_placeholders_that_the_screens_fill(text: str) -> None:
    assert set(re.findall(r"\{(\w+)\}", text)) <= _PLACEHOLDERS


@pytest.mark.parametrize("text", every_text())
def test_a_text_says_暗証番号_and_never_pin(text: str) -> None:
    assert not re.search(r"pin|ピン|パスワード", text, re.IGNORECASE)


def test_numbers_are_typed_in_and_not_put_in() -> None:
    screens = [*texts.SCREENS.values(), *texts.STILL_THERE.values()]
    said = [part for screen in screens for part in (screen.heading, screen.why, *screen.steps)]
    assert not [text for text in said if re.search("番号を入れ", text)]
    assert texts.SCREENS[Screen.PIN].heading == "4けたの暗証番号を入力してください"


def test_who_is_asked_whether_to_go_on_is_told_of_no_result_for_there_may_be_none_yet() -> None:
    assert "結果" not in texts.STILL_THERE[StateName.RESULT].why


def test_the_new_insurer_is_the_present_one() -> None:
    assert result_texts.STEPS[NextStep.ASK_NEW_INSURER].startswith("現在加入している健康保険に")


@pytest.mark.parametrize("text", every_text())
def test_the_desk_is_named_by_its_placeholder(text: str) -> None:
    assert "受付の係員" not in text
    assert "窓口の係員" not in text


def test_no_failure_shows_more_than_three_steps() -> None:
    assert all(1 <= len(text.steps) <= 3 for text in FAILURES.values())


def test_only_a_proof_of_the_person_is_called_本人確認済み() -> None:
    assert {level for level, text in texts.LEVELS.items() if "本人確認済み" in text} == set(Level) - {Level.PRESENTED}
