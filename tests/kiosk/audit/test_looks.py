"""The looks at members in a journal: read once, with part and purpose, and without the account."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.audit import DeskEntry, Entry, Journal, JournaledLook, LookPurpose, LookReason, looks_after
from kiosk.audit import looks as module
from kiosk.files import FileError
from kiosk.roles import Part

NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=365)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.open(tmp_path / "journal-1.jsonl", "1", b"k" * 32, now=NOW)


def note(journal: Journal, act: str, detail: str | None = None, who: str | None = "taro", at: datetime = NOW) -> None:
    member = journal.reference(who) if who else None
    journal.append(DeskEntry(at, "hanako", act, detail=detail, member=member, role="admin"))


@pytest.mark.parametrize(
    ("act", "detail", "part", "purpose"),
    [
        *(("looked_at", reason.value, Part.OFFICE, LookPurpose(reason.value)) for reason in LookReason),
        ("supposed", "inquiry", Part.OFFICE, LookPurpose.INQUIRY),
        ("looked_up", "visit", Part.DESK, LookPurpose.ELIGIBILITY),
        ("sought", "terminal", Part.DESK, LookPurpose.ELIGIBILITY),
        ("bound", "licence", Part.DESK, LookPurpose.CARD),
        ("taken_over", "name", Part.DESK, LookPurpose.CORRECTION),
        ("printed", "declaration", Part.DESK, LookPurpose.PAPER),
    ],
)
def test_each_look_has_its_part_and_its_purpose(
    journal: Journal, act: str, detail: str, part: Part, purpose: LookPurpose
) -> None:
    note(journal, act, detail)
    ((look,), _) = looks_after(journal.path, None, SINCE)
    assert look == JournaledLook(journal.end.sequence, NOW, journal.reference("taro"), part, purpose)
    assert "staff" not in {field.name for field in fields(look)}


def test_what_names_no_member_or_opens_no_data_is_no_look(journal: Journal) -> None:
    note(journal, "sought", who=None)
    note(journal, "kept")
    journal.append(Entry(NOW, 1, member=journal.reference("taro"), staff="hanako"))
    note(journal, "looked_up", at=SINCE - timedelta(seconds=1))
    assert looks_after(journal.path, None, SINCE)[0] == []


def test_reading_goes_on_where_it_ended_in_bounded_pieces_and_anew_in_another_file(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_LOOKS_AT_ONCE", 2)
    for _ in range(3):
        note(journal, "looked_up")
    first, place = looks_after(journal.path, None, SINCE)
    rest, place = looks_after(journal.path, place, SINCE)
    assert (len(first), len(rest)) == (2, 1)
    assert looks_after(journal.path, place, SINCE) == ([], place)
    journal.path.rename(tmp_path / "old.jsonl")
    journal.reopen(NOW)
    note(journal, "printed")
    assert [look.purpose for look in looks_after(journal.path, place, SINCE)[0]] == [LookPurpose.PAPER]


def test_a_line_that_is_being_written_is_read_when_it_is_whole(journal: Journal) -> None:
    note(journal, "looked_up")
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:-20])
    looks, place = looks_after(journal.path, None, SINCE)
    with journal.path.open("ab") as file:
        file.write(whole[-20:])
    assert (looks, len(looks_after(journal.path, place, SINCE)[0])) == ([], 1)


def test_a_line_that_cannot_be_read_is_passed_over(journal: Journal) -> None:
    with journal.path.open("ab") as file:
        file.write(b'{"kind":"staff"\n')
    assert looks_after(journal.path, None, SINCE)[0] == []


def test_a_journal_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        looks_after(tmp_path / "gone.jsonl", None, SINCE)
