"""A journal is read on from where it was read to: each line once, whole, and anew in a file that is another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.audit.chain import LONGEST_LINE
from kiosk.audit.journal_lines import JournalPlace, lines_after
from kiosk.files import FileError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "journal-1.jsonl"
    made.write_bytes(b"one\ntwo\nthr")
    return made


def read(path: Path, place: JournalPlace | None, most: int = 9) -> tuple[list[bytes], JournalPlace, bool]:
    with lines_after(path, place) as lines:
        found = [line for line, _ in zip(lines, range(most), strict=False)]
        return found, lines.place, lines.begin_anew


def test_each_line_is_read_once_and_a_torn_one_when_it_is_whole(path: Path) -> None:
    found, place, anew = read(path, None)
    assert (found, place.offset, anew) == ([b"one\n", b"two\n"], 8, True)
    with path.open("ab") as file:
        file.write(b"ee\n")
    assert read(path, place)[::2] == ([b"three\n"], False)


def test_who_stops_early_goes_on_there(path: Path) -> None:
    with lines_after(path, None) as lines:
        for line in lines:
            assert line == b"one\n"
            break
    assert read(path, lines.place)[0] == [b"two\n"]


@pytest.mark.parametrize("shortened", [True, False])
def test_a_file_that_is_shorter_or_another_one_is_read_from_its_beginning(path: Path, shortened: bool) -> None:
    _, place, _ = read(path, None)
    if not shortened:
        path.rename(path.with_suffix(".old"))
    path.write_bytes(b"new\n" if shortened else b"new\nlonger than before\n")
    assert read(path, place, most=1)[::2] == ([b"new\n"], True)


def test_a_line_that_is_too_long_is_never_in_memory_as_a_whole(path: Path) -> None:
    path.write_bytes(b"x" * 3 * LONGEST_LINE + b"\nafter\n")
    found, _, _ = read(path, None)
    assert max(map(len, found)) == LONGEST_LINE + 1 and found[-1] == b"after\n"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError), lines_after(tmp_path, None):
        pass
