"""A terminal that comes and goes: what visits still know, what waits, and that each question is asked once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import (
    Answer,
    Enquiry,
    Exchange,
    Folders,
    Outage,
    Qualification,
    Status,
    Terminal,
    WaitingQuestion,
    Whose,
)
from kiosk.eligibility.terminal.codes import Validity
from tests.kiosk.eligibility.terminal.exchanging import says
from tests.kiosk.eligibility.terminal.other_side import INSTITUTION, Answering, OtherSide

KEY = bytes(range(32))
Start = Callable[[Answering], OtherSide]


class Late:
    """The answers that came after their visits."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, Status]] = []
        self.came = threading.Event()

    def __call__(self, question: WaitingQuestion, answer: Answer) -> None:
        self.answers.append((question.visit, answer.status))
        self.came.set()


@pytest.fixture
def late() -> Late:
    """Nothing has come yet."""
    return Late()


@pytest.fixture
def outage(tmp_path: Path, folders: Folders, late: Late) -> Iterator[Outage]:
    """A terminal with two seconds for an answer; the site key is not there yet."""
    with closing(Exchange(folders, 2, takes_back=True)) as exchange:
        made = Outage(Terminal(exchange, INSTITUTION), tmp_path, 90, late)
        yield made
        made.stop(10)


def codes(outage: Outage) -> list[str]:
    return [failure.code.value for failure in outage.troubles()]


def test_in_an_outage_the_last_answer_is_known_and_the_question_waits(
    outage: Outage, folders: Folders, other_side: Start, enquiry: Enquiry, late: Late
) -> None:
    outage.begin(KEY)
    side = other_side(says("valid"))
    assert outage.ask(enquiry, visit="visit-1").status is Status.VALID
    side.close()
    assert outage.ask(enquiry, visit="visit-2").failure == "N-10"
    assert (known := outage.last_known(Whose.of(enquiry))) is not None
    assert (known[0].status, known[0].results[0].limit) == (Status.VALID, None)
    assert codes(outage) == ["N-18"]
    again = other_side(says("none"))
    outage.ask(replace(enquiry, limit_consent=False), visit="visit-3")
    assert late.came.wait(20)
    assert late.answers == [("visit-2", Status.NONE)]
    assert len(again.requests) == 2, "the visit's own question, and the one that waited"
    assert outage.last_known(Whose.of(enquiry)) is None, "該当資格なし is newer than what was known"


def test_after_an_outage_nothing_is_left(
    outage: Outage, other_side: Start, enquiry: Enquiry, folders: Folders, late: Late
) -> None:
    outage.begin(KEY)
    outage.ask(enquiry, visit="visit-1")
    other_side(says("none"))
    outage.ask(replace(enquiry, on=enquiry.on - timedelta(days=1)))
    assert late.came.wait(20)
    outage.stop(10)
    assert codes(outage) == []
    assert list(folders.req.iterdir()) == []


def test_the_question_of_a_visit_that_was_given_up_does_not_wait(outage: Outage, enquiry: Enquiry) -> None:
    outage.begin(KEY)
    assert outage.ask(enquiry, lambda: False).failure == "N-10"
    assert outage.troubles() == ()


def test_the_question_of_a_program_does_not_wait(outage: Outage, enquiry: Enquiry) -> None:
    outage.begin(KEY)
    assert outage.ask(enquiry, visit=None).failure == "N-10"
    assert outage.troubles() == ()


def test_without_a_site_key_the_terminal_is_asked_and_nothing_is_kept(
    tmp_path: Path, outage: Outage, other_side: Start, enquiry: Enquiry
) -> None:
    assert outage.ask(enquiry).failure == "N-10"
    other_side(says("valid"))
    assert outage.ask(enquiry).status is Status.VALID
    assert outage.last_known(Whose.of(enquiry)) is None
    assert outage.troubles() == ()
    assert {path.name for path in tmp_path.iterdir()} == {"req", "res"}
    outage.begin(KEY)
    outage.begin(KEY)
    outage.ask(enquiry)
    assert outage.last_known(Whose.of(enquiry)) is not None


@pytest.mark.parametrize("name", ["segment_9", "several", "none"])
def test_what_the_terminal_did_answer_does_not_wait(
    outage: Outage, other_side: Start, enquiry: Enquiry, name: str
) -> None:
    outage.begin(KEY)
    other_side(says(name))
    outage.ask(enquiry)
    assert outage.troubles() == ()


def test_an_answer_that_nobody_asked_for_is_kept_too(outage: Outage, enquiry: Enquiry) -> None:
    outage.begin(KEY)
    outage.keep(Whose.of(enquiry), Answer(Status.VALID, Validity.VALID, results=(Qualification(),)), enquiry.on)
    assert outage.last_known(Whose.of(enquiry)) is not None
