"""Answers that come after their visits: masked, bounded, for the day, and gone once staff have seen them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.eligibility.terminal import Answer, Enquiry, Qualification, Status, WaitingQuestion
from kiosk.eligibility.terminal.file_names import FileName, Kind
from kiosk.failures import Code
from kiosk.reception import LateAnswers

ASKED = datetime(2026, 11, 25, 1, 5, tzinfo=UTC)
ENQUIRY = Enquiry("133033", "71-0000", "000123", "00", date(1960, 4, 5), date(2026, 11, 25))
QUESTION = WaitingQuestion(ENQUIRY, ASKED, "12", FileName.fresh(Kind.CONFIRM, ASKED))
LOST = date(2026, 9, 30)
ANSWER = Answer(Status.INVALID, results=(Qualification(name="土木　花子", kana="ﾄﾞﾎﾞｸ ﾊﾅｺ", lost_on=LOST),))


class Clock:
    def __init__(self) -> None:
        self.now = ASKED + timedelta(hours=1)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def late(clock: Clock) -> LateAnswers:
    return LateAnswers(clock)


def test_staff_read_which_visit_it_was_and_what_it_says(late: LateAnswers, clock: Clock) -> None:
    late.note(QUESTION, ANSWER)
    (one,) = late.unseen
    assert (one.number, one.visit, one.asked_at, one.at, one.on) == (1, 12, ASKED, clock.now, ENQUIRY.on)
    assert (one.status, one.code, one.lost_on) == (Status.INVALID, None, LOST)


def test_nobody_is_named_in_full(late: LateAnswers) -> None:
    late.note(QUESTION, ANSWER)
    (one,) = late.unseen
    assert (one.masked_name, one.masked_number) == ("ド＊＊ ハ＊＊ 様", "＊＊123")
    for whole in ("土木", "ﾄﾞﾎﾞｸ", "ドボク", ENQUIRY.number, ENQUIRY.symbol, "1960"):
        assert whole not in repr(one)


def test_an_answer_that_fits_nobody_or_several_names_nobody(late: LateAnswers) -> None:
    late.note(replace(QUESTION, visit=""), Answer(Status.NONE, failure=Code.NOT_FOUND_ONLINE))
    late.note(QUESTION, Answer(Status.SEVERAL, results=ANSWER.results * 2, failure=Code.SEVERAL_FOUND_ONLINE))
    assert [(one.masked_name, one.visit, one.code) for one in late.unseen] == [("", None, "N-16"), ("", 12, "N-17")]


def test_what_was_seen_is_gone_and_what_came_meanwhile_stays(late: LateAnswers) -> None:
    for _ in range(3):
        late.note(QUESTION, ANSWER)
    assert late.see(2)
    assert [one.number for one in late.unseen] == [3]
    assert not late.see(2)


def test_what_nobody_has_seen_is_gone_with_the_day(late: LateAnswers, clock: Clock) -> None:
    late.note(QUESTION, ANSWER)
    clock.now = datetime(2026, 11, 25, 14, 59, tzinfo=UTC)  # 23:59 in Tokyo
    assert len(late.unseen) == 1
    clock.now += timedelta(minutes=1)
    late.note(QUESTION, ANSWER)
    assert [one.number for one in late.unseen] == [2]


def test_a_thousand_wait_to_be_seen_at_most(late: LateAnswers) -> None:
    for _ in range(1_005):
        late.note(QUESTION, ANSWER)
    assert [one.number for one in late.unseen] == list(range(6, 1_006))
