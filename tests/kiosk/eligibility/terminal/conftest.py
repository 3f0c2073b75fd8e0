"""An exchange in empty folders, with the other side as a test tells it to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import Enquiry, Exchange, Folders, QuestionQueue, Terminal
from tests.kiosk.eligibility.terminal.other_side import INSTITUTION, Answering, OtherSide
from tests.kiosk.eligibility.terminal.questions import KEY, Back, asking_in


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Two empty folders of an exchange."""
    made = Folders(tmp_path / "req", tmp_path / "res")
    made.req.mkdir()
    made.res.mkdir()
    return made


@pytest.fixture
def other_side(folders: Folders) -> Iterator[Callable[[Answering], OtherSide]]:
    """A function that starts the other side."""
    started: list[OtherSide] = []

    def start(answering: Answering) -> OtherSide:
        started.append(OtherSide(folders.req, folders.res, answering))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def terminal(folders: Folders) -> Iterator[Terminal]:
    """A terminal with ten seconds for an answer: far more than any test needs."""
    with closing(Exchange(folders, 10)) as exchange:
        yield Terminal(exchange, INSTITUTION)


@pytest.fixture
def hasty(folders: Folders) -> Iterator[Terminal]:
    """A terminal with little time for an answer."""
    with closing(Exchange(folders, 0.4)) as exchange:
        yield Terminal(exchange, INSTITUTION)


@pytest.fixture
def enquiry() -> Enquiry:
    """The enquiry of the golden files."""
    return Enquiry("133033", "71-0000", "000000", "00", date(1960, 4, 5), date(2026, 11, 22), limit_consent=True)


@pytest.fixture
def queue(tmp_path: Path) -> QuestionQueue:
    """An empty queue of questions that wait."""
    return QuestionQueue(tmp_path, KEY, 90)


@pytest.fixture
def back(folders: Folders) -> Iterator[Back]:
    """Makes what asks; it gives the terminal ten seconds for an answer: far more than any test needs."""
    yield from asking_in(folders, 10)


@pytest.fixture
def hasty_back(folders: Folders) -> Iterator[Back]:
    """Makes what asks; it gives the terminal little time for an answer."""
    yield from asking_in(folders, 1)
