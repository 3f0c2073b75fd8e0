"""Drafts: one that a killed run left goes with the next output; one of a run that goes on stays."""

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
        files._remove_stale_drafts(tmp_path)
        real(*names)

    monkeypatch.setattr(files.os, put, with_another_run)
    with private(tmp_path / "out"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("private", [private_file, private_folder])
def test_what_a_killed_run_left_goes_with_the_next_output_of_any_name(
    tmp_path: Path, private: Callable[..., Any]
) -> None:
    (tmp_path / ".kiosk-00000001.draft").write_text("a member")
    (tmp_path / ".kiosk-00000002.draft").mkdir()
    (tmp_path / ".kiosk-00000002.draft" / "1.pdf").write_text("a member")
    (tmp_path / ".others.draft").write_text("of another program")
    with private_file(tmp_path / "of a run that goes on"), private(tmp_path / "out"):
        assert len(list(tmp_path.glob(".kiosk-*"))) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [".others.draft", "of a run that goes on", "out"]


def test_a_link_in_the_place_of_a_draft_leads_to_no_loss(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "a").touch()
    (tmp_path / ".kiosk-00000003.draft").symlink_to("kept")
    with private_file(tmp_path / "out"):
        pass
    assert (tmp_path / "kept" / "a").exists()


def test_a_file_that_came_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with pytest.raises(FileExistsError, match="out"), private_file(path, overwrites=False):
        path.write_text("of another run")
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {"out": "of another run"}
