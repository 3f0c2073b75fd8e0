"""Two runs that write the same file or folder at once: neither removes the other's draft as a stale one."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk import private_files as files
from kiosk.private_files import private_file, private_folder


def once(make: Callable[..., Any], spoil: Callable[[Any], object]) -> Callable[..., Any]:
    """Make drafts, the first of which another run removes before it is locked."""
    made: list[Any] = []

    def making(**options: Any) -> Any:
        made.append(make(**options))
        if len(made) == 1:
            spoil(made[0])
        return made[-1]

    return making


def test_a_file_whose_draft_another_run_removed_gets_a_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.tempfile, "mkstemp", once(tempfile.mkstemp, lambda made: os.unlink(made[1])))
    with private_file(tmp_path / "plan.jsonl") as stream:
        stream.write("whole")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"plan.jsonl": "whole"}


def test_a_folder_whose_draft_another_run_removed_gets_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def removed_once(draft: Path, mode: int) -> None:
        made.append(draft)
        if len(made) > 1:
            os.mkdir(draft, mode)

    monkeypatch.setattr(Path, "mkdir", removed_once)
    with private_folder(tmp_path / "out") as draft:
        (draft / "a").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "a"]


@pytest.mark.parametrize(("put", "private"), [("replace", private_file), ("rename", private_folder)])
def test_a_draft_is_held_until_it_is_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, put: str, private: Callable[..., Any]
) -> None:
    real = getattr(os, put)

    def with_another_run(*names: Any) -> None:
        files._remove_stale_drafts(tmp_path / "out")
        real(*names)

    monkeypatch.setattr(files.os, put, with_another_run)
    with private(tmp_path / "out"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
