"""The connector: in order, at least once, over faults, full disks and kills, and no visit lost."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from structlog.testing import capture_logs

from kiosk.failures import Code
from kiosk.logs import ALLOWED
from kiosk.orca import (
    Arrival,
    Connector,
    KeptOutcomes,
    OrcaRefused,
    OrcaSilent,
    OrcaUnusable,
    Outcome,
    OutcomeKind,
    StandingVisit,
)
from kiosk.orca.errors import OrcaBusy
from kiosk.orca.outcomes import MOST_OUTCOMES
from tests.kiosk.orca.bench import LIMIT, Bench, Scripted, Visits
from tests.kiosk.orca.people import NOW


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.stop()


def test_visits_are_handed_over_in_order(bench: Bench) -> None:
    bench.start()
    assert bench.orca.tried == [] and bench.orca.checks == 1
    bench.visits.add(25)
    bench.pauses.let()
    assert bench.orca.tried == [f"v-{number}" for number in range(1, 26)]
    assert set(bench.kinds.values()) == {OutcomeKind.REGISTERED}
    assert bench.connector.troubles() == () and bench.orca.checks == 1


def test_a_visit_of_nobody_is_passed(bench: Bench) -> None:
    bench.start()
    bench.visits.add(received=False)
    bench.visits.add()
    bench.visits.add(received=False)
    bench.pauses.let()
    assert bench.orca.tried == ["v-2"]
    bench.again()
    assert bench.orca.tried == ["v-2"]


def test_a_restart_goes_on_where_it_was(bench: Bench) -> None:
    bench.start()
    bench.visits.add(2)
    bench.pauses.let()
    bench.stop()
    bench.visits.add(2)
    bench.begin_anew()
    bench.start()
    assert bench.orca.tried == ["v-1", "v-2", "v-3", "v-4"]
    assert list(bench.kinds) == ["v-1", "v-2", "v-3", "v-4"]


def test_a_kill_before_the_disk_has_it_hands_the_visit_over_again(bench: Bench) -> None:
    bench.start()
    bench.visits.add(2)
    bench.pauses.let()
    bench.stop()
    bench.visits.place = 1
    bench.begin_anew()
    bench.start()
    assert bench.orca.tried == ["v-1", "v-2", "v-2"]
    assert [one.visit for one in bench.connector.standing()] == ["v-2", "v-1"]


def test_while_orca_is_silent_visits_wait_in_order_and_then_all_are_handed_over(bench: Bench) -> None:
    bench.start()
    bench.orca.fault = lambda visit: OrcaSilent("no answer")
    bench.orca.check_fault = OrcaSilent("no answer")
    bench.visits.add(3)
    bench.pauses.let(8)
    assert set(bench.orca.tried) == {"v-1"}
    (trouble,) = bench.connector.troubles()
    assert trouble.code is Code.ORCA_SILENT
    assert trouble.reason == "no answer; waiting: 3, the oldest of 2026-11-30T10:20:31+09:00"
    assert bench.waiting == ["v-1", "v-2", "v-3"]
    assert bench.pauses.seconds[1:9] == [1, 2, 4, 8, 16, 32, 60, 60]

    bench.orca.fault, bench.orca.check_fault = lambda visit: None, None
    bench.pauses.let()
    assert list(bench.kinds) == ["v-1", "v-2", "v-3"]
    assert bench.connector.troubles() == () and bench.waiting == []
    assert bench.pauses.seconds[-1] == 60


def test_visits_wait_over_a_restart_while_orca_is_silent(bench: Bench) -> None:
    bench.start()
    bench.orca.fault = lambda visit: OrcaSilent("no answer")
    bench.visits.add(2)
    bench.pauses.let()
    bench.orca.fault = lambda visit: None
    bench.again()
    assert list(bench.kinds) == ["v-1", "v-2"]


def test_wrong_settings_wait_for_the_technician(bench: Bench) -> None:
    bench.start()
    bench.orca.fault = lambda visit: OrcaRefused("HTTP status 401")
    bench.visits.add()
    bench.pauses.let(12)
    assert bench.codes == [Code.ORCA_REFUSED] and bench.kinds == {}
    bench.orca.fault = lambda visit: None
    bench.pauses.let()
    assert bench.kinds == {"v-1": OutcomeKind.REGISTERED}


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [
        (OrcaBusy("90"), Code.ORCA_SILENT, OutcomeKind.BUSY),
        (OrcaUnusable("not XML"), Code.ORCA_UNUSABLE, OutcomeKind.UNSURE),
        (OrcaSilent("HTTP status 500"), Code.ORCA_SILENT, OutcomeKind.UNSURE),
        (KeyError("模擬 花子"), Code.ORCA_SILENT, OutcomeKind.UNSURE),
    ],
)
def test_one_visit_that_orca_never_takes_is_the_desks_and_holds_up_nobody(
    bench: Bench, error: Exception, code: Code, kind: OutcomeKind
) -> None:
    bench.start()
    bench.orca.fault = lambda visit: error if visit == "v-1" else None
    bench.visits.add(2)
    bench.pauses.let(4)
    assert bench.codes == [code] and bench.kinds == {}
    assert "花子" not in bench.connector.troubles()[0].line
    bench.pauses.let()
    assert bench.kinds == {"v-1": kind, "v-2": OutcomeKind.REGISTERED}
    assert bench.orca.tried == ["v-1"] * 5 + ["v-2"] and bench.codes == []


def test_the_connection_is_looked_at_while_nobody_comes(bench: Bench) -> None:
    bench.start()
    bench.orca.check_fault = OrcaRefused("HTTP status 401")
    bench.pauses.let()
    assert bench.codes == [Code.ORCA_REFUSED]
    bench.orca.check_fault = None
    bench.pauses.let()
    assert bench.codes == []


def test_a_full_disk_is_told_and_nothing_is_lost(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.start()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("kiosk.orca.outcomes.replace_whole", full)
        bench.visits.add(2)
        bench.pauses.let(2)
        (trouble,) = bench.connector.troubles()
        assert trouble.code is Code.ORCA_SILENT
        assert trouble.reason.startswith("cannot be kept: No space left on device; waiting: 2")
    bench.pauses.let()
    assert list(bench.kinds) == ["v-1", "v-2"] and bench.codes == []


def test_finished_visits_that_cannot_be_read_or_marked_are_told(bench: Bench) -> None:
    bench.visits.away = "results.sqlite: disk I/O error"
    bench.start()
    bench.visits.add(2)
    assert bench.orca.checks == 0 and bench.orca.tried == []
    assert [trouble.reason for trouble in bench.connector.troubles()] == ["results.sqlite: disk I/O error"]
    bench.visits.away = ""
    bench.pauses.let()
    assert list(bench.kinds) == ["v-1", "v-2"] and bench.codes == []


def test_a_visit_that_cannot_be_marked_as_done_is_handed_over_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.start()
    bench.orca.fault = lambda visit: setattr(bench.visits, "away", "full")
    bench.visits.add()
    bench.pauses.let()
    assert bench.codes == [Code.ORCA_SILENT]
    bench.orca.fault, bench.visits.away = lambda visit: None, ""
    bench.pauses.let()
    assert bench.orca.tried == ["v-1", "v-1"] and list(bench.kinds) == ["v-1"]


def test_visits_that_were_erased_meanwhile_are_told(bench: Bench) -> None:
    bench.visits.lost = 3
    bench.start()
    (trouble,) = bench.connector.troubles()
    assert trouble.code is Code.ORCA_SILENT
    assert trouble.reason == "3 visits were erased before they could be handed over"


@pytest.mark.parametrize("content", [b"", b"\x00", b'{"kiosk": "1"}', b'[{"visit": 1}]', b"[" * 70_000])
def test_a_file_that_is_spoiled_begins_anew(bench: Bench, content: bytes) -> None:
    bench.file.write_bytes(content)
    bench.begin_anew()
    bench.visits.add()
    bench.start()
    assert [one.visit for one in bench.connector.standing()] == ["v-1"]


def test_staff_read_who_it_was_until_the_service_ends(bench: Bench) -> None:
    bench.start()
    bench.visits.add()
    bench.pauses.let()
    bench.orca.fault = lambda visit: OrcaSilent("no answer")
    bench.visits.add()
    bench.pauses.let()
    done, waits = Outcome(OutcomeKind.REGISTERED, reception="00001"), None
    assert bench.connector.standing() == (
        StandingVisit("v-2", NOW + timedelta(seconds=2), "モ＊＊ 2", waits),
        StandingVisit("v-1", NOW + timedelta(seconds=1), "モ＊＊ 1", done),
    )
    bench.again()
    assert [one.label for one in bench.connector.standing()] == ["モ＊＊ 2", ""]


def test_the_file_says_nothing_of_anybody_and_stays_small(bench: Bench) -> None:
    bench.start()
    bench.visits.add(MOST_OUTCOMES + 30)
    bench.pauses.let()
    path = bench.file
    text = path.read_text("utf-8")
    assert not any(part in text for part in ("モ＊＊", "模擬", "花子", "1985", "71-0001", "133033"))
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert len(json.loads(text)) == MOST_OUTCOMES
    assert bench.connector.standing()[0].visit == f"v-{MOST_OUTCOMES + 30}"


def test_the_log_names_the_visit_and_not_the_person(bench: Bench) -> None:
    bench.start()
    bench.orca.fault = lambda visit: OrcaUnusable("not XML")
    bench.visits.add()
    with capture_logs() as lines:
        bench.pauses.let(5)
    assert [(line["event"], line["reason"]) for line in lines] == [
        ("ORCA answers, but not for this visit", "not XML"),
        ("visit handed to ORCA", "visit v-1: unsure"),
    ]
    assert all(set(line) - {"log_level"} <= ALLOWED for line in lines)


class Hanging(Scripted):
    """An ORCA whose call ends when it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.checked, self.entered, self.released = Event(), Event(), Event()

    def check(self) -> object:
        self.checked.set()
        return None

    def receive(self, arrival: Arrival) -> Outcome:
        self.entered.set()
        self.released.wait(LIMIT)
        return super().receive(arrival)


def test_a_visit_wakes_it_and_an_end_does_not_wait_for_an_orca_that_hangs(tmp_path: Path) -> None:
    orca, visits = Hanging(), Visits()
    connector = Connector(orca, visits, KeptOutcomes(tmp_path))
    connector.start()
    assert orca.checked.wait(LIMIT)
    visits.add(2)
    connector.wake()
    assert orca.entered.wait(LIMIT)
    connector.stop(0.01)
    orca.released.set()
    connector.stop(LIMIT)
    assert orca.tried == ["v-1"]
    assert [(one.visit, one.outcome is None) for one in connector.standing()] == [("v-2", True), ("v-1", False)]
