"""Finished visits through the API: in order, by scope, and with personal data only where it was proved who it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from kiosk.failures import Code, Failure
from kiosk.identity import Level
from kiosk.reception import NotDeterminable, Screen, StateName, TooManyQuestions, View
from kiosk.results import EndedVisit, FinishedVisits, NamedMember
from kiosk.staff import Scope
from kiosk.web import create_app, published_visit
from tests.kiosk.web.test_streams import stream

PERSON = NamedMember("133033", "71-0001", "000101", "00", "模擬 花子", "モギ ハナコ", date(1980, 4, 1), "female")
OWN = {
    "insurer_number": "133033",
    "symbol": "71-0001",
    "number": "000101",
    "branch": "00",
    "name": "模擬 花子",
    "kana": "モギ ハナコ",
    "birth_date": "1980-04-01",
    "sex": "female",
}
VISITS = "/api/v1/visits"


@pytest.fixture
def add(results: FinishedVisits, result_view: Any, working: Any) -> Any:
    """Add a finished visit of that name, as its view ended."""

    def add(visit: str, *, at: datetime | None = None, event: int = 1, **more: Any) -> View:
        view: View = result_view(working, identifier=visit, **more)
        view = replace(view, at=at or datetime.now(UTC), sequence=event, masked_name="")
        results.add(EndedVisit(visit, view.at, view.sequence, published_visit(view, "clinic"), PERSON))
        return view

    return add


async def names(client: httpx.AsyncClient, kiosk: Any, **params: Any) -> tuple[list[str], str | None]:
    answer = await client.get(VISITS, params=params, headers=kiosk.bearer)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return [each["visit"] for each in body["visits"]], body["next"]


@pytest.mark.anyio
async def test_visits_come_in_order_after_a_cursor_that_is_left_out(kiosk: Any, client: Any, add: Any) -> None:
    for number in range(60):
        add(f"v{number}")
    first, following = await names(client, kiosk)
    assert (len(first), first[0], first[-1], following) == (50, "v0", "v49", "v49")
    assert await names(client, kiosk, since=following) == ([f"v{number}" for number in range(50, 60)], None)
    assert await names(client, kiosk, since="v57", limit=1) == (["v58"], "v58")
    assert await names(client, kiosk, since="v59") == ([], None)
    assert len((await names(client, kiosk, limit=200))[0]) == 60


@pytest.mark.anyio
async def test_a_finished_visit_is_the_visit_object_with_nobody_in_it(kiosk: Any, client: Any, add: Any) -> None:
    view = add("v", member="c" * 64)
    (found,) = (await client.get(VISITS, headers=kiosk.program(*Scope))).json()["visits"]
    assert found == json.loads(published_visit(view, "clinic"))
    assert (found["visit"], found["member"], found["state"]) == ("v", "c" * 64, "result")
    assert (await client.get(f"{VISITS}/v", headers=kiosk.bearer)).json() == found


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("params", "status", "field"),
    [
        ({"since": "of another kiosk"}, 410, None),
        ({"since": ""}, 410, None),
        ({"since": "x" * 65}, 422, "since"),
        ({"limit": "0"}, 422, "limit"),
        ({"limit": "201"}, 422, "limit"),
        ({"limit": "many"}, 422, "limit"),
    ],
)
async def test_a_wrong_call_says_what_is_wrong(
    kiosk: Any, client: Any, params: dict[str, str], status: int, field: str | None
) -> None:
    answer = await client.get(VISITS, params=params, headers=kiosk.bearer)
    assert (answer.status_code, answer.json()["error"].get("field")) == (status, field)


@pytest.mark.anyio
async def test_an_identifier_that_is_kept_no_longer_is_410_and_its_visit_404(kiosk: Any, client: Any, add: Any) -> None:
    add("old", at=datetime.now(UTC) - timedelta(hours=25))
    assert (await client.get(VISITS, params={"since": "old"}, headers=kiosk.bearer)).status_code == 410
    assert (await client.get(f"{VISITS}/old", headers=kiosk.bearer)).status_code == 404
    assert await names(client, kiosk) == ([], None)


@pytest.mark.anyio
@pytest.mark.parametrize("path", [VISITS, f"{VISITS}/v", f"{VISITS}/none"])
async def test_who_may_not_read_is_told_nothing_else(kiosk: Any, client: Any, add: Any, path: str) -> None:
    add("v")
    assert (await client.get(path)).status_code == 401
    assert (await client.get(path, headers={"Authorization": "Bearer wrong"})).status_code == 401
    assert (await client.get(path, headers=kiosk.program(Scope.VISIT_ACT))).status_code == 403
    await client.get("/")
    assert (await client.get(path)).status_code == 403, "the visitor's page sees no visit that is over"


@pytest.mark.anyio
@pytest.mark.parametrize("level", [Level.CONFIRMED, Level.STAFF_CONFIRMED, Level.OFFICIAL_READER])
async def test_who_may_read_of_members_learns_who_it_was(kiosk: Any, client: Any, add: Any, level: Level) -> None:
    add("v", level=level)
    told = (await client.get(f"{VISITS}/v", headers=kiosk.program(Scope.MEMBER_READ))).json()
    plain = (await client.get(f"{VISITS}/v", headers=kiosk.bearer)).json()
    assert told == {**plain, **OWN}
    assert not set(OWN) & set(plain)
    assert kiosk.programs.read == [(PERSON, "visit", "member.read")]


@pytest.mark.anyio
@pytest.mark.parametrize("failing", [NotDeterminable(Failure.here(Code.JOURNAL_DOWN)), TooManyQuestions()])
async def test_nobody_is_named_whom_the_journal_does_not_note(
    kiosk: Any, client: Any, add: Any, failing: Exception
) -> None:
    add("v", level=Level.CONFIRMED)
    kiosk.reception.publish(add("present", level=Level.CONFIRMED))
    kiosk.reception.person = PERSON
    kiosk.programs.failing = failing
    for visit in ("v", "present"):
        answer = await client.get(f"{VISITS}/{visit}", headers=kiosk.program(Scope.MEMBER_READ))
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_journaled")
        assert not any(value in answer.text for value in OWN.values())
        assert (await client.get(f"{VISITS}/{visit}", headers=kiosk.bearer)).status_code == 200


def test_finished_visits_are_not_served_without_a_journal_of_looks(kiosk: Any, results: FinishedVisits) -> None:
    with pytest.raises(ValueError, match="journal"):
        create_app(kiosk.reception, kiosk.settings, results=results)


@pytest.mark.anyio
@pytest.mark.parametrize("level", [Level.PRESENTED, None])
async def test_who_proved_nothing_is_named_to_nobody(kiosk: Any, client: Any, add: Any, level: Level | None) -> None:
    add("v", level=level)
    kiosk.reception.publish(add("present", level=level))
    kiosk.reception.person = PERSON
    for visit in ("v", "present"):
        told = await client.get(f"{VISITS}/{visit}", headers=kiosk.program(*Scope))
        assert told.status_code == 200
        assert not set(OWN) & set(told.json())
    assert kiosk.programs.read == []


@pytest.mark.anyio
async def test_the_visit_that_is_on_has_its_address_already(
    kiosk: Any, client: Any, result_view: Any, working: Any
) -> None:
    view = kiosk.reception.publish(result_view(working, identifier="present", level=Level.CONFIRMED))
    kiosk.reception.person = PERSON
    plain = await client.get(f"{VISITS}/present", headers=kiosk.bearer)
    assert plain.json() == (await client.get("/api/v1/visit", headers=kiosk.bearer)).json()
    told = await client.get(f"{VISITS}/present", headers=kiosk.program(Scope.VISIT_READ, Scope.MEMBER_READ))
    assert told.json() == {**plain.json(), **OWN}
    assert kiosk.programs.read == [(PERSON, "visit", "visit.read-member.read")]
    assert (view.identifier, await names(client, kiosk)) == ("present", ([], None))
    assert (await client.get(f"{VISITS}/other", headers=kiosk.bearer)).status_code == 404


@pytest.mark.anyio
async def test_after_the_visit_that_is_on_there_is_none_yet(kiosk: Any, client: Any, add: Any, a_view: Any) -> None:
    add("before")
    kiosk.reception.publish(a_view(Screen.READING, identifier="present"))
    assert await names(client, kiosk, since="present") == ([], None)
    add("present")
    add("after")
    assert await names(client, kiosk, since="present") == (["after"], None)


# Last-Event-ID


def ids(received: Any, count: int) -> list[str]:
    return [next(received)["id"] for _ in range(count)]


def come_back(served: Any, last: str, headers: dict[str, str] | None = None) -> Any:
    return stream(served, "/api/v1/events", headers={**(headers or served.bearer), "Last-Event-ID": last})


def test_who_comes_back_gets_what_they_missed_and_no_event_twice(served: Any, a_view: Any) -> None:
    with stream(served, "/api/v1/events", headers=served.bearer) as received:
        assert ids(received, 1) == ["1"]
    for screen in (Screen.READING, Screen.PIN, Screen.CHECKING):
        served.reception.publish(a_view(screen))
    with come_back(served, "2") as received:
        assert ids(received, 2) == ["3", "4"]
        served.reception.publish(a_view(Screen.IDLE))
        assert ids(received, 1) == ["5"]
    with come_back(served, "5") as received:
        served.reception.publish(a_view(Screen.READING))
        assert ids(received, 1) == ["6"]


@pytest.mark.parametrize("last", ["x", "-1", "0", "1.5", "9" * 40, "１"])
def test_what_is_no_identifier_of_an_event_is_ignored(served: Any, last: str) -> None:
    with stream(served, "/api/v1/events", headers={**served.bearer, "Last-Event-ID": last.encode()}) as received:
        assert ids(received, 1) == ["1"]


def test_visits_that_finished_meanwhile_come_in_full_at_their_place(served: Any, a_view: Any, add: Any) -> None:
    """Those of an earlier run of the service come first; its numbers are smaller."""
    for _ in range(10):
        served.reception.publish(a_view(Screen.IDLE))
    served.reception.shown = served.reception.shown[7:]
    add("before", event=4)
    add("ended", event=9)
    with come_back(served, "3") as received:
        found = [next(received) for _ in range(5)]
    assert [event["id"] for event in found] == ["4", "8", "9", "10", "11"]
    bodies = [json.loads(event["data"]) for event in found]
    assert [(body["visit"], body["sequence"]) for body in bodies if body["decision"]] == [("before", 4), ("ended", 9)]
    assert bodies[2]["state"] == StateName.RESULT


def test_the_visitors_page_never_gets_a_visit_that_is_over(served: Any, a_view: Any, add: Any) -> None:
    cookies = dict(httpx.get(served.url).cookies)
    add("before", event=1)
    served.reception.publish(a_view(Screen.READING))
    served.reception.publish(a_view(Screen.IDLE))
    with stream(served, "/api/v1/events", headers={"Last-Event-ID": "1"}, cookies=cookies) as received:
        assert ids(received, 1) == ["3"]
