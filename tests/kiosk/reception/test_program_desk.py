"""Programs that ask about people: by the register or by the 資格確認端末, every look in the journal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from kiosk.audit import Journal, journal_path
from kiosk.decision import Document, Reason
from kiosk.eligibility import KeyQuery, Registry
from kiosk.eligibility.sources import EligibilitySource, Sources
from kiosk.failures import Code
from kiosk.identity import load_site_key
from kiosk.reception import BirthDateNeeded, EligibilityService, NotDeterminable, ProgramDesk, TooManyQuestions
from kiosk.reception import program_desk as module
from kiosk.results import NamedMember
from simulators.demo import Stage
from simulators.people import persona, terminal_csv
from simulators.terminal import Scenario, SimulatedTerminal, TerminalFolders, read_members
from tests.kiosk.reception.test_online_visit import sources_of

pytestmark = pytest.mark.anyio
ACT, TOKEN = "fhir.eligibility", "receipt-computer"


@dataclass
class Programs:
    """The desk of programs, its service, and the journal behind them."""

    desk: ProgramDesk
    service: EligibilityService
    journal: Path

    async def ask(self, query: KeyQuery, on: date | None = None) -> Any:
        return await self.desk.eligibility(query, on, ACT, TOKEN)

    def entries(self) -> list[dict[str, Any]]:
        lines = map(json.loads, self.journal.read_text("utf-8").splitlines())
        return [line for line in lines if line["kind"] == "program"]


@contextmanager
def programs(stage: Stage, folder: Path, sources: Sources | None = None) -> Iterator[Programs]:
    key, path = load_site_key(stage.settings.site_key_path), journal_path(folder, "t")
    with Registry.open(stage.settings.database) as registry, Journal.open(path, "t", key, now=stage.now) as journal:
        service = EligibilityService(registry, journal, key, lambda: datetime.now(UTC), sources=sources)
        yield Programs(ProgramDesk(service), service, path)


@contextmanager
def online(stage: Stage, folder: Path, *, registry: bool = True, limit: float = 15.0) -> Iterator[tuple[Programs, Any]]:
    members = folder / "members.csv"
    members.write_text(terminal_csv(stage.on), encoding="utf-8")
    folders = TerminalFolders.made_in(folder / "terminal")
    with (
        SimulatedTerminal(folders, read_members(members)) as terminal,
        sources_of(folders, limit, registry=registry) as sources,
        programs(stage, folder, sources) as here,
    ):
        yield here, terminal


def key(stage: Stage, who: str, *, born: bool = False) -> KeyQuery:
    cells = persona(who, stage.on).member
    assert cells is not None
    names = ("insurer_number", "symbol", "number", "branch")
    insurer, symbol, number, branch = (cells[name] for name in names)
    return KeyQuery.of(insurer, symbol, number, branch, date.fromisoformat(cells["birth_date"]) if born else None)


PERSON = NamedMember("133033", "71-0001", "000101", "00", "模擬 花子", "モギ ハナコ", date(1980, 4, 1), "female")
NOBODY = KeyQuery.of("133033", "71-9999", "999999", "00")


async def test_the_register_answers(stage: Stage, tmp_path: Path) -> None:
    with programs(stage, tmp_path) as here:
        found = await here.ask(key(stage, "card-works"))
        assert found.in_force is True
        assert found.decision.applies is Document.CARD
        assert found.source.source is EligibilitySource.REGISTRY
        (entry,) = here.entries()
        assert (entry["token"], entry["act"], entry["source"]) == (TOKEN, ACT, "registry")
        assert (entry["applies"], entry["usable"], entry["failure"]) == ("card", "yes", None)
        assert entry["member"] == here.service.journal.reference(str(found.member.id))


async def test_nobody_is_an_answer_and_an_entry(stage: Stage, tmp_path: Path) -> None:
    with programs(stage, tmp_path) as here:
        found = await here.ask(NOBODY)
        assert (found.member, found.in_force, found.failure) == (None, None, None)
        assert await here.desk.coverage(NOBODY, "fhir.coverage", TOKEN) == []
        assert [(one["act"], one["member"], one["failure"]) for one in here.entries()] == [
            (ACT, None, "N-01"),
            ("fhir.coverage", None, "N-01"),
        ]


async def test_who_reads_of_the_person_of_a_visit_is_journaled(stage: Stage, tmp_path: Path) -> None:
    with programs(stage, tmp_path) as here:
        await here.desk.visit(PERSON, "visit", TOKEN)
        (entry,) = here.entries()
        assert (entry["token"], entry["act"], entry["failure"]) == (TOKEN, "visit", None)
        assert entry["member"] == here.service.journal.reference("133033:71-0001:000101:00")
        here.journal.unlink()
        with pytest.raises(NotDeterminable) as refused:
            await here.desk.visit(PERSON, "visit", TOKEN)
        assert refused.value.failure.code is Code.JOURNAL_DOWN


async def test_a_coverage_is_journaled(stage: Stage, tmp_path: Path) -> None:
    with programs(stage, tmp_path) as here:
        (member,) = await here.desk.coverage(key(stage, "card-works"), "fhir.coverage", TOKEN)
        (entry,) = here.entries()
        assert entry["member"] == here.service.journal.reference(str(member.id))
        assert entry["failure"] is None


async def test_another_day_can_be_asked_about(stage: Stage, tmp_path: Path) -> None:
    with programs(stage, tmp_path) as here:
        member = here.service.registry.find_by_key(key(stage, "card-works"))[0]
        before = await here.ask(key(stage, "card-works"), member.acquired_on - timedelta(days=1))
        assert before.in_force is False
        assert before.decision.reasons == (Reason.NOT_YET_INSURED,)
        unborn = await here.ask(key(stage, "card-works"), member.birth_date - timedelta(days=1))
        assert unborn.failure.code is Code.NO_FACTS


async def test_the_last_insured_day(stage: Stage, tmp_path: Path) -> None:
    with programs(stage, tmp_path) as here:
        ended = await here.ask(key(stage, "withheld-ended"))
        assert ended.in_force is False
        assert ended.insured_until == ended.member.lost_on - timedelta(days=1)
        works = await here.ask(key(stage, "card-works"))
        assert works.insured_until is not None
        assert works.insured_until.year == works.member.birth_date.year + 75
        assert works.insured_until + timedelta(days=1) == works.member.birth_date.replace(year=works.insured_until.year)


async def test_of_a_person_whose_data_are_withheld_nothing_is_said(stage: Stage, tmp_path: Path) -> None:
    with programs(stage, tmp_path) as here:
        found = await here.ask(key(stage, "withheld"))
        assert Reason.INFORMATION_WITHHELD not in found.decision.reasons
        assert Reason.NOT_REGISTERED in found.decision.reasons
        assert "withheld" not in json.dumps(here.entries())


async def test_the_資格確認端末_confirms(stage: Stage, tmp_path: Path) -> None:
    with online(stage, tmp_path) as (here, terminal):
        found = await here.ask(key(stage, "card-works"))
        assert (found.in_force, found.source.source) == (True, EligibilitySource.TERMINAL)
        terminal.scenario = Scenario.INVALID
        left = await here.ask(key(stage, "card-works"))
        assert (left.in_force, left.newer) == (False, False)
        assert left.member.lost_on is not None, "as the 資格確認端末 has it: the register knows of no loss"
        terminal.scenario = Scenario.NEW_QUALIFICATION
        newer = await here.ask(key(stage, "card-works"))
        assert (newer.in_force, newer.newer) == (False, True)
        assert [one["source"] for one in here.entries()] == 3 * ["terminal"]


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        (Scenario.SILENT, Code.TERMINAL_SILENT),
        (Scenario.BROKEN, Code.ANSWER_UNREADABLE),
        (Scenario.ERROR, Code.TERMINAL_REFUSED),
        (Scenario.NONE, Code.NOT_FOUND_ONLINE),
        (Scenario.SEVERAL, Code.SEVERAL_FOUND_ONLINE),
    ],
)
async def test_an_outage_leaves_what_the_register_has(
    stage: Stage, tmp_path: Path, scenario: Scenario, code: Code
) -> None:
    with online(stage, tmp_path, limit=0.5 if scenario is Scenario.SILENT else 15.0) as (here, terminal):
        terminal.scenario = scenario
        found = await here.ask(key(stage, "card-works"))
        assert (found.failure.code, found.in_force, found.decision) == (code, None, None)
        assert found.member is not None
        assert here.entries()[0]["failure"] == code.value


async def test_a_member_of_another_insurer_is_asked_for_with_a_birthday(stage: Stage, tmp_path: Path) -> None:
    with online(stage, tmp_path, registry=False) as (here, _):
        with pytest.raises(BirthDateNeeded):
            await here.ask(key(stage, "card-works"))
        with pytest.raises(BirthDateNeeded):
            await here.desk.coverage(key(stage, "card-works"), "fhir.coverage", TOKEN)
        assert here.entries() == []
        found = await here.ask(key(stage, "card-works", born=True))
        assert (found.in_force, found.source.source) == (True, EligibilitySource.TERMINAL)
        assert found.member.name
        (entry,) = here.entries()
        assert entry["member"] is not None


async def test_a_day_before_the_birthday_is_not_asked_about(stage: Stage, tmp_path: Path) -> None:
    with online(stage, tmp_path) as (here, terminal):
        member = here.service.registry.find_by_key(key(stage, "card-works"))[0]
        found = await here.ask(key(stage, "card-works"), member.birth_date - timedelta(days=1))
        assert found.failure.code is Code.NO_FACTS
        assert list(terminal.folders.res.iterdir()) == []
        await here.ask(key(stage, "card-works"))
        assert list(terminal.folders.res.iterdir()) != [], "where a question leaves its answer"


async def test_nobody_knows_somebody_whom_neither_has(stage: Stage, tmp_path: Path) -> None:
    with online(stage, tmp_path) as (here, _):
        found = await here.ask(replace(NOBODY, birth_date=date(1980, 1, 1)))
        assert (found.member, found.failure.code) == (None, Code.NOT_FOUND_ONLINE)
        assert here.entries()[0]["failure"] == "N-16"


class Stuck:
    """A register or a journal that does not answer until it is let go."""

    def __init__(self) -> None:
        self.go = Event()

    def __getattr__(self, name: str) -> Any:
        return lambda *_: self.go.wait(10)


async def test_a_register_that_does_not_answer_is_a_failure_in_time(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LIMIT", 0.1)
    stuck: Any = Stuck()
    with programs(stage, tmp_path) as here:
        registry, here.service.registry = here.service.registry, stuck
        with pytest.raises(NotDeterminable) as caught:
            await here.ask(NOBODY)
        assert caught.value.failure.code is Code.REGISTRY_DOWN
        stuck.go.set()
        here.service.registry = registry


async def test_questions_are_bounded(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_QUESTIONS", 2)
    stuck: Any = Stuck()
    with programs(stage, tmp_path) as here:
        registry, here.service.registry = here.service.registry, stuck
        asked = [asyncio.create_task(here.desk.coverage(NOBODY, ACT, TOKEN)) for _ in range(2)]
        await asyncio.sleep(0)  # each task begins
        with pytest.raises(TooManyQuestions):
            await here.desk.coverage(NOBODY, ACT, TOKEN)
        here.service.registry = registry
        stuck.go.set()
        await asyncio.gather(*asked, return_exceptions=True)
        assert await here.desk.coverage(NOBODY, ACT, TOKEN) == []


async def test_without_a_journal_nothing_is_answered(stage: Stage, tmp_path: Path) -> None:
    with programs(stage, tmp_path) as here:
        here.journal.unlink()
        for question in (here.ask(key(stage, "card-works")), here.desk.coverage(key(stage, "card-works"), ACT, TOKEN)):
            with pytest.raises(NotDeterminable) as caught:
                await question
            assert caught.value.failure.code is Code.JOURNAL_DOWN


async def test_with_a_wrong_clock_nothing_is_answered(stage: Stage, tmp_path: Path) -> None:
    with programs(stage, tmp_path) as here:
        here.service.look()
        here.service.now = lambda: datetime(2020, 1, 1, tzinfo=UTC)
        with pytest.raises(NotDeterminable) as caught:
            await here.ask(key(stage, "card-works"))
        assert caught.value.failure.code is Code.CLOCK_WRONG
        assert here.entries() == []
