"""The desk and the results of the 顔認証付きカードリーダー: listed, chosen by a person, or waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.eligibility.sources import Sources
from kiosk.eligibility.terminal import OfficialReader
from kiosk.identity import Level
from kiosk.reception import Screen
from simulators.demo import Stage
from simulators.people import outsiders, terminal_csv
from simulators.terminal import SimulatedTerminal, TerminalFolders, read_members
from tests.kiosk.web.staff.desk_work import act, find_taro, work

pytestmark = pytest.mark.anyio


@pytest.fixture
def terminal(stage: Stage, tmp_path: Path) -> Iterator[SimulatedTerminal]:
    members = tmp_path / "members.csv"
    members.write_text(terminal_csv(stage.on), encoding="utf-8")
    folders = TerminalFolders.made_in(tmp_path / "terminal")
    with SimulatedTerminal(folders, read_members(members), delay=0.0) as running:
        yield running


@pytest.fixture
def reader(terminal: SimulatedTerminal) -> Iterator[OfficialReader]:
    made = OfficialReader(terminal.folders.face, "1312345678")
    made.start(lambda: None)
    yield made
    made.stop(10)


@pytest.fixture
def sources(reader: OfficialReader) -> Sources:
    return Sources(reader=reader)


async def at_reader(stage: Stage, terminal: SimulatedTerminal, reader: OfficialReader, who: str) -> dict[str, str]:
    """Have a person of another insurer use the reader; return their line of the members file."""
    cells = next(one.member for one in outsiders(stage.on) if one.id == who)
    before = len(reader.results())
    terminal.write_face(":".join(cells[name] for name in ("insurer_number", "symbol", "number", "branch")))
    async with asyncio.timeout(20):
        while len(reader.results()) == before:
            await asyncio.to_thread(reader.troubles)
    return cells


async def until_answered(site: Any) -> Any:
    async with asyncio.timeout(20):
        async for view in site.desk.reception.changes():
            if view.decision is not None:
                return view


async def wait_for_taro(site: Any, staff: httpx.AsyncClient) -> httpx.Response:
    await find_taro(site, staff)
    return await act(staff, "await_result", sequence=site.desk.reception.view.sequence)


async def test_the_results_are_listed_by_name_and_none_is_chosen(
    site: Any, staff: httpx.AsyncClient, terminal: SimulatedTerminal, reader: OfficialReader
) -> None:
    cells = await at_reader(site.stage, terminal, reader, "kyokai-valid")
    answer = await act(staff, "results")
    assert answer.json()["message"] == "結果が1件あります。"
    page = await work(staff)
    assert cells["name"].replace(" ", "\N{IDEOGRAPHIC SPACE}") in page
    assert 'data-act="choose_result" data-choice="0"' in page
    assert site.desk.reception.view.decision is None
    journal = site.journal()
    assert '"detail":"official_reader"' in journal
    assert cells["name"] not in journal


async def test_without_a_result_there_is_nothing_to_choose(site: Any, staff: httpx.AsyncClient) -> None:
    answer = await act(staff, "results")
    assert answer.json()["message"] == "まだ使われていない結果は、ありません。"
    assert "choose_result" not in await work(staff)


async def test_the_chosen_result_is_the_answer_of_the_visit_that_waits(
    site: Any, staff: httpx.AsyncClient, terminal: SimulatedTerminal, reader: OfficialReader
) -> None:
    await wait_for_taro(site, staff)
    await at_reader(site.stage, terminal, reader, "kyokai-valid")
    await act(staff, "results")
    sequence = site.desk.reception.view.sequence
    answer = await act(staff, "choose_result", sequence=sequence, choice=0)
    assert answer.json()["message"] == "この方の結果を使いました。"
    view = await until_answered(site)
    assert (view.level, view.insurer_name) == (Level.OFFICIAL_READER, "模擬健康保険協会")
    assert "choose_result" not in await work(staff)
    assert '"act":"result_chosen"' in site.journal()
    assert reader.results() == ()


async def test_a_result_is_not_put_on_a_screen_that_waits_for_none(
    site: Any, staff: httpx.AsyncClient, terminal: SimulatedTerminal, reader: OfficialReader
) -> None:
    await at_reader(site.stage, terminal, reader, "kyokai-valid")
    await act(staff, "results")
    sequence = site.desk.reception.view.sequence
    answer = await act(staff, "choose_result", sequence=sequence, choice=0)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "nobody_waits")
    assert len(reader.results()) == 1


async def test_a_place_that_the_list_does_not_have_is_refused(site: Any, staff: httpx.AsyncClient) -> None:
    await act(staff, "results")
    answer = await act(staff, "choose_result", sequence=site.desk.reception.view.sequence, choice=3)
    assert answer.json()["error"]["code"] == "nobody_chosen"


async def test_a_person_who_was_looked_up_is_waited_for(site: Any, staff: httpx.AsyncClient) -> None:
    answer = await wait_for_taro(site, staff)
    assert answer.status_code == 200
    view = site.desk.reception.view
    assert (view.screen, view.decision) == (Screen.OFFICIAL_READER, None)
    assert '"act":"result_awaited"' in site.journal()
    assert 'data-act="await_result"' in await work(staff)


async def test_an_old_screen_is_not_the_one_that_staff_saw(site: Any, staff: httpx.AsyncClient) -> None:
    await find_taro(site, staff)
    old = site.desk.reception.view.sequence
    await wait_for_taro(site, staff)
    for action, more in (("await_result", {}), ("choose_result", {"choice": 0})):
        answer = await act(staff, action, sequence=old, **more)
        assert answer.json()["error"]["code"] == "screen_changed"


async def test_the_buttons_are_there_beside_a_reader(site: Any, staff: httpx.AsyncClient) -> None:
    page = (await staff.get("/")).text
    assert 'data-act="results"' in page
    await find_taro(site, staff)
    assert 'data-act="await_result"' in await work(staff)
