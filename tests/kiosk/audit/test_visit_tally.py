"""The visits of a journal are counted once, by month, outcome, reason and hour of Tokyo; no person is kept."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk.audit import DeskEntry, Entry, Journal, VisitTally
from kiosk.audit.visit_tally import LONGEST
from kiosk.files import FileError

OCTOBER = datetime(2026, 10, 31, 14, 59, tzinfo=UTC)
NOVEMBER = datetime(2026, 10, 31, 15, 0, tzinfo=UTC)
SINCE = date(2025, 11, 1)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.open(tmp_path / "journal-1.jsonl", "1", b"k" * 32, now=OCTOBER)


def visits(tally: VisitTally, journal: Journal) -> dict[date, Counter[tuple[str, str]]]:
    return tally.counted(journal.path, SINCE).reasons


def test_each_visit_counts_in_its_month_of_tokyo_with_its_first_reason(journal: Journal) -> None:
    answered = {"level": "confirmed", "usable": "yes", "applies": "card"}
    journal.append(Entry(OCTOBER, 1, **answered, reasons=("card_works", "certificate_in_grace")))
    journal.append(Entry(NOVEMBER, 2, usable="no", reasons=("insurance_ended",)))
    journal.append(Entry(NOVEMBER, 3, failure="C-03"))
    journal.append(Entry(NOVEMBER, 4, failure="card_removed"))
    journal.append(DeskEntry(NOVEMBER, "hanako", "looked_up", applies="card", usable="yes", reasons=("card_works",)))
    tally = VisitTally()
    assert visits(tally, journal) == {
        date(2026, 10, 1): {("card", "card_works"): 1},
        date(2026, 11, 1): {("none", "insurance_ended"): 1, ("failed", ""): 1, ("left", ""): 1},
    }
    assert tally.counted(journal.path, SINCE).hours == {date(2026, 10, 31): {23: 1}, date(2026, 11, 1): {0: 3}}


def test_visits_with_an_answer_count_by_how_long_they_took(journal: Journal) -> None:
    for visit, seconds in enumerate((41, 41, 5000, None)):
        journal.append(Entry(NOVEMBER, visit, usable="yes", applies="card", reasons=("card_works",), seconds=seconds))
    journal.append(Entry(NOVEMBER, 9, failure="left", seconds=7))
    assert VisitTally().counted(journal.path, SINCE).durations == {date(2026, 11, 1): {41: 2, LONGEST: 1}}


def test_it_goes_on_where_it_ended_and_begins_anew_with_another_file(journal: Journal, tmp_path: Path) -> None:
    tally = VisitTally()
    for visit in (1, 2):
        journal.append(Entry(NOVEMBER, visit, failure="left"))
        assert visits(tally, journal)[date(2026, 11, 1)]["left", ""] == visit
    journal.path.rename(tmp_path / "old.jsonl")
    journal.reopen(NOVEMBER)
    journal.append(Entry(NOVEMBER, 3, failure="left"))
    assert visits(tally, journal)[date(2026, 11, 1)]["left", ""] == 1


def test_what_is_old_is_forgotten(journal: Journal) -> None:
    for visit, at in enumerate((OCTOBER, NOVEMBER)):
        journal.append(Entry(at, visit, usable="yes", applies="card", reasons=("card_works",), seconds=9))
    tally = VisitTally()
    assert len(tally.counted(journal.path, SINCE).reasons) == 2
    counts = tally.counted(journal.path, date(2026, 11, 1))
    assert list(counts.reasons) == [date(2026, 11, 1)] == list(counts.hours) == list(counts.durations)
    assert list(VisitTally().counted(journal.path, date(2026, 11, 1)).hours) == [date(2026, 11, 1)]


def test_a_line_that_cannot_be_read_is_counted_and_one_that_is_being_written_waits(tmp_path: Path) -> None:
    path = tmp_path / "journal-1.jsonl"
    path.write_bytes(b'{"kind":"visit","at":"never"}\n{"kind":"visit","at":"2026-11-01T03:00:00Z","failure"')
    tally = VisitTally()
    counts = tally.counted(path, SINCE)
    assert (counts.unread, counts.reasons) == (1, {})
    with path.open("ab") as file:
        file.write(b':"left"}\n')
    assert tally.counted(path, SINCE).hours == {date(2026, 11, 1): {12: 1}}


def test_no_journal_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        VisitTally().counted(tmp_path / "journal-1.jsonl", SINCE)
