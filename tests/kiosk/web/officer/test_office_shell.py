"""The office's pages: who may open them, what protects them, and that they need no script."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from itertools import chain
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from kiosk.reception import Office
from kiosk.roles import Role
from tests.kiosk.web.officer.conftest import FORM, PASSWORD, acts, logged_in

pytestmark = pytest.mark.anyio

HANDLE = "abcdefghijklmnop"
TYPED = {**FORM, "Content-Type": "application/x-www-form-urlencoded"}
OPEN = [("GET", "/officer/log-in"), ("POST", "/officer/log-in"), ("POST", "/officer/log-out")]
AT_WORK = [
    ("GET", "/officer"),
    ("GET", "/officer/waiting"),
    ("POST", "/officer/waiting/filter"),
    ("GET", "/officer/waiting/list.csv"),
    ("GET", "/officer/kiosks"),
    ("POST", "/officer/kiosks/filter"),
    ("GET", "/officer/kiosks/list.csv"),
    ("GET", "/officer/search"),
    ("POST", "/officer/search"),
    ("GET", f"/officer/search/{HANDLE}"),
    ("POST", f"/officer/search/{HANDLE}/filter"),
    ("GET", f"/officer/search/{HANDLE}/list.csv"),
    ("GET", f"/officer/search/{HANDLE}/conditions"),
    ("POST", f"/officer/search/{HANDLE}/open"),
    ("GET", f"/officer/members/{HANDLE}"),
    ("POST", f"/officer/members/{HANDLE}"),
    ("POST", f"/officer/members/{HANDLE}/cancel"),
    ("GET", "/officer/files"),
    ("POST", "/officer/files"),
    ("POST", "/officer/files/filter"),
    ("GET", "/officer/files/list.csv"),
    ("GET", "/officer/files/1"),
    ("POST", "/officer/files/1/undo"),
    ("GET", f"/officer/files/drafts/{HANDLE}"),
    ("POST", f"/officer/files/drafts/{HANDLE}/take"),
    ("POST", f"/officer/files/drafts/{HANDLE}/drop"),
    ("GET", "/officer/post"),
    ("POST", "/officer/post/filter"),
    ("GET", "/officer/post/list.csv"),
    ("POST", "/officer/post/plan"),
    ("POST", "/officer/post/make"),
    ("GET", f"/officer/post/jobs/{HANDLE}"),
    ("POST", f"/officer/post/jobs/{HANDLE}/enqueue"),
    ("POST", f"/officer/post/jobs/{HANDLE}/leave-out"),
    ("POST", f"/officer/post/jobs/{HANDLE}/stop"),
    ("POST", f"/officer/post/jobs/{HANDLE}/drop"),
    ("GET", "/officer/post/batches"),
    ("POST", "/officer/post/batches/filter"),
    ("GET", "/officer/post/batches/list.csv"),
    ("GET", "/officer/post/batches/1"),
    ("GET", "/officer/post/batches/1/notice.pdf"),
    ("POST", "/officer/post/batches/1/again"),
    ("POST", "/officer/post/batches/1/print"),
    ("POST", "/officer/post/batches/1/stop"),
    ("POST", "/officer/post/batches/1/issued"),
    ("POST", "/officer/post/batches/1/cancel"),
    ("GET", "/officer/post/scan"),
    ("POST", "/officer/post/scan"),
    ("GET", "/officer/statistics"),
    ("GET", "/officer/statistics/{name}.csv"),
]
FOREIGN = {
    "foreign host": ({"Host": "attacker.example:8461"}, 421),
    "rebound origin": ({"Origin": "http://attacker.example:8461"}, 403),
    "the visitor's page": ({"Origin": "http://127.0.0.1:8460", "Sec-Fetch-Site": "same-site"}, 403),
    "opaque origin": ({"Origin": "null"}, 403),
    "cross-site": ({"Sec-Fetch-Site": "cross-site"}, 403),
}


async def test_the_tables_have_every_route(site: Any) -> None:
    included = [router.original_router.routes for router in site.app.routes if hasattr(router, "original_router")]
    served = {
        (
            method,
            route.path.replace("{handle}", HANDLE).replace("{batch}/{name}", "1/notice.pdf").replace("{batch}", "1"),
        )
        for route in chain.from_iterable(included)
        if isinstance(route, APIRoute) and route.path.startswith("/officer")
        for method in route.methods
    }
    assert served == {*OPEN, *AT_WORK}


@pytest.mark.parametrize(("method", "path"), AT_WORK)
async def test_without_a_session_every_page_is_the_log_in(site: Any, method: str, path: str) -> None:
    async with site.client() as stranger:
        answer = await stranger.request(method, path, headers=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/officer/log-in")


@pytest.mark.parametrize(("method", "path"), AT_WORK)
async def test_staff_of_the_desk_are_refused_in_one_sentence(site: Any, method: str, path: str) -> None:
    async with site.client() as client:
        await logged_in(site, client, Role.STAFF)
        answer = await client.request(method, path, headers=FORM)
    assert answer.status_code == 403
    assert answer.text.count("このアカウントの役割（窓口の係員）では、このページを使えません。") == 1


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMIN])
async def test_officer_and_admin_come_in(site: Any, role: Role) -> None:
    async with site.client(follow_redirects=True) as client:
        await logged_in_following(site, client, role)
        page = await client.get("/officer")
        assert page.status_code == 200 and "事務 優子" in page.text
        assert ('<a href="/">窓口</a>' in page.text) is (role is Role.ADMIN)
    assert [(act["act"], act["role"]) for act in acts(site)] == [("logged_in", role.value)]


async def logged_in_following(site: Any, client: httpx.AsyncClient, role: Role) -> None:
    site.accounts.add("yuko", "事務 優子", PASSWORD, role)
    assert (await client.post("/officer/log-in", data={"name": "yuko", "password": PASSWORD})).status_code == 200


async def test_an_officer_who_opens_the_desk_is_sent_to_the_office(officer: httpx.AsyncClient) -> None:
    answer = await officer.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/officer")


@pytest.mark.parametrize("attack", FOREIGN)
@pytest.mark.parametrize(("method", "path"), [*OPEN, *AT_WORK])
async def test_what_is_foreign_is_refused_everywhere(
    officer: httpx.AsyncClient, method: str, path: str, attack: str
) -> None:
    headers, status = FOREIGN[attack]
    answer = await officer.request(method, path, headers=headers, content="")
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/officer/nothing", 404, "このページはありません。"),
        ("DELETE", "/officer/search", 405, "このページはありません。"),
        ("GET", "/officer/post?page=0", 422, "入力が長すぎるか、使えない文字が入っています。"),
        ("GET", "/officer/files?colour=red", 422, "入力が長すぎるか、使えない文字が入っています。"),
    ],
)
async def test_an_address_that_no_page_of_ours_has_is_a_page_too(
    officer: httpx.AsyncClient, method: str, path: str, status: int, sentence: str
) -> None:
    answer = await officer.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert answer.text.count(sentence) == 1 and "<nav" in answer.text and "colour" not in answer.text
    assert (await officer.get("/nothing")).json()["error"]["code"] == "not_found"


async def test_what_the_shield_refuses_of_the_office_is_a_page_with_a_way_on(
    officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Office) -> None:
        raise RuntimeError

    monkeypatch.setattr(Office, "overview", fails)
    answers = [
        (await officer.get("/officer", headers={"Sec-Fetch-Site": "cross-site"}), 403, "ほかのサイトから"),
        (await officer.post("/officer/search", headers={"Content-Length": "20000"}), 413, "大きすぎるため"),
        (await officer.post("/officer/search", content=too_long(), headers=TYPED), 413, "大きすぎるため"),
        (await officer.get("/officer"), 500, "（S-01）"),
    ]
    for answer, status, says in answers:
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert answer.text.count('role="alert"') == answer.text.count(says) == 1 and 'href="/officer">' in answer.text
        assert f"<h1>{'行われたか分かりません' if status == 500 else '行いませんでした'}</h1>" in answer.text
    for path in ("/officers", "/api/v1/state"):
        assert (await officer.get(path, headers={"Origin": "null"})).json()["error"]["code"] == "cross_site"
    assert (await officer.get("/officer", headers={"Host": "a.example"})).json()["error"]["code"] == "unknown_host"


async def too_long() -> AsyncIterator[bytes]:
    yield b"kana=" + b"a" * 20_000


@pytest.mark.parametrize("path", ["/officer/log-in", "/officer/search"])
async def test_a_page_needs_no_script_and_keeps_others_out(officer: httpx.AsyncClient, path: str) -> None:
    answer = await officer.get("/officer/search")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "form-action 'self'" in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin", "else a browser would send forms with Origin: null"
    assert "<script" not in answer.text and "style=" not in answer.text and not re.search(r"\son\w+=", answer.text)
    assert answer.text.count("<form") == answer.text.count('method="post"') > 0
    assert (await officer.get("/")).headers["referrer-policy"] == "no-referrer"


async def test_the_keyboard_comes_first(officer: httpx.AsyncClient) -> None:
    page = (await officer.get("/officer/search")).text
    assert (
        page.index('class="skip" href="#main"') < page.index("<header") < page.index('<main id="main" tabindex="-1">')
    )
    assert page.count("<h1") == 1 and "accesskey" not in page and 'aria-current="page"' in page
    for name in ("symbol", "number", "kana", "name", "birth_date", "employer"):
        assert f'name="{name}"' in page


async def test_a_page_is_left_when_its_session_has_locked(site: Any, officer: httpx.AsyncClient) -> None:
    answer = await officer.get("/officer/search")
    assert answer.headers["refresh"] == f"{int(site.settings.staff.idle_limit) + 2}; url=/officer"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"kana=%ff", "application/x-www-form-urlencoded", 422),
        (b"kana=a&kana=b", "application/x-www-form-urlencoded", 422),
        (b"salary=1", "application/x-www-form-urlencoded", 422),
        (b"kana=" + b"a" * 201, "application/x-www-form-urlencoded", 422),
        (b"&".join(b"a%d=1" % number for number in range(25)), "application/x-www-form-urlencoded", 422),
        ("kana=ア".encode(), "application/x-www-form-urlencoded", 422),
        (b"kana=" + b"a" * 20_000, "application/x-www-form-urlencoded", 413),
    ],
)
async def test_a_form_that_no_page_sends_is_refused(
    officer: httpx.AsyncClient, content: bytes, kind: str, status: int
) -> None:
    answer = await officer.post("/officer/search", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status


async def test_a_wrong_password_is_one_sentence_and_no_session(site: Any) -> None:
    site.accounts.add("yuko", "事務 優子", PASSWORD, Role.OFFICER)
    async with site.client() as client:
        answer = await client.post("/officer/log-in", data={"name": "yuko", "password": "wrong-wrong-1"})
        nobody = await client.post("/officer/log-in", data={"name": "nobody", "password": "wrong-wrong-1"})
    assert 'value="yuko"' in answer.text and 'value="nobody"' in nobody.text, "the name is not typed again"
    assert (answer.status_code, answer.text) == (nobody.status_code, nobody.text.replace('"nobody"', '"yuko"'))
    assert answer.status_code == 401 and "名前またはパスワードがちがいます。" in answer.text
    assert "set-cookie" not in answer.headers and "wrong-wrong" not in answer.text


async def test_log_out_ends_the_session(officer: httpx.AsyncClient, site: Any) -> None:
    token = officer.cookies["kiosk_staff"]
    assert (await officer.post("/officer/log-out")).headers["location"] == "/officer/log-in"
    assert "反映していません" not in (await officer.get("/officer/log-in")).text
    async with site.client(headers={"Cookie": f"kiosk_staff={token}"}) as other:
        assert (await other.get("/officer/search")).headers["location"] == "/officer/log-in"
    assert (await officer.post("/officer/log-out")).status_code == 303


async def test_a_session_that_locks_while_a_form_is_open_does_nothing(
    site: Any, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later:
        CLOCK_BOOTTIME = time.CLOCK_BOOTTIME

        def clock_gettime(self, clock: int) -> float:
            return time.clock_gettime(clock) + site.settings.staff.idle_limit + 1

    monkeypatch.setattr("kiosk.staff.sessions.time", Later())
    answer = await officer.post("/officer/search", data={"kana": "ヤマザキ"})
    assert answer.headers["location"] == "/officer/log-in"
    page = await officer.get("/officer/log-in")
    assert "しばらく操作がなかったため、ロックしました。" in page.text
    assert "members_sought" not in site.journal()


async def test_a_session_that_ends_while_a_form_is_open_says_so(site: Any, officer: httpx.AsyncClient) -> None:
    site.accounts.set_password("yuko", "hoshi-to-mori8")
    answer = await officer.post("/officer/search", data={"kana": "ヤマザキ"})
    page = (await officer.get(answer.headers["location"])).text
    assert page.count("ログインの有効期間が終わりました。") == 1 and "members_sought" not in site.journal()


async def test_where_nobody_has_an_account_the_page_says_how(site: Any) -> None:
    site.accounts.remove("hanako")
    async with site.client() as client:
        assert "kiosk staff add NAME --role officer" in (await client.get("/officer/log-in")).text
