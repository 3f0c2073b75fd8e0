"""Which face file is that of a visit, and that none is taken on time alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kiosk import TOKYO
from kiosk.eligibility.terminal import Answer, Awaited, FaceFile, Status, face_file_of, parse_answer
from kiosk.eligibility.terminal.errors import SeveralAnswers
from kiosk.failures import Code
from tests.kiosk.eligibility.terminal.other_side import INSTITUTION, golden

BEGUN = datetime(2026, 11, 22, 10, 14, tzinfo=TOKYO)
WAITING = Awaited(BEGUN, BEGUN + timedelta(minutes=5))
NUMBERS = ("133033", "71-0000", "000000", "00")
NAME = {"kana": "ドボク　ハナコ", "birth_date": date(1960, 4, 5)}
HANAKO = parse_answer(golden("face"))


def face(answer: Answer = HANAKO, moment: str = "20261122101500") -> FaceFile:
    return FaceFile(f"OQSsiquc01res_face_{INSTITUTION}4da5260a16de5a3d3ad7_{moment}.xml", answer)


def waiting(**known: Any) -> Awaited:
    return replace(WAITING, **known)


@pytest.mark.parametrize(
    "known",
    [{"numbers": NUMBERS}, {"numbers": ("133033", "７１－００００", "000000", "00")}, {"reference": "P-00042"}, NAME],
    ids=["numbers", "wide numbers", "reference", "name and birthday"],
)
def test_what_identifies_the_person_is_enough(known: dict[str, Any]) -> None:
    assert face_file_of(waiting(**known), [face()]) == face()


@pytest.mark.parametrize(
    "known",
    [{}, {"birth_date": date(1960, 4, 5)}, {"kana": "ドボク ハナコ"}, {"kana": "???", "birth_date": date(1960, 4, 5)}],
    ids=["nothing", "birthday alone", "name alone", "a name that is none"],
)
def test_who_knows_too_little_takes_none(known: dict[str, Any]) -> None:
    assert face_file_of(waiting(**known), [face()]) is None


@pytest.mark.parametrize(
    "known",
    [
        {"numbers": ("133033", "71-0000", "000000", "01")},
        {"reference": "P-00043"},
        {**NAME, "birth_date": date(1960, 4, 6)},
        {**NAME, "kana": "ドボク タロウ"},
        {"numbers": NUMBERS, "birth_date": date(1960, 4, 6)},
        {"numbers": NUMBERS, "reference": "P-00043"},
    ],
)
def test_whatever_differs_makes_it_somebody_elses(known: dict[str, Any]) -> None:
    assert face_file_of(waiting(**known), [face()]) is None


@pytest.mark.parametrize(
    ("moment", "taken"),
    [
        ("20261122101259", False),
        ("20261122101301", True),
        ("20261122101959", True),
        ("20261122102001", False),
        ("20261121101500", False),
    ],
)
def test_the_time_is_that_of_the_visit(moment: str, taken: bool) -> None:
    assert (face_file_of(waiting(numbers=NUMBERS), [face(moment=moment)]) is not None) is taken


def test_two_go_to_staff() -> None:
    with pytest.raises(SeveralAnswers):
        face_file_of(waiting(numbers=NUMBERS), [face(), face(moment="20261122101600")])


def test_a_file_that_is_an_error_or_the_folders_fits_nobody() -> None:
    failed = replace(HANAKO, status=Status.ERROR, failure=Code.ANSWER_UNREADABLE)
    faces = [face(failed), FaceFile(None, HANAKO)]
    assert face_file_of(waiting(numbers=NUMBERS), faces) is None
