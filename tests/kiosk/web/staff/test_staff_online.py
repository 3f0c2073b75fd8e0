"""The desk asks the 資格確認端末: about people of whom no register knows, and beside the register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.eligibility.sources import Sources
from kiosk.eligibility.terminal import Exchange, FactsNote, Folders, Terminal
from kiosk.failures import FAILURES, Code
from kiosk.reception import Screen
from kiosk.web.staff.texts import ONLINE_NOTES
from simulators.demo import Stage
from simulators.people import terminal_csv
from simulators.people.elsewhere import outsiders
from simulators.terminal import Scenario, SimulatedTerminal, TerminalFolders, read_members
from tests.kiosk.web.staff.desk_work import MY_NUMBER, act, find_taro, work

pytestmark = pytest.mark.anyio
LIMIT = 3.0


@pytest.fixture
def terminal(stage: Stage, tmp_path: Path) -> Iterator[SimulatedTerminal]:
    members = tmp_path / "members.csv"
    members.write_text(terminal_csv(stage.on), encoding="utf-8")
    folders = TerminalFolders.made_in(tmp_path / "terminal")
    with SimulatedTerminal(folders, read_members(members), delay=0.0) as running:
        yield running


@pytest.fixture
def sources(terminal: SimulatedTerminal) -> Iterator[Sources]:
    with closing(Exchange(Folders(terminal.folders.req, terminal.folders.res), LIMIT)) as exchange:
        yield Sources(terminal=Terminal(exchange, "1312345678"), limit=LIMIT)


def paper_of(site: Any, who: str) -> dict[str, str]:
    member = next(one.member for one in outsiders(site.stage.on) if one.id == who)
    return {name: member[name] for name in ("insurer_number", "symbol", "number", "branch", "birth_date")}


def name_of(site: Any, who: str) -> str:
    name: str = next(one.member["name"] for one in outsiders(site.stage.on) if one.id == who)
    return name.replace(" ", "\N{IDEOGRAPHIC SPACE}")


async def ask(site: Any, staff: httpx.AsyncClient, who: str = "kyokai-valid", **typed: str) -> httpx.Response:
    return await act(staff, "ask_terminal", **{**paper_of(site, who), **typed})


async def test_a_person_of_another_insurer_is_found_by_what_a_paper_says(site: Any, staff: httpx.AsyncClient) -> None:
    answer = await ask(site, staff)
    assert answer.json()["message"] == "資格確認端末で確認しました。"
    page = await work(staff)
    assert name_of(site, "kyokai-valid") in page
    assert "模擬健康保険協会" in page
    assert "登録簿にはない方です。" in page
    assert 'data-act="bind"' not in page
    journal = site.journal()
    assert '"detail":"terminal"' in journal
    assert name_of(site, "kyokai-valid") not in journal


async def test_the_answer_can_be_put_on_the_visitors_screen(site: Any, staff: httpx.AsyncClient) -> None:
    await ask(site, staff)
    view = site.desk.reception.view
    answer = await act(staff, "show", sequence=view.sequence, seen="drivers_licence", identified=True)
    assert answer.status_code == 200
    shown = site.desk.reception.view
    assert shown.looked_up
    assert shown.insurer_name == "模擬健康保険協会"
    assert shown.source is not None
    assert (shown.source.source, shown.source.agrees) == ("terminal", None)
    assert shown.decision is not None
    assert (shown.decision.issue, shown.decision.file) == (None, ())


async def test_a_paper_that_staff_saw_counts(site: Any, staff: httpx.AsyncClient) -> None:
    await ask(site, staff)
    days = {"confirmation_from": "R8.4.1", "confirmation_until": "R10.3.31"}
    await act(staff, "ask", confirmation_here=True, **days)
    assert "「資格確認書」を、受付でお見せください" in await work(staff)


@pytest.mark.parametrize(("agreed", "asked_for"), [(False, True), (True, False)])
async def test_who_agreed_orally_to_the_限度額_need_not_bring_its_certificate(
    site: Any, staff: httpx.AsyncClient, agreed: bool, asked_for: bool
) -> None:
    await act(staff, "ask_terminal", **paper_of(site, "kumiai-limit"), limit_consent=agreed)
    days = {"confirmation_from": "R8.4.1", "confirmation_until": "R10.3.31"}
    await act(staff, "ask", confirmation_here=True, needs=["high_cost"], **days)
    assert ("限度額適用認定証も、いっしょに" in await work(staff)) is asked_for
    assert "consent" not in site.journal()


async def test_who_has_lost_the_insurance_reads_of_that_insurer(site: Any, staff: httpx.AsyncClient) -> None:
    await ask(site, staff, "city-lost")
    assert "模擬市の資格は、もう終わっています。" in await work(staff)


async def test_staff_read_that_there_is_a_newer_資格_beside_the_old_result(site: Any, staff: httpx.AsyncClient) -> None:
    await ask(site, staff, "city-moved")
    assert ONLINE_NOTES[FactsNote.OLD_QUALIFICATION] in await work(staff)
    await ask(site, staff)
    assert ONLINE_NOTES[FactsNote.OLD_QUALIFICATION] not in await work(staff)


async def test_without_a_顔認証付きカードリーダー_its_results_are_not_offered(
    site: Any, staff: httpx.AsyncClient
) -> None:
    await find_taro(site, staff)
    assert 'data-act="results"' not in (await staff.get("/")).text
    assert "await_result" not in await work(staff)


def test_every_note_on_an_answer_has_a_text() -> None:
    assert set(ONLINE_NOTES) == set(FactsNote)


@pytest.mark.parametrize(
    ("scenario", "code"), [(Scenario.NONE, "N-16"), (Scenario.SEVERAL, "N-17"), (Scenario.ERROR, "N-13")]
)
async def test_without_an_answer_there_is_nobody_on_the_page(
    site: Any, staff: httpx.AsyncClient, terminal: SimulatedTerminal, scenario: Scenario, code: str
) -> None:
    terminal.scenario = scenario
    answer = await ask(site, staff)
    assert answer.status_code == 409
    message = answer.json()["error"]["message"]
    assert f"{FAILURES[Code(code)].why.removesuffix('。')}（{code}" in message
    assert ("SIM-E900" in message) is (scenario is Scenario.ERROR)
    assert name_of(site, "kyokai-valid") not in await work(staff)


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("insurer_number", "12345", "insurer_number"),
        ("number", "", "number"),
        ("branch", "a1", "branch"),
        ("branch", "1", "branch"),
        ("birth_date", "1.2.3", "birth_date_with_era"),
        ("birth_date", "いつか", "birth_date"),
        ("number", MY_NUMBER, "my_number"),
        ("insurer_number", MY_NUMBER, "my_number"),
        ("branch", MY_NUMBER, "my_number"),
    ],
)
async def test_what_no_paper_says_is_asked_of_nobody(
    site: Any, staff: httpx.AsyncClient, terminal: SimulatedTerminal, field: str, typed: str, code: str
) -> None:
    answer = await ask(site, staff, **{field: typed})
    assert answer.json()["error"]["code"] == code
    assert typed == "" or typed not in answer.text
    assert not terminal.taken


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("kyokai-valid", {"資格": "有効"}),
        ("city-lost", {"資格": "無効"}),
        ("city-moved", {"資格": "無効（新しい資格あり）"}),
        ("kouki-two", {"資格": "有効", "負担割合": "20%"}),
        ("kyokai-preschool", {"資格": "有効", "未就学": "該当"}),
    ],
)
async def test_staff_read_whether_and_under_which_terms_the_person_is_insured(
    site: Any, staff: httpx.AsyncClient, who: str, said: dict[str, str]
) -> None:
    await ask(site, staff, who)
    page = await work(staff)
    for name, value in said.items():
        assert f'<span class="nb">{name} <b>{value}</b></span>' in page


async def test_staff_read_what_the_terminal_writes_beside_a_normal_answer(
    site: Any, staff: httpx.AsyncClient, terminal: SimulatedTerminal
) -> None:
    await ask(site, staff)
    assert "端末からのメッセージ" not in await work(staff)
    terminal.scenario = Scenario.NOTICE
    await ask(site, staff)
    assert "端末からのメッセージ　SIM-N001" in await work(staff)


async def test_who_has_no_記号_has_no_empty_place_for_it(site: Any, staff: httpx.AsyncClient) -> None:
    await ask(site, staff, "kouki-two")
    page = await work(staff)
    assert "ハリマヤ キヨシ　番号 23456789　" in page


async def test_no_paper_of_ours_is_made_for_them(site: Any, staff: httpx.AsyncClient) -> None:
    await ask(site, staff)
    for paper in ("notice", "confirmation"):
        answer = await act(staff, "print", paper=paper)
        assert answer.json()["error"]["code"] == "not_our_paper"


async def test_no_card_is_bound_to_them(site: Any, staff: httpx.AsyncClient) -> None:
    await ask(site, staff)
    answer = await act(staff, "unbind")
    assert answer.json()["error"]["code"] == "not_in_register"


@pytest.mark.both_databases
async def test_a_member_is_confirmed_beside_the_register(
    site: Any, staff: httpx.AsyncClient, terminal: SimulatedTerminal
) -> None:
    await find_taro(site, staff)
    assert "資格確認端末で確かめる" in await work(staff)
    assert not terminal.taken
    await act(staff, "confirm_online")
    page = await work(staff)
    assert "登録簿と同じです。" in page
    assert "ちがう項目" not in page


async def test_staff_read_field_by_field_what_differs(
    site: Any, staff: httpx.AsyncClient, terminal: SimulatedTerminal
) -> None:
    terminal.scenario = Scenario.INVALID
    await find_taro(site, staff)
    await act(staff, "confirm_online")
    page = await work(staff)
    assert re.search(r'<th scope="row">資格喪失年月日</th><td>なし</td><td>.*令和\d+年\d+月\d+日</label></td>', page)
    assert "この組合の保険は、もう終わっています。" in page
    assert site.desk.reception.view.screen is not Screen.RESULT_NONE


@pytest.mark.both_databases
async def test_staff_take_over_what_is_right(site: Any, staff: httpx.AsyncClient, terminal: SimulatedTerminal) -> None:
    terminal.scenario = Scenario.INVALID
    await find_taro(site, staff)
    await act(staff, "confirm_online")
    answer = await act(staff, "take_over", fields=["lost_on"])
    assert answer.json()["message"] == "登録簿に取り込みました。"
    page = await work(staff)
    assert "登録簿と同じです。" in page
    assert "資格喪失 令和" in page
    journal = site.journal()
    assert '"act":"taken_over"' in journal
    assert '"detail":"lost_on"' in journal
    await find_taro(site, staff)
    assert "資格喪失 令和" in await work(staff)
    terminal.scenario = None
    await act(staff, "confirm_online")
    await act(staff, "take_over", fields=["lost_on"])
    assert "資格喪失 令和" not in await work(staff)


@pytest.mark.parametrize(("fields", "code"), [(["name"], "not_taken_over"), (["number"], "not_taken_over")])
async def test_what_does_not_differ_is_not_taken_over(
    site: Any, staff: httpx.AsyncClient, fields: list[str], code: str
) -> None:
    await find_taro(site, staff)
    await act(staff, "confirm_online")
    answer = await act(staff, "take_over", fields=fields)
    assert answer.json()["error"]["code"] == code


async def test_nothing_is_taken_over_that_nobody_has_confirmed(site: Any, staff: httpx.AsyncClient) -> None:
    await find_taro(site, staff)
    answer = await act(staff, "take_over", fields=["lost_on"])
    assert answer.json()["error"]["code"] == "not_in_register"
