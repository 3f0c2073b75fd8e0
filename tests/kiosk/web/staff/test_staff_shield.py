"""Every route of the staff pages against what a browser, or a stranger on this machine, can try."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from kiosk.web import security

pytestmark = pytest.mark.anyio

NAME, PASSWORD = "hanako", "tsuki-to-kaze9"
LOG_IN = {"name": NAME, "password": PASSWORD}
OPEN = [("GET", "/"), ("GET", "/api/openapi.json"), ("GET", "/static/staff/desk.js"), ("POST", "/api/v1/session")]
LOCKED = [
    ("GET", "/desk/work"),
    ("GET", "/desk/events"),
    ("GET", "/desk/paper"),
    ("GET", "/api/v1/desk"),
    ("POST", "/api/v1/desk/actions"),
    ("POST", "/api/v1/session/activity"),
    ("POST", "/api/v1/session/end"),
]
FOREIGN = {
    "foreign host": ({"Host": "attacker.example:8461"}, 421),
    "the visitor's port": ({"Host": "127.0.0.1:8460"}, 421),
    "rebound origin": ({"Origin": "http://attacker.example:8461"}, 403),
    "the visitor's page": ({"Origin": "http://127.0.0.1:8460", "Sec-Fetch-Site": "same-site"}, 403),
    "opaque origin": ({"Origin": "null"}, 403),
    "cross-site": ({"Sec-Fetch-Site": "cross-site"}, 403),
    "our proxy's name without TLS": ({"Host": "desk.example", "Origin": "http://desk.example"}, 403),
}


def body_for(path: str) -> dict[str, object]:
    return LOG_IN if path == "/api/v1/session" else {"action": "out_of_use", "out": True}


async def test_the_tables_have_every_route(site: Any) -> None:
    known = {path for _, path in [*OPEN, *LOCKED]}
    assert set(site.app.openapi()["paths"]) <= known


@pytest.mark.parametrize("attack", FOREIGN)
@pytest.mark.parametrize(("method", "path"), [*OPEN, *LOCKED])
async def test_what_is_foreign_is_refused_everywhere_though_it_brings_the_session(
    site: Any, staff: httpx.AsyncClient, method: str, path: str, attack: str
) -> None:
    headers, status = FOREIGN[attack]
    answer = await staff.request(method, path, headers=headers, json=body_for(path))
    assert answer.status_code == status
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert not site.desk.picture().out_of_use


@pytest.mark.parametrize(("method", "path"), LOCKED)
@pytest.mark.parametrize("cookie", ["", "kiosk_staff=", "kiosk_staff=guessed", "kiosk_visitor=guessed"])
async def test_without_a_session_a_locked_route_stays_locked(site: Any, method: str, path: str, cookie: str) -> None:
    async with site.client(headers={"Cookie": cookie} if cookie else {}) as stranger:
        answer = await stranger.request(method, path, json=body_for(path))
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "logged_out")
    assert not site.desk.picture().out_of_use


@pytest.mark.parametrize(("method", "path"), LOCKED)
async def test_the_api_token_of_the_visitor_s_port_is_nothing_here(site: Any, method: str, path: str) -> None:
    from kiosk.web.tokens import api_token

    bearer = {"Authorization": f"Bearer {api_token(site.settings.data_dir)}"}
    async with site.client(headers=bearer) as program:
        assert (await program.request(method, path, json=body_for(path))).status_code == 401


async def test_the_session_is_nothing_on_the_visitor_s_port(site: Any, staff: httpx.AsyncClient) -> None:
    from kiosk.web import create_app

    visitors = create_app(site.desk.reception, site.settings)
    token = staff.cookies["kiosk_staff"]
    for name in ("kiosk_staff", "kiosk_visitor"):
        cookie = {"Cookie": f"{name}={token}"}
        transport = httpx.ASGITransport(visitors)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8460", headers=cookie) as client:
            assert (await client.get("/api/v1/visit")).status_code == 401
            act = await client.post("/api/v1/visit/actions", json={"action": "finish"})
            assert act.status_code == 401


async def test_the_cookie_is_for_the_page_alone(site: Any) -> None:
    async with site.client() as client:
        cookie = (await client.post("/api/v1/session", json=LOG_IN)).headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie and "Secure" not in cookie
    async with site.client(base_url="http://desk.example", headers={"Origin": "https://desk.example"}) as through_tls:
        answer = await through_tls.post("/api/v1/session", json=LOG_IN)
        assert answer.status_code == 200 and "Secure" in answer.headers["set-cookie"]


async def test_a_session_that_was_planted_is_not_the_one_that_counts(site: Any) -> None:
    async with site.client(cookies={"kiosk_staff": "planted"}) as client:
        answer = await client.post("/api/v1/session", json=LOG_IN)
        assert answer.cookies["kiosk_staff"] != "planted"
    async with site.client(headers={"Cookie": "kiosk_staff=planted"}) as attacker:
        assert (await attacker.get("/api/v1/desk")).status_code == 401


async def test_the_session_before_ends_with_the_next_log_in(site: Any, staff: httpx.AsyncClient) -> None:
    before = staff.cookies["kiosk_staff"]
    await staff.post("/api/v1/session", json=LOG_IN)
    async with site.client(headers={"Cookie": f"kiosk_staff={before}"}) as other:
        assert (await other.get("/api/v1/desk")).status_code == 401


async def test_a_wrong_password_says_no_more_than_an_unknown_name(site: Any) -> None:
    async with site.client() as client:
        wrong = await client.post("/api/v1/session", json={"name": NAME, "password": "wrong-wrong-1"})
        nobody = await client.post("/api/v1/session", json={"name": "nobody", "password": "wrong-wrong-1"})
    assert (wrong.status_code, wrong.text) == (nobody.status_code, nobody.text)
    assert wrong.status_code == 401 and "set-cookie" not in wrong.headers


async def test_who_tries_too_often_has_to_wait_and_nothing_is_written_of_the_password(site: Any) -> None:
    with capture_logs() as logs:
        async with site.client() as client:
            for _ in range(5):
                await client.post("/api/v1/session", json={"name": NAME, "password": "wrong-wrong-1"})
            answer = await client.post("/api/v1/session", json=LOG_IN)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "wait")
    assert int(answer.headers["retry-after"]) >= 1
    assert logs == [] and "wrong-wrong" not in site.journal()


async def test_log_out_and_a_new_password_end_the_session_at_once(site: Any, staff: httpx.AsyncClient) -> None:
    token = {"Cookie": f"kiosk_staff={staff.cookies['kiosk_staff']}"}
    site.accounts.set_password(NAME, "umi-to-yama-7")
    assert (await staff.get("/api/v1/desk")).status_code == 401
    async with site.client() as client:
        await client.post("/api/v1/session", json={"name": NAME, "password": "umi-to-yama-7"})
        assert (await client.post("/api/v1/session/end")).status_code == 204
        assert (await client.get("/api/v1/desk")).status_code == 401
    async with site.client(headers=token) as old:
        assert (await old.get("/")).text.count("log-in") > 0


async def test_a_body_too_large_or_of_another_kind_is_refused(staff: httpx.AsyncClient) -> None:
    large = await staff.post("/api/v1/desk/actions", content=b"x" * 20_000)
    assert large.status_code == 413
    form = await staff.post("/api/v1/desk/actions", data={"action": "clear"})
    assert form.status_code == 422


async def test_a_body_that_never_ends_is_not_waited_for(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log-in takes a body from anybody: each one that is waited for holds a connection."""

    async def one_brace() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    monkeypatch.setattr(security, "BODY_SECONDS", 0.05)
    async with site.client(headers={"Content-Type": "application/json"}) as stranger:
        answer = await stranger.post("/api/v1/session", content=one_brace())
    assert (answer.status_code, answer.json()["error"]["code"]) == (408, "too_slow")


async def test_no_get_changes_anything(site: Any, staff: httpx.AsyncClient) -> None:
    for path in ("/api/v1/desk/actions", "/api/v1/session/end", "/api/v1/session"):
        assert (await staff.get(path)).status_code == 405


class _Later:
    """A clock for sessions that can be put forward."""

    CLOCK_BOOTTIME = 7
    now = 1000.0

    def clock_gettime(self, clock: int) -> float:
        assert clock == self.CLOCK_BOOTTIME
        return self.now


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> _Later:
    clock = _Later()
    monkeypatch.setattr("kiosk.staff.sessions.time", clock)
    return clock


async def test_a_locked_session_opens_nothing_but_its_bell(later: _Later, site: Any, staff: httpx.AsyncClient) -> None:
    later.now += site.settings.staff.idle_limit - 1
    assert (await staff.get("/api/v1/desk")).status_code == 200, "a look at the kiosk is no act"
    later.now += 2
    for method, path in LOCKED:
        if path in {"/desk/events", "/api/v1/session/end"}:
            continue
        answer = await staff.request(method, path, json=body_for(path))
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "locked"), path
    page = (await staff.get("/")).text
    assert 'data-bell="on"' in page and 'id="live"' not in page
    assert not site.desk.picture().out_of_use


async def test_a_form_without_its_script_puts_nothing_into_an_address(site: Any, staff: httpx.AsyncClient) -> None:
    async with site.client() as stranger:
        for page in ((await stranger.get("/")).text, (await staff.get("/")).text):
            assert page.count("<form") == page.count('method="post"') > 0
        assert (await stranger.post("/", data=LOG_IN)).status_code == 405
