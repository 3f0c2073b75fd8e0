"""Reading a CoverageEligibilityRequest: what is asked, and one refusal for each thing that is not done here."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.eligibility import KeyQuery
from kiosk.fhir import FhirRefusal, FhirRefused
from kiosk.fhir.requests import read_request
from tests.kiosk.fhir.requests import MEMBER_ID, a_request, body_of

MY_NUMBER = "123456789018"


def refused(body: bytes) -> FhirRefused:
    with pytest.raises(FhirRefused) as caught:
        read_request(body)
    assert caught.value.__context__ is None
    return caught.value


def test_a_coverage_by_identifier() -> None:
    found = read_request(body_of(a_request()))
    assert found.key == KeyQuery("133033", "71-0000", "000001", "00")
    assert (found.on, found.purposes, found.patient, found.request_id) == (None, ["validation"], None, None)


def test_a_contained_coverage_and_patient() -> None:
    contained = [
        {"resourceType": "Patient", "id": "p", "birthDate": "1985-08-22"},
        {
            "resourceType": "Coverage",
            "id": "c",
            "status": "active",
            "identifier": [
                {"system": "http://clinic.example/number", "value": "4711"},
                {"system": MEMBER_ID, "value": "00133033:71-0000:000001:00"},
            ],
            "beneficiary": {"reference": "#p"},
            "payor": [{"display": "組合"}],
        },
    ]
    asked = a_request(contained=contained, patient={"reference": "#p"}, insurance=[{"coverage": {"reference": "#c"}}])
    assert read_request(body_of(asked)).key == KeyQuery(
        "133033", "71-0000", "000001", "00", birth_date=date(1985, 8, 22)
    )


def test_the_day_and_the_programs_own_references() -> None:
    found = read_request(body_of(a_request(id="r-1", servicedDate="2026-12-24", patient={"reference": "Patient/4711"})))
    assert (found.on, found.patient, found.request_id) == (date(2026, 12, 24), "Patient/4711", "r-1")


def test_the_focal_insurance_of_several() -> None:
    other = {"coverage": {"identifier": {"system": MEMBER_ID, "value": "00138057:1:2:00"}}}
    (first,) = a_request()["insurance"]
    found = read_request(body_of(a_request(insurance=[other, first | {"focal": True}])))
    assert found.key.insurer_number == "133033"


def test_a_reference_that_might_be_anything_does_not_come_back() -> None:
    found = read_request(body_of(a_request(patient={"reference": "http://clinic.example/Patient/土木太郎"})))
    assert found.patient is None


@pytest.mark.parametrize(
    ("changes", "refusal", "element"),
    [
        ({"resourceType": "Coverage"}, FhirRefusal.OTHER_RESOURCE, "resourceType"),
        ({"resourceType": "Parameters"}, FhirRefusal.OTHER_RESOURCE, "resourceType"),
        ({"resourceType": 7}, FhirRefusal.OTHER_RESOURCE, "resourceType"),
        ({"purpose": []}, FhirRefusal.DOES_NOT_FIT, "CoverageEligibilityRequest.purpose"),
        ({"purpose": None}, FhirRefusal.DOES_NOT_FIT, "CoverageEligibilityRequest.purpose"),
        ({"purpose": ["discovery"]}, FhirRefusal.NOT_SUPPORTED, "CoverageEligibilityRequest.purpose"),
        (
            {"purpose": ["validation", "auth-requirements"]},
            FhirRefusal.NOT_SUPPORTED,
            "CoverageEligibilityRequest.purpose",
        ),
        ({"status": "cancelled"}, FhirRefusal.NOT_SUPPORTED, "CoverageEligibilityRequest.status"),
        (
            {"implicitRules": "http://example.org"},
            FhirRefusal.NOT_SUPPORTED,
            "CoverageEligibilityRequest.implicitRules",
        ),
        (
            {"modifierExtension": [{"url": "http://example.org", "valueBoolean": True}]},
            FhirRefusal.NOT_SUPPORTED,
            "CoverageEligibilityRequest.modifierExtension",
        ),
        (
            {"servicedPeriod": {"start": "2026-11-01"}},
            FhirRefusal.NOT_SUPPORTED,
            "CoverageEligibilityRequest.servicedPeriod",
        ),
        ({"servicedDate": "2026-11"}, FhirRefusal.DOES_NOT_FIT, "CoverageEligibilityRequest.servicedDate"),
        ({"servicedDate": "1500-01-01"}, FhirRefusal.DOES_NOT_FIT, "CoverageEligibilityRequest.servicedDate"),
        ({"created": "yesterday"}, FhirRefusal.DOES_NOT_FIT, "CoverageEligibilityRequest.created"),
        ({"insurance": None}, FhirRefusal.MISSING, "CoverageEligibilityRequest.insurance"),
        (
            {"insurance": [{"coverage": {"reference": "Coverage/1"}}]},
            FhirRefusal.MISSING,
            "CoverageEligibilityRequest.insurance.coverage.identifier",
        ),
        (
            {"insurance": [{"coverage": {"identifier": {"value": "1"}}}]},
            FhirRefusal.MISSING,
            "CoverageEligibilityRequest.insurance.coverage.identifier",
        ),
        (
            {"insurance": 2 * [{"coverage": {"identifier": {"system": MEMBER_ID, "value": "00133033:1:2:00"}}}]},
            FhirRefusal.NOT_SUPPORTED,
            "CoverageEligibilityRequest.insurance",
        ),
        (
            {"insurance": [{"coverage": {"identifier": {"system": "http://example.org", "value": "1"}}}]},
            FhirRefusal.UNKNOWN_SYSTEM,
            "CoverageEligibilityRequest.insurance.coverage.identifier",
        ),
        (
            {"insurance": [{"coverage": {"identifier": {"system": MEMBER_ID, "value": "133033:71-0000"}}}]},
            FhirRefusal.BAD_IDENTIFIER,
            "CoverageEligibilityRequest.insurance.coverage.identifier",
        ),
        # of R5: there is no such element in R4
        ({"event": [{"type": {"text": "visit"}}]}, FhirRefusal.DOES_NOT_FIT, "CoverageEligibilityRequest"),
    ],
    ids=str,
)
def test_what_is_not_done_here_has_one_code_and_names_the_element(
    changes: dict[str, Any], refusal: FhirRefusal, element: str
) -> None:
    found = refused(body_of(a_request(**changes)))
    assert (found.refusal, found.element) == (refusal, element)


@pytest.mark.parametrize(
    "changes",
    [
        {"insurance": [{"coverage": {"identifier": {"system": MEMBER_ID, "value": f"00133033:71:{MY_NUMBER}:00"}}}]},
        {"insurance": [{"coverage": {"identifier": {"system": MEMBER_ID, "value": "00133033:1234-5678-9018:1:00"}}}]},
        {
            "insurance": [{"coverage": {"identifier": {"system": MEMBER_ID, "value": "00133033:1234567:8:00"}}}],
            "id": MY_NUMBER,
        },
        {"patient": {"display": "１２３４ ５６７８ ９０１８"}},
        {"priority": {"text": f"マイナンバー {MY_NUMBER}"}},
        {MY_NUMBER: "土木"},
        {"extension": [{"url": "http://example.org", "valueDecimal": int(MY_NUMBER)}]},
    ],
    ids=str,
)
def test_a_マイナンバー_is_refused_wherever_it_is(changes: dict[str, Any]) -> None:
    found = refused(body_of(a_request(**changes)))
    assert (found.refusal, found.element) == (FhirRefusal.MY_NUMBER, None)
    assert MY_NUMBER not in str(found)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{",
        b"\xff\xfe",
        b'{"resourceType": "CoverageEligibilityRequest", "status": NaN}',
        b"[" * 8000,
        b'{"a":' * 2500,
        b"<CoverageEligibilityRequest/>",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_no_json_has_one_code(body: bytes) -> None:
    assert refused(body).refusal is FhirRefusal.MALFORMED


@pytest.mark.parametrize(
    "kind", ["Foo", "os", "../x", "Resource", "patient", "Patient\n", "Bundle", 7, None, ["Patient"], {}]
)
def test_a_contained_resource_of_another_type(kind: Any) -> None:
    found = refused(body_of(a_request(contained=[{"resourceType": kind, "id": "x"}])))
    assert (found.refusal, found.element) == (FhirRefusal.NOT_SUPPORTED, "CoverageEligibilityRequest.contained")


def nested(depth: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"url": "http://example.org", "valueString": "x"}
    for _ in range(depth):
        inner = {"url": "http://example.org", "extension": [inner]}
    return a_request(extension=[inner])


def test_nesting_is_bounded() -> None:
    assert read_request(body_of(nested(3))).key.number == "000001"
    assert refused(body_of(nested(250))).refusal is FhirRefusal.MALFORMED


def test_a_whole_number_of_thousands_of_digits() -> None:
    body = body_of(a_request()).replace(b'"status"', b'"x":' + b"9" * 4200 + b',"status"')
    assert refused(body).refusal in {FhirRefusal.DOES_NOT_FIT, FhirRefusal.MALFORMED}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["status", "purpose", "patient", "insurance", "contained", "servicedDate", "insurer", "id", "item", "meta", "text"]
)


KINDS = st.sampled_from(["Patient", "Coverage", "Organization", "Practitioner", "Location", "Foo", "", 7, None])
PARTS = st.sampled_from(
    ["resourceType", "id", "identifier", "system", "value", "extension", "url", "valueString", "coverage", "reference"]
    + ["birthDate", "name", "text", "coding", "code", "period", "start", "_birthDate", "status", "focal"]
)
RESOURCES = st.fixed_dictionaries(
    {"resourceType": KINDS}, optional={"id": st.just("x"), "contained": st.lists(JSON, max_size=2)}
)


def likely(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(PARTS, inner, max_size=4)


LIKELY = st.recursive(JSON | RESOURCES, likely, max_leaves=10)


@settings(max_examples=100, deadline=None)
@given(changes=st.dictionaries(NAMES, LIKELY, max_size=3))
def test_whatever_is_in_a_request_it_is_read_or_refused(changes: dict[str, Any]) -> None:
    try:
        read_request(json.dumps(a_request() | changes).encode())
    except FhirRefused as refusal:
        assert refusal.refusal in FhirRefusal
