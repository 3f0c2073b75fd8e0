"""One service at a time on one folder."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.folder_lock import FolderLock, LockedElsewhere

SINCE = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)


def test_who_has_the_folder_is_named_until_it_is_let_go(tmp_path: Path) -> None:
    lock = FolderLock.take(tmp_path, "kiosk serve, kiosk_id 1", SINCE)
    with pytest.raises(LockedElsewhere) as held:
        FolderLock.take(tmp_path, "kiosk serve, kiosk_id 2", SINCE)
    assert str(held.value) == (
        f"{tmp_path} is held by process {os.getpid()} (kiosk serve, kiosk_id 1, since 2026-12-01T08:30:00+00:00)"
    )
    lock.release()
    assert list(tmp_path.iterdir()) == []
    FolderLock.take(tmp_path, "kiosk serve, kiosk_id 2", SINCE).release()


def test_what_an_ended_process_left_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "service.lock").write_text('{"pid": 1, "program": "kiosk serve", "since": "2026-11-01"}')
    FolderLock.take(tmp_path, "kiosk serve", SINCE).release()


@pytest.mark.parametrize("content", ["", "[]", '{"pid": "x"}', "[" * 1000])
def test_a_holder_that_has_not_said_who_it_is(tmp_path: Path, content: str) -> None:
    lock = FolderLock.take(tmp_path, "kiosk serve", SINCE)
    (tmp_path / "service.lock").write_text(content)
    with pytest.raises(LockedElsewhere, match="another process, which has not said who it is"):
        FolderLock.take(tmp_path, "kiosk serve", SINCE)
    lock.release()


def test_a_lock_on_a_file_that_was_taken_away_is_none(tmp_path: Path, mocker) -> None:
    first = FolderLock.take(tmp_path, "kiosk serve", SINCE)
    real = os.open

    def opened_before_it_goes(path: Path, *given: int) -> int:
        descriptor = real(path, *given)
        if first.path.exists() and not opening.called_with_release:
            opening.called_with_release = True
            first.release()
        return descriptor

    opening = mocker.patch("kiosk.folder_lock.os.open", side_effect=opened_before_it_goes)
    opening.called_with_release = False
    second = FolderLock.take(tmp_path, "kiosk serve", SINCE)
    assert opening.call_count == 2
    assert os.path.samestat(os.fstat(second.descriptor), os.stat(second.path))
    second.release()


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "service.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        FolderLock.take(tmp_path, "kiosk serve", SINCE)
    assert not (tmp_path / "elsewhere").exists()
