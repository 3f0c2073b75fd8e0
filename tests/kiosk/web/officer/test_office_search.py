"""Searching in the office: by forms alone, with nothing of anybody in an address, and journaled."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from simulators.people import persona
from tests.kiosk.web.officer.conftest import acts

pytestmark = pytest.mark.anyio

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def cells_of(site: Any) -> dict[str, str]:
    """Return the cells of a member of the stage."""
    found: dict[str, str] = persona("card-works-family", site.stage.on).member
    return found


async def searched(officer: httpx.AsyncClient, **typed: str) -> httpx.Response:
    """Search and return the page of the list."""
    answer = await officer.post("/officer/search", data=typed)
    assert answer.status_code == 303, answer.text
    page = await officer.get(answer.headers["location"])
    assert page.status_code == 200
    return page


async def test_a_member_is_found_and_no_address_says_who(site: Any, officer: httpx.AsyncClient) -> None:
    cells = cells_of(site)
    page = await searched(officer, symbol=cells["symbol"], number=cells["number"])
    assert cells["name"] in page.text and cells["kana"] in page.text
    assert re.fullmatch(r"/officer/search/[\w-]{16}", page.request.url.path)
    addresses = re.findall(r'(?:href|action)="([^"]+)"', page.text)
    said = " ".join(addresses)
    assert not any(cells[name] in said for name in ("number", "name", "kana", "birth_date"))


async def test_the_journal_has_each_search_and_each_csv_with_the_role(site: Any, officer: httpx.AsyncClient) -> None:
    page = await searched(officer, kana=cells_of(site)["kana"])
    answer = await officer.get(f"{page.request.url.path}/list.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert [(act["act"], act["staff"], act["role"], act["detail"]) for act in acts(site)] == [
        ("logged_in", "yuko", "officer", None),
        ("members_sought", "yuko", "officer", None),
        ("list_taken", "yuko", "officer", "members"),
    ]
    assert cells_of(site)["number"] not in site.journal()


async def test_the_csv_has_the_rows_and_no_formula(site: Any, officer: httpx.AsyncClient) -> None:
    cells = cells_of(site)
    page = await searched(officer, symbol=cells["symbol"])
    content = (await officer.get(f"{page.request.url.path}/list.csv?sort=kana&down=true")).content
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["記号", "番号", "枝番", "氏名"] and cells["name"] in {row[3] for row in rows}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "全員を一覧にすることはできません。"),
        ({"kana": "　", "symbol": " "}, "全員を一覧にすることはできません。"),
        ({"kana": "山崎"}, "フリガナは、はじめの何文字かを"),
        ({"birth_date": "いつか"}, "生年月日は「昭和55年5月6日」"),
        ({"number": "7" * 21}, "番号は20文字以内で"),
        ({"symbol": "7" * 21}, "記号は20文字以内で"),
        ({"birth_date": "1234-5678-9018"}, "マイナンバー（個人番号）と思われる"),
        ({"employer": "123456789018"}, "マイナンバー（個人番号）と思われる"),
    ],
)
async def test_a_search_that_will_not_do_is_one_sentence(
    site: Any, officer: httpx.AsyncClient, typed: dict[str, str], says: str
) -> None:
    answer = await officer.post("/officer/search", content=urlencode(typed), headers=FORM)
    assert answer.status_code == 422
    assert answer.text.count('role="alert"') == 1 and says in answer.text
    assert "9018" not in answer.text and "members_sought" not in site.journal()


async def test_nobody_is_found_in_one_sentence(officer: httpx.AsyncClient) -> None:
    page = await searched(officer, name="どこにもいない名前")
    assert "あてはまる方は見つかりませんでした。" in page.text and "<table" not in page.text


async def test_conditions_are_changed_without_typing_them_again(site: Any, officer: httpx.AsyncClient) -> None:
    kana = cells_of(site)["kana"]
    page = await searched(officer, kana=kana)
    conditions = await officer.get(f"{page.request.url.path}/conditions")
    assert conditions.status_code == 200 and f'value="{kana}"' in conditions.text
    assert kana not in (await officer.get("/officer/search")).text, "the next person is somebody else"
    site.accounts.set_password("yuko", "hoshi-to-mori8")
    assert (await officer.get(f"{page.request.url.path}/conditions")).headers["location"] == "/officer/log-in"


async def test_very_many_are_not_listed(site: Any, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.eligibility.search.MOST_LISTED", 1)
    answer = await officer.post("/officer/search", data={"symbol": cells_of(site)["symbol"]})
    assert answer.status_code == 422 and "500人を超えたため、一覧にしませんでした。" in answer.text


async def test_a_list_is_sorted_filtered_and_paged(
    site: Any, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.web.officer.lists.PAGE", 2)
    page = await searched(officer, symbol=cells_of(site)["symbol"])
    at = page.request.url.path
    assert "1 / " in page.text and 'rel="next"' in page.text and 'rel="prev"' not in page.text
    by_birth = await officer.get(f"{at}?sort=birth_date&down=true&page=2")
    assert 'aria-sort="descending"' in by_birth.text and 'rel="prev"' in by_birth.text
    last = await officer.get(f"{at}?page=100000")
    assert 'rel="next"' not in last.text
    narrowed = await officer.post(f"{at}/filter", data={"filter": cells_of(site)["kana"]})
    assert narrowed.headers["location"] == at
    few = await officer.get(at)
    assert "件のうち" in few.text and cells_of(site)["name"] in few.text
    assert (await officer.get(f"{at}/list.csv")).text.count("\n") < page.text.count("\n")


@pytest.mark.parametrize(
    "query", ["sort=salary", "sort=" + "a" * 21, "page=0", "page=100001", "down=perhaps", "name=x"]
)
async def test_an_address_that_no_page_has_is_refused(site: Any, officer: httpx.AsyncClient, query: str) -> None:
    page = await searched(officer, symbol=cells_of(site)["symbol"])
    for at in (page.request.url.path, f"{page.request.url.path}/list.csv"):
        assert (await officer.get(f"{at}?{query}")).status_code == 422
    assert "list_taken" not in site.journal()


async def test_a_handle_of_another_session_opens_nothing(site: Any, officer: httpx.AsyncClient) -> None:
    page = await searched(officer, symbol=cells_of(site)["symbol"])
    path = page.request.url.path
    await officer.post("/officer/log-out")
    await officer.post("/officer/log-in", data={"name": "yuko", "password": "tsuki-to-kaze9"})
    for at in (path, f"{path}/list.csv", f"/officer/search/{'x' * 16}"):
        answer = await officer.get(at)
        assert answer.status_code == 410 and "もう一度、探すところから" in answer.text
    assert (await officer.get("/officer/search/a.b")).status_code == 422


async def test_where_the_journal_cannot_be_written_nobody_is_listed(
    site: Any, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.audit import Journal, JournalError

    def full(*_: object) -> None:
        raise JournalError("the disk is full")

    monkeypatch.setattr(Journal, "append", full)
    answer = await officer.post("/officer/search", data={"symbol": cells_of(site)["symbol"]})
    assert answer.status_code == 503 and "（S-02）" in answer.text and cells_of(site)["name"] not in answer.text
