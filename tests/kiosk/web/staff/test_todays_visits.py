"""The list of today's visits: for staff at work, in both encodings, and no cell of it is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from kiosk.decision import Decision
from kiosk.documents import stationery_for
from kiosk.failures import Code
from kiosk.identity import Level
from kiosk.reception import View
from kiosk.results import EndedVisit, FinishedVisit, FinishedVisits, NamedMember
from kiosk.settings import Settings
from kiosk.web import published_visit
from kiosk.web.staff.todays_visits import COLUMNS, CsvForm, visits_csv
from kiosk.web.staff_port import create_staff_app
from tests.gallery.views import every_decision, failure_view, result_view

PERSON = NamedMember("133033", "71-0001", "000101", "00", "模擬 花子", "モギ ハナコ", date(1980, 4, 1), "female")
AT = datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC)
WORKING: Decision = every_decision()[0]


def finished(view: View, person: NamedMember | None = PERSON, at: datetime = AT) -> FinishedVisit:
    return FinishedVisit(view.identifier, at, 1, published_visit(view, "clinic"), person, sequence=1)


def rows(content: bytes, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding))))


def test_a_line_says_what_a_person_at_the_desk_needs() -> None:
    found = rows(visits_csv([finished(result_view(WORKING))], CsvForm.UTF_8), "utf-8-sig")
    assert found[0] == list(COLUMNS)
    (line,) = found[1:]
    assert line[0] == "2026-11-25 10:02:03"
    assert line[4:] == [
        "暗証番号",
        "",
        "133033",
        "71-0001",
        "000101",
        "00",
        "模擬 花子",
        "モギ ハナコ",
        "1980-04-01",
        "女",
    ]


def test_a_failure_has_its_code_and_nobody() -> None:
    (line,) = rows(visits_csv([finished(failure_view(Code.PIN_BLOCKED), None)], CsvForm.UTF_8), "utf-8-sig")[1:]
    assert (line[2], line[5], set(line[6:])) == ("障害", "P-03", {""})


def test_excel_knows_the_encoding_by_its_mark() -> None:
    assert visits_csv([], CsvForm.UTF_8).startswith(b"\xef\xbb\xbf")
    assert not visits_csv([], CsvForm.CP932).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", ["=1+1", "+81", "@sum", "-1", "\tx", "＝1"])
@pytest.mark.parametrize("form", CsvForm)
def test_no_cell_is_a_formula(name: str, form: CsvForm) -> None:
    content = visits_csv([finished(result_view(WORKING), replace(PERSON, name=name))], form)
    encoding = "utf-8-sig" if form is CsvForm.UTF_8 else "cp932"
    assert rows(content, encoding)[1][10] == f"'{name}"


def test_a_character_that_windows_shift_jis_lacks_is_seen_to_be_missing() -> None:
    content = visits_csv([finished(result_view(WORKING), replace(PERSON, name="𠮷田 髙子"))], CsvForm.CP932)
    assert rows(content, "cp932")[1][10] == "〓田 髙子"


@pytest.fixture
async def staff_with_visits(site: Any, results: FinishedVisits) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at work at a desk that has finished visits."""
    settings: Settings = site.settings
    site.app = create_staff_app(site.desk, settings, lambda: stationery_for(settings), results)
    async with site.client() as client:
        await client.post("/api/v1/session", json={"name": "hanako", "password": "tsuki-to-kaze9"})
        yield client


def add(results: FinishedVisits, visit: str, at: datetime) -> None:
    view = result_view(WORKING, identifier=visit, level=Level.CONFIRMED)
    results.add(EndedVisit(visit, at, 1, published_visit(view, "clinic"), PERSON))


@pytest.mark.anyio
async def test_staff_take_the_visits_since_midnight_and_it_is_journaled(
    site: Any, staff_with_visits: httpx.AsyncClient, results: FinishedVisits
) -> None:
    add(results, "yesterday", datetime.now(UTC) - timedelta(days=1))
    add(results, "today", datetime.now(UTC))
    answer = await staff_with_visits.get("/desk/visits.csv", params={"form": "cp932"})
    assert answer.headers["content-type"] == "text/csv; charset=Shift_JIS"
    assert answer.headers["content-disposition"].startswith('attachment; filename="visits-20')
    assert answer.headers["cache-control"] == "no-store"
    assert len(rows(answer.content, "cp932")) == 2
    assert '"act":"visits_taken"' in site.journal().replace(" ", "")
    assert "/desk/visits.csv" in (await staff_with_visits.get("/")).text


@pytest.mark.anyio
async def test_nobody_takes_them_without_being_at_work(site: Any, staff_with_visits: httpx.AsyncClient) -> None:
    staff_with_visits.cookies.clear()
    assert (await staff_with_visits.get("/desk/visits.csv")).status_code == 401


@pytest.mark.anyio
async def test_a_list_that_cannot_be_read_says_so(
    site: Any, staff_with_visits: httpx.AsyncClient, results: FinishedVisits, tmp_path: Any
) -> None:
    (tmp_path / "results.sqlite").unlink()
    (tmp_path / "results.sqlite").mkdir()
    answer = await staff_with_visits.get("/desk/visits.csv")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "visits_unreadable")


@pytest.mark.anyio
async def test_a_desk_without_finished_visits_offers_no_list(staff: httpx.AsyncClient) -> None:
    assert "/desk/visits.csv" not in (await staff.get("/")).text
    assert (await staff.get("/desk/visits.csv")).status_code == 404
