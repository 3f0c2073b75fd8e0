"""Plans as files: what is written can be read, and a malformed line is named."""

import io
import json
from datetime import date

import pytest

from kiosk.decision import Confirmation, Document, Reason
from kiosk.eligibility import MemberId
from kiosk.issuance import PlanLine, PlanRefused, read_plan, write_plan

TARO = MemberId("133033", "71-0000", "000001", "00")
HANAKO = MemberId("133033", "あ", "1", "01")
LINES = [
    PlanLine(TARO, Document.NOTICE, (Reason.CARD_WORKS,), None),
    PlanLine(
        HANAKO,
        Document.CONFIRMATION,
        (Reason.NO_CARD, Reason.NOT_REGISTERED),
        Confirmation(date(2026, 11, 22), date(2031, 11, 21)),
        aside=True,
    ),
]
NOTICE = {"member": str(TARO), "issue": "notice", "reasons": ["card_works"]}
CONFIRMATION = {
    "member": str(HANAKO),
    "issue": "confirmation",
    "reasons": ["no_card"],
    "valid_from": "2026-11-22",
    "valid_until": "2031-11-21",
}


def read(*lines: object) -> list[PlanLine]:
    return list(read_plan(io.BytesIO("".join(f"{json.dumps(line)}\n" for line in lines).encode())))


def test_what_is_written_is_read_again() -> None:
    text = io.StringIO()
    assert write_plan(text, LINES) == {"notice": 1, "confirmation": 1}
    assert text.getvalue().count("\n") == len(LINES)
    assert "あ" in text.getvalue()
    assert list(read_plan(io.BytesIO(text.getvalue().encode()))) == LINES


def test_an_empty_plan_has_no_lines() -> None:
    assert write_plan(io.StringIO(), []) == {"notice": 0, "confirmation": 0}
    assert read() == []


def test_keys_that_a_later_version_adds_are_passed_over() -> None:
    (line,) = read(NOTICE | {"priority": 3})
    assert line == LINES[0]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (NOTICE | {"aside": "true"}, "aside: must be true or false"),
        (NOTICE | {"aside": None}, "aside: must be true or false"),
        ([], "is not one JSON object"),
        (7, "is not one JSON object"),
        ({}, "issue: is missing"),
        (NOTICE | {"issue": "card"}, "issue: must be one of notice, confirmation"),
        (NOTICE | {"issue": None}, "issue: must be one of notice, confirmation"),
        (NOTICE | {"member": "nobody"}, "member: a member is written"),
        (NOTICE | {"member": 1}, "member: a member is written"),
        (NOTICE | {"member": "133033:71-0000:123456789018:00"}, "member: a member is written"),
        (NOTICE | {"reasons": []}, "reasons: must be a list of reasons"),
        (NOTICE | {"reasons": "card_works"}, "reasons: must be a list of reasons"),
        (NOTICE | {"reasons": ["card_works", "mood"]}, "reasons: contains something that is not a reason"),
        (NOTICE | {"reasons": [["card_works"]]}, "reasons: contains something that is not a reason"),
        (NOTICE | {"reasons": ["card_works"] * 50}, "reasons: contains something that is not a reason"),
        (NOTICE | {"issue": "confirmation"}, "valid_from: is missing"),
        (CONFIRMATION | {"valid_until": None}, "valid_until: must be a date"),
        (CONFIRMATION | {"valid_until": "2026-02-30"}, "valid_until: must be a day of the calendar"),
        (CONFIRMATION | {"valid_until": "2200-01-01"}, "valid_until: must lie in the years"),
        (CONFIRMATION | {"valid_until": "2026-11-21"}, "valid_until: lies before valid_from"),
    ],
)
def test_a_line_that_is_none_of_a_plan_is_named(bad: object, message: str) -> None:
    with pytest.raises(PlanRefused, match=f"^line 2: {message}") as refused:
        read(NOTICE, bad)
    assert "123456789018" not in str(refused.value)


@pytest.mark.parametrize("cut", [1, 2, 40])
def test_a_plan_that_was_cut_off_is_refused(cut: int) -> None:
    text = io.StringIO()
    write_plan(text, LINES)
    with pytest.raises(PlanRefused, match="^line 2: has no line end: the file was cut off"):
        list(read_plan(io.BytesIO(text.getvalue().encode()[:-cut])))


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\xff\xfe\n", "is not one JSON object in UTF-8"),
        (b"\n", "is not one JSON object in UTF-8"),
        (b"[" * 10_000 + b"\n", "is not one JSON object in UTF-8"),
        (b'{"a": ' + b"9" * 10_000 + b"}\n", "issue: is missing"),
        (b"[" * 20_000 + b"\n", "is longer than 16384 bytes"),
    ],
    ids=["no UTF-8", "an empty line", "nested deep", "a long number", "a long line"],
)
def test_hostile_lines_end_in_one_clear_error(raw: bytes, message: str) -> None:
    with pytest.raises(PlanRefused, match=f"^line 1: {message}"):
        list(read_plan(io.BytesIO(raw)))
