"""A journal that is unlinked, replaced or put back while the kiosk runs, or between two runs."""

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk import __version__
from kiosk.audit import Entry, Journal, JournalError, JournalLost, ProblemKind, verify
from kiosk.audit.head import Head, head_path

Open = Callable[..., Journal]
MakeEntry = Callable[..., Entry]
AT = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def wipe(path: Path) -> None:
    path.unlink()
    head_path(path).unlink()


def test_a_start_says_which_program_and_what_went_before(path: Path, opened: Open, entry: MakeEntry) -> None:
    with opened() as journal:
        journal.append(entry())
    opened().close()
    first, visit, second = lines(path)
    assert (first["kind"], first["version"], first["before"], first["before_missing"]) == (
        "started",
        __version__,
        None,
        False,
    )
    assert (second["kind"], second["before"]) == ("started", {"sequence": 2, "hash": visit["hash"]})
    assert second["before_missing"] is False


def test_an_orderly_stop_is_written_and_closes(path: Path, opened: Open, entry: MakeEntry) -> None:
    journal = opened()
    journal.stop(AT)
    assert [line["kind"] for line in lines(path)] == ["started", "stopped"]
    with pytest.raises(JournalError, match="closed"):
        journal.append(entry())


@pytest.mark.parametrize("how", ["unlink", "unlink with head", "replace", "put a copy back", "folder away"])
def test_an_entry_into_a_file_that_is_no_longer_there_is_refused_and_never_lost(
    path: Path, key: bytes, opened: Open, entry: MakeEntry, how: str
) -> None:
    with opened() as journal:
        journal.append(entry(1))
        match how:
            case "unlink":
                path.unlink()
            case "unlink with head":
                wipe(path)
            case "replace":
                path.unlink()
                path.write_bytes(b"")
            case "put a copy back":
                shutil.copy(path, path.with_name("copy"))
                os.replace(path.with_name("copy"), path)
            case _:
                path.parent.rename(path.parent.with_name("away"))
        with pytest.raises(JournalLost):
            journal.check()
        with pytest.raises(JournalLost):
            journal.append(entry(2))


@pytest.mark.parametrize("lines_left", [0, 1])
def test_a_journal_that_was_cut_while_it_is_open_is_told_before_the_next_entry(
    path: Path, key: bytes, opened: Open, entry: MakeEntry, lines_left: int
) -> None:
    with opened() as journal:
        journal.append(entry(1))
        left = sum(map(len, path.read_bytes().splitlines(keepends=True)[:lines_left]))
        os.truncate(path, left)
        with pytest.raises(JournalLost):
            journal.check()
        with pytest.raises(JournalLost):
            journal.append(entry(2))
        journal.reopen(AT)
        assert journal.before_missing is not None and journal.before_missing.sequence == 2
        journal.append(entry(2))
    assert [line["kind"] for line in lines(path)[lines_left:]] == ["started", "visit"]
    assert not verify(path, key).ok


def test_what_another_program_wrote_into_an_open_journal_spoils_no_entry(
    path: Path, key: bytes, opened: Open, entry: MakeEntry
) -> None:
    with opened() as journal:
        journal.append(entry(1))
        with path.open("ab") as other:
            other.write(b"no entry")
        with pytest.raises(JournalLost):
            journal.append(entry(2))
        journal.reopen(AT)
        journal.append(entry(2))
    found = verify(path, key)
    assert (found.ok, found.entries, found.recovered) == (True, 5, 1)


@pytest.mark.parametrize("head_too", [False, True])
def test_opened_again_it_says_in_its_first_line_what_went_before(
    path: Path, key: bytes, opened: Open, entry: MakeEntry, head_too: bool
) -> None:
    with opened() as journal:
        journal.append(entry(1))
        last = lines(path)[-1]
        path.unlink()
        if head_too:
            head_path(path).unlink()
        with pytest.raises(JournalLost):
            journal.append(entry(2))
        journal.reopen(AT)
        journal.check()
        journal.append(entry(2))
        assert journal.before_missing == Head(2, str(last["hash"]))
    first, visit = lines(path)
    assert (first["kind"], first["before_missing"], visit["visit"]) == ("started", True, 2)
    assert first["before"] == {"sequence": 2, "hash": last["hash"]}
    problem = verify(path, key).problem
    assert problem is not None
    assert (problem.line, problem.kind, problem.message) == (
        1,
        ProblemKind.REMOVED,
        "entries 1 to 2 are missing before it",
    )


def test_a_journal_that_is_whole_cannot_be_opened_a_second_time(opened: Open) -> None:
    """Healing never takes the lock from a writer that still has the file."""
    with opened() as journal, pytest.raises(JournalError, match="another process"):
        Journal.open(journal.path, "1", bytes(range(32)), now=AT)


@pytest.mark.parametrize("emptied", [False, True])
def test_a_journal_behind_its_anchor_says_so_at_the_start_and_verify_names_it_for_ever(
    path: Path, key: bytes, opened: Open, written: Callable[[int], None], emptied: bool
) -> None:
    written(5)
    anchor = Head(6, str(lines(path)[-1]["hash"]))
    head_path(path).unlink()
    if emptied:
        path.write_bytes(b"")
    else:
        path.unlink()
    with opened(anchor=anchor) as journal:
        assert journal.before_missing == anchor
    (first,) = lines(path)
    assert (first["sequence"], first["before"], first["before_missing"]) == (
        7,
        {"sequence": 6, "hash": anchor.hash},
        True,
    )
    written(1)
    problem = verify(path, key).problem
    assert problem is not None and (problem.line, problem.kind) == (1, ProblemKind.REMOVED)


def test_an_old_copy_of_both_files_is_behind_its_anchor(
    path: Path, key: bytes, opened: Open, written: Callable[[int], None]
) -> None:
    written(2)
    old, old_head = path.read_bytes(), head_path(path).read_bytes()
    written(3)
    anchor = Head(7, str(lines(path)[-1]["hash"]))
    path.write_bytes(old)
    head_path(path).write_bytes(old_head)
    assert verify(path, key).ok, "nothing in the folder itself shows it"
    found = verify(path, key, anchor=anchor).problem
    assert found is not None and found.kind is ProblemKind.END_REMOVED
    with opened(anchor=anchor) as journal:
        assert journal.before_missing == anchor
    problem = verify(path, key).problem
    assert problem is not None and (problem.line, problem.kind) == (4, ProblemKind.REMOVED)


@pytest.mark.parametrize("later", [False, True])
def test_another_journal_in_its_place_is_found_however_long_it_is(
    path: Path, key: bytes, opened: Open, written: Callable[[int], None], later: bool
) -> None:
    """A fork: the files of an earlier time, and visits since. ``later``: the register came after the start."""
    written(2)
    anchor = Head(3, "a" * 64)
    written(3)
    with opened(anchor=None if later else anchor) as journal:
        if later:
            assert journal.before_missing is None
            journal.compare(anchor, AT)
        assert journal.before_missing == anchor
    last = lines(path)[-1]
    assert (last["kind"], last["before"], last["before_missing"]) == (
        "replaced" if later else "started",
        {"sequence": 3, "hash": "a" * 64},
        True,
    )
    problem = verify(path, key).problem
    assert problem is not None and problem.kind is ProblemKind.REMOVED
    assert "entry 3" in problem.message


def test_an_anchor_that_fits_changes_nothing(path: Path, key: bytes, opened: Open, entry: MakeEntry) -> None:
    with opened() as journal:
        journal.append(entry())
        anchor = journal.end
        journal.append(entry())
        journal.compare(anchor, AT)
        assert journal.before_missing is None
    with opened(anchor=anchor) as journal:
        assert journal.before_missing is None
    assert (verify(path, key, anchor=anchor).ok, len(lines(path))) == (True, 4)


def test_an_anchor_far_back_in_a_long_journal_is_found(
    path: Path, opened: Open, written: Callable[[int], None]
) -> None:
    written(400)
    early = lines(path)[9]
    for seal, missing in ((str(early["hash"]), False), ("b" * 64, True)):
        with opened(anchor=Head(10, seal)) as journal:
            assert (journal.before_missing is not None) is missing


def test_an_empty_file_is_no_good_journal(path: Path, key: bytes) -> None:
    path.touch()
    problem = verify(path, key).problem
    assert problem is not None and problem.kind is ProblemKind.END_REMOVED


@pytest.mark.parametrize("name", ["journal-1.jsonl", "journal-1.jsonl.torn", "journal-1.jsonl.new"])
def test_a_pipe_in_the_place_of_a_file_is_an_error_and_no_waiting(
    path: Path, opened: Open, written: Callable[[int], None], name: str
) -> None:
    written(1)
    with path.open("ab") as file:
        file.write(b"torn")
    path.with_name(name).unlink(missing_ok=True)
    os.mkfifo(path.with_name(name))
    with pytest.raises(JournalError, match="journal"):
        opened().close()
