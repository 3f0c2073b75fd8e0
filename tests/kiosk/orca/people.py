"""The invented person of these tests, as the kiosk and as ORCA have them, and a simulated ORCA that has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kiosk import TOKYO
from kiosk.orca import Arrival, Orca, OrcaAddress, OrcaClient, Place
from kiosk.orca.model import CoverPeriod, Insurance, OrcaPatient
from simulators.orca import OrcaScenario, SimulatedOrca
from simulators.terminal import InsuredPerson

NOW = datetime(2026, 11, 30, 10, 20, 30, tzinfo=TOKYO)
TODAY = NOW.date()
BORN = date(1985, 8, 22)
PASSWORD = "ひみつ-1"
GOLDEN = Path(__file__).parent / "golden"

HANAKO = Arrival(
    visit="v-1",
    at=NOW,
    name="模擬 花子",
    kana="ﾓｷﾞ ﾊﾅｺ",
    birth_date=BORN,
    insurer_number="133033",
    symbol="71-0001",
    number="000101",
    branch="00",
)

INSURANCE = Insurance(
    insurance_class="060",
    insurance_name="国保",
    insurer_number="133033",
    symbol="７１－０００１",
    number="０００１０１",
    branch="00",
    validity=CoverPeriod(date(2023, 11, 30)),
)

PATIENT = OrcaPatient("00012", "模擬　花子", "モギ　ハナコ", BORN, (INSURANCE,))


def insured(**changes: Any) -> InsuredPerson:
    """Hanako as a members file has her."""
    person = InsuredPerson(
        insurer_number="133033",
        symbol="71-0001",
        number="000101",
        branch="00",
        birth_date=BORN,
        acquired_on=date(2023, 11, 30),
        name="模擬 花子",
        kana="モギ ハナコ",
        sex="female",
        relationship="self",
        household_head="模擬 花子",
    )
    return replace(person, **changes)


TARO = insured(name="模擬 太郎", kana="モギ タロウ", sex="male", branch="01", relationship="family")


def simulated(scenario: OrcaScenario | None = None, **options: Any) -> SimulatedOrca:
    """Return a simulated ORCA with Hanako and somebody else of her household, at the time of these tests."""
    people = options.pop("people", [insured(), replace(TARO, birth_date=date(2010, 1, 2))])
    given = {"user": "ormaster", "password": PASSWORD, "clock": lambda: NOW, "scenario": scenario} | options
    return SimulatedOrca(people, **given)


def address_of(orca: SimulatedOrca, folder: Path, **changes: Any) -> OrcaAddress:
    """Return where that ORCA is, with the right password."""
    (folder / "password").write_text(f"{PASSWORD}\n", "utf-8")
    return OrcaAddress(**{"url": orca.url, "user": "ormaster", "password_file": folder / "password"} | changes)


def client_of(orca: SimulatedOrca, folder: Path, **changes: Any) -> OrcaClient:
    return OrcaClient(address_of(orca, folder, **changes))


def connected(
    orca: SimulatedOrca, folder: Path, *, register: bool = True, place: Place | None = None, **changes: Any
) -> Orca:
    """Return the kiosk's side of that ORCA."""
    client = client_of(orca, folder, **changes)
    return Orca(client, place or Place("01", "10001", "01"), register=register, now=lambda: NOW)
