"""Watching the folder of the 顔認証付きカードリーダー."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import FaceFile, FaceFolder, Status, face_names
from kiosk.eligibility.terminal import face as face_module
from tests.kiosk.eligibility.terminal.other_side import INSTITUTION, golden, put

NOW = datetime(2026, 11, 22, 1, 15, tzinfo=UTC)


def named(moment: str, unique: str = "4da5260a16de5a3d3ad7") -> str:
    return f"OQSsiquc01res_face_{INSTITUTION}{unique}_{moment}.xml"


class Clock:
    """The present, which a test may move."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "face").mkdir()
    return tmp_path / "face"


@pytest.fixture
def faces(folder: Path, clock: Clock) -> Iterator[FaceFolder]:
    with closing(FaceFolder(folder, INSTITUTION, clock)) as made:
        yield made


def until(faces: FaceFolder, count: int, seconds: float = 10) -> list[FaceFile]:
    """Look until there are so many files."""
    found: list[FaceFile] = []
    deadline = time.monotonic() + seconds
    while len(found) < count and time.monotonic() < deadline:
        found += faces.look()
    assert len(found) == count
    return found


def test_a_new_file_is_found_once(folder: Path, faces: FaceFolder) -> None:
    assert faces.look() == []
    put(folder, named("20261122101500"), golden("face"))
    (found,) = until(faces, 1)
    assert (found.name, found.answer.status) == (named("20261122101500"), Status.VALID)
    assert found.answer.consents.medicine is False
    put(folder, named("20261122101600"), golden("face"))
    assert [one.name for one in until(faces, 1)] == [named("20261122101600")]


def test_what_is_there_already_comes_first_in_the_order_of_the_names(folder: Path, faces: FaceFolder) -> None:
    for moment in ("20261122101600", "20261122101500"):
        put(folder, named(moment), golden("face"))
    assert [one.name for one in until(faces, 2)] == [named("20261122101500"), named("20261122101600")]


def test_files_of_other_days_and_of_others_are_nothing(folder: Path, faces: FaceFolder) -> None:
    for name in (named("20261121235959"), named("20261123000000"), "OQSsiquc01res_20261122101500.xml", "Thumbs.db"):
        put(folder, name, golden("face"))
    put(folder, named("20261122101500"), golden("face"))
    assert [one.name for one in until(faces, 1)] == [named("20261122101500")]
    assert faces.look() == []


def test_the_day_is_that_of_tokyo_and_changes_at_midnight(folder: Path, faces: FaceFolder, clock: Clock) -> None:
    put(folder, named("20261123000100"), golden("face"))
    assert faces.look() == []
    clock.now = datetime(2026, 11, 22, 15, 1, tzinfo=UTC)
    assert [one.name for one in until(faces, 1)] == [named("20261123000100")]


def test_a_half_written_file_is_read_when_it_is_whole(folder: Path, faces: FaceFolder) -> None:
    path = folder / named("20261122101500")
    path.write_bytes(golden("face")[:900])
    assert faces.look() == []
    path.write_bytes(golden("face"))
    assert until(faces, 1)[0].answer.status is Status.VALID


@pytest.mark.parametrize("left", [b"not XML", None], ids=["broken", "moved away"])
def test_a_file_that_stays_unreadable_is_told(
    folder: Path, faces: FaceFolder, monkeypatch: pytest.MonkeyPatch, left: bytes | None
) -> None:
    monkeypatch.setattr(face_module, "_SETTLED", 0.3)
    path = folder / named("20261122101500")
    path.write_bytes(b"<")
    assert faces.look() == []
    path.write_bytes(left) if left else path.unlink()
    (found,) = until(faces, 1)
    assert (found.name, found.answer.status, found.answer.code) == (path.name, Status.ERROR, "N-12")


def test_a_file_of_another_clinic_shows_nothing(folder: Path, faces: FaceFolder) -> None:
    put(folder, named("20261122101500"), golden("face").replace(b"1312345678", b"1399999999"))
    (found,) = until(faces, 1)
    assert (found.answer.code, found.answer.results) == ("N-15", ())


def test_a_folder_that_is_gone_is_told_once_and_heals(folder: Path, faces: FaceFolder) -> None:
    folder.rmdir()
    (told,) = faces.look()
    assert (told.name, told.answer.code, faces.look()) == (None, "N-11", [])
    folder.mkdir()
    put(folder, named("20261122101500"), golden("face"))
    assert until(faces, 1)[0].name == named("20261122101500")


def test_a_folder_that_hangs_is_told_once(folder: Path, faces: FaceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(face_module, "_HANGS", 0.1)
    monkeypatch.setattr(face_names.os, "scandir", lambda _: released.wait() or os.listdir(folder))
    assert [one.answer.code for one in faces.look()] == ["N-11"]
    assert faces.look() == []
    released.set()


def test_old_files_are_neither_opened_nor_asked_for(
    folder: Path, faces: FaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(200):
        put(folder, named(f"202611211015{number % 60:02}", f"{number:020}"), golden("face"))
    put(folder, named("20261122101500"), golden("face"))
    opened: list[Path] = []
    read = face_module.read_whole
    monkeypatch.setattr(face_module, "read_whole", lambda path: opened.append(path) or read(path))
    until(faces, 1)
    assert [path.name for path in opened] == [named("20261122101500")] * 2


def test_hundreds_that_are_there_already_all_come(
    folder: Path, faces: FaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_module, "_HANGS", 2)
    names = [named(f"202611221015{number % 60:02}", f"{number:020}") for number in range(200)]
    for name in names:
        put(folder, name, golden("face"))
    found = until(faces, 200)
    assert {one.name for one in found} == {*names}
    assert {one.answer.status for one in found} == {Status.VALID}


def test_what_a_look_that_took_too_long_has_read_is_not_lost(
    folder: Path, faces: FaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, named("20261122101500"), golden("face"))
    released, read = threading.Event(), face_module.read_whole
    monkeypatch.setattr(face_module, "_HANGS", 0.1)
    monkeypatch.setattr(face_module, "read_whole", lambda path: released.wait() and read(path))
    assert [one.answer.code for one in faces.look()] == ["N-11"]
    released.set()
    monkeypatch.setattr(face_module, "_HANGS", 5)
    assert until(faces, 1)[0].answer.status is Status.VALID


def test_two_reads_are_20_ms_apart(folder: Path, faces: FaceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, named("20261122101500"), golden("face"))
    at: list[float] = []
    read = face_module.read_whole
    monkeypatch.setattr(face_module, "read_whole", lambda path: at.append(time.monotonic()) or read(path))
    until(faces, 1)
    assert at[1] - at[0] >= 0.02


def test_a_clock_put_back_over_midnight_makes_nothing_new(folder: Path, faces: FaceFolder, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC)
    put(folder, named("20261122235958"), golden("face"))
    until(faces, 1)
    clock.now = datetime(2026, 11, 22, 15, 0, 1, tzinfo=UTC)
    put(folder, named("20261123000000"), golden("face"))
    until(faces, 1)
    clock.now = datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC)
    put(folder, named("20261122235959"), golden("face"))
    assert [one.name for one in until(faces, 1)] == [named("20261122235959")]
    clock.now = datetime(2026, 11, 22, 15, 0, 1, tzinfo=UTC)
    put(folder, named("20261123000001"), golden("face"))
    assert [one.name for one in until(faces, 1)] == [named("20261123000001")]


def test_a_file_that_comes_within_the_folders_tick_is_found(folder: Path, faces: FaceFolder) -> None:
    """The folder's time has not moved since it was last looked at."""
    before = folder.stat()
    faces.look()
    put(folder, named("20261122101500"), golden("face"))
    os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert until(faces, 1)[0].name == named("20261122101500")


# A file that changes


def test_a_file_whose_content_changes_is_a_conflict_and_shows_nothing(folder: Path, faces: FaceFolder) -> None:
    """Whoever took it took somebody's; which of the two was there nobody knows."""
    name = named("20261122101500")
    put(folder, name, golden("face"))
    until(faces, 1)
    put(folder, name, golden("face").replace(b"000000", b"999999"))
    (told,) = until(faces, 1)
    assert (told.name, told.answer.code, told.answer.results) == (name, "N-14", ())


def test_a_file_that_is_written_again_with_the_same_content_is_told_once(
    folder: Path, faces: FaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_module, "SCAN", 0.05)
    reads: list[Path] = []
    read = face_module.read_whole
    monkeypatch.setattr(face_module, "read_whole", lambda path: reads.append(path) or read(path))
    path = folder / named("20261122101500")
    put(folder, path.name, golden("face"))
    until(faces, 1)
    os.utime(path, (1, 1))
    deadline = time.monotonic() + 10
    while len(reads) < 4 and time.monotonic() < deadline:
        assert faces.look() == []
    assert reads == [path] * 4
    assert faces.look() == []


def test_a_file_that_can_be_read_in_the_end_is_told_then(
    folder: Path, faces: FaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_module, "_SETTLED", 0.1)
    path = folder / named("20261122101500")
    path.write_bytes(golden("face")[:900])
    assert until(faces, 1)[0].answer.code == "N-12"
    monkeypatch.setattr(face_module, "_SETTLED", 5)
    path.write_bytes(golden("face"))
    assert until(faces, 1)[0].answer.status is Status.VALID


# Another program takes the files away


@pytest.fixture
def trash(tmp_path: Path) -> Path:
    (tmp_path / "trash").mkdir()
    return tmp_path / "trash"


@pytest.fixture
def with_trash(folder: Path, trash: Path, clock: Clock) -> Iterator[FaceFolder]:
    with closing(FaceFolder(folder, INSTITUTION, clock, trash=trash)) as made:
        yield made


def test_a_file_that_was_moved_away_while_it_was_read_is_read_there(
    folder: Path, trash: Path, with_trash: FaceFolder
) -> None:
    name = named("20261122101500")
    put(folder, name, golden("face"))
    assert with_trash.look() == []
    os.rename(folder / name, trash / name)
    assert [(one.name, one.answer.status) for one in until(with_trash, 1)] == [(name, Status.VALID)]


def test_a_file_that_was_moved_away_before_anybody_saw_it_is_found(trash: Path, with_trash: FaceFolder) -> None:
    """On a share that is looked through every second the other program is always first."""
    assert with_trash.look() == []
    put(trash, named("20261122101500"), golden("face"))
    assert until(with_trash, 1)[0].answer.status is Status.VALID


def test_a_file_that_is_moved_away_later_is_told_once(folder: Path, trash: Path, with_trash: FaceFolder) -> None:
    name = named("20261122101500")
    put(folder, name, golden("face"))
    until(with_trash, 1)
    os.rename(folder / name, trash / name)
    put(folder, named("20261122101600"), golden("face"))
    assert [one.name for one in until(with_trash, 1)] == [named("20261122101600")]


def test_without_the_trash_the_others_come_all_the_same(folder: Path, trash: Path, with_trash: FaceFolder) -> None:
    trash.rmdir()
    put(folder, named("20261122101500"), golden("face"))
    found = until(with_trash, 2)
    assert [one.answer.code for one in found] in (["N-11", None], [None, "N-11"])
    assert next(one for one in found if one.name is None).answer.reason.startswith("trash: ")
    assert with_trash.trouble is not None
    trash.mkdir()
    put(trash, named("20261122101600"), golden("face"))
    assert until(with_trash, 1)[0].name == named("20261122101600")
    assert with_trash.trouble is None
