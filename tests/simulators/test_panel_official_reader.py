"""The page on which invented people use the simulated 顔認証付きカードリーダー."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from simulators.panel.official_reader import official_reader_router
from simulators.people import outsiders, people, terminal_csv
from simulators.terminal import SimulatedTerminal, TerminalFolders, read_members

pytestmark = pytest.mark.anyio
NOW = datetime.now(UTC)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[SimulatedTerminal]:
    members = tmp_path / "members.csv"
    members.write_text(terminal_csv(NOW.date()), encoding="utf-8")
    folders = TerminalFolders.made_in(tmp_path / "terminal")
    with SimulatedTerminal(folders, read_members(members), delay=0) as running:
        yield running


@pytest.fixture
async def client(terminal: SimulatedTerminal) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False})
    app.include_router(official_reader_router(terminal, lambda: NOW), prefix="/simulation")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as made:
        yield made


def written(terminal: SimulatedTerminal, name: str) -> str:
    return (terminal.folders.face / name).read_text("cp932")


async def test_everybody_with_a_card_here_or_elsewhere_may_use_it(
    client: httpx.AsyncClient, terminal: SimulatedTerminal
) -> None:
    offered = [one["id"] for one in (await client.get("/simulation/official-reader/people")).json()["people"]]
    assert set(offered) > {one.id for one in outsiders(NOW.date())}
    assert "card-works" in offered
    for person in offered:
        assert (await client.post("/simulation/official-reader", json={"person": person})).status_code == 200
    assert len(list(terminal.folders.face.iterdir())) == len(offered)


async def test_the_result_is_the_persons_with_their_consents(
    client: httpx.AsyncClient, terminal: SimulatedTerminal
) -> None:
    name = (await client.post("/simulation/official-reader", json={"person": "card-works"})).json()["face_file"]
    here = next(one.member for one in people(NOW.date()) if one.id == "card-works")
    assert here is not None
    assert here["number"] in written(terminal, name)
    assert "<PharmacistsInfoConsFlg>1</PharmacistsInfoConsFlg>" in written(terminal, name)
    refused = await client.post("/simulation/official-reader", json={"person": "card-works", "consent": False})
    assert "<PharmacistsInfoConsFlg>0</PharmacistsInfoConsFlg>" in written(terminal, refused.json()["face_file"])


async def test_a_wrong_face_is_somebody_elses(client: httpx.AsyncClient, terminal: SimulatedTerminal) -> None:
    wanted = {"person": "card-works", "trouble": "wrong_face"}
    name = (await client.post("/simulation/official-reader", json=wanted)).json()["face_file"]
    here = next(one.member for one in people(NOW.date()) if one.id == "card-works")
    assert here is not None
    assert here["number"] not in written(terminal, name)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"person": "nobody"}, 404), ({"person": "../x"}, 422), ({"person": "card-works", "trouble": "silent"}, 422)],
)
async def test_what_it_does_not_know_is_refused(client: httpx.AsyncClient, body: dict[str, str], status: int) -> None:
    assert (await client.post("/simulation/official-reader", json=body)).status_code == status


async def test_the_page_and_its_script_are_served(client: httpx.AsyncClient) -> None:
    assert "模擬の顔認証付きカードリーダー" in (await client.get("/simulation/official-reader")).text
    assert (await client.get("/simulation/panel/official_reader.js")).status_code == 200
