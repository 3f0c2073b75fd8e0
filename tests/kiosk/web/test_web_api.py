"""The API: what it says of the kiosk's health and of the visit, and its OpenAPI document."""

import json
import re
from datetime import UTC, datetime
from typing import Any, get_args

import httpx
import pytest

from kiosk import __version__
from kiosk.decision import Decision
from kiosk.eligibility.sources import ConfirmedField, EligibilitySource, FieldDifference
from kiosk.failures import FAILURES, Code, Failure
from kiosk.identity import Level, Revocation
from kiosk.reception import Action as ActionUnion
from kiosk.reception import CallShown, Screen, StateName, View
from kiosk.reception.visit.eligibility import AskedSource

pytestmark = pytest.mark.anyio

NO_READER = Failure(Code.NO_READER, "kiosk.reception.readers:failure")
CLAIMED = Failure(Code.READER_CLAIMED, "kiosk.reception.readers:_lose", "driver nfc: ReaderClaimed")


async def test_health_needs_no_token(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": __version__, "reasons": [], "troubles": []}


async def test_ill_health_says_why(kiosk: Any, client: httpx.AsyncClient) -> None:
    kiosk.reception.reasons = [NO_READER]
    answer = await client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "version": __version__, "reasons": ["R-02"], "troubles": []}


async def test_only_a_token_learns_of_files_and_hosts(kiosk: Any, client: httpx.AsyncClient) -> None:
    kiosk.reception.reasons = [
        Failure(Code.REGISTRY_DOWN, "kiosk.reception.eligibility_service:trouble", "sqlite:////var/lib/x")
    ]
    kiosk.reception.notes = [CLAIMED, CLAIMED]
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        without = await client.get("/healthz", headers=headers)
        assert without.json() | {"version": ""} == {
            "status": "unavailable",
            "version": "",
            "reasons": ["N-02"],
            "troubles": ["R-07"],
        }
    details = (await client.get("/healthz", headers=kiosk.bearer)).json()["details"]
    assert details == [
        "N-02 kiosk.reception.eligibility_service:trouble sqlite:////var/lib/x",
        CLAIMED.line,
        CLAIMED.line,
    ]


@pytest.mark.parametrize(("reasons", "status"), [([], 200), ([NO_READER], 503)])
async def test_health_answers_a_monitor_that_asks_for_the_head(
    kiosk: Any, client: httpx.AsyncClient, reasons: list[Failure], status: int
) -> None:
    kiosk.reception.reasons = reasons
    answer = await client.head("/healthz")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"


async def test_a_reader_that_is_down_is_told_though_visits_go_on(kiosk: Any, client: httpx.AsyncClient) -> None:
    kiosk.reception.notes = [CLAIMED]
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert (answer.json()["reasons"], answer.json()["troubles"]) == ([], ["R-07"])


async def test_the_visit_has_the_keys_of_the_interface(
    kiosk: Any, client: httpx.AsyncClient, result_view: Any, working: Decision
) -> None:
    more = {"revocation": Revocation.NOT_CHECKED, "call": CallShown.CALLED, "member": "a" * 64, "receipt": "e.e.e"}
    kiosk.reception.publish(result_view(working, **more))
    visit = (await client.get("/api/v1/visit", headers=kiosk.bearer)).json()
    assert visit == {
        "kiosk": "1",
        "visit": "5f1c0a4be2d94c6f8a37d21b90e4c7aa",
        "at": "2026-11-22T01:02:03Z",
        "member": "a" * 64,
        "receipt": "e.e.e",
        "sequence": 2,
        "state": "result",
        "screen": "result_card",
        "level": "confirmed",
        "purpose": "visit",
        "decision": json.loads(json.dumps(working.to_json())),
        "eligibility": None,
        "failure": None,
        "revocation": "not_checked",
        "unchecked_before_pin": False,
        "staff_called": True,
        "call": "called",
        "alert": None,
        "simulation": True,
    }


async def test_the_visit_says_who_has_answered_and_names_fields_alone(
    kiosk: Any, client: httpx.AsyncClient, result_view: Any, working: Decision
) -> None:
    at = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
    differences = (FieldDifference(ConfirmedField.ADDRESS, "東京都港区", "東京都千代田区"),)
    source = AskedSource(EligibilitySource.TERMINAL, at, agrees=False, differences=(ConfirmedField.ADDRESS,))
    kiosk.reception.publish(result_view(working, source=source, differences=differences, insurer_name="模擬電機"))
    answer = await client.get("/api/v1/visit", headers=kiosk.bearer)
    assert answer.json()["eligibility"] == {
        "source": "terminal",
        "as_of": "2026-11-22T01:02:03Z",
        "agrees": False,
        "differences": ["address"],
    }
    assert "東京都" not in answer.text
    assert "模擬電機" not in answer.text


async def test_every_decision_passes_unchanged(
    kiosk: Any, client: httpx.AsyncClient, result_view: Any, every_decision: tuple[Decision, ...]
) -> None:
    for decision in every_decision[::40]:
        kiosk.reception.publish(result_view(decision))
        visit = (await client.get("/api/v1/visit", headers=kiosk.bearer)).json()
        assert visit["decision"] == json.loads(json.dumps(decision.to_json()))


@pytest.mark.parametrize("revocation", [*Revocation, None])
async def test_the_visit_says_what_is_known_of_revocation(
    kiosk: Any, client: httpx.AsyncClient, a_view: Any, revocation: Revocation | None
) -> None:
    kiosk.reception.publish(a_view(revocation=revocation))
    visit = (await client.get("/api/v1/visit", headers=kiosk.bearer)).json()
    assert visit["revocation"] == revocation
    assert "revocation_checked" not in visit


@pytest.mark.parametrize(("reason", "shown"), [("chain: no anchor fits", "chain: no anchor fits"), ("", None)])
async def test_a_failure_says_why_to_a_technician(
    kiosk: Any, client: httpx.AsyncClient, failure_view: Any, reason: str, shown: str | None
) -> None:
    kiosk.reception.publish(failure_view(Code.NOT_GENUINE, failure=Failure(Code.NOT_GENUINE, "m:f", reason)))
    visit = (await client.get("/api/v1/visit", headers=kiosk.bearer)).json()
    assert visit["failure"]["reason"] == shown


async def test_a_failure_has_code_place_and_message(kiosk: Any, client: httpx.AsyncClient, a_view: Any) -> None:
    failure = Failure(Code.STAFF_CHECK, "kiosk.reception.visit.identifying:want_staff")
    kiosk.reception.publish(a_view(Screen.STAFF_CHECK, StateName.FAILURE, failure=failure))
    visit = (await client.get("/api/v1/visit", headers=kiosk.bearer)).json()
    assert visit["failure"] == {
        "code": "P-06",
        "place": "kiosk.reception.visit.identifying:want_staff",
        "message": FAILURES[Code.STAFF_CHECK].heading.format(desk="受付"),
        "reason": None,
    }


async def test_no_name_is_in_the_api(
    kiosk: Any, client: httpx.AsyncClient, result_view: Any, working: Decision
) -> None:
    kiosk.reception.publish(result_view(working))
    assert "ト＊＊" not in (await client.get("/api/v1/visit", headers=kiosk.bearer)).text


async def test_every_screen_can_be_read(kiosk: Any, client: httpx.AsyncClient, every_screen: dict[str, View]) -> None:
    for view in every_screen.values():
        kiosk.reception.publish(view)
        answer = await client.get("/api/v1/visit", headers=kiosk.bearer)
        assert (answer.status_code, answer.json()["screen"]) == (200, view.screen.value)


async def test_state_screen_and_level_are_closed_lists_in_the_document(client: httpx.AsyncClient) -> None:
    schemas = (await client.get("/api/openapi.json")).json()["components"]["schemas"]
    assert schemas["StateName"]["enum"] == [state.value for state in StateName]
    assert schemas["Screen"]["enum"] == [screen.value for screen in Screen]
    assert schemas["Level"]["enum"] == [level.value for level in Level]


async def test_the_actions_are_a_closed_union_in_the_document(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/openapi.json")).json()
    body = document["paths"]["/api/v1/visit/actions"]["post"]["requestBody"]
    assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Action"}
    schemas = document["components"]["schemas"]
    members = get_args(get_args(ActionUnion)[0])
    places = {get_args(member.model_fields["action"].annotation)[0]: member.__name__ for member in members}
    references = {action: f"#/components/schemas/{name}" for action, name in places.items()}
    assert schemas["Action"]["discriminator"] == {"propertyName": "action", "mapping": references}
    assert [one["$ref"] for one in schemas["Action"]["oneOf"]] == list(references.values())
    for action, name in places.items():
        assert schemas[name]["properties"]["action"]["const"] == action


async def test_every_reference_in_the_document_leads_somewhere(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/openapi.json")
    named = set(re.findall(r'"#/components/schemas/(\w+)"', answer.text))
    assert named <= set(answer.json()["components"]["schemas"])
    assert "$defs" not in answer.text


async def test_the_document_names_the_two_secrets_and_where_they_are_asked_for(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/openapi.json")).json()
    schemes = document["components"]["securitySchemes"]
    assert (schemes["bearer"]["type"], schemes["bearer"]["scheme"]) == ("http", "bearer")
    assert [schemes["cookie"][key] for key in ("type", "in", "name")] == ["apiKey", "cookie", "kiosk_visitor"]
    asked = {path: one.get("security") for path, methods in document["paths"].items() for one in methods.values()}
    either = [{"bearer": []}, {"cookie": []}]
    assert asked.pop("/api/v1/receipt-keys") is None, "public keys are no secret"
    assert asked.pop("/healthz") == [{"bearer": []}, {}], "with a token or without one"
    visits = ("/api/v1/visit", "/api/v1/events", "/api/v1/visit/actions", "/api/v1/visits", "/api/v1/visits/{visit}")
    assert asked == {path: either for path in visits}
