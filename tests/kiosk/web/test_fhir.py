"""FHIR over HTTP: what is answered, in which form, and one OperationOutcome for each request that is not served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.eligibility import KeyQuery
from kiosk.failures import Code, Failure
from kiosk.fhir import REFUSALS, FhirRefusal, ResourceForm
from kiosk.reception import BirthDateNeeded, NotDeterminable, TooManyQuestions
from kiosk.staff import Scope
from kiosk.web import create_app
from kiosk.web.fhir import Fhir
from tests.kiosk.fhir.r4_schema import problems
from tests.kiosk.fhir.requests import MEMBER_ID, a_request, body_of
from tests.kiosk.web.programs import Programs

pytestmark = pytest.mark.anyio
FHIR_JSON = "application/fhir+json"
JSON = {"Content-Type": FHIR_JSON}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SUBMIT, SEARCH = "/fhir/CoverageEligibilityRequest/$submit", "/fhir/Coverage/_search"
TOKEN = urlencode({"identifier": f"{MEMBER_ID}|00133033:71-0000:000001:00"})
MY_NUMBER = "123456789018"


@dataclass
class House:
    """A kiosk whose token may read members, and what it asked."""

    kiosk: Any
    programs: Programs

    @property
    def secret(self) -> dict[str, str]:
        """The header of a program that may read of members."""
        return dict(self.kiosk.program(Scope.MEMBER_READ))

    async def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **sent: Any) -> httpx.Response:
        async with self.kiosk.client() as client:
            return await client.request(method, path, headers={**self.secret, **(headers or {})}, **sent)

    async def submit(self, headers: dict[str, str] | None = None, **changes: Any) -> httpx.Response:
        return await self.ask("POST", SUBMIT, {**JSON, **(headers or {})}, content=body_of(a_request(**changes)))


@pytest.fixture
def house(kiosk: Any) -> House:
    programs = Programs()
    kiosk.app = create_app(kiosk.reception, kiosk.settings, fhir=Fhir(programs, ResourceForm()))
    return House(kiosk, programs)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of a refusal, which is one valid OperationOutcome."""
    body = answer.json()
    assert answer.headers["content-type"] == FHIR_JSON
    assert answer.headers["cache-control"] == "no-store"
    assert (body["resourceType"], problems(body)) == ("OperationOutcome", [])
    (issue,) = body["issue"]
    (coding,) = issue["details"]["coding"]
    return answer.status_code, coding["code"]


async def test_the_capability_statement(house: House) -> None:
    answer = await house.ask("GET", "/fhir/metadata")
    assert (answer.status_code, answer.headers["content-type"]) == (200, FHIR_JSON)
    assert answer.json()["fhirVersion"] == "4.0.1"
    assert problems(answer.json()) == []


async def test_eligibility(house: House) -> None:
    answer = await house.submit()
    assert (answer.status_code, answer.headers["content-type"]) == (200, FHIR_JSON)
    assert problems(answer.json()) == []
    assert (answer.json()["outcome"], answer.json()["insurance"][0]["inforce"]) == ("complete", True)
    assert house.programs.asked == [(KeyQuery("133033", "71-0000", "000001", "00"), "fhir.eligibility", "member.read")]


async def test_the_day_that_is_asked_about(house: House) -> None:
    assert (await house.submit(servicedDate="2027-01-01")).json()["servicedDate"] == "2027-01-01"


async def test_a_coverage(house: House) -> None:
    answer = await house.ask("POST", SEARCH, FORM, content=TOKEN)
    assert (answer.status_code, answer.headers["content-type"]) == (200, FHIR_JSON)
    assert problems(answer.json()) == []
    assert answer.json()["entry"][0]["resource"]["dependent"] == "00"
    assert house.programs.asked[0][1:] == ("fhir.coverage", "member.read")


async def test_a_coverage_of_nobody_is_an_empty_bundle(house: House) -> None:
    answer = await house.ask("POST", SEARCH, FORM, content=TOKEN.replace("000001", "000009"))
    assert (answer.status_code, answer.json()["total"]) == (200, 0)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json"},
        {"Content-Type": "application/fhir+json; charset=UTF-8"},
        {"Content-Type": 'application/fhir+json; fhirVersion="4.0"'},
        {"Content-Type": "application/fhir+json; fhirVersion=4.0.1"},
        {"Accept": "application/fhir+json; fhirVersion=4.0, application/fhir+xml"},
        {"Accept": "application/fhir+xml;q=0.5, */*;q=0.1"},
    ],
    ids=str,
)
async def test_what_clients_send_beside_it(house: House, headers: dict[str, str]) -> None:
    assert (await house.submit(headers)).status_code == 200


@pytest.mark.parametrize(
    ("headers", "refusal"),
    [
        ({"Content-Type": "application/fhir+xml"}, FhirRefusal.NOT_FHIR_JSON),
        ({"Content-Type": "text/plain"}, FhirRefusal.NOT_FHIR_JSON),
        ({"Content-Type": ""}, FhirRefusal.NOT_FHIR_JSON),
        ({"Content-Type": "application/x-www-form-urlencoded"}, FhirRefusal.NOT_FHIR_JSON),
        ({"Content-Type": "application/fhir+json; charset=shift_jis"}, FhirRefusal.NOT_FHIR_JSON),
        ({"Content-Type": "application/fhir+json; fhirVersion=5.0"}, FhirRefusal.OTHER_VERSION),
        ({"Content-Type": "application/fhir+json; fhirVersion=3.0"}, FhirRefusal.OTHER_VERSION),
        ({"Accept": "application/fhir+xml"}, FhirRefusal.NOT_ACCEPTABLE),
        ({"Accept": "application/fhir+json; fhirVersion=5.0"}, FhirRefusal.NOT_ACCEPTABLE),
    ],
    ids=str,
)
async def test_another_form_or_version(house: House, headers: dict[str, str], refusal: FhirRefusal) -> None:
    assert code_of(await house.submit(headers)) == (REFUSALS[refusal].status, refusal)
    assert house.programs.asked == []


async def test_a_search_is_a_form(house: House) -> None:
    assert code_of(await house.ask("POST", SEARCH, JSON, content=TOKEN)) == (415, FhirRefusal.NOT_A_FORM)


@pytest.mark.parametrize("path", [SUBMIT, SEARCH])
async def test_numbers_never_stand_in_a_url(house: House, path: str) -> None:
    answer = await house.ask("POST", f"{path}?{TOKEN}", FORM, content=TOKEN)
    assert code_of(answer) == (422, FhirRefusal.QUERY_IN_URL)
    assert "71-0000" not in answer.text


@pytest.mark.parametrize("path", ["/fhir/metadata?_format=xml", f"{SUBMIT}?_format=xml"])
async def test_a_wish_for_xml(house: House, path: str) -> None:
    method = "GET" if "metadata" in path else "POST"
    assert code_of(await house.ask(method, path, JSON, content=b"{}")) == (406, FhirRefusal.NOT_ACCEPTABLE)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/fhir/Coverage"),
        ("GET", f"/fhir/Coverage?{TOKEN}"),
        ("GET", "/fhir/Coverage/1"),
        ("POST", "/fhir/Coverage"),
        ("PUT", "/fhir/Coverage/1"),
        ("DELETE", "/fhir/Coverage/1"),
        ("POST", "/fhir/Patient/_search"),
        ("GET", "/fhir/Patient"),
        ("GET", SEARCH),
        ("GET", "/fhir/"),
        ("POST", "/fhir/"),
    ],
)
async def test_there_is_no_other_resource(house: House, method: str, path: str) -> None:
    assert code_of(await house.ask(method, path)) == (404, "not_found")


BODIES: dict[str, tuple[bytes, FhirRefusal]] = {
    "nothing": (b"", FhirRefusal.MALFORMED),
    "no JSON": (b"{", FhirRefusal.MALFORMED),
    "deep": (b'{"extension":[' * 1000, FhirRefusal.MALFORMED),
    "another resource": (body_of(a_request(resourceType="Claim")), FhirRefusal.OTHER_RESOURCE),
    "a bundle": (body_of({"resourceType": "Bundle", "type": "batch"}), FhirRefusal.OTHER_RESOURCE),
    "no R4": (body_of(a_request(purpose=["validation", 7])), FhirRefusal.DOES_NOT_FIT),
    "a マイナンバー": (body_of(a_request(f"00133033:71:{MY_NUMBER}:00")), FhirRefusal.MY_NUMBER),
    "no numbers": (body_of(a_request("土木")), FhirRefusal.BAD_IDENTIFIER),
}


@pytest.mark.parametrize(("body", "refusal"), BODIES.values(), ids=BODIES.keys())
async def test_a_bad_body(house: House, body: bytes, refusal: FhirRefusal) -> None:
    answer = await house.ask("POST", SUBMIT, JSON, content=body)
    assert code_of(answer) == (422, refusal)
    assert MY_NUMBER not in answer.text and "土木" not in answer.text
    assert house.programs.asked == []


@pytest.mark.parametrize("path", [SUBMIT, SEARCH])
async def test_ten_megabytes(house: House, path: str) -> None:
    long = b"x" * (10 << 20)
    assert code_of(await house.ask("POST", path, JSON, content=long)) == (413, "too_large")

    async def chunks() -> Any:
        for start in range(0, len(long), 1 << 12):
            yield long[start : start + (1 << 12)]

    headers = FORM if path == SEARCH else JSON
    assert code_of(await house.ask("POST", path, headers, content=chunks())) == (413, "too_large")


@pytest.mark.parametrize(
    ("failing", "status", "code"),
    [
        (NotDeterminable(Failure(Code.REGISTRY_DOWN)), 503, "N-02"),
        (NotDeterminable(Failure(Code.JOURNAL_DOWN)), 503, "S-02"),
        (NotDeterminable(Failure(Code.CLOCK_WRONG)), 503, "S-05"),
        (NotDeterminable(Failure(Code.TERMINAL_SILENT)), 503, "N-10"),
        (BirthDateNeeded(), 422, FhirRefusal.BIRTH_DATE_NEEDED),
        (TooManyQuestions(), 503, FhirRefusal.TOO_MANY),
        (RuntimeError("土木 太郎"), 500, "internal"),
    ],
    ids=repr,
)
async def test_a_question_that_cannot_be_answered(house: House, failing: Exception, status: int, code: str) -> None:
    house.programs.failing = failing
    for answer in (await house.submit(), await house.ask("POST", SEARCH, FORM, content=TOKEN)):
        assert code_of(answer) == (status, code)
        assert "土木" not in answer.text


@pytest.mark.parametrize("path", ["/fhir/metadata", SUBMIT, SEARCH, "/fhir/Patient"])
async def test_without_the_scope_nothing_is_said(kiosk: Any, path: str) -> None:
    programs = Programs()
    kiosk.app = create_app(kiosk.reception, kiosk.settings, fhir=Fhir(programs, ResourceForm()))
    async with kiosk.client() as client:
        method = "GET" if path == "/fhir/metadata" else "POST"
        bare = await client.request(method, path)
        assert code_of(bare) == (401, "unauthenticated")
        assert bare.headers["www-authenticate"] == "Bearer"
        wrong = await client.request(method, path, headers={"Authorization": "Bearer wrong"})
        assert code_of(wrong) == (401, "unauthenticated")
        await client.get("/")
        assert client.cookies
        cookie = await client.request(method, path)
        assert code_of(cookie) == (401, "unauthenticated")
        unscoped = await client.request(method, path, headers=kiosk.bearer, content=b"x")
        assert code_of(unscoped) == (403, "not_permitted")
    assert programs.asked == []


@pytest.mark.parametrize(
    ("headers", "refused"),
    [({"Host": "attacker.example"}, (421, "unknown_host")), ({"Sec-Fetch-Site": "cross-site"}, (403, "cross_site"))],
)
async def test_the_shield_speaks_fhir_too(house: House, headers: dict[str, str], refused: tuple[int, str]) -> None:
    assert code_of(await house.submit(headers)) == refused


async def test_elsewhere_refusals_are_as_before(house: House) -> None:
    answer = await house.ask("GET", "/fhirless")
    assert answer.json() == {"error": {"code": "not_found", "message": "There is nothing at this address."}}


FIELDS = st.sampled_from(["identifier", "_format", "_count", "patient", MEMBER_ID])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=60)
    | st.dictionaries(FIELDS, st.text(max_size=30)).map(lambda form: urlencode(form).encode())
)
async def test_whatever_is_sent_the_answer_is_fhir(house: House, body: bytes) -> None:
    for path, headers in ((SUBMIT, JSON), (SEARCH, FORM)):
        answer = await house.ask("POST", path, headers, content=body)
        assert answer.status_code in {200, 406, 422}
        assert problems(answer.json()) == []
