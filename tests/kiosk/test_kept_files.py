"""Small files of ``data_dir``: whole, private, and neither a link nor a pipe in their place does harm."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from kiosk.kept_files import keep_directory_entry, locked, replace_whole
from kiosk.reception import OutOfUse


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept.json"


def test_a_file_is_replaced_whole_and_is_for_its_owner_only(path: Path) -> None:
    replace_whole(path, b"a much longer text")
    replace_whole(path, b"short")
    assert (path.read_bytes(), path.stat().st_mode & 0o777, list(path.parent.iterdir())) == (b"short", 0o600, [path])


def test_a_disk_that_is_full_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_whole(path, b"before")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_whole(path, b"after")
    assert (path.read_bytes(), list(path.parent.iterdir())) == (b"before", [path])


@pytest.mark.parametrize("trap", ["pipe", "link"])
def test_what_was_put_in_the_place_of_the_draft_is_not_written_to(path: Path, tmp_path: Path, trap: str) -> None:
    draft, other = path.with_name("kept.new"), tmp_path / "other"
    other.write_bytes(b"of somebody else")
    os.mkfifo(draft) if trap == "pipe" else draft.symlink_to(other)
    with pytest.raises(OSError, match=r"No such device|symbolic links"):
        replace_whole(path, b"new")
    assert other.read_bytes() == b"of somebody else"


def test_the_next_waits_for_the_lock(path: Path) -> None:
    came: list[str] = []

    def next_one() -> None:
        with locked(path):
            came.append("next")

    with locked(path):
        waiting = threading.Thread(target=next_one)
        waiting.start()
        came.append("first")
    waiting.join()
    assert came == ["first", "next"]


def test_a_link_in_the_place_of_the_lock_is_refused(path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"), locked(path):
        pass
    assert not (tmp_path / "elsewhere").exists()


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders and files that were synced, in order."""
    seen: list[Path] = []
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        seen.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def test_a_folder_is_synced(tmp_path: Path, synced: list[Path]) -> None:
    keep_directory_entry(tmp_path)
    assert synced == [tmp_path]


def test_a_kiosk_out_of_use_stays_so_after_a_power_cut_and_so_does_the_way_back(
    tmp_path: Path, synced: list[Path]
) -> None:
    mark = OutOfUse(tmp_path, "1")
    mark.set(True)
    assert (mark.is_set, synced) == (True, [tmp_path])
    mark.set(False)
    assert (mark.is_set, synced) == (False, [tmp_path, tmp_path])


@pytest.mark.parametrize("trap", ["pipe", "link"])
def test_what_lies_in_the_place_of_the_mark_is_not_waited_for_nor_made(tmp_path: Path, trap: str) -> None:
    path = tmp_path / "out-of-use-1"
    os.mkfifo(path) if trap == "pipe" else path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"No such device|symbolic links"):
        OutOfUse(tmp_path, "1").set(True)
    assert not (tmp_path / "elsewhere").exists()
