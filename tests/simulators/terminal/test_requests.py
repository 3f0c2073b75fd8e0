"""A strict peer: what is not by the layout is refused, in bounded time, and nothing of it is repeated."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.terminal.answering import AnsweringService, Options
from simulators.terminal.file_names import ExchangeFileName
from simulators.terminal.questions import MOST_BYTES, WrongRequest, has_right_check_digit, read_request
from tests.simulators.terminal.reading import NOW, Read, question, read

Make = Callable[..., AnsweringService]
RIGHT = question().decode()
KINDS = ("siquc01", "siimm01", "muquc01", "muquc02", "muimm01", "muimm02")


def refusal(content: str | bytes, kind: str = "siquc01") -> tuple[str, str]:
    with pytest.raises(WrongRequest) as refused:
        read_request(kind, content if isinstance(content, bytes) else content.encode())
    return refused.value.code, str(refused.value)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"InsurerNumber": None}, "SIM-E003", "InsurerNumber"),
        ({"InsuredIdentificationNumber": None}, "SIM-E003", "InsuredIdentificationNumber"),
        ({"Birthdate": None}, "SIM-E003", "Birthdate"),
        ({"LimitApplicationCertificateRelatedConsFlg": None}, "SIM-E003", "LimitApplicationCertificateRelatedConsFlg"),
        ({"InsurerNumber": "133033"}, "SIM-E004", "InsurerNumber"),
        ({"InsurerNumber": "133033  "}, "SIM-E004", "InsurerNumber"),
        ({"InsurerNumber": " 1133033"}, "SIM-E004", "InsurerNumber"),
        ({"InsurerNumber": "１２３４５６７８"}, "SIM-E004", "InsurerNumber"),
        ({"InsuredCardSymbol": "記" * 21}, "SIM-E004", "InsuredCardSymbol"),
        ({"InsuredIdentificationNumber": "1" * 21}, "SIM-E004", "InsuredIdentificationNumber"),
        ({"InsuredBranchNumber": "1"}, "SIM-E004", "InsuredBranchNumber"),
        ({"Birthdate": "20230229"}, "SIM-E004", "Birthdate"),
        ({"Birthdate": "18671231"}, "SIM-E004", "Birthdate"),
        ({"QualificationConfirmationDate": "99991231"}, "SIM-E004", "QualificationConfirmationDate"),
        ({"Birthdate": "1960-04-05"}, "SIM-E004", "Birthdate"),
        ({"LimitApplicationCertificateRelatedConsFlg": "2"}, "SIM-E004", "LimitApplicationCertificateRelatedConsFlg"),
        ({"QualificationConfirmationDate": "20261131"}, "SIM-E004", "QualificationConfirmationDate"),
    ],
)
def test_an_element_that_is_wrong_is_named(changes: dict[str, str | None], code: str, field: str) -> None:
    found, said = refusal(question(**changes))
    assert (found, said.partition(":")[0]) == (code, field)
    value = changes[field]
    assert value is None or value not in said


@pytest.mark.parametrize("field", ["InsuredCardSymbol", "InsuredBranchNumber"])
def test_optional_elements_may_be_missing_or_empty(field: str) -> None:
    read_request("siquc01", question(**{field: None}))
    read_request("siquc01", question(**{field: ""}))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "SIM-E001"),
        ("no XML", "SIM-E001"),
        (RIGHT[:-20], "SIM-E001"),
        (RIGHT.replace("UTF-8", "EUC-JP"), "SIM-E001"),
        (RIGHT.encode("utf-16"), "SIM-E001"),
        (RIGHT.replace("71-0000", "髙").replace("UTF-8", "Shift_JIS").encode() + b"\x81", "SIM-E001"),
        (RIGHT.replace("?>\n", '?>\n<!DOCTYPE XmlMsg [<!ENTITY a "b">]>'), "SIM-E001"),
        (RIGHT.replace("XmlMsg", "Message"), "SIM-E002"),
        (RIGHT.replace("MessageBody", "Body"), "SIM-E002"),
        (RIGHT.replace("QualificationConfirmSearchInfo", "Search"), "SIM-E002"),
        (RIGHT.replace("InsuredCardSymbol", "Symbol"), "SIM-E002"),
        (RIGHT.replace("<InsurerNumber>", '<InsurerNumber kind="8">'), "SIM-E002"),
        (RIGHT.replace("71-0000", "<b>71-0000</b>"), "SIM-E002"),
        (RIGHT.replace("<Birthdate>", "<Birthdate>19600405</Birthdate><Birthdate>"), "SIM-E002"),
        (RIGHT + " " * MOST_BYTES, "SIM-E005"),
        ('<?xml version="1.0" encoding="UTF-8"?>' + "<a>" * 200_000, "SIM-E001"),
    ],
)
def test_a_file_that_is_wrong(content: str | bytes, code: str) -> None:
    assert refusal(content)[0] == code


def test_elements_have_an_order() -> None:
    symbol, number = "<InsuredCardSymbol>71-0000</InsuredCardSymbol>", "<InsurerNumber>  133033</InsurerNumber>"
    swapped = RIGHT.replace(number + symbol, symbol + number)
    assert swapped != RIGHT
    assert "order" in refusal(swapped)[1]


def test_two_questions_are_a_bulk() -> None:
    start, end = RIGHT.index("<QualificationConfirmSearchInfo>"), RIGHT.index("</MessageBody>")
    two = RIGHT[:end] + RIGHT[start:end] + RIGHT[end:]
    assert "more than one" in refusal(two)[1]
    read_request("muquc01", two.encode())


def test_a_refused_request_is_answered_by_an_abnormal_end(service: Make) -> None:
    answer = read(service().answer(ExchangeFileName("siquc01", "7"), b"no XML"))
    assert answer.text("SegmentOfResult") == "9"
    assert answer.text("ErrorCode") == "SIM-E001"


def test_another_institution_is_refused_where_one_is_named(service: Make) -> None:
    assert read(service().answer(ExchangeFileName("siquc01", "1"), question())).text("SegmentOfResult") == "1"
    named = service(institution="1399999999").answer(ExchangeFileName("siquc01", "1"), question())
    assert read(named).text("ErrorCode") == "SIM-E007"


def test_an_insurer_that_cannot_be_is_an_error_of_the_question(service: Make) -> None:
    answer = read(service().answer(ExchangeFileName("siquc01", "1"), question(InsurerNumber="01234567")))
    assert (answer.text("SegmentOfResult"), answer.text("ProcessingResultStatus")) == ("1", "2")
    assert answer.text("ProcessingResultCode") == "SIM-R001"


@pytest.mark.parametrize("number", ["133033", "33120015", "01040013", "131011", "39131016", "  133033".strip()])
def test_check_digits_of_the_reference(number: str) -> None:
    assert has_right_check_digit(number)
    assert not has_right_check_digit(number[:-1] + str((int(number[-1]) + 1) % 10))


def test_an_unknown_reception_is_refused(service: Make) -> None:
    fetch = (
        '<?xml version="1.0" encoding="UTF-8"?><XmlMsg><MessageHeader><MedicalInstitutionCode>1312345678'
        "</MedicalInstitutionCode></MessageHeader><MessageBody><ReceptionNumber>1</ReceptionNumber></MessageBody>"
        "</XmlMsg>"
    )
    assert read(service().answer(ExchangeFileName("muquc02", "1"), fetch.encode())).text("ErrorCode") == "SIM-E006"


@given(kind=st.sampled_from(KINDS), content=st.binary(max_size=300))
def test_any_bytes_are_answered(kind: str, content: bytes) -> None:
    terminal = AnsweringService([], Options(), lambda: NOW)
    assert read(terminal.answer(ExchangeFileName(kind, "1"), content)).text("SegmentOfResult") == "9"


@given(data=st.data())
def test_a_right_request_with_any_damage_is_answered(data: st.DataObject) -> None:
    content = bytearray(question())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    terminal = AnsweringService([], Options(), lambda: NOW)
    answer = terminal.answer(ExchangeFileName("siquc01", "1"), bytes(content))
    assert isinstance(read(answer), Read)
