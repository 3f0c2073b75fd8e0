"""Calls to ORCA, to the byte: what the pages of 日レセAPI name, and nothing of a person anywhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from kiosk.orca import OrcaUnusable
from kiosk.orca.requests import (
    NewReception,
    OrcaCall,
    departments,
    patient_by_number,
    patients_by_name,
    physicians,
    receptions_of,
    registration,
)
from tests.kiosk.orca.people import BORN, GOLDEN, INSURANCE, NOW, TODAY

RECEPTION = NewReception("00012", NOW, "01", "10001", "01", INSURANCE)

CALLS = {
    "patients_by_name": (patients_by_name("模擬", BORN), "/api01rv2/patientlst3v2?class=01"),
    "patient_by_number": (patient_by_number("12"), "/api01rv2/patientlst2v2?class=01"),
    "receptions_of": (receptions_of(TODAY, "01"), "/api01rv2/acceptlstv2?class=03"),
    "registration": (registration(RECEPTION), "/orca11/acceptmodv2"),
    "registration_of_the_first": (
        registration(replace(RECEPTION, medical="", insurance=replace(INSURANCE, branch="", symbol=""))),
        "/orca11/acceptmodv2",
    ),
    "departments": (departments(TODAY), "/api01rv2/system01lstv2?class=01"),
    "physicians": (physicians(TODAY), "/api01rv2/system01lstv2?class=02"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_as_it_is_filed(name: str) -> None:
    call, path = CALLS[name]
    assert call.path == path
    assert call.body == (GOLDEN / f"request_{name}.xml").read_bytes().rstrip(b"\n")


def test_every_filed_request_is_one_of_a_test() -> None:
    assert {path.stem for path in GOLDEN.glob("request_*.xml")} == {f"request_{name}" for name in CALLS}


def test_the_time_of_a_reception_is_that_of_japan() -> None:
    assert registration(replace(RECEPTION, at=NOW.astimezone(UTC))).body == registration(RECEPTION).body


@pytest.mark.parametrize("name", ["a\x00b", "a\nb", "\ud800", "\ufffe", "あ" * 201])
def test_what_no_call_can_carry_is_refused_without_being_repeated(name: str) -> None:
    with pytest.raises(OrcaUnusable) as caught:
        patients_by_name(name, BORN)
    assert str(caught.value) == "WholeName: a value that no call can carry"


def test_a_name_cannot_become_markup() -> None:
    body = patients_by_name("</WholeName><x>&", BORN).body
    assert b"&lt;/WholeName&gt;&lt;x&gt;&amp;" in body


def test_nothing_prints_whom_a_call_is_about() -> None:
    assert "模擬" not in repr(CALLS["patients_by_name"][0]) + repr(RECEPTION)
    assert isinstance(CALLS["departments"][0], OrcaCall)
