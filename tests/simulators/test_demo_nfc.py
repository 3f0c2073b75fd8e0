"""``simulate demo --nfc --once`` for some of the personas; ``script/soak demo`` makes everybody's visit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulators import people
from simulators.cli import app
from simulators.demo import command, rounds

SOME = {"card-works", "not-linked-notice", "pin-last-try", "foreign-card"}


@pytest.fixture(autouse=True)
def some_people(monkeypatch: pytest.MonkeyPatch) -> None:
    def some(on: date) -> list[people.Persona]:
        return [person for person in people.people(on) if person.id in SOME]

    for module in (command, rounds):
        monkeypatch.setattr(module, "people", some)
    # The logs of this process belong to all tests.
    monkeypatch.setattr(command, "configure_logs", lambda level: None)


def demo(folder: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["demo", "--nfc", "--once", "--folder", str(folder)])
    return result.exit_code, result.stdout


def test_every_visit_is_right_and_so_is_the_exit_status(tmp_path: Path) -> None:
    status, table = demo(tmp_path / "demo")
    assert status == 0
    assert f"{len(SOME)} visits, 0 wrong" in table


def test_one_wrong_answer_is_status_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rounds._CODES, people.FailureKind.PIN_LAST_TRY, {"P-01"})
    status, table = demo(tmp_path / "demo")
    assert status == 1
    assert f"{len(SOME)} visits, 1 wrong" in table
