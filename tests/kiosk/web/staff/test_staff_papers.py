"""The papers that staff print: what stands on them, who may have them, and what is said where none can be made."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import httpx
import pytest

from kiosk.documents import StationeryError
from kiosk.web.staff import papers
from simulators.people import persona
from tests.kiosk.web.staff import desk_work
from tests.kiosk.web.staff.desk_work import act

pytestmark = pytest.mark.anyio


async def find(site: Any, staff: httpx.AsyncClient, who: str) -> None:
    answer = await desk_work.find(site, staff, who)
    assert answer.json()["message"] == "1人見つかりました。"


def text_of(pdf: bytes) -> str:
    """Return the text as another program reads it, without white space."""
    read = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(read.stdout.decode().split())


async def read(staff: httpx.AsyncClient) -> str:
    """Return the text of the paper that was made."""
    answer = await staff.get("/desk/paper")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    return text_of(answer.content)


def printed(site: Any) -> list[dict[str, object]]:
    entries = [json.loads(line) for line in site.journal().splitlines()]
    return [entry for entry in entries if entry.get("act") == "printed"]


@pytest.mark.parametrize(
    ("who", "paper", "title"),
    [
        ("card-works", "notice", "資格情報通知書"),
        ("not-linked-confirmation", "confirmation", "資格確認書"),
        ("card-works", "declaration", "被保険者資格申立書"),
    ],
)
async def test_a_member_s_paper_is_made_for_the_one_found(
    site: Any, staff: httpx.AsyncClient, who: str, paper: str, title: str
) -> None:
    await find(site, staff, who)
    answer = await act(staff, "print", paper=paper)
    assert (answer.status_code, answer.json()["message"]) == (200, "書類を作りました。新しいタブで開きます。")
    text = await read(staff)
    name = "".join(persona(who, site.stage.on).member["name"].split())
    assert title in text and name in text and "見本" in text
    (entry,) = printed(site)
    assert (entry["staff"], entry["detail"]) == ("hanako", paper)
    assert entry["member"] is not None and name not in site.journal()


@pytest.mark.parametrize(
    ("paper", "event", "title"),
    [
        ("declaration", None, "被保険者資格申立書"),
        ("procedures", None, "資格確認書交付の概要"),
        ("procedures", "card_lost", "資格確認書交付申請書"),
    ],
)
async def test_a_blank_form_needs_nobody(
    site: Any, staff: httpx.AsyncClient, paper: str, event: str | None, title: str
) -> None:
    await act(staff, "print", paper=paper, blank=True, event=event)
    assert title in await read(staff)
    assert [entry["member"] for entry in printed(site)] == [None]


async def test_a_blank_declaration_at_a_clinic_is_for_members_of_any_insurer(
    site: Any, staff: httpx.AsyncClient
) -> None:
    """In an outage it is printed for whoever comes, with no register and no terminal."""
    await act(staff, "print", paper="declaration", blank=True)
    text = await read(staff)
    assert "世帯主・被保険者氏名" in text
    assert "全国土木建築国民健康保険組合" not in text and "133033" not in text


async def test_a_blank_form_says_nothing_of_the_member_before(site: Any, staff: httpx.AsyncClient) -> None:
    await find(site, staff, "card-works")
    await act(staff, "print", paper="declaration", blank=True)
    assert "土木" not in (await read(staff)).replace("全国土木建築", "")


@pytest.mark.parametrize("paper", ["notice", "confirmation", "declaration"])
async def test_nobody_chosen_is_nothing_to_print(site: Any, staff: httpx.AsyncClient, paper: str) -> None:
    answer = await act(staff, "print", paper=paper)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "nobody_chosen")
    assert printed(site) == []


@pytest.mark.parametrize("paper", ["notice", "confirmation"])
async def test_what_is_a_member_s_is_never_blank(site: Any, staff: httpx.AsyncClient, paper: str) -> None:
    assert (await act(staff, "print", paper=paper, blank=True)).json()["error"]["code"] == "nobody_chosen"


async def test_who_is_owed_no_confirmation_gets_none(site: Any, staff: httpx.AsyncClient) -> None:
    await find(site, staff, "card-works")
    answer = await act(staff, "print", paper="confirmation")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no_confirmation")
    assert printed(site) == []


@pytest.mark.parametrize(
    ("who", "field"), [("insurance-ended", "資格喪失年月日"), ("not-yet-insured", "資格取得年月日")]
)
async def test_a_field_at_fault_is_named_and_nothing_is_handed_out(
    site: Any, staff: httpx.AsyncClient, who: str, field: str
) -> None:
    await find(site, staff, who)
    answer = await act(staff, "print", paper="notice")
    assert answer.json()["error"]["code"] == "paper_refused"
    assert field in answer.json()["error"]["message"]
    assert (await staff.get("/desk/paper")).json()["error"]["code"] == "no_paper"


async def test_stationery_that_is_missing_is_for_the_administrator(
    site: Any, staff: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_font(*_: object) -> bytes:
        raise StationeryError("no such font")

    monkeypatch.setattr(papers, "notice_pdf", no_font)
    await find(site, staff, "card-works")
    answer = await act(staff, "print", paper="notice")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no_stationery")
    assert "no such font" not in answer.text


async def test_the_paper_goes_with_the_member_and_is_kept_nowhere(site: Any, staff: httpx.AsyncClient) -> None:
    await find(site, staff, "card-works")
    await act(staff, "print", paper="notice")
    assert (await staff.get("/desk/paper")).headers["cache-control"] == "no-store"
    await find(site, staff, "card-works-family")
    assert (await staff.get("/desk/paper")).status_code == 409


async def test_the_paper_is_of_one_session(site: Any, staff: httpx.AsyncClient) -> None:
    await find(site, staff, "card-works")
    await act(staff, "print", paper="notice")
    site.accounts.add("jiro", "窓口 次郎", "umi-to-yama-7")
    async with site.client() as other:
        await other.post("/api/v1/session", json={"name": "jiro", "password": "umi-to-yama-7"})
        assert (await other.get("/desk/paper")).json()["error"]["code"] == "no_paper"


@pytest.mark.parametrize("paper", ["confirmation", "declaration", "notice"])
async def test_a_person_whose_data_are_withheld_has_no_address_on_paper(
    site: Any, staff: httpx.AsyncClient, paper: str
) -> None:
    await find(site, staff, "withheld-not-here")
    assert (await act(staff, "print", paper=paper)).status_code == 200
    assert "模擬町" not in await read(staff)
    assert [entry["detail"] for entry in printed(site)] == [paper]


async def test_an_address_for_one_print_is_printed_and_nothing_of_it_is_journaled(
    site: Any, staff: httpx.AsyncClient
) -> None:
    await find(site, staff, "withheld-not-here")
    given = {"postal_code": "160-0022", "address": "東京都新宿区気付町9-9-9"}
    assert (await act(staff, "print", paper="confirmation", **given)).status_code == 200
    assert "気付町9-9-9" in await read(staff)
    assert [entry["detail"] for entry in printed(site)] == ["confirmation"]  # only these people can be given one
    assert "気付町" not in site.journal() and "160-0022" not in site.journal()
    await act(staff, "print", paper="confirmation")
    assert "気付町" not in await read(staff)


async def test_nobody_else_gets_another_address(site: Any, staff: httpx.AsyncClient) -> None:
    await find(site, staff, "card-works")
    assert "print-address" not in await desk_work.work(staff)
    answer = await act(staff, "print", paper="notice", address="東京都新宿区気付町9-9-9")
    assert answer.json()["error"]["code"] == "paper_refused"
    await find(site, staff, "withheld-not-here")
    shown = await desk_work.work(staff)
    assert "print-address" in shown and "模擬町" not in shown and "102-0093" not in shown
