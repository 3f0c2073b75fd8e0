"""What `verify` says of a journal that somebody changed, and what a power cut leaves behind."""

import json
import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.audit import Entry, Journal, JournalError, ProblemKind, verify
from kiosk.audit.head import head_path

Open = Callable[[], Journal]
Write = Callable[[int], None]
MakeEntry = Callable[..., Entry]


def test_a_journal_as_it_was_written_is_good(path: Path, key: bytes, written: Write) -> None:
    written(5)
    found = verify(path, key)
    assert (found.ok, found.entries, found.torn, found.problem) == (True, 6, False, None)


def test_a_journal_without_a_visit_is_good(path: Path, key: bytes, opened: Open) -> None:
    opened().close()
    assert (verify(path, key).ok, verify(path, key).entries) == (True, 1)


def rewritten(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


@pytest.mark.parametrize(
    ("change", "line", "kind"),
    [
        (lambda x: [x[0], x[1].replace(b"card_works", b"card_lost"), *x[2:]], 2, ProblemKind.EDITED),
        (lambda x: [x[0], x[1].replace(b'"sequence":2', b'"sequence":3'), *x[2:]], 2, ProblemKind.EDITED),
        (lambda x: [x[0], *x[2:]], 2, ProblemKind.REMOVED),
        (lambda x: x[1:], 1, ProblemKind.REMOVED),
        (lambda x: [x[0], x[2], x[1], *x[3:]], 2, ProblemKind.REMOVED),
        (lambda x: [x[0], x[1], x[1], *x[2:]], 3, ProblemKind.REORDERED),
        (lambda x: [*x, x[0]], 6, ProblemKind.REORDERED),
        (lambda x: [*x[:2], b"\n", *x[2:]], 3, ProblemKind.MALFORMED),
        (lambda x: [*x[:2], b"{}\n", *x[2:]], 3, ProblemKind.MALFORMED),
        (lambda x: [*x[:2], b"[" * 9_000 + b"\n", *x[2:]], 3, ProblemKind.MALFORMED),
        (lambda x: [*x[:2], b"x" * 50_000 + b"\n", *x[2:]], 3, ProblemKind.MALFORMED),
        (lambda x: [x[0].replace(b",", b", ", 1), *x[1:]], 1, ProblemKind.MALFORMED),
        (lambda x: [b"\xff" + x[0], *x[1:]], 1, ProblemKind.MALFORMED),
        (lambda x: x[:-1], 5, ProblemKind.END_REMOVED),
        (lambda x: [], 1, ProblemKind.END_REMOVED),
    ],
)
def test_the_first_line_that_was_tampered_with_is_named(
    path: Path,
    key: bytes,
    written: Write,
    change: Callable[[list[bytes]], list[bytes]],
    line: int,
    kind: ProblemKind,
) -> None:
    written(4)
    rewritten(path, change)
    problem = verify(path, key).problem
    assert problem is not None
    assert (problem.line, problem.kind) == (line, kind)


def test_every_single_byte_that_is_changed_is_found(path: Path, key: bytes, written: Write) -> None:
    written(2)
    whole = path.read_bytes()
    letters = random.Random(1)  # noqa: S311 - which letter does not matter
    for place in range(len(whole)):
        other = bytes([(whole[place] + letters.randrange(1, 256)) % 256])
        path.write_bytes(whole[:place] + other + whole[place + 1 :])
        found = verify(path, key)
        assert not found.ok or found.torn, place


def test_a_line_nested_to_any_depth_is_no_entry(path: Path, key: bytes, written: Write) -> None:
    written(1)
    good = path.read_bytes()
    for depth in range(1, 1200):
        path.write_bytes(good + b'{"hash":' + b"[" * depth + b"]" * depth + b"}\n")
        problem = verify(path, key).problem
        assert problem is not None and problem.kind is ProblemKind.MALFORMED, depth


def test_another_site_key_finds_everything_changed(path: Path, written: Write) -> None:
    written(2)
    problem = verify(path, b"x" * 32).problem
    assert problem is not None and problem.kind is ProblemKind.EDITED


def test_an_entry_written_without_the_key_is_found(path: Path, key: bytes, written: Write) -> None:
    written(2)
    forged = json.loads(path.read_text().splitlines()[-1])
    forged |= {"sequence": 4, "previous": forged["hash"], "hash": "0" * 64}
    with path.open("a") as file:
        file.write(json.dumps(forged, sort_keys=True, separators=(",", ":")) + "\n")
    problem = verify(path, key).problem
    assert problem is not None and (problem.line, problem.kind) == (4, ProblemKind.EDITED)


def test_the_file_that_says_where_the_journal_ended_must_be_there(path: Path, key: bytes, written: Write) -> None:
    written(3)
    head_path(path).unlink()
    problem = verify(path, key).problem
    assert problem is not None and problem.kind is ProblemKind.END_REMOVED


def test_an_end_that_was_removed_stays_found_after_the_kiosk_went_on(path: Path, key: bytes, written: Write) -> None:
    written(5)
    rewritten(path, lambda lines: lines[:3])
    written(2)
    problem = verify(path, key).problem
    assert problem is not None
    assert (problem.line, problem.kind, problem.message) == (
        4,
        ProblemKind.REMOVED,
        "entries 4 to 6 are missing before it",
    )


def test_an_end_removed_with_its_head_stays_found_after_the_kiosk_went_on(
    path: Path, key: bytes, written: Write
) -> None:
    written(5)
    rewritten(path, lambda lines: lines[:3])
    head_path(path).unlink()
    written(2)
    problem = verify(path, key).problem
    assert problem is not None and (problem.line, problem.kind) == (4, ProblemKind.END_REMOVED)


def test_a_part_exchanged_for_one_of_another_journal_is_found(
    path: Path, key: bytes, written: Write, opened: Open, entry: MakeEntry
) -> None:
    written(2)
    fork, head = path.read_bytes(), head_path(path).read_bytes()
    with opened() as journal:
        journal.append(entry(3, applies="notice"))
    first = path.read_bytes()
    path.write_bytes(fork)
    head_path(path).write_bytes(head)
    with opened() as journal:
        journal.append(entry(3))
        journal.append(entry(4))
    last = path.read_bytes().splitlines(keepends=True)[-1]
    path.write_bytes(first + last)
    problem = verify(path, key).problem
    assert problem is not None and (problem.line, problem.kind) == (6, ProblemKind.REMOVED)


def test_a_power_cut_at_every_byte_of_a_line_loses_that_line_only(
    path: Path, key: bytes, written: Write, opened: Open, entry: MakeEntry, tmp_path: Path
) -> None:
    with opened() as journal:
        journal.append(entry(1))
        whole, head = path.read_bytes(), head_path(path).read_bytes()
        journal.append(entry(2))
    line = path.read_bytes()[len(whole) :]
    for length in range(len(line)):
        path.write_bytes(whole + line[:length])
        head_path(path).write_bytes(head)
        side = path.with_name(path.name + ".torn")
        side.unlink(missing_ok=True)
        with opened() as journal:
            journal.append(entry(9))
        found = verify(path, key)
        assert (found.ok, found.entries, found.recovered) == (True, 4 + bool(length), int(bool(length)))
        assert (side.read_bytes() if length else b"\n") == line[:length] + b"\n"


def test_a_recovery_says_what_was_set_aside(path: Path, written: Write, opened: Open) -> None:
    written(1)
    with path.open("ab") as file:
        file.write(b'{"at":"2026')
    opened().close()
    said, start = (json.loads(line) for line in path.read_text().splitlines()[-2:])
    assert (said["kind"], said["torn_bytes"], said["sequence"]) == ("recovered", 11, 3)
    assert (start["kind"], start["before"], start["before_missing"]) == (
        "started",
        {"sequence": 3, "hash": said["hash"]},
        False,
    )


@pytest.mark.parametrize(
    "torn",
    [
        b"\x00" * 300,
        b"{}\n",
        b'{"at":\n',
        b"\x00\x00\n",
        b"\x00" * 20_000,
        b"\x00" * 60_000,
        b'{"at":' + b"\x00" * 1_000_000,
        b"\x00" * 60_000 + b'"hash":""}\n',
    ],
)
def test_whatever_the_disk_left_after_the_last_line_is_set_aside(
    path: Path, key: bytes, written: Write, torn: bytes
) -> None:
    written(2)
    with path.open("ab") as file:
        file.write(torn)
    written(1)
    found = verify(path, key)
    assert (found.ok, found.entries, found.recovered) == (True, 6, 1)
    assert path.with_name(path.name + ".torn").read_bytes() == torn + b"\n"


def test_an_unfinished_last_line_is_told_but_is_no_tampering(path: Path, key: bytes, written: Write) -> None:
    written(2)
    with path.open("ab") as file:
        file.write(b'{"at":')
    found = verify(path, key)
    assert (found.ok, found.torn, found.entries) == (True, True, 3)


def test_a_head_that_the_power_cut_left_behind_is_no_tampering(path: Path, key: bytes, written: Write) -> None:
    written(2)
    old = head_path(path).read_bytes()
    written(1)
    head_path(path).write_bytes(old)
    assert verify(path, key).ok
    written(1)
    assert (verify(path, key).ok, verify(path, key).entries) == (True, 7)


@pytest.mark.parametrize("damage", [b"x" * 200_000, b'{"a":1}\n' * 10])
def test_a_journal_whose_end_is_no_journal_is_not_written_to(
    path: Path, written: Write, opened: Open, damage: bytes
) -> None:
    written(1)
    with path.open("ab") as file:
        file.write(damage)
    before = path.read_bytes()
    with pytest.raises(JournalError, match="kiosk audit verify"):
        opened()
    assert path.read_bytes() == before


def test_a_journal_of_another_site_key_is_not_written_to(path: Path, written: Write) -> None:
    written(1)
    with pytest.raises(JournalError, match="another site key"):
        Journal.open(path, "1", b"x" * 32, now=datetime(2026, 6, 1, tzinfo=UTC))


def test_verifying_changes_nothing(path: Path, key: bytes, written: Write, tmp_path: Path) -> None:
    written(3)
    copy = tmp_path / "copy"
    shutil.copytree(path.parent, copy, ignore=shutil.ignore_patterns("copy"))
    verify(path, key)
    for file in copy.iterdir():
        assert file.read_bytes() == (path.parent / file.name).read_bytes()
