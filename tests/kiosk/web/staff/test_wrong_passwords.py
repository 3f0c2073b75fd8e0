"""Wrong passwords at the staff pages: what is written, who waits, who does not, and who is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from kiosk.failures import Code

pytestmark = pytest.mark.anyio

NAME, PASSWORD, WRONG = "hanako", "tsuki-to-kaze9", "wrong-wrong-1"


async def log_in(client: httpx.AsyncClient, password: str = PASSWORD, name: str = NAME) -> httpx.Response:
    return await client.post("/api/v1/session", json={"name": name, "password": password})


async def guess(client: httpx.AsyncClient, times: int, name: str = NAME) -> None:
    for _ in range(times):
        assert (await log_in(client, WRONG, name)).status_code in {401, 429}


async def misses(site: Any, fits: Callable[[list[dict[str, Any]]], bool] = bool) -> list[dict[str, Any]]:
    """Return what the journal says of wrong passwords, once it fits: it is written after the answer."""
    async with asyncio.timeout(10):
        while True:
            entries = map(json.loads, site.journal().splitlines())
            found = [entry for entry in entries if entry.get("act") == "log_in_failed"]
            if fits(found):
                return found
            await asyncio.sleep(0.01)


async def test_a_wrong_password_is_in_the_journal_and_the_password_is_not(site: Any) -> None:
    async with site.client() as client:
        await guess(client, 1)
    (entry,) = await misses(site)
    assert (entry["staff"], entry["detail"]) == (NAME, "1")
    assert WRONG not in site.journal()


async def test_a_name_that_nobody_has_is_not_written_down(site: Any) -> None:
    async with site.client() as client:
        for name in ("nobody-at-all", PASSWORD, "1234-5678-9018", "受付"):
            await guess(client, 1, name)
    (entry,) = await misses(site)
    assert (entry["staff"], entry["detail"]) == ("?", "1")
    assert "nobody" not in site.journal() and PASSWORD not in site.journal() and "9018" not in site.journal()


async def test_many_wrong_passwords_are_few_entries(site: Any) -> None:
    async with site.client() as client:
        for number in range(20):
            await guess(client, 1, f"name-{number}")
        await guess(client, 4)
        assert (await log_in(client)).status_code == 200
    found = await misses(site, lambda entries: len(entries) >= 3)
    assert [(entry["staff"], entry["detail"]) for entry in found] == [("?", "1"), (NAME, "1"), (NAME, "3")]


async def test_who_logs_in_is_told_once_how_many_were_wrong_since_the_last_time(site: Any) -> None:
    said = "この前のログインから、パスワードのまちがいが3回ありました"
    async with site.client() as stranger, site.client() as client:
        await guess(stranger, 3)
        assert (await log_in(client)).json() == {"name": NAME, "display": "受付 花子", "missed": 3, "role": "staff"}
        assert said in (await client.get("/")).text
        assert said not in (await client.get("/")).text
        assert (await log_in(client)).json()["missed"] == 0


async def test_while_they_go_on_the_desk_and_the_monitor_are_told(site: Any) -> None:
    look = site.desk.reception.look
    async with site.client() as client:
        await guess(client, 4)
        assert Code.WRONG_PASSWORDS not in [each.code for each in (await look()).troubles]
        await guess(client, 1, "somebody-else")
        (trouble,) = [each for each in (await look()).troubles if each.code is Code.WRONG_PASSWORDS]
        assert NAME not in trouble.line and "somebody" not in trouble.line


async def test_a_browser_that_has_logged_in_before_waits_for_no_stranger(site: Any) -> None:
    async with site.client() as known, site.client() as stranger:
        assert (await log_in(known)).status_code == 200
        await known.post("/api/v1/session/end")
        await guess(stranger, 8)
        refused = await log_in(stranger)
        assert (refused.status_code, 1 <= int(refused.headers["retry-after"]) <= 61) == (429, True)
        assert (await log_in(known)).status_code == 200


async def test_the_cookie_of_the_browser_is_out_of_scripts_reach_and_ends_with_the_password(site: Any) -> None:
    async with site.client() as known, site.client() as stranger:
        answer = await log_in(known)
        (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith("kiosk_device=")]
        for part in ("HttpOnly", "SameSite=strict", "Path=/api/v1/session", "Max-Age="):
            assert part in cookie
        assert PASSWORD not in cookie
        await guess(stranger, 8)
        site.accounts.set_password(NAME, "umi-to-yama-7")
        assert (await log_in(known, "umi-to-yama-7")).status_code == 429


async def test_behind_tls_the_cookie_of_the_browser_goes_through_tls_alone(site: Any) -> None:
    async with site.client(base_url="https://desk.example") as client:
        answer = await log_in(client)
        assert all("Secure" in each for each in answer.headers.get_list("set-cookie"))


async def test_the_answer_does_not_wait_for_the_journal(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the time it takes would tell a name that somebody has from one that nobody has."""
    written = asyncio.Event()

    async def stuck(*_: object) -> None:
        await written.wait()

    monkeypatch.setattr(site.desk, "note", stuck)
    async with site.client() as client:
        async with asyncio.timeout(10):
            await guess(client, 1)
    written.set()


async def test_a_shared_browser_is_known_to_each_who_has_logged_in(site: Any) -> None:
    site.accounts.add("jiro", "窓口 次郎", PASSWORD)
    async with site.client() as shared, site.client() as stranger:
        for name in (NAME, "jiro"):
            assert (await log_in(shared, PASSWORD, name)).status_code == 200
        for name in (NAME, "jiro"):
            await guess(stranger, 8, name)
        for name in (NAME, "jiro"):
            assert (await log_in(shared, PASSWORD, name)).status_code == 200
