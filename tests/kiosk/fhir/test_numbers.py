"""JP Core's identifiers of a Coverage: written, and read back by their own text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.eligibility import KeyQuery, MemberId
from kiosk.fhir import FhirRefusal, IdentifierRefused, Numbers, key_of
from tests.kiosk.fhir.requests import COVERAGE_CSV, MEMBER_ID

TARO = KeyQuery("133033", "71-0000", "000001", "00")


@pytest.mark.parametrize(
    ("system", "value"),
    [
        (MEMBER_ID, "00133033:71-0000:000001:00"),
        (MEMBER_ID, "133033:71-0000:000001:00"),
        (MEMBER_ID, "00133033:７１－００００:０００００１:00"),
        (COVERAGE_CSV, '"00133033","７１－００００","０００００１","00"'),
        (COVERAGE_CSV, "00133033,71-0000,000001,00"),
    ],
)
def test_however_it_is_written_it_names_the_same_member(system: str, value: str) -> None:
    assert key_of(system, value) == TARO


def test_the_example_of_the_guide() -> None:
    assert key_of(MEMBER_ID, "00012345:あいう:１８７:05") == KeyQuery("012345", "あいう", "187", "05")
    assert Numbers(MemberId("012345", "あいう", "187", "05"), full_width=True).member == "00012345:あいう:187:05"


def test_a_later_elderly_person_has_no_symbol() -> None:
    assert key_of(MEMBER_ID, "39131016::12345678:") == KeyQuery("39131016", "", "12345678", "")


@pytest.mark.parametrize(
    ("system", "value", "refusal"),
    [
        ("", "00133033:71-0000:000001:00", FhirRefusal.UNKNOWN_SYSTEM),
        ("http://example.org", "00133033:71-0000:000001:00", FhirRefusal.UNKNOWN_SYSTEM),
        (MEMBER_ID, "", FhirRefusal.BAD_IDENTIFIER),
        (MEMBER_ID, "00133033:71-0000:000001", FhirRefusal.BAD_IDENTIFIER),
        (MEMBER_ID, "00133033:71-0000:000001:00:1", FhirRefusal.BAD_IDENTIFIER),
        (MEMBER_ID, "1330:71-0000:000001:00", FhirRefusal.BAD_IDENTIFIER),
        (MEMBER_ID, "00133033:71-0000::00", FhirRefusal.BAD_IDENTIFIER),
        (MEMBER_ID, "00133033:71-0000:000001:0", FhirRefusal.BAD_IDENTIFIER),
        (MEMBER_ID, "00133033:71-0000:000001:００", FhirRefusal.BAD_IDENTIFIER),
        (MEMBER_ID, f"00133033:{'7' * 300}:000001:00", FhirRefusal.BAD_IDENTIFIER),
        (MEMBER_ID, "00133033:71:123456789018:00", FhirRefusal.MY_NUMBER),
        (MEMBER_ID, "00133033:1234 5678 9018:1:00", FhirRefusal.MY_NUMBER),
        (COVERAGE_CSV, '"00133033","71-0000","000001"', FhirRefusal.BAD_IDENTIFIER),
        (COVERAGE_CSV, '"00133033","71-0000","000001","00', FhirRefusal.BAD_IDENTIFIER),
        (COVERAGE_CSV, "", FhirRefusal.BAD_IDENTIFIER),
        (COVERAGE_CSV, '"00133033"\n,"71-0000","000001","00"', FhirRefusal.BAD_IDENTIFIER),
    ],
)
def test_what_names_nobody_is_refused(system: str, value: str, refusal: FhirRefusal) -> None:
    with pytest.raises(IdentifierRefused) as caught:
        key_of(system, value)
    assert caught.value.refusal is refusal
    assert caught.value.__context__ is None


PART = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"], max_codepoint=0xFFFF), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(symbol=PART, number=PART, full_width=st.booleans())
def test_what_is_written_can_be_read_again(symbol: str, number: str, full_width: bool) -> None:
    member = MemberId("133033", symbol, number, "01")
    if not member.is_well_formed():
        return
    written = Numbers(member, full_width)
    expected = read(MEMBER_ID, f"00133033:{symbol}:{number}:01")
    assert read(MEMBER_ID, written.member) == expected
    assert read(COVERAGE_CSV, written.csv) == expected


def read(system: str, value: str) -> KeyQuery | FhirRefusal:
    try:
        return key_of(system, value)
    except IdentifierRefused as refused:
        return refused.refusal
