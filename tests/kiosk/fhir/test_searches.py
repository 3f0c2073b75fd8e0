"""Reading a search: one identifier in a form, and one refusal for each thing else."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from kiosk.eligibility import KeyQuery
from kiosk.fhir import FhirRefusal, FhirRefused, read_search
from tests.kiosk.fhir.requests import COVERAGE_CSV, MEMBER_ID

TOKEN = f"{MEMBER_ID}|00133033:71-0000:000001:00"
TARO = KeyQuery("133033", "71-0000", "000001", "00")


def form(**fields: str) -> bytes:
    return urlencode(fields).encode()


def refused(body: bytes) -> FhirRefusal:
    with pytest.raises(FhirRefused) as caught:
        read_search(body)
    assert caught.value.__context__ is None
    return caught.value.refusal


def test_an_identifier_with_its_system() -> None:
    assert read_search(form(identifier=TOKEN)) == TARO
    assert read_search(form(identifier=TOKEN, _format="json")) == TARO


def test_commas_of_a_value_are_escaped() -> None:
    value = '"00133033"\\,"７１－００００"\\,"０００００１"\\,"00"'
    assert read_search(form(identifier=f"{COVERAGE_CSV}|{value}")) == TARO


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"", FhirRefusal.MISSING),
        (b"\xff", FhirRefusal.MALFORMED),
        (b"identifier=%FF", FhirRefusal.MALFORMED),
        (b"&".join([b"a=1"] * 50), FhirRefusal.MALFORMED),
        (form(identifier="00133033:71-0000:000001:00"), FhirRefusal.UNKNOWN_SYSTEM),
        (form(identifier="|00133033:71-0000:000001:00"), FhirRefusal.UNKNOWN_SYSTEM),
        (form(identifier="http://example.org|1"), FhirRefusal.UNKNOWN_SYSTEM),
        (form(identifier=f"{MEMBER_ID}|"), FhirRefusal.BAD_IDENTIFIER),
        (form(identifier=f"{MEMBER_ID}|00133033:71-0000:000001:"), FhirRefusal.BAD_IDENTIFIER),
        (form(identifier=f"{TOKEN},{TOKEN}"), FhirRefusal.NOT_SUPPORTED),
        (form(identifier=TOKEN, name="土木"), FhirRefusal.UNKNOWN_PARAMETER),
        (form(identifier=TOKEN) + b"&" + form(identifier=TOKEN), FhirRefusal.UNKNOWN_PARAMETER),
        (form(beneficiary="Patient/1"), FhirRefusal.UNKNOWN_PARAMETER),
        (form(identifier=TOKEN, _format="xml"), FhirRefusal.NOT_ACCEPTABLE),
        (form(identifier=f"{MEMBER_ID}|00133033:71:123456789018:00"), FhirRefusal.MY_NUMBER),
        (form(identifier=TOKEN, memo="1234-5678-9018"), FhirRefusal.MY_NUMBER),
    ],
)
def test_anything_else_is_refused_with_one_code(body: bytes, refusal: FhirRefusal) -> None:
    assert refused(body) is refusal
