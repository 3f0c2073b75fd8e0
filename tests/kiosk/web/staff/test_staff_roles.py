"""Every route refuses an account whose role is not for it in one sentence; the journal has the role of each act."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from kiosk.roles import Role

pytestmark = pytest.mark.anyio

PASSWORD = "tsuki-to-kaze9"
OF_THE_DESK = [
    ("GET", "/desk/work"),
    ("GET", "/desk/events"),
    ("GET", "/desk/paper"),
    ("GET", "/api/v1/desk"),
    ("POST", "/api/v1/desk/actions"),
]
ACT = {"action": "out_of_use", "out": True}


async def logged_in(site: Any, client: httpx.AsyncClient, role: Role) -> None:
    site.accounts.add("jiro", "次郎", PASSWORD, role)
    answer = await client.post("/api/v1/session", json={"name": "jiro", "password": PASSWORD})
    assert (answer.status_code, answer.json()["role"]) == (200, role.value)


@pytest.mark.parametrize(("method", "path"), OF_THE_DESK)
async def test_an_officer_is_refused_by_every_route_of_the_desk(site: Any, method: str, path: str) -> None:
    async with site.client() as client:
        await logged_in(site, client, Role.OFFICER)
        answer = await client.request(method, path, json=ACT)
    said = answer.json()["error"]
    assert (answer.status_code, said["code"]) == (403, "wrong_role")
    assert said["message"] == "このアカウントの役割（組合の職員）では、このページを使えません。"
    assert not site.desk.picture().out_of_use


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN])
async def test_staff_and_admin_work_at_the_desk_and_the_journal_says_as_what(site: Any, role: Role) -> None:
    async with site.client() as client:
        await logged_in(site, client, role)
        assert (await client.get("/desk/work")).status_code == 200
        assert (await client.post("/api/v1/desk/actions", json=ACT)).status_code == 200
    acts = [json.loads(line) for line in site.journal().splitlines() if '"kind":"staff"' in line]
    assert [(act["act"], act["staff"], act["role"]) for act in acts] == [
        ("logged_in", "jiro", role.value),
        ("out_of_use", "jiro", role.value),
    ]


async def test_another_role_logs_out_at_once(site: Any, staff: httpx.AsyncClient) -> None:
    assert (await staff.get("/api/v1/desk")).status_code == 200
    site.accounts.set_role("hanako", Role.OFFICER)
    assert (await staff.get("/api/v1/desk")).status_code == 401


async def test_a_session_of_any_role_is_kept_open_and_ended(site: Any) -> None:
    async with site.client() as client:
        await logged_in(site, client, Role.OFFICER)
        assert (await client.post("/api/v1/session/activity")).status_code == 204
        assert (await client.post("/api/v1/session/end")).status_code == 204
