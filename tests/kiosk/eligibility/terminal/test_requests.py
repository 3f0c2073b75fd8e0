"""Enquiries to the terminal, against golden files written by hand and an independent reader of XML."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.eligibility.terminal import Enquiry, ReferenceRegistration, RequestRefused, write_registration, write_request
from kiosk.eligibility.terminal.requests import Encoding, write_bulk, write_download, write_registrations
from tests.kiosk.eligibility.terminal.other_side import INSTITUTION, golden

IDENTIFIER = "20261122101500123000001"
ON = date(2026, 11, 22)
ELDER = Enquiry("39131016", "", "01234567", "", date(1948, 3, 1), ON)


def test_a_request_is_the_golden_one(enquiry: Enquiry) -> None:
    assert write_request(enquiry, INSTITUTION, IDENTIFIER) == golden("request")


def test_a_request_in_shift_jis_has_the_characters_of_windows() -> None:
    enquiry = Enquiry("01040013", "髙①", "1&2", "", date(2000, 1, 2), ON)
    assert write_request(enquiry, INSTITUTION, IDENTIFIER, "shift_jis") == golden("request_shift_jis")


def test_a_bulk_request_and_its_download_are_the_golden_ones(enquiry: Enquiry) -> None:
    enquiries = [replace(enquiry, limit_consent=False, identifier="000001"), replace(ELDER, identifier="000002")]
    assert write_bulk(enquiries, ON, INSTITUTION, IDENTIFIER) == golden("bulk_request")
    assert write_download("20261122000017", INSTITUTION) == golden("bulk_download")


def test_a_registration_is_the_golden_one() -> None:
    registration = ReferenceRegistration("133033", "71-0000", "000000", "00", "P-00042")
    assert write_registration(registration, INSTITUTION, IDENTIFIER) == golden("registration")


def test_registrations_in_bulk_are_the_golden_ones() -> None:
    registrations = [
        ReferenceRegistration("133033", "71-0000", "000000", "00", "P-00042"),
        ReferenceRegistration("39131016", "", "01234567", "", "P-00043"),
    ]
    assert write_registrations(registrations, INSTITUTION, IDENTIFIER) == golden("registrations")


def test_an_insurer_number_of_six_digits_is_padded_with_spaces_never_with_zeros(enquiry: Enquiry) -> None:
    assert b"<InsurerNumber>  133033<" in write_request(enquiry, INSTITUTION, IDENTIFIER)
    assert b"<InsurerNumber>39131016<" in write_request(ELDER, INSTITUTION, IDENTIFIER)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("insurer_number", ""),
        ("insurer_number", "1330330"),
        ("insurer_number", "１３３０３３"),
        ("symbol", "7" * 21),
        ("symbol", " 71"),
        ("symbol", "7\n1"),
        ("number", ""),
        ("number", "0" * 21),
        ("number", "\ud800"),
        ("branch", "0"),
        ("branch", "ab"),
        ("birth_date", date(2026, 11, 23)),
        ("identifier", "x" * 51),
    ],
)
def test_what_no_request_can_carry_is_refused_by_its_name(enquiry: Enquiry, field: str, value: object) -> None:
    with pytest.raises(RequestRefused) as caught:
        write_request(replace(enquiry, **{field: value}), INSTITUTION, IDENTIFIER)
    assert caught.value.field == field
    assert str(value) not in caught.value.message or value == ""


def test_a_character_that_shift_jis_does_not_have_is_refused(enquiry: Enquiry) -> None:
    with pytest.raises(RequestRefused, match=r"terminal\.encoding"):
        write_request(replace(enquiry, symbol="𠮷"), INSTITUTION, IDENTIFIER, "shift_jis")


texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn")), min_size=1, max_size=20).filter(
    lambda text: text == text.strip()
)


@given(
    insurer=st.from_regex(r"\A(\d{6}|\d{8})\Z").filter(str.isascii),
    symbol=texts,
    number=texts,
    branch=st.from_regex(r"\A\d{2}\Z").filter(str.isascii),
    birth=st.dates(date(1868, 1, 1), ON),
    consent=st.booleans(),
    encoding=st.sampled_from(["utf-8", "shift_jis"]),
)
def test_what_is_written_is_what_another_reader_reads(
    insurer: str, symbol: str, number: str, branch: str, birth: date, consent: bool, encoding: Encoding
) -> None:
    enquiry = Enquiry(insurer, symbol, number, branch, birth, ON, consent)
    try:
        written = write_request(enquiry, INSTITUTION, IDENTIFIER, encoding)
    except RequestRefused as error:
        assert (encoding, error.field) == ("shift_jis", "terminal.encoding")
        return
    text = written.decode("cp932" if encoding == "shift_jis" else "utf-8")
    root = ElementTree.fromstring(text.partition("?>")[2])  # noqa: S314 - what we wrote ourselves
    search = root.find("MessageBody/QualificationConfirmSearchInfo")
    assert search is not None
    assert [(one.tag, one.text) for one in search] == [
        ("InsurerNumber", insurer.rjust(8)),
        ("InsuredCardSymbol", symbol),
        ("InsuredIdentificationNumber", number),
        ("InsuredBranchNumber", branch),
        ("Birthdate", birth.strftime("%Y%m%d").rjust(8, "0")),
        ("LimitApplicationCertificateRelatedConsFlg", "1" if consent else "0"),
    ]
