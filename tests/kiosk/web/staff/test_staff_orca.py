"""What staff read of each visit at ORCA, on the page and in the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.orca import InsuranceDifference, Outcome, OutcomeKind, StandingVisit
from kiosk.reception import DeskPicture, View
from kiosk.web.staff.board import Board
from kiosk.web.staff.models import DeskBody
from kiosk.web.staff.orca_texts import DIFFERENCES, OUTCOMES, WAITING, is_done, outcome_phrase

NOW = datetime(2026, 11, 25, 1, 30, 5, tzinfo=UTC)
ROOT = Path(__file__).parents[4]
EVERY = [
    None,
    *(Outcome(kind) for kind in OutcomeKind),
    Outcome(OutcomeKind.SEVERAL, count=2),
    Outcome(OutcomeKind.OTHER_INSURANCE, differences=tuple(InsuranceDifference)),
    Outcome(OutcomeKind.REGISTERED, reception="00012"),
    Outcome(OutcomeKind.REFUSED, result="97"),
]


@pytest.fixture
def board() -> Board:
    return Board(profile="clinic", kiosk="1", simulation=False)


@pytest.fixture
def picture(a_view: Callable[..., View]) -> DeskPicture:
    return DeskPicture(a_view(), NOW, None, False, False, False, (), (), (), now=NOW)


def standing(outcome: Outcome | None, at: datetime = NOW) -> StandingVisit:
    return StandingVisit("v-1", at, "モ＊＊ ハ＊＊ 様", outcome)


def test_every_outcome_has_its_words_and_every_field_its_name() -> None:
    assert set(OUTCOMES) == set(OutcomeKind) and set(DIFFERENCES) == set(InsuranceDifference)


@pytest.mark.parametrize("outcome", EVERY)
def test_a_visit_has_its_time_its_person_and_what_became_of_it(
    board: Board, picture: DeskPicture, outcome: Outcome | None
) -> None:
    html = board.live(replace(picture, orca=(standing(outcome),)))
    part = html.split('<div id="live-orca">')[1].split('<section id="live-readers"')[0]
    text = re.sub(r"<[^>]*>", "", part)
    assert "10:30:05" in text and "モ＊＊" in text
    assert board.say(outcome_phrase(outcome)) in text
    assert not re.search(r"[{}]|None", text)
    assert ("<strong>" in part) is not is_done(outcome), "what the desk has to do stands out"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (None, "待っています"),
        (Outcome(OutcomeKind.REGISTERED, reception="00012"), "受付しました（受付番号 00012）"),
        (Outcome(OutcomeKind.SEVERAL, count=2), "ORCAに2人います"),
        (Outcome(OutcomeKind.SEVERAL), "ORCAに何人もいます"),
        (
            Outcome(OutcomeKind.OTHER_INSURANCE, differences=(InsuranceDifference.SYMBOL, InsuranceDifference.NUMBER)),
            "保険がORCAと違います（記号、番号）",
        ),
        (Outcome(OutcomeKind.OTHER_INSURANCE), "今日使える保険が、ORCAに一つではありません"),
        (Outcome(OutcomeKind.REFUSED, result="97"), "ORCAが受け付けませんでした（97）"),
    ],
)
def test_the_words_are_these(board: Board, outcome: Outcome | None, words: str) -> None:
    assert board.say(outcome_phrase(outcome)) == words


def test_a_kiosk_without_orca_shows_nothing_of_it(board: Board, picture: DeskPicture) -> None:
    assert "ORCA" not in board.live(picture).split('<div id="live-orca">')[1].split("</div>")[0]
    assert "まだありません" in board.live(replace(picture, orca=()))


def test_only_the_visits_of_today_are_shown_and_ten_at_most(board: Board, picture: DeskPicture) -> None:
    yesterday = standing(Outcome(OutcomeKind.ALREADY), NOW - timedelta(days=1))
    html = board.live(replace(picture, orca=(*[standing(None)] * 12, yesterday)))
    assert html.count(f"<strong>{WAITING}</strong>") == 10 and "ORCA（12）" in html and "受付済み" not in html


def test_the_api_names_nobody(picture: DeskPicture) -> None:
    outcome = Outcome(OutcomeKind.OTHER_INSURANCE, differences=(InsuranceDifference.SYMBOL,))
    body = DeskBody.of(replace(picture, orca=(standing(None), standing(outcome))), "受付").model_dump(mode="json")
    known = {"visit": "v-1", "at": "2026-11-25T01:30:05Z"}
    said = {"kind": "other_insurance", "count": None, "differences": ["symbol"], "result": "", "reception": ""}
    assert body["orca"] == [{**known, "outcome": None}, {**known, "outcome": said}]
    assert DeskBody.of(picture, "受付").orca is None


@pytest.mark.parametrize(("name", "head"), [("docs/orca.md", "| staff read |"), ("docs/ja/desk.md", "| 欄の表示 |")])
def test_the_pages_of_the_documentation_have_the_same_words(name: str, head: str) -> None:
    page = (ROOT / name).read_text("utf-8")
    rows = set(re.findall(r"^\| ([^|]+?) \|", page.partition(head)[2], re.MULTILINE))
    said = {re.sub(r"\{count\}", "2", re.sub(r"（[^）]*）", "", text)) for text in OUTCOMES.values()}
    nothing_to_do = {"受付しました", "受付済みです"} if name.startswith("docs/ja") else set()
    assert {WAITING, *said} - nothing_to_do <= rows
