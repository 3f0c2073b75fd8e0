"""A consumer's cursor: in order, at least once, over restarts, kills and files that are put away."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.results import Backlog, Cursor, ResultsUnavailable
from tests.kiosk.results.conftest import NOW, Kept


def begun(folder: Path, consumer: str = "hook") -> tuple[Kept, Cursor]:
    kept = Kept(folder, consumer)
    return kept, kept.cursor


def waiting(cursor: Cursor) -> list[str]:
    return [each.visit for each in cursor.waiting()]


def test_what_is_done_is_given_no_more_and_the_rest_in_its_order(tmp_path: Path) -> None:
    kept, cursor = begun(tmp_path)
    kept.add("a", "b", "c")
    kept.visits.find("c")
    first, second, _ = cursor.waiting()
    assert (first.visit, second.visit, cursor.backlog()) == ("a", "b", Backlog(3, NOW.replace(microsecond=456789)))
    cursor.done(first)
    assert waiting(cursor) == ["b", "c"]
    cursor.done(second)
    cursor.done(first)
    assert (waiting(cursor), cursor.backlog().count) == (["c"], 1)
    kept.visits.stop(5)

    again, the_same = begun(tmp_path)
    assert waiting(the_same) == ["c"]
    again.visits.stop(5)


def test_a_new_consumer_begins_with_the_next_visit_and_one_that_was_away_goes_on(tmp_path: Path) -> None:
    kept, cursor = begun(tmp_path)
    kept.add("a")
    kept.visits.find("a")
    kept.visits.stop(5)

    other, orca = begun(tmp_path, "orca")
    other.add("b")
    other.visits.find("b")
    assert waiting(orca) == ["b"]
    other.visits.stop(5)

    again, hook = begun(tmp_path)
    assert waiting(hook) == ["a", "b"]
    assert hook.backlog() == Backlog(2, NOW)
    again.visits.stop(5)


def test_a_visit_that_waits_too_long_is_counted_as_lost(tmp_path: Path) -> None:
    kept, cursor = begun(tmp_path)
    kept.add("a", "b")
    kept.visits.find("b")
    cursor.done(cursor.waiting()[0])
    kept.now = NOW + timedelta(hours=73)
    kept.add("c")
    kept.visits.find("c")
    kept.visits.stop(5)
    assert cursor.lost == 1
    again, the_same = begun(tmp_path)
    assert (waiting(the_same), the_same.lost) == (["c"], 0)
    again.visits.stop(5)


def test_a_file_that_was_put_away_in_a_run_costs_no_visit_of_the_new_one(tmp_path: Path) -> None:
    kept, cursor = begun(tmp_path)
    kept.add("a", "b")
    kept.visits.find("b")
    cursor.done(cursor.waiting()[1])
    for file in tmp_path.glob("results.sqlite*"):
        file.unlink()
    kept.add("c")
    kept.visits.find("c")
    assert waiting(cursor) == ["c"]
    kept.visits.stop(5)


def test_a_cursor_is_taken_before_the_first_visit_is_written(tmp_path: Path) -> None:
    kept, _ = begun(tmp_path)
    with pytest.raises(RuntimeError):
        kept.visits.cursor("late")
    kept.visits.stop(5)


def test_a_file_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "results.sqlite").mkdir()
    kept, cursor = begun(tmp_path)
    with pytest.raises(ResultsUnavailable):
        cursor.waiting()
    kept.visits.stop(5)


_CONSUMER = """
import sys
from pathlib import Path
from tests.kiosk.results.conftest import Kept

kept = Kept(Path(sys.argv[1]), "hook")
kept.add(*(f"v{number}" for number in range(400)))
kept.visits.find("v399")
while True:
    for visit in kept.cursor.waiting(7):
        print(visit.visit, flush=True)
        kept.cursor.done(visit)
"""


def test_a_kill_gives_a_visit_twice_at_most_and_leaves_none_out(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _CONSUMER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as consumer:
        assert consumer.stdout is not None
        taken = [consumer.stdout.readline().strip() for _ in range(50)]
        consumer.send_signal(signal.SIGKILL)
        taken += consumer.stdout.read().split()
    kept, cursor = begun(tmp_path)
    left = [each.visit for each in cursor.waiting(1000)]
    kept.visits.stop(5)
    assert left[0] in (taken[-1], f"v{len(taken)}")
    assert taken == [f"v{number}" for number in range(len(taken))]
    assert left == [f"v{number}" for number in range(400 - len(left), 400)]
