"""A whole kiosk beside a simulated ORCA: a card, a 暗証番号, a reception; and an ORCA that is away meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk import tokyo_day
from simulators.demo import RunningKiosk, Stage, set_stage
from simulators.demo.command import free_port
from simulators.demo.visiting import make_visit
from simulators.orca import OrcaScenario, SimulatedOrca
from simulators.people import Persona, members_csv
from simulators.readers import plugin
from simulators.terminal import InsuredPerson, read_members
from tests.kiosk.health import healthz

LIMIT = 60.0
WORKS = "card-works"
Clinic = Callable[..., Stage]


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Makes a clinic's kiosk that registers receptions in an ORCA at this address."""

    def make(url: str, **keys: object) -> Stage:
        (tmp_path / "orca-password").write_text("ormaster\n")
        orca: dict[str, object] = {
            "orca.url": url,
            "orca.user": "ormaster",
            "orca.password_file": str(tmp_path / "orca-password"),
            "orca.department": "01",
            "orca.physician": "10001",
            "orca.register_receptions": True,
            "visit.farewell": 0.1,
        }
        listen = f"127.0.0.1:{free_port()}"
        return set_stage(tmp_path / "stage", datetime.now(UTC), listen=listen, **(orca | keys))

    return make


@pytest.fixture
def everybody(tmp_path: Path) -> list[InsuredPerson]:
    """The members of the stage's register, as patients."""
    path = tmp_path / "members.csv"
    path.write_text(members_csv(tokyo_day(datetime.now(UTC))), "utf-8")
    return read_members(path)


def simulated(everybody: list[InsuredPerson], **options: Any) -> SimulatedOrca:
    return SimulatedOrca(everybody, user="ormaster", password="ormaster", **options)


def patient_of(persona: Persona, everybody: list[InsuredPerson]) -> str:
    assert persona.member is not None
    numbers = [persona.member[part] for part in ("insurer_number", "symbol", "number", "branch")]
    return f"{[one.key for one in everybody].index(':'.join(numbers)) + 1:05}"


def test_a_confirmed_visit_becomes_one_reception(clinic: Clinic, everybody: list[InsuredPerson]) -> None:
    with simulated(everybody) as orca:
        stage = clinic(orca.url)
        with RunningKiosk(stage, plugin.readers) as kiosk:
            healthz(kiosk, lambda said: said["status"] == "ok" and len(orca.calls) >= 2)
            make_visit(kiosk, WORKS, "1234")
            assert orca.wait_until_registered(1, LIMIT)
            make_visit(kiosk, WORKS, "1234")
            listed = "/api01rv2/acceptlstv2?class=03"
            deadline = time.monotonic() + LIMIT
            while list(orca.calls).count(listed) < 2 and time.monotonic() < deadline:
                time.sleep(0.05)
            assert list(orca.calls).count(listed) == 2
        (reception,) = orca.receptions
        assert reception.patient_id == patient_of(kiosk.persona(WORKS), everybody)
        assert (reception.department, reception.physician) == ("01", "10001")


def test_an_orca_that_is_away_is_a_trouble_and_gets_the_visit_when_it_is_back(
    clinic: Clinic, everybody: list[InsuredPerson]
) -> None:
    with simulated(everybody) as orca:
        port = int(orca.url.rpartition(":")[2])
    stage = clinic(f"http://127.0.0.1:{port}")
    with RunningKiosk(stage, plugin.readers) as kiosk:
        healthz(kiosk, lambda said: "N-25" in said["troubles"])
        make_visit(kiosk, WORKS, "1234")
        said = healthz(kiosk, lambda said: "waiting: 1" in " ".join(said["details"]))
        assert said["status"] == "ok", "visits go on"
        (line,) = [line for line in said["details"] if line.startswith("N-25")]
        assert "no answer: ConnectError; waiting: 1, the oldest of " in line
        with simulated(everybody, port=port) as orca:
            assert orca.wait_until_registered(1, LIMIT)
            healthz(kiosk, lambda said: "N-25" not in said["troubles"])


def test_a_wrong_password_is_its_own_trouble_before_anybody_comes(
    clinic: Clinic, everybody: list[InsuredPerson], tmp_path: Path
) -> None:
    with simulated(everybody) as orca:
        stage = clinic(orca.url)
        (tmp_path / "orca-password").write_text("wrong\n")
        with RunningKiosk(stage, plugin.readers) as kiosk:
            said = healthz(kiosk, lambda said: "N-26" in said["troubles"])
            assert said["status"] == "ok" and "wrong" not in " ".join(said["details"])


def test_nothing_of_the_person_is_in_the_log_or_in_a_file_of_the_connector(
    clinic: Clinic, everybody: list[InsuredPerson], capfd: pytest.CaptureFixture[str]
) -> None:
    with simulated(everybody, scenario=OrcaScenario.TWO) as orca:
        stage = clinic(orca.url)
        outcomes = stage.settings.data_dir / "orca-outcomes.json"
        with RunningKiosk(stage, plugin.readers) as kiosk:
            make_visit(kiosk, WORKS, "1234")
            healthz(kiosk, lambda said: outcomes.exists() and '"several"' in outcomes.read_text("utf-8"))
            person = kiosk.persona(WORKS).member
    assert person is not None
    said = "".join(capfd.readouterr()) + outcomes.read_text("utf-8")
    private = [*person["name"].split(), *person["kana"].split(), person["birth_date"], person["number"]]
    assert [part for part in private if part in said] == []
    assert not orca.receptions
