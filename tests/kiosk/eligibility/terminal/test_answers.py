"""Answers of the terminal: every element and code, from golden files written by hand."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from kiosk.eligibility.terminal import Consents, Status, answer_json, parse_answer, summary
from kiosk.eligibility.terminal.answers import parse_receipt, parse_registered, parse_units
from kiosk.eligibility.terminal.codes import CERTIFICATE_CLASSES, LIMIT_CLASSES, label
from kiosk.eligibility.terminal.errors import AnswerUnreadable, StillProcessing
from kiosk.eligibility.terminal.model import BulkPart, Elderly, Limit, SpecificDisease, Unit
from kiosk.failures import Code
from tests.kiosk.eligibility.terminal.other_side import golden


def one(name: str) -> Any:
    """Return the one result of a golden file."""
    (result,) = parse_answer(golden(name)).results
    return result


def test_every_element_of_a_result_is_read() -> None:
    answer = parse_answer(golden("valid"))
    assert (answer.status, answer.validity, answer.failure) == (Status.VALID, "1", None)
    assert answer.as_of == datetime(2026, 11, 22, 10, 15, 3, tzinfo=timezone(timedelta(hours=9)))
    assert (answer.reference_class, answer.unknown) == ("2", {})
    result = one("valid")
    assert (result.insurer_number, result.symbol, result.number, result.branch) == (
        *("133033", "７１－００００", "000000", "00"),
    )
    assert (result.name, result.kana, result.household_head) == ("土木　花子", "ﾄﾞﾎﾞｸ ﾊﾅｺ", "土木　花子")
    assert (result.other_name, result.other_kana) == ("国保　花子", "ｺｸﾎ ﾊﾅｺ")
    assert (result.sex, result.relationship, result.birth_date) == ("female", "self", date(1960, 4, 5))
    assert (result.address, result.postal_code) == ("東京都千代田区〇〇町１－１１－１", "102-0093")
    assert (result.acquired_on, result.lost_on, result.issued_on) == (date(2019, 4, 1), None, date(2019, 4, 5))
    assert (result.valid_from, result.valid_until) == (date(2019, 4, 1), date(2027, 3, 31))
    assert (result.insurer_name, result.loss_reason) == ("全国土木建築国民健康保険組合", None)
    assert result.limit == Limit("01", "A03", date(2026, 8, 1), date(2026, 8, 1), date(2027, 7, 31), None)
    assert result.specific_diseases == (
        SpecificDisease("1", date(2024, 1, 1), date(2024, 1, 1), date(2028, 12, 31), 10000),
        SpecificDisease("2", None, None, None, None),
    )
    assert (result.reference, result.preschool, result.copay_percent) == ("P-00042", False, None)


def test_consents_are_yes_no_or_neither() -> None:
    """診療 is 2 in the file (同意有効期限切れ), 薬剤 is 0."""
    assert parse_answer(golden("face")).consents == Consents(True, True, True, False, None, True)


def test_medicine_has_another_name_with_one_exporter() -> None:
    content = golden("face").replace(b"PharmacistsInfoConsFlg>0", b"PharmaceuticalInfoConsFlg>1")
    content = content.replace(b"PharmacistsInfoConsFlg", b"PharmaceuticalInfoConsFlg")
    answer = parse_answer(content)
    assert (answer.consents.medicine, answer.unknown) == (True, {})


@pytest.mark.parametrize(
    ("name", "status", "validity", "failure"),
    [
        ("valid", Status.VALID, "1", None),
        ("unregistered", Status.VALID, "6", None),
        ("invalid", Status.INVALID, "2", None),
        ("new_qualification", Status.NEW_QUALIFICATION, "3", None),
        ("none", Status.NONE, "4", Code.NOT_FOUND_ONLINE),
        ("several", Status.SEVERAL, "5", Code.SEVERAL_FOUND_ONLINE),
        ("segment_9", Status.ERROR, None, Code.TERMINAL_REFUSED),
        ("status_2", Status.ERROR, None, Code.TERMINAL_REFUSED),
        ("unknown_validity", Status.ERROR, None, Code.ANSWER_UNREADABLE),
    ],
)
def test_the_status_follows_the_validity(name: str, status: Status, validity: str | None, failure: Code | None) -> None:
    answer = parse_answer(golden(name))
    assert (answer.status, answer.validity, answer.failure) == (status, validity, failure)


def test_codes_and_messages_of_the_terminal_are_shown_as_they_are() -> None:
    shown = {name: parse_answer(golden(name)) for name in ("segment_9", "status_2", "notice")}
    assert {name: (one.code, one.message) for name, one in shown.items()} == {
        "segment_9": ("TEST-E01", "処理できませんでした。"),
        "status_2": ("TEST-E02", "保険者番号に誤りがあります。"),
        "notice": ("TEST-N01", "電子証明書の有効期限が3か月以内です。"),
    }
    assert shown["notice"].status is Status.VALID


def test_an_error_without_a_code_of_its_own_gets_ours() -> None:
    content = golden("segment_9").replace(b"<ErrorCode>TEST-E01</ErrorCode>", b"")
    assert answer_json(parse_answer(content))["code"] == "N-13"
    assert answer_json(parse_answer(golden("unknown_validity")))["code"] == "N-12"


REASON = b"<ProcessingResultCode>TEST-E04</ProcessingResultCode><ProcessingResultMessage>Z</ProcessingResultMessage>"


def test_an_error_may_have_its_code_in_the_header_or_in_the_body() -> None:
    segment = golden("segment_9").replace(b"<ErrorCode>TEST-E01</ErrorCode>", b"")
    segment = re.sub(b"<ErrorMessage>.*</ErrorMessage>", b"", segment)
    segment = re.sub(b"<MessageBody ?/>|<MessageBody>.*</MessageBody>", b"", segment, flags=re.DOTALL)
    said = parse_answer(
        segment.replace(b"</MessageHeader>", b"</MessageHeader><MessageBody>" + REASON + b"</MessageBody>")
    )
    assert (said.status, said.code, said.message) == (Status.ERROR, "TEST-E04", "Z")
    status = re.sub(b"<ProcessingResult(Code|Message)>.*</ProcessingResult(Code|Message)>", b"", golden("status_2"))
    said = parse_answer(status.replace(b"</MessageHeader>", b"<ErrorCode>TEST-E05</ErrorCode></MessageHeader>"))
    assert (said.status, said.code) == (Status.ERROR, "TEST-E05")


def test_the_code_of_a_header_is_no_notice_of_an_answer_that_is_valid() -> None:
    content = golden("valid").replace(b"</MessageHeader>", b"<ErrorCode>TEST-E05</ErrorCode></MessageHeader>")
    assert (parse_answer(content).status, parse_answer(content).code) == (Status.VALID, None)


def test_a_reference_beside_the_results_is_theirs() -> None:
    """In a 一括照会 it is in the unit, not in the result."""
    unit = b"<ReferenceNumber>P-7</ReferenceNumber></BulkConfirmUnit>"
    first, second, _ = parse_units(golden("bulk_answer").replace(b"</BulkConfirmUnit>", unit, 1))
    assert isinstance(first, Unit) and isinstance(second, Unit)
    assert [one.answer.results[0].reference for one in (first, second)] == ["P-7", None]


def test_references_that_differ_are_shown_and_none_is_picked() -> None:
    inside = b"<ReferenceNumber>P-00042</ReferenceNumber>"
    content = golden("valid").replace(inside, b"")
    answer = parse_answer(content.replace(b"</MessageBody>", inside + inside.replace(b"42", b"43") + b"</MessageBody>"))
    assert answer.results[0].reference is None
    assert answer.unknown == {"ReferenceNumber": "P-00042", "ReferenceNumber[2]": "P-00043"}
    answer = parse_answer(content.replace(b"</MessageBody>", inside + inside + b"</MessageBody>"))
    assert (answer.results[0].reference, answer.unknown) == ("P-00042", {})


def test_any_other_segment_is_an_error() -> None:
    """Sources differ on whether 異常終了 is 9 or 3."""
    content = golden("segment_9").replace(b"<SegmentOfResult>9", b"<SegmentOfResult>3")
    assert parse_answer(content).status is Status.ERROR


def test_what_is_still_processed_is_no_answer_yet() -> None:
    with pytest.raises(StillProcessing):
        parse_answer(golden("processing"))


@pytest.mark.parametrize(
    ("name", "text"),
    [("shift_jis", "髙橋　①郎"), ("byte_order_mark", "土木　太郎"), ("no_declaration", "髙橋　一郎")],
)
def test_the_encoding_is_the_files_own(name: str, text: str) -> None:
    assert one(name).name == text


def test_ratios_are_percent() -> None:
    assert one("elderly").elderly == Elderly(date(2026, 7, 1), date(2026, 8, 1), date(2027, 7, 31), 20)
    assert (one("elderly").copay_percent, one("late_elderly").copay_percent) == (20, 10)
    assert (one("late_elderly").symbol, one("late_elderly").branch) == (None, None)


def test_what_the_tables_do_not_have_is_carried_and_never_fatal() -> None:
    answer = parse_answer(golden("unknown"))
    assert answer.status is Status.VALID
    assert answer.unknown == {
        "HeaderOfTheFuture": "1",
        "Sex1": "9",
        "ElementOfTheFuture": "そのまま",
        "One": "い",
        "One[2]": "ろ",
    }
    result = answer.results[0]
    assert (result.certificate_class, result.sex) == ("Z9", None)
    assert result.limit is not None and (result.limit.certificate, result.limit.limit_class) == ("09", "A31")
    assert (label(CERTIFICATE_CLASSES, "Z9"), label(LIMIT_CLASSES, "A03"), label(LIMIT_CLASSES, None)) == (
        *("Z9", "ウ", ""),
    )


def test_two_qualifications_are_two_results() -> None:
    first, second = parse_answer(golden("medical_assistance")).results
    assert (first.certificate_class, second.certificate_class) == ("01", "A1")
    assert [ticket.elements["InjuryName1"] for ticket in second.medical_tickets] == ["高血圧症"]


def test_the_json_of_an_answer_has_every_key_of_the_interface() -> None:
    said = answer_json(parse_answer(golden("invalid")))
    assert list(said) == ["status", "validity", "message", "code", "as_of", "results", "unknown"]
    (result,) = said["results"]
    assert result == {
        "insurer_number": "133033",
        "symbol": "71-0000",
        "number": "000000",
        "branch": "00",
        "name": "土木　太郎",
        "kana": "ﾄﾞﾎﾞｸ ﾀﾛｳ",
        "household_head": None,
        "birth_date": "1960-04-05",
        "sex": "male",
        "relationship": "self",
        "postal_code": None,
        "address": None,
        "acquired_on": "2019-04-01",
        "lost_on": "2026-04-01",
        "loss_reason": "03",
        "issued_on": None,
        "valid_from": None,
        "valid_until": None,
        "insurer_name": "全国土木建築国民健康保険組合",
        "certificate_class": "01",
        "copay_percent": None,
        "limit": None,
        "specific_diseases": [],
        "reference": None,
    }


def test_a_summary_says_what_codes_mean() -> None:
    lines = summary(parse_answer(golden("valid"))).splitlines()
    assert lines[0] == "valid 有効"
    assert "  適用区分: ウ" in lines and "  特定疾病: 人工透析を必要とする慢性腎不全" in lines


def test_a_registration_is_done_or_refused() -> None:
    registered, header, reference = parse_registered(golden("registered"))
    assert (registered.status, header.institution, reference) == ("done", "1312345678", "P-00042")
    content = (
        golden("registered")
        .replace(b"Status>1<", b"Status>2<")
        .replace(b"<ReferenceNumber>", b"<ProcessingResultCode>TEST-E03</ProcessingResultCode><ReferenceNumber>")
    )
    registered, _, _ = parse_registered(content)
    assert (registered.status, registered.code) == ("error", "TEST-E03")


def test_the_receipt_of_a_bulk_request_has_its_number() -> None:
    assert parse_receipt(golden("bulk_receipt"))[0].number == "20261122000017"


def test_a_bulk_answer_is_read_a_unit_at_a_time() -> None:
    first, second, (state, header) = parse_units(golden("bulk_answer"))
    assert isinstance(first, Unit) and isinstance(second, Unit)
    assert [(unit.identifier, unit.answer.status) for unit in (first, second)] == [
        ("000002", Status.INVALID),
        ("000001", Status.VALID),
    ]
    assert (state, header.reception) == (BulkPart(False, False, None, None), "20261122000017")
    ((state, _),) = parse_units(golden("bulk_processing"))
    assert state.processing


def test_a_unit_that_cannot_be_read_spoils_no_other() -> None:
    content = golden("bulk_answer").replace(b"<QualificationDate>20190401<", b"<QualificationDate>20190431<", 1)
    first, second, _ = parse_units(content)
    assert isinstance(first, Unit) and isinstance(second, Unit)
    assert [(unit.identifier, unit.answer.failure) for unit in (first, second)] == [
        ("000002", Code.ANSWER_UNREADABLE),
        ("000001", None),
    ]


@pytest.mark.parametrize("name", ["registered", "bulk_receipt", "request"])
def test_another_message_is_no_answer(name: str) -> None:
    with pytest.raises(AnswerUnreadable, match="has no QualificationValidity"):
        parse_answer(golden(name))


def test_nothing_of_a_person_shows_in_a_repr() -> None:
    assert "土木" not in repr(parse_answer(golden("valid"))) and "土木" not in repr(one("valid"))


@pytest.mark.parametrize("said", ["&#x9b;31m花子", "花子\n  資格喪失年月日: 2026-11-22", "\u202e花子", "花\u2028子"])
def test_a_summary_is_one_line_a_fact_whatever_an_answer_holds(said: str) -> None:
    answer = parse_answer(golden("valid").replace("<Name>土木　花子".encode(), f"<Name>{said}".encode()))
    lines = summary(answer).split("\n")
    (name,) = [line for line in lines if line.startswith("  氏名: ")]
    assert "花" in name and not {"\x9b", "\u202e", "\u2028"} & {*name}
    assert not any(line.startswith("  資格喪失年月日") for line in lines)
