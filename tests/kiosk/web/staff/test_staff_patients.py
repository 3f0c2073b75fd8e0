"""The staff page ties a card to this clinic's patient number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.eligibility.sources import Sources
from kiosk.eligibility.terminal import Exchange, Folders, Terminal
from simulators.demo import Stage
from simulators.people import terminal_csv
from simulators.terminal import SimulatedTerminal, TerminalFolders, read_members
from tests.kiosk.web.staff.desk_work import MY_NUMBER, act, find_taro, work
from tests.kiosk.web.staff.test_staff_online import ask

pytestmark = pytest.mark.anyio
KNOWN = {"seen": "drivers_licence", "identified": True}


@pytest.fixture
def sources(stage: Stage, tmp_path: Path) -> Iterator[Sources]:
    members = tmp_path / "members.csv"
    members.write_text(terminal_csv(stage.on), encoding="utf-8")
    folders = TerminalFolders.made_in(tmp_path / "terminal")
    with (
        SimulatedTerminal(folders, read_members(members), delay=0.0),
        closing(Exchange(Folders(folders.req, folders.res), 3.0)) as exchange,
    ):
        yield Sources(terminal=Terminal(exchange, "1312345678"), limit=3.0, patient_folder=tmp_path)


async def tie(site: Any, staff: httpx.AsyncClient, reference: str) -> httpx.Response:
    return await act(staff, "tie_patient", sequence=site.desk.reception.view.sequence, reference=reference, **KNOWN)


async def test_the_page_offers_it_for_people_of_whom_no_register_knows(site: Any, staff: httpx.AsyncClient) -> None:
    await ask(site, staff)
    page = await work(staff)
    assert 'data-act="tie_patient"' in page and 'name="reference"' in page
    assert 'data-act="untie_patient"' not in page
    await find_taro(site, staff)
    assert 'data-act="tie_patient"' not in await work(staff)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "reference"),
        ("  ", "reference"),
        ("x" * 51, "reference"),
        ("P\u20281", "reference"),
        (MY_NUMBER, "my_number"),
    ],
)
async def test_a_patient_number_is_checked_where_it_is_typed(
    site: Any, staff: httpx.AsyncClient, typed: str, code: str
) -> None:
    await ask(site, staff)
    answer = await tie(site, staff, typed)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


async def test_without_a_card_on_the_reader_nothing_is_tied(site: Any, staff: httpx.AsyncClient) -> None:
    await ask(site, staff)
    answer = await tie(site, staff, "P-00042")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no_card_to_bind")
    untied = await act(staff, "untie_patient")
    assert (untied.status_code, untied.json()["error"]["code"]) == (409, "nothing_tied")
