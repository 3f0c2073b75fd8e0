"""The last confirmed answer: encrypted on disk, given back with its day, and gone when it is old or spoiled."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import Answer, Consents, Enquiry, KeptAnswers, Status, Whose, parse_answer
from kiosk.eligibility.terminal.sealed import LARGEST_RECORD, RecordSpoiled, SealedFolder
from tests.disks import fill, small_disk
from tests.kiosk.eligibility.terminal.other_side import golden

KEY, OTHER_KEY = bytes(range(32)), bytes(32)
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
ON = date(2026, 11, 22)
VALID, INVALID, NONE = (parse_answer(golden(name)) for name in ("valid", "invalid", "none"))


@pytest.fixture
def kept(tmp_path: Path) -> KeptAnswers:
    """Answers that are kept for ninety days."""
    return KeptAnswers(tmp_path, KEY, 90)


@pytest.fixture
def whose(enquiry: Enquiry) -> Whose:
    """The person of the golden files."""
    return Whose.of(enquiry)


def records(folder: Path) -> list[Path]:
    return sorted((folder / "terminal-kept").iterdir())


def codes(kept: KeptAnswers) -> list[str]:
    return [failure.code.value for failure in kept.troubles()]


def test_the_last_answer_comes_back_with_the_moment_that_it_is_of(kept: KeptAnswers, whose: Whose) -> None:
    assert kept.get(whose, NOW) is None
    assert kept.put(whose, VALID, ON, NOW)
    assert (found := kept.get(whose, NOW + timedelta(days=3))) is not None
    answer, as_of = found
    (result,), (given,) = answer.results, VALID.results
    assert (answer.status, answer.validity, as_of) == (Status.VALID, VALID.validity, VALID.as_of)
    assert (result.name, result.number, result.acquired_on) == (given.name, given.number, given.acquired_on)
    assert (result.insurer_name, result.copay_percent) == (given.insurer_name, given.copay_percent)
    assert kept.troubles() == ()


def test_what_a_person_consents_to_is_not_kept(kept: KeptAnswers, whose: Whose) -> None:
    (given,) = VALID.results
    assert given.limit and given.specific_diseases, "the golden answer has both"
    answer = replace(VALID, results=(replace(given, consents=Consents(limit=True)),), unknown={"A": "b"}, message="c")
    kept.put(whose, answer, ON, NOW)
    assert (found := kept.get(whose, NOW)) is not None
    (result,) = found[0].results
    assert (result.limit, result.specific_diseases, result.medical_tickets, result.consents) == (
        *(None, (), (), Consents()),
    )
    assert (dict(found[0].unknown), found[0].message) == ({}, None)


def test_nothing_on_disk_is_in_clear_and_nobody_else_reads_it(tmp_path: Path, kept: KeptAnswers, whose: Whose) -> None:
    kept.put(whose, VALID, ON, NOW)
    (record,) = records(tmp_path)
    content = record.read_bytes()
    for text in ("土木", "71-0000", "000000", "133033", "1960-04-05", "valid"):
        assert text.encode() not in content
        assert text not in record.name
    assert (record.stat().st_mode & 0o777, record.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert KeptAnswers(tmp_path, OTHER_KEY, 90).get(whose, NOW) is None


def test_the_same_answer_is_encrypted_differently_each_time(tmp_path: Path, kept: KeptAnswers, whose: Whose) -> None:
    contents = set()
    for _ in range(3):
        kept.put(whose, VALID, ON, NOW)
        contents.add(records(tmp_path)[0].read_bytes())
    assert len(contents) == 3


@pytest.mark.parametrize(
    "other",
    [
        lambda enquiry: replace(enquiry, branch="01"),
        lambda enquiry: replace(enquiry, branch=""),
        lambda enquiry: replace(enquiry, birth_date=date(1960, 4, 6)),
        lambda enquiry: replace(enquiry, symbol="", number="71-0000000000"),
        lambda enquiry: replace(enquiry, insurer_number="133041"),
    ],
    ids=["branch", "no branch", "birthday", "symbol", "insurer"],
)
def test_each_person_has_an_answer_of_their_own(
    kept: KeptAnswers, enquiry: Enquiry, other: Callable[[Enquiry], Enquiry]
) -> None:
    kept.put(Whose.of(enquiry), VALID, ON, NOW)
    assert kept.get(Whose.of(other(enquiry)), NOW) is None


def test_full_width_numbers_are_the_same_person(kept: KeptAnswers, enquiry: Enquiry) -> None:
    kept.put(Whose.of(enquiry), VALID, ON, NOW)
    assert kept.get(Whose.of(replace(enquiry, symbol="７１－００００")), NOW) is not None


def test_a_later_answer_takes_the_place_of_an_earlier_one_and_never_the_other_way(
    tmp_path: Path, kept: KeptAnswers, whose: Whose
) -> None:
    """A question from the queue is answered late, for the day of its visit."""
    kept.put(whose, INVALID, ON, NOW)
    assert kept.put(whose, replace(VALID, as_of=NOW), ON - timedelta(days=2), NOW)
    assert (found := kept.get(whose, NOW)) is not None and found[0].status is Status.INVALID
    kept.put(whose, replace(VALID, as_of=NOW), ON, NOW)
    assert (found := kept.get(whose, NOW)) is not None and found[0].status is Status.VALID
    assert len(records(tmp_path)) == 1


def test_it_is_of_the_day_that_was_asked_about_and_never_of_the_future(kept: KeptAnswers, whose: Whose) -> None:
    kept.put(whose, replace(VALID, as_of=NOW), ON - timedelta(days=2), NOW)
    assert (found := kept.get(whose, NOW)) is not None
    assert found[1].isoformat() == "2026-11-20T23:59:59.999999+09:00"
    kept.put(whose, replace(VALID, as_of=NOW + timedelta(hours=5)), ON, NOW)
    assert (found := kept.get(whose, NOW)) is not None and found[1] == NOW


def test_that_there_is_no_qualification_ends_what_was_known(tmp_path: Path, kept: KeptAnswers, whose: Whose) -> None:
    kept.put(whose, VALID, ON, NOW)
    kept.put(whose, NONE, ON, NOW)
    assert kept.get(whose, NOW) is None
    assert records(tmp_path) == []


@pytest.mark.parametrize("status", [Status.TIMEOUT, Status.ERROR, Status.SEVERAL])
def test_what_is_no_answer_changes_nothing(kept: KeptAnswers, whose: Whose, status: Status) -> None:
    kept.put(whose, VALID, ON, NOW)
    assert kept.put(whose, Answer(status), ON, NOW)
    assert kept.get(whose, NOW) is not None


def test_an_old_answer_is_not_given_and_then_removed(tmp_path: Path, kept: KeptAnswers, whose: Whose) -> None:
    kept.put(whose, VALID, ON, NOW)
    assert kept.get(whose, NOW + timedelta(days=90)) is not None
    kept.purge(NOW + timedelta(days=90))
    assert len(records(tmp_path)) == 1
    assert kept.get(whose, NOW + timedelta(days=91)) is None
    kept.purge(NOW + timedelta(days=91))
    assert records(tmp_path) == []


def test_an_answer_from_the_future_is_not_given(kept: KeptAnswers, whose: Whose) -> None:
    """The clock was wrong when it was kept: nobody knows how old it is."""
    kept.put(whose, VALID, ON, NOW)
    assert kept.get(whose, NOW - timedelta(days=2)) is None


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "torn": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"",
    "one bit": lambda content: content[:40] + bytes([content[40] ^ 1]) + content[41:],
    "another version": lambda content: b"\x02" + content[1:],
    "zeros": lambda content: bytes(len(content)),
    "too large": lambda content: content + bytes(LARGEST_RECORD),
    "in clear": lambda content: b'{"answer": {"status": "valid"}}',
}


@pytest.mark.parametrize("spoiling", SPOILED.values(), ids=SPOILED.keys())
def test_a_spoiled_record_is_absent_and_told_until_it_is_replaced(
    tmp_path: Path, kept: KeptAnswers, whose: Whose, spoiling: Callable[[bytes], bytes]
) -> None:
    kept.put(whose, VALID, ON, NOW)
    (record,) = records(tmp_path)
    record.write_bytes(spoiling(record.read_bytes()))
    assert kept.get(whose, NOW) is None
    assert codes(kept) == ["N-19"]
    kept.put(whose, VALID, ON, NOW)
    assert kept.get(whose, NOW) is not None
    assert codes(kept) == []


def test_a_record_in_the_place_of_another_is_spoiled(tmp_path: Path, kept: KeptAnswers, enquiry: Enquiry) -> None:
    """Nobody becomes somebody else by a renamed file."""
    mother, child = Whose.of(enquiry), Whose.of(replace(enquiry, branch="01"))
    kept.put(mother, VALID, ON, NOW)
    (record,) = records(tmp_path)
    kept.put(child, INVALID, ON, NOW)
    (other,) = (one for one in records(tmp_path) if one != record)
    other.write_bytes(record.read_bytes())
    assert kept.get(child, NOW) is None
    assert codes(kept) == ["N-19"]


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "fifo"])
def test_what_is_no_file_is_absent_and_told(
    tmp_path: Path, kept: KeptAnswers, whose: Whose, make: Callable[[Path], None]
) -> None:
    kept.put(whose, VALID, ON, NOW)
    (record,) = records(tmp_path)
    record.unlink()
    make(record)
    assert kept.get(whose, NOW) is None
    assert codes(kept) == ["N-19"]


def test_a_trouble_says_nothing_of_a_person(tmp_path: Path, kept: KeptAnswers, whose: Whose) -> None:
    kept.put(whose, VALID, ON, NOW)
    (record,) = records(tmp_path)
    record.write_bytes(b"\x01")
    kept.get(whose, NOW)
    (failure,) = kept.troubles()
    assert failure.reason == "1 kept answer(s) cannot be read: it is torn or forged, or of another site key"


def test_after_a_rotation_of_the_site_key_the_answers_are_still_there(tmp_path: Path, whose: Whose) -> None:
    KeptAnswers(tmp_path, KEY, 90).put(whose, VALID, ON, NOW)
    rotated = KeptAnswers(tmp_path, KEY + OTHER_KEY, 90)
    assert rotated.get(whose, NOW) is not None
    rotated.put(whose, INVALID, ON, NOW + timedelta(minutes=1))
    assert len(records(tmp_path)) == 1
    assert (found := rotated.get(whose, NOW)) is not None and found[0].status is Status.INVALID


def test_there_are_never_more_than_may_be_and_the_oldest_go(tmp_path: Path, enquiry: Enquiry) -> None:
    kept = KeptAnswers(tmp_path, KEY, 90, most=20)
    people = [Whose.of(replace(enquiry, number=str(number))) for number in range(50)]
    for minutes, person in enumerate(people):
        kept.put(person, VALID, ON, NOW + timedelta(minutes=minutes))
        assert len(records(tmp_path)) <= 20
    later = NOW + timedelta(hours=1)
    assert kept.get(people[0], later) is None
    assert all(kept.get(person, later) for person in people[-15:])


def test_the_bound_holds_over_a_restart_and_while_one_is_kept_again(tmp_path: Path, enquiry: Enquiry) -> None:
    people = [Whose.of(replace(enquiry, number=str(number))) for number in range(20)]
    for person in people:
        KeptAnswers(tmp_path, KEY, 90, most=20).put(person, VALID, ON, NOW)
    again = KeptAnswers(tmp_path, KEY, 90, most=20)
    for _ in range(30):
        again.put(people[0], VALID, ON, NOW)
    assert len(records(tmp_path)) == 20, "nobody is removed for somebody who is there already"


def test_a_draft_that_a_kill_left_goes(tmp_path: Path, kept: KeptAnswers, whose: Whose) -> None:
    kept.put(whose, VALID, ON, NOW)
    (record,) = records(tmp_path)
    record.with_suffix(".new").write_bytes(b"half")
    kept.purge(NOW)
    assert records(tmp_path) == [record]


def test_a_folder_that_cannot_be_made_is_told_and_heals(tmp_path: Path, whose: Whose) -> None:
    (tmp_path / "data").write_text("in the way")
    kept = KeptAnswers(tmp_path / "data", KEY, 90)
    assert not kept.put(whose, VALID, ON, NOW)
    assert codes(kept) == ["N-19"]
    assert kept.get(whose, NOW) is None
    (tmp_path / "data").unlink()
    (tmp_path / "data").mkdir()
    assert kept.put(whose, VALID, ON, NOW)
    assert codes(kept) == []


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KiB."""
    with small_disk(tmp_path / "disk", "256k") as folder:
        yield folder


def test_a_full_disk_is_told_and_what_was_kept_stays(disk: Path, whose: Whose, enquiry: Enquiry) -> None:
    kept = KeptAnswers(disk, KEY, 90)
    kept.put(whose, VALID, ON, NOW)
    fill(disk)
    assert not kept.put(Whose.of(replace(enquiry, branch="01")), VALID, ON, NOW)
    assert codes(kept) == ["N-19"]
    kept.purge(NOW)
    assert codes(kept) == ["N-19"], "to remove nothing needs no room"
    assert kept.get(whose, NOW) is not None
    assert len(records(disk)) == 1, "no draft stays"
    (disk / "filler").unlink()
    assert kept.put(whose, VALID, ON, NOW)
    assert codes(kept) == []


def test_on_a_full_disk_an_answer_that_is_no_longer_right_goes(disk: Path, whose: Whose) -> None:
    kept = KeptAnswers(disk, KEY, 90)
    kept.put(whose, VALID, ON, NOW)
    fill(disk)
    big = replace(INVALID, results=(replace(INVALID.results[0], address="あ" * 4000),))
    assert not kept.put(whose, big, ON, NOW)
    assert kept.get(whose, NOW) is None, "«valid» would be shown of somebody who is not"


def test_a_file_of_somebody_else_is_no_record_and_stays(tmp_path: Path) -> None:
    folder = SealedFolder(tmp_path / "records", KEY, "test")
    folder.write("ab", b"1", NOW)
    (tmp_path / "records" / "notes.txt").write_text("somebody else's")
    assert list(folder.ages()) == ["ab"]
    assert (tmp_path / "records" / "notes.txt").exists()


def test_a_label_has_keys_of_its_own(tmp_path: Path) -> None:
    SealedFolder(tmp_path / "records", KEY, "one").write("ab", b"1", NOW)
    with pytest.raises(RecordSpoiled):
        SealedFolder(tmp_path / "records", KEY, "two").read("ab")
