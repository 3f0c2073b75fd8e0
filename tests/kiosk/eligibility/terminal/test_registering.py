"""照会番号一括登録 in both steps."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.eligibility.terminal import (
    Folders,
    LineRefused,
    ReferenceRegistration,
    RegisteredLine,
    Terminal,
    read_registrations,
    register_all,
    registering,
    two_steps,
)
from tests.kiosk.eligibility.terminal.other_side import Answering, OtherSide, answer_name, golden, identified

Start = Callable[[Answering], OtherSide]
FIRST = ReferenceRegistration("133033", "71-0000", "000000", "00", "P-00042")
SECOND = ReferenceRegistration("39131016", "", "01234567", "", "P-00043")
HEADER = "reference,insurer_number,symbol,number,branch"
LINE = "P-1,133033,71-0000,000000,00"
DONE = {"status": "done", "code": None, "message": None}


def answers(*downloads: bytes) -> Answering:
    """Return the other side: it takes the upload, then gives these answers, the last one for ever."""
    left = list(downloads)

    def answer(request: str, _: bytes) -> list[tuple[str, bytes]]:
        if request.startswith("OQSmuimm01"):
            return [(answer_name(request), identified(golden("bulk_receipt"), request))]
        return [(answer_name(request), left.pop(0) if len(left) > 1 else left[0])]

    return answer


def registered(terminal: Terminal, *registrations: ReferenceRegistration) -> list[RegisteredLine]:
    return list(register_all(terminal, registrations, pause=lambda _: None))


def codes(lines: list[RegisteredLine]) -> list[str | None]:
    return [line.registered.code for line in lines]


def test_lines_come_in_the_order_of_the_registrations(terminal: Terminal, other_side: Start) -> None:
    side = other_side(answers(golden("bulk_processing"), golden("registrations_answer")))
    assert [line.to_json() for line in registered(terminal, FIRST, SECOND)] == [
        {"reference": "P-00042", **DONE},
        {"reference": "P-00043", "status": "error", "code": "TEST-R04", "message": "該当する資格がありません。"},
    ]
    assert [name[:13] for name, _ in side.requests] == ["OQSmuimm01req", *["OQSmuimm02req"] * 2]
    assert identified(golden("registrations"), side.requests[0][0]) == side.requests[0][1]


def test_a_terminal_that_is_silent_is_not_sent_the_next_part(
    hasty: Terminal, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "PART", 1)
    lines = registered(hasty, FIRST, SECOND)
    assert [(line.registered.status, line.registered.code) for line in lines] == [("timeout", "N-10")] * 2
    assert len(list(folders.req.iterdir())) == 1


def test_processing_without_end_is_a_time_out(
    hasty: Terminal, other_side: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(two_steps, "_PATIENCE", 1)
    other_side(answers(golden("bulk_processing")))
    assert codes(registered(hasty, FIRST)) == ["N-10"]


def test_a_refusal_of_upload_or_result_is_that_of_each(terminal: Terminal, other_side: Start) -> None:
    other_side(lambda request, _: [(answer_name(request), identified(golden("segment_9"), request))])
    assert codes(registered(terminal, FIRST, SECOND)) == ["TEST-E01"] * 2


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (b"<InsuredBranchNumber>00<", b"<InsuredBranchNumber>01<", ["N-15", "TEST-R04"]),
        (b"<ReferenceNumber>P-00043<", b"<ReferenceNumber>P-00042<", ["N-14", "N-12"]),
        (b"<ReferenceNumber>P-00043<", b"<ReferenceNumber>P-99<", ["N-15", "N-15"]),
        (b"<ReceptionNumber>20261122000017<", b"<ReceptionNumber>20261122000018<", ["N-15", "N-15"]),
        (b"<ProcessingResultStatus>1<", b"<ProcessingResultStatus><", [None, "TEST-R04"]),
    ],
    ids=["other numbers", "two", "nobody's", "another reception", "no status"],
)
def test_a_unit_that_does_not_fit_registers_nobody(
    hasty: Terminal, other_side: Start, before: bytes, after: bytes, expected: list[str | None]
) -> None:
    other_side(answers(golden("registrations_answer").replace(before, after)))
    lines = registered(hasty, FIRST, SECOND)
    assert codes(lines) == expected
    assert "done" not in {line.registered.status for line in lines}


def test_many_go_in_parts(terminal: Terminal, other_side: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "PART", 2)
    side = other_side(answers(golden("registrations_answer")))
    registered(terminal, FIRST, SECOND, replace(FIRST, reference="P-3"))
    assert sum(name.startswith("OQSmuimm01") for name, _ in side.requests) == 2


# The file


def read(*lines: str) -> list[ReferenceRegistration]:
    return list(read_registrations(io.BytesIO("\n".join(lines).encode())))


def test_a_line_is_a_reference_and_whose_it_is() -> None:
    assert read(HEADER, LINE, "") == [ReferenceRegistration("133033", "71-0000", "000000", "00", "P-1")]
    assert read("branch,number,symbol,insurer_number,reference", ",01234567,,39131016,P-00043") == [SECOND]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "line 1: the header is missing"),
        (["reference,number"], "line 1: the header must have"),
        ([HEADER, LINE.replace("P-1", "")], "line 2: reference: must be 1 to 50 characters"),
        ([HEADER, LINE.replace("133033", "13303")], "line 2: insurer_number: must be 6 or 8 digits"),
        ([HEADER, LINE.replace("P-1", "983205673214")], "line 2: holds a マイナンバー"),
        ([HEADER, LINE, LINE.replace(",00", ",01")], "line 3: reference: comes twice"),
        ([HEADER, LINE, LINE.replace("P-1", "P-2")], "line 3: has another reference for a person"),
    ],
)
def test_a_line_that_is_no_registration_is_refused_and_not_repeated(lines: list[str], told: str) -> None:
    with pytest.raises(LineRefused) as caught:
        read(*lines)
    assert str(caught.value).startswith(told)
    assert "71-0000" not in str(caught.value)


def test_a_character_that_no_request_has_is_told_by_its_line() -> None:
    lines = "\n".join((HEADER, LINE, LINE.replace("P-1", "𠮷").replace(",00", ",01"))).encode()
    with pytest.raises(LineRefused, match="^line 3: reference: a character has no form in Shift_JIS"):
        list(read_registrations(io.BytesIO(lines), "shift_jis"))
    assert len(list(read_registrations(io.BytesIO(lines)))) == 2
