"""A service that is killed after ORCA has registered, and before it has heard so: nobody is received twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import tokyo_day
from kiosk.identity import load_site_key
from kiosk.results import EndedVisit, FinishedVisits, NamedMember
from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from simulators.orca import OrcaScenario, SimulatedOrca
from simulators.people import members_csv
from simulators.terminal import InsuredPerson, read_members

Serve = Callable[..., Any]
LIMIT = 60.0


@pytest.fixture
def everybody(tmp_path: Path) -> list[InsuredPerson]:
    path = tmp_path / "members.csv"
    path.write_text(members_csv(tokyo_day(datetime.now(UTC))), "utf-8")
    return read_members(path)


def clinic(folder: Path, url: str) -> Stage:
    """Return a clinic's kiosk that registers receptions in an ORCA at this address."""
    (folder / "password").write_text("ormaster\n")
    keys: dict[str, object] = {
        "orca.url": url,
        "orca.user": "ormaster",
        "orca.password_file": str(folder / "password"),
        "orca.department": "01",
        "orca.physician": "10001",
        "orca.register_receptions": True,
    }
    return set_stage(folder / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}", **keys)


def end_a_visit(stage: Stage, person: InsuredPerson) -> None:
    """Write the finished visit of a member, as a service leaves it that ends before ORCA was asked."""
    day, data_dir = timedelta(hours=24), stage.settings.data_dir
    results = FinishedVisits(data_dir, api_keep=day, keep=day, now=lambda: datetime.now(UTC))
    results.cursor("orca")
    results.begin(load_site_key(stage.settings.site_key_path))
    numbers = (person.insurer_number, person.symbol, person.number, person.branch)
    who = NamedMember(*numbers, person.name, person.kana, person.birth_date, person.sex)
    results.add(EndedVisit("v-1", datetime.now(UTC), 1, b'{"decision": {"usable": "yes"}}', who))
    results.stop(LIMIT)


def wait_for(path: Path, text: str) -> None:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        if path.exists() and text in path.read_text("utf-8"):
            return
        time.sleep(0.05)
    pytest.fail(f"{path} never had {text}")


def test_nobody_is_received_twice(tmp_path: Path, serve: Serve, everybody: list[InsuredPerson]) -> None:
    orca = SimulatedOrca(everybody, user="ormaster", password="ormaster", scenario=OrcaScenario.LOST_ANSWER)
    with orca:
        stage = clinic(tmp_path, orca.url)
        end_a_visit(stage, everybody[0])
        first = serve(stage)
        assert orca.wait_until_registered(1, LIMIT)
        first.process.kill()
        first.process.wait(LIMIT)
        outcomes = stage.settings.data_dir / "orca-outcomes.json"
        orca.scenario = None
        serve(stage)
        wait_for(outcomes, '"already"')
        assert len(orca.receptions) == 1
