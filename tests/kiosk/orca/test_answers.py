"""Answers of ORCA, read from files and from hostile bytes."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.orca import OrcaError, OrcaRefused, OrcaUnusable
from kiosk.orca.answers import codes_in, is_among, patients_in, registered_id, same_number
from kiosk.orca.errors import OrcaBusy, OrcaSaid
from kiosk.orca.model import CoverPeriod, OrcaPatient
from tests.kiosk.orca.people import GOLDEN, INSURANCE, PATIENT, TODAY


def golden(name: str) -> bytes:
    return (GOLDEN / f"answer_{name}.xml").read_bytes()


def changed(name: str, pattern: str, new: str) -> bytes:
    text, count = re.subn(pattern, new, golden(name).decode("utf-8"), count=1)
    assert count == 1
    return text.encode()


def with_result(name: str, result: str) -> bytes:
    return changed(name, r"(<Api_Result [^>]*>)\w+", rf"\g<1>{result}")


def test_patients_are_read_with_their_insurances_and_subsidies() -> None:
    first, second = patients_in(golden("patients"))
    assert first == PATIENT
    assert second == OrcaPatient(
        "00345",
        "模擬　華子",
        "モギ　ハナコ",
        date(1985, 8, 22),
        (),
        (CoverPeriod(date(2024, 4, 1), date(2027, 3, 31)),),
    )


def test_what_is_sent_back_is_what_orca_said() -> None:
    (insurance,) = patients_in(golden("patients"))[0].insurances
    assert insurance == INSURANCE


@pytest.mark.parametrize("result", ["10", "20"])
def test_nobody_of_that_name_is_no_error(result: str) -> None:
    assert patients_in(with_result("nobody", result)) == ()


def test_a_number_that_orca_does_not_have_is_no_patient() -> None:
    assert patients_in(golden("no_such_number")) == ()


@pytest.mark.parametrize("result", ["0", "00", "000", "0000"])
def test_a_result_of_zeros_is_good_in_every_width(result: str) -> None:
    assert len(patients_in(with_result("patients", result))) == 2


@pytest.mark.parametrize(
    ("result", "error"),
    [
        ("90", OrcaBusy),
        ("89", OrcaRefused),
        ("99", OrcaRefused),
        ("97", OrcaSaid),
        ("21", OrcaSaid),
        ("", OrcaUnusable),
    ],
)
def test_another_result_is_an_error_of_its_kind(result: str, error: type[OrcaError]) -> None:
    with pytest.raises(error):
        patients_in(with_result("patients", result) if result else changed("patients", r"<Api_Result .*?t>", ""))


@pytest.mark.parametrize(
    ("patient", "is_there"), [("00012", True), ("12", True), ("345", True), ("13", False), ("", False), ("0", False)]
)
def test_a_reception_of_today_is_recognised(patient: str, is_there: bool) -> None:
    assert is_among(golden("receptions"), patient) is is_there


@pytest.mark.parametrize("result", ["20", "21"])
def test_no_reception_and_too_many_of_them_are_no_reception_of_the_patient(result: str) -> None:
    assert not is_among(with_result("receptions", result), "00012")


def test_a_day_of_1500_receptions_is_read() -> None:
    head, one, tail = re.split(rb"(<Acceptlst_Information_child.*</Acceptlst_Information_child>)", golden("many"))
    others = b"".join(one.replace(b"<Patient_ID type=\"string\">00012", b"<Patient_ID type=\"string\">%05d" % number)
                      for number in range(20_000, 21_500))  # fmt: skip
    assert is_among(head + others + one + tail, "00012")
    assert not is_among(head + others + tail, "00012")


@pytest.mark.parametrize("result", ["00", "0000", "K1", "K3"])
def test_a_registration_gives_its_number_with_a_warning_too(result: str) -> None:
    assert registered_id(with_result("registered", result), "12", TODAY) == "00003"


def test_a_reception_that_is_there_already_is_said_by_orca() -> None:
    with pytest.raises(OrcaSaid) as caught:
        registered_id(golden("registered_already"), "00012", TODAY)
    assert caught.value.result == "16"


@pytest.mark.parametrize("result", ["13", "14", "15"])
def test_a_department_that_orca_does_not_have_is_a_matter_of_the_settings(result: str) -> None:
    with pytest.raises(OrcaRefused, match="orca.department, orca.physician and orca.medical"):
        registered_id(with_result("registered_already", result), "00012", TODAY)


def test_a_registration_of_somebody_else_or_of_another_day_is_none() -> None:
    with pytest.raises(OrcaUnusable, match="another patient"):
        registered_id(golden("registered"), "00013", TODAY)
    with pytest.raises(OrcaUnusable, match="another day"):
        registered_id(golden("registered"), "00012", date(2026, 12, 1))


def test_codes_are_read() -> None:
    assert codes_in(golden("departments"), "Department") == ("01", "02")
    assert codes_in(golden("physicians"), "Physician") == ("10001",)


HOSTILE = {
    "nothing": b"",
    "a page": b"<html><body>welcome</body></html>",
    "no XML": b"<xmlio2><patientlst2res",
    "a document type": b'<!DOCTYPE x [<!ENTITY e "x">]><xmlio2>&e;</xmlio2>',
    "another answer": b'<xmlio2><acceptres type="record"/></xmlio2>',
    "two records": b"<xmlio2><patientlst2res/><patientlst2res/></xmlio2>",
    "deep": b"<a>" * 40 + b"</a>" * 40,
    "wide": b"<xmlio2>" + b"<a/>" * 30_000 + b"</xmlio2>",
    "large": b"<xmlio2>" + b" " * 5_000_000 + b"</xmlio2>",
    "another encoding": '<?xml version="1.0" encoding="EUC-JP"?><xmlio2/>'.encode("euc-jp"),
    "no UTF-8": b"<xmlio2>\x8e\xff</xmlio2>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_end_in_our_own_error(name: str) -> None:
    readers = (
        patients_in,
        lambda content: is_among(content, "1"),
        lambda content: registered_id(content, "1", TODAY),
        lambda content: codes_in(content, "Department"),
    )
    for read in readers:
        with pytest.raises(OrcaUnusable):
            read(HOSTILE[name])


@pytest.mark.parametrize(
    ("pattern", "new", "what"),
    [
        ("<BirthDate type=\"string\">[^<]*", '<BirthDate type="string">1985-13-22', "BirthDate"),
        ("<BirthDate type=\"string\">[^<]*", '<BirthDate type="string">19850822', "BirthDate"),
        ("<Patient_ID type=\"string\">[^<]*", '<Patient_ID type="string">模擬花子', "Patient_ID"),
        ("<Patient_ID type=\"string\">[^<]*", '<Patient_ID type="string">' + "1" * 21, "Patient_ID"),
        ("<WholeName type=\"string\">[^<]*", '<WholeName type="string">' + "花" * 201, "WholeName"),
        ("(<WholeName .*?</WholeName>)", r"\1\1", "WholeName"),
    ],
)  # fmt: skip
def test_a_value_of_no_form_is_named_and_never_repeated(pattern: str, new: str, what: str) -> None:
    with pytest.raises(OrcaUnusable) as caught:
        patients_in(changed("patients", pattern, new))
    said = str(caught.value)
    assert what in said and "花" not in said and "1985" not in said


def test_what_nobody_reads_may_be_there() -> None:
    assert patients_in(changed("patients", "<Reskey", "<New><Deep>x</Deep></New><Reskey"))[0] == PATIENT


@pytest.mark.parametrize(
    ("one", "other", "same"), [("00012", "12", True), ("12", "120", False), ("0", "00", False), ("", "", False)]
)
def test_a_patient_number_is_the_same_with_and_without_zeros(one: str, other: str, same: bool) -> None:
    assert same_number(one, other) is same


@settings(max_examples=150)
@given(st.data())
def test_an_answer_with_any_part_changed_is_read_or_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["patients", "receptions", "registered", "departments"]))
    content = golden(name)
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 40))
    new = data.draw(st.one_of(st.binary(max_size=20), st.sampled_from([b"<", b"</", b">", b"&#0;", b"<a/>", b"9999"])))
    changed = content[:start] + new + content[start + length :]
    readers = {
        "patients": patients_in,
        "receptions": lambda given: is_among(given, "00012"),
        "registered": lambda given: registered_id(given, "00012", TODAY),
        "departments": lambda given: codes_in(given, "Department"),
    }
    with suppress(OrcaError):
        readers[name](changed)
