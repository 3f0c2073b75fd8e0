"""Finished visits: kept in order and for their time, never in a visit's way, and nothing that was given is lost."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from pytest_mock import MockerFixture

from kiosk.failures import Code
from kiosk.results import EndedVisit, FinishedVisits, ResultsUnavailable, UnknownVisit, pseudonym
from tests.kiosk.results.conftest import NOW, PERSON, SITE_KEY, Kept


def names(visits: FinishedVisits, after: str | None = None, limit: int = 50) -> list[str]:
    return [each.visit for each in visits.after(after, limit).visits]


def healed(kept: Kept) -> None:
    """Wait until the disk has taken what waited."""
    woken = Event()
    kept.visits.subscribe(woken.set)
    assert woken.wait(10)


def test_visits_are_given_in_their_order_after_a_cursor_that_is_left_out(kept: Kept) -> None:
    kept.add("a", "b", "c")
    assert names(kept.visits) == ["a", "b", "c"]
    assert names(kept.visits, "a") == ["b", "c"]
    assert names(kept.visits, "c") == []


def test_a_page_says_where_to_go_on_only_if_there_is_more(kept: Kept) -> None:
    kept.add("a", "b", "c")
    page = kept.visits.after(None, 2)
    assert ([each.visit for each in page.visits], page.next) == (["a", "b"], "b")
    page = kept.visits.after("b", 2)
    assert ([each.visit for each in page.visits], page.next) == (["c"], None)


def test_a_visit_comes_back_as_it_ended(kept: Kept) -> None:
    kept.add("a")
    found = kept.visits.find("a")
    assert (found.visit, found.at, found.event) == ("a", NOW, 1)
    assert (found.body, found.person, found.sequence) == (b'{"visit":"a"}', PERSON, 1)


def test_a_cursor_of_another_kiosk_or_of_another_day_is_unknown(kept: Kept) -> None:
    kept.add("a")
    for call in (lambda: kept.visits.after("of another kiosk", 50), lambda: kept.visits.find("of another kiosk")):
        with pytest.raises(UnknownVisit):
            call()
    assert names(kept.visits) == ["a"]
    kept.now = NOW + timedelta(hours=25)
    with pytest.raises(UnknownVisit):
        kept.visits.after("a", 50)
    assert names(kept.visits) == []


def test_a_queue_reads_longer_than_the_api_and_then_the_visit_is_erased(kept: Kept) -> None:
    kept.add("a")
    healed_at = kept.visits.find("a").sequence
    kept.now = NOW + timedelta(hours=71)
    kept.add("b")
    assert names(kept.visits) == ["b"]
    assert [each.visit for each in kept.visits.following(0)] == ["a", "b"]
    kept.now = NOW + timedelta(hours=73)
    kept.add("c")
    assert names(kept.visits) == ["b", "c"]
    assert [each.visit for each in kept.visits.following(0)] == ["b", "c"]
    assert kept.visits.following(healed_at)[0].sequence == healed_at + 1


def test_a_sequence_is_never_given_twice_even_if_everything_was_erased(kept: Kept) -> None:
    kept.add("a", "b")
    last = kept.visits.find("b").sequence
    kept.now = NOW + timedelta(hours=200)
    kept.add("c")
    assert kept.visits.find("c").sequence == last + 1


def test_another_run_has_the_same_visits_and_other_numbers_of_events(kept: Kept) -> None:
    kept.add("a", "b")
    assert kept.visits.first_event == 1
    kept.visits.stop(5)
    again = kept.opened()
    try:
        assert names(again, "a") == ["b"]
        assert again.first_event > 1
    finally:
        again.stop(5)


def test_visits_after_an_event_are_the_last_that_came_later(kept: Kept) -> None:
    for number, visit in enumerate("abcd", start=10):
        kept.visits.add(kept.ended(visit, event=number))
    assert [each.visit for each in kept.visits.after_event(11, 50)] == ["c", "d"]
    assert [each.visit for each in kept.visits.after_event(0, 2)] == ["c", "d"]


def test_nobody_reads_on_the_disk_who_it_was(kept: Kept, tmp_path: Path) -> None:
    kept.add("a")
    kept.visits.find("a")
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not [text for text in ("模擬 花子", "モギ", "000101", "1980") if text.encode() in content]
    assert "花子" not in repr(kept.ended("a"))
    assert kept.file.stat().st_mode & 0o777 == 0o600


def test_under_another_site_key_a_visit_names_nobody(kept: Kept) -> None:
    kept.add("a")
    kept.visits.stop(5)
    other = kept.opened(bytes(32))
    try:
        assert other.find("a").person is None
    finally:
        other.stop(5)


def test_after_a_rotation_of_the_site_key_a_visit_still_says_who_it_was(kept: Kept) -> None:
    kept.add("a")
    kept.visits.stop(5)
    rotated = kept.opened(SITE_KEY + bytes(32))
    try:
        assert rotated.find("a").person == PERSON
    finally:
        rotated.stop(5)


def test_a_visit_that_is_added_twice_is_kept_once(kept: Kept) -> None:
    kept.add("a", "a", "b")
    assert names(kept.visits) == ["a", "b"]


def test_what_ends_before_the_key_is_there_is_kept_once_it_is(tmp_path: Path) -> None:
    visits = FinishedVisits(tmp_path, api_keep=timedelta(1), keep=timedelta(1), now=lambda: NOW)
    visits.add(Kept(tmp_path / ".." / tmp_path.name).ended("a"))
    with pytest.raises(ResultsUnavailable):
        visits.find("a")
    visits.begin(SITE_KEY)
    assert visits.find("a").visit == "a"
    visits.stop(5)


def test_a_disk_that_takes_nothing_is_a_trouble_that_heals_and_nothing_is_lost(kept: Kept, tmp_path: Path) -> None:
    kept.add("a")
    assert names(kept.visits) == ["a"]
    aside = tmp_path / "aside"
    kept.file.rename(aside)
    kept.file.mkdir()
    kept.add("b", "c")
    with pytest.raises(ResultsUnavailable):
        kept.visits.after(None, 50)
    assert [failure.code for failure in kept.visits.troubles()] == [Code.RESULTS_NOT_KEPT]
    kept.file.rmdir()
    aside.rename(kept.file)
    healed(kept)
    assert names(kept.visits) == ["a", "b", "c"]
    assert kept.visits.troubles() == ()


def test_a_spoiled_file_is_a_trouble_until_it_is_put_away(kept: Kept) -> None:
    kept.visits.stop(5)
    for part in kept.file.parent.glob("results.sqlite*"):
        part.unlink()
    kept.file.write_bytes(b"no database" * 1000)
    kept.visits = kept.opened()
    assert [failure.code for failure in kept.visits.troubles()] == [Code.RESULTS_NOT_KEPT]
    assert kept.visits.first_event == 0
    kept.add("a")
    kept.file.unlink()
    healed(kept)
    assert (names(kept.visits), kept.visits.first_event, kept.visits.troubles()) == (["a"], 1, ())


def test_a_file_that_is_put_away_in_a_run_gives_no_event_of_that_run_again(kept: Kept) -> None:
    kept.visits.stop(5)
    second = kept.opened()
    first_of_second = second.first_event
    for part in kept.file.parent.glob("results.sqlite*"):
        part.unlink()
    second.add(kept.ended("a", event=first_of_second))
    assert names(second) == ["a"]
    second.stop(5)
    third = kept.opened()
    try:
        assert third.first_event > first_of_second
    finally:
        third.stop(5)


@pytest.mark.parametrize("part", ["results.sqlite-wal", "results.sqlite-shm", "results.sqlite"])
def test_what_ends_after_a_part_was_removed_outlasts_a_kill(kept: Kept, part: str) -> None:
    kept.add("a")
    names(kept.visits)
    (kept.file.parent / part).unlink()
    kept.add("b")
    assert names(kept.visits)[-1] == "b"
    with sqlite3.connect(kept.file) as another_program:
        assert ("b",) in another_program.execute("SELECT visit FROM visits").fetchall()


def test_a_link_in_the_place_of_the_file_is_not_followed(kept: Kept, tmp_path: Path) -> None:
    kept.visits.stop(5)
    for part in kept.file.parent.glob("results.sqlite*"):
        part.unlink()
    kept.file.symlink_to(tmp_path / "elsewhere")
    kept.visits = kept.opened()
    assert kept.visits.troubles() != ()
    assert not (tmp_path / "elsewhere").exists()


def test_adding_waits_for_no_disk(kept: Kept) -> None:
    """Another process holds the file: the visits wait in memory, and none of them takes a noticeable time."""
    names(kept.visits)
    with sqlite3.connect(kept.file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        kept.add(*map(str, range(1000)))
        other.execute("ROLLBACK")
    assert names(kept.visits, limit=200)[:3] == ["0", "1", "2"]


def test_adding_never_waits_for_thousands_that_the_disk_takes_at_last(tmp_path: Path, mocker: MockerFixture) -> None:
    """Whoever compares each visit with each other one holds the lock for seconds."""
    compared = mocker.patch.object(EndedVisit, "__eq__", autospec=True, side_effect=EndedVisit.__eq__)
    visits = FinishedVisits(tmp_path, api_keep=timedelta(1), keep=timedelta(1), now=lambda: NOW)
    for number in range(500):
        visits.add(EndedVisit(f"v{number}", NOW, number, b"{}"))
    visits.begin(SITE_KEY)
    assert len(visits.after(None, 1000).visits) == 500
    visits.stop(5)
    assert compared.call_count == 0


def test_the_oldest_of_very_many_is_found_by_an_index(kept: Kept) -> None:
    kept.add("a")
    names(kept.visits)
    with sqlite3.connect(kept.file) as other:
        (plan,) = other.execute("EXPLAIN QUERY PLAN DELETE FROM visits WHERE at < 1").fetchall()
    assert "visits_by_time" in plan[3]


def test_listeners_learn_of_visits_that_are_on_disk(kept: Kept) -> None:
    seen: list[int] = []
    woken = Event()

    def listener() -> None:
        seen.append(len(kept.visits.following(0)))
        woken.set()

    kept.visits.subscribe(listener)
    kept.add("a")
    assert woken.wait(10)
    assert seen == [1]


_WRITER = """
import sys
from datetime import timedelta
from pathlib import Path
from kiosk.results import FinishedVisits
from tests.kiosk.results.conftest import NOW, SITE_KEY, Kept

kept = Kept(Path(sys.argv[1]))
for number in range(100_000):
    kept.add(f"v{number}")
    if number % 7 == 0:
        print(len(kept.visits.following(0, 1_000_000)), flush=True)
"""


def test_a_kill_loses_nothing_that_was_given(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        given = 0
        while given < 50:
            given = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        given = max([given, *(int(line) for line in writer.stdout.read().split("\n")[:-1] if line)])
    assert writer.returncode == -signal.SIGKILL
    visits = Kept(tmp_path).visits
    found = [each.visit for each in visits.following(0, 1_000_000)]
    visits.stop(5)
    assert len(found) >= given
    assert found == [f"v{number}" for number in range(len(found))]


def test_a_pseudonym_is_stable_and_is_not_the_journals() -> None:
    member = "133033:71-0001:000101:00"
    assert pseudonym(member, SITE_KEY) == pseudonym(member, SITE_KEY + bytes(32))
    assert len({pseudonym(member, SITE_KEY), pseudonym(member, bytes(32)), pseudonym(member + "1", SITE_KEY)}) == 3
    assert len(pseudonym(member, SITE_KEY)) == 64
