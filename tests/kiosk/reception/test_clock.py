"""A clock that is behind what the kiosk already knows puts it out of service: it would judge certificates wrongly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk import EARLIEST
from kiosk.audit import Entry, Journal, journal_path
from kiosk.eligibility import Registry
from kiosk.failures import Code
from kiosk.reception import EligibilityService
from kiosk.reception.clock import built
from kiosk.reception.set_aside import SetAside, SetAsideFile, Witness
from simulators.demo import Stage, set_stage

KEY = b"k" * 32
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
IMPORTED = BUILT + timedelta(days=30)
VISITED = BUILT + timedelta(days=60)
DAY = timedelta(days=1)


class Kiosk:
    """Register, journal and clock; what they find, as codes."""

    def __init__(self, folder: Path, registry: Registry, journal: Journal, now: datetime) -> None:
        self.folder, self.journal, self.now = folder, journal, now
        self.file = SetAsideFile(folder)
        self.service = EligibilityService(registry, journal, KEY, lambda: self.now, set_aside=self.file, built_at=BUILT)

    def found(self, now: datetime | None = None) -> tuple[list[Code], list[Code]]:
        self.now = now or self.now
        findings = self.service.look()
        return [each.code for each in findings.failures], [each.code for each in findings.troubles]

    def reason(self, now: datetime) -> str:
        self.now = now
        return self.service.look().failures[0].reason

    def accept(self, witness: Witness, through: int, said: datetime) -> None:
        self.file.put(SetAside(witness, through, self.now + DAY, said, "hanako", self.now))

    def acts(self) -> list[tuple[str, str, str]]:
        lines = map(json.loads, journal_path(self.folder, "t").read_text("ascii").splitlines())
        return [(line["staff"], line["act"], line["detail"]) for line in lines if line["kind"] == "staff"]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return set_stage(tmp_path_factory.mktemp("clock") / "stage", IMPORTED)


@contextmanager
def kiosk(stage: Stage, folder: Path, *visits: datetime, now: datetime = VISITED) -> Iterator[Kiosk]:
    with Registry.open(stage.settings.database) as registry:
        with Journal.open(journal_path(folder, "t"), "t", KEY, now=BUILT) as journal:
            for number, at in enumerate(visits, 1):
                journal.append(Entry(at=at, visit=number))
        with Journal.open(journal_path(folder, "t"), "t", KEY, now=BUILT) as journal:
            yield Kiosk(folder, registry, journal, now)


@pytest.mark.parametrize(
    ("now", "witness"),
    [
        (datetime(1972, 1, 1, tzinfo=UTC), "journal"),
        (BUILT - 2 * DAY, "journal"),
        (VISITED - DAY - timedelta(seconds=1), "journal"),
    ],
)
def test_a_clock_more_than_a_day_behind_a_witness_is_a_failure_that_names_it(
    stage: Stage, tmp_path: Path, now: datetime, witness: str
) -> None:
    with kiosk(stage, tmp_path, VISITED) as it:
        assert it.found(now) == ([Code.CLOCK_WRONG], [])
        assert f"days behind the {witness}" in it.reason(now)


def test_without_a_journal_the_register_is_the_witness_and_without_both_the_program(
    stage: Stage, tmp_path: Path, registry_without_files: Registry
) -> None:
    with kiosk(stage, tmp_path) as it:
        assert it.found(IMPORTED - 2 * DAY) == ([Code.CLOCK_WRONG], [])
        assert "behind the register" in it.reason(IMPORTED - 2 * DAY)
    with Journal.open(journal_path(tmp_path, "bare"), "bare", KEY, now=BUILT - 3 * DAY) as journal:
        bare = Kiosk(tmp_path, registry_without_files, journal, BUILT)
        assert bare.found(BUILT - 2 * DAY) == ([Code.CLOCK_WRONG], [])
        assert "behind the build" in bare.reason(BUILT - 2 * DAY)
        assert bare.found(BUILT) == ([], [])


@pytest.fixture
def registry_without_files(register_url: str) -> Iterator[Registry]:
    with Registry.open(register_url, migrated=False) as made:
        made.migrate()
    with Registry.open(register_url) as registry:
        yield registry


@pytest.mark.parametrize("now", [VISITED - DAY, VISITED, VISITED + timedelta(days=400)])
def test_any_other_time_is_believed(stage: Stage, tmp_path: Path, now: datetime) -> None:
    with kiosk(stage, tmp_path, VISITED) as it:
        assert it.found(now) == ([], [])


def test_a_clock_far_ahead_of_all_is_a_trouble_that_its_own_traces_do_not_take_away(
    stage: Stage, tmp_path: Path
) -> None:
    with kiosk(stage, tmp_path, VISITED) as it:
        assert it.found(VISITED) == ([], [])
        wrong = VISITED + timedelta(days=4_000)
        assert it.found(wrong) == ([], [Code.CLOCK_AHEAD])
        it.journal.append(Entry(at=wrong, visit=2))
        assert it.found(wrong) == ([], [Code.CLOCK_AHEAD])
        assert it.found(VISITED) == ([Code.CLOCK_WRONG], [])


def test_years_of_service_are_no_jump(stage: Stage, tmp_path: Path) -> None:
    with kiosk(stage, tmp_path, VISITED) as it:
        assert [it.found(VISITED + timedelta(days=300) * n) for n in range(6)] == [([], [])] * 6


def test_a_witness_that_was_wrong_can_be_set_aside_and_a_later_wrong_one_counts_anew(
    stage: Stage, tmp_path: Path
) -> None:
    wrong = VISITED + timedelta(days=9_000)
    with kiosk(stage, tmp_path, VISITED, wrong) as it:
        assert it.found() == ([Code.CLOCK_WRONG], [])
        it.accept(Witness.JOURNAL, it.journal.end.sequence, wrong)
        assert it.found() == ([], [])
        assert it.found(VISITED - 2 * DAY) == ([Code.CLOCK_WRONG], []), "what it said rightly still counts"
        it.now = VISITED
        it.journal.append(Entry(at=wrong, visit=3))
        assert it.found(VISITED) == ([Code.CLOCK_WRONG], [])


def test_what_was_set_aside_is_journaled_once_with_who_did_it(stage: Stage, tmp_path: Path) -> None:
    wrong = VISITED + timedelta(days=9_000)
    with kiosk(stage, tmp_path, VISITED, wrong) as it:
        it.accept(Witness.JOURNAL, it.journal.end.sequence, wrong)
        for _ in range(3):
            it.found()
        assert it.acts() == [("hanako", "clock_accepted", f"journal.{wrong:%Y-%m-%d}")]


def test_a_register_filled_under_a_wrong_clock_can_be_set_aside(tmp_path: Path) -> None:
    now = IMPORTED - timedelta(days=20)
    with kiosk(set_stage(tmp_path / "stage", IMPORTED), tmp_path, now=now) as it:
        assert it.found() == ([Code.CLOCK_WRONG], [])
        it.accept(Witness.REGISTER, 1_000, IMPORTED)
        assert it.found() == ([], [])


def test_that_nothing_was_set_aside_is_never_read_into_a_damaged_file(stage: Stage, tmp_path: Path) -> None:
    with kiosk(stage, tmp_path, VISITED) as it:
        (tmp_path / "clock-accepted.json").write_text('[{"witness": "journal"}]')
        assert it.found() == ([Code.JOURNAL_DOWN], [])


def test_the_program_knows_when_it_was_put_here() -> None:
    assert EARLIEST <= built() <= datetime.now(UTC)


def test_the_registers_newest_file_is_what_it_says(stage: Stage) -> None:
    with Registry.open(stage.settings.database) as registry:
        assert (registry.check() or (0, None))[1] == IMPORTED
        assert registry.check(through=registry.last_import(), after=IMPORTED - DAY) is None
