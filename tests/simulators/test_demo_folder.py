"""``simulate demo``: it empties its own folder only, and disturbs no other demo."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from simulators import people
from simulators.cli import app
from simulators.demo import Stage, StageError, command, rounds, set_stage
from simulators.demo.command import free_port
from simulators.demo.stage import locked


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    folder = tmp_path / "precious"
    (folder / "deep").mkdir(parents=True)
    (folder / "thesis.txt").write_text("years of work")
    return folder


@pytest.fixture(autouse=True)
def in_a_place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # The logs of this process belong to all tests.
    monkeypatch.setattr(command, "configure_logs", lambda level: None)


def stage(folder: Path) -> Stage:
    return set_stage(folder, datetime.now(UTC))


def demo(*options: str) -> Result:
    return CliRunner().invoke(app, ["demo", *options])


def names(folder: Path) -> set[str]:
    return {item.name for item in folder.iterdir()}


@pytest.mark.parametrize("options", [["--once"], ["--port", "0"]])
def test_a_folder_with_somebody_elses_things_is_refused_and_stays(precious: Path, options: list[str]) -> None:
    result = demo(*options, "--folder", str(precious))
    assert result.exit_code == 2
    assert result.stderr == (
        f"{precious}: is not empty and no folder of a demo (.kiosk-demo is not in it); nothing was done\n"
    )
    assert names(precious) == {"deep", "thesis.txt"}


def test_an_empty_folder_is_taken_and_made_anew_the_next_time(tmp_path: Path, precious: Path) -> None:
    (folder := tmp_path / "stage").mkdir()
    fresh = names(stage(folder).folder)
    (folder / "left.txt").touch()
    (folder / "link").symlink_to(precious)
    assert names(stage(folder).folder) == fresh
    assert names(precious) == {"deep", "thesis.txt"}


def test_a_file_is_no_folder(precious: Path) -> None:
    with pytest.raises(StageError, match=r"thesis\.txt: File exists"):
        stage(precious / "thesis.txt")


def test_what_cannot_be_removed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = stage(tmp_path / "stage").folder

    def denied(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("shutil.rmtree", denied)
    with pytest.raises(StageError, match=r"stage/\w+: cannot be removed: Permission denied"):
        stage(folder)


def test_a_running_demo_keeps_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "demo"
    with locked(folder):
        before = names(stage(folder).folder)
        second = demo("--port", "0")
        assert second.exit_code == 2
        assert second.stderr == (f"{folder}: a demo is running in this folder; name another one with --folder\n")
        assert names(folder) == before
    with locked(folder):
        assert names(folder) == before


def test_a_port_that_is_taken_is_one_sentence_before_anything_is_made(tmp_path: Path) -> None:
    with command.listen_on(f"127.0.0.1:{(port := free_port())}"):
        second = demo("--port", str(port))
    assert second.exit_code == 2
    assert second.stderr.startswith(f"127.0.0.1:{port}: Address already in use")
    assert len(second.stderr.splitlines()) == 1
    assert names(tmp_path) == set()


@pytest.mark.parametrize("profile", command.Profile)
def test_once_needs_no_folder_and_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: command.Profile
) -> None:
    def one(on: date) -> list[people.Persona]:
        return [person for person in people.people(on) if person.id == "card-works"]

    for module in (command, rounds):
        monkeypatch.setattr(module, "people", one)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with locked(tmp_path / "var" / "demo"):
        result = demo("--once", "--profile", profile)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 visits, 0 wrong" in result.stdout
    assert names(tmp_path) == {"var"}
