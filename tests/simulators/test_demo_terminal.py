"""`simulate demo --terminal`: a clinic's kiosk with a simulated 資格確認端末, and people of other insurers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk import tokyo_day
from kiosk.eligibility.terminal import Status
from simulators import people
from simulators.cli import app
from simulators.demo import command, online, rounds, set_stage
from simulators.demo.online import OnlineResult, ask_about_outsiders, running_terminal, terminal_keys

HERE = ("card-works", "not-linked", "linkage-overdue")
PEOPLE = ("kyokai-valid", "kumiai-error", "kumiai-rare-letters", "kouki-one", "city-moved")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three personas, and five people of other insurers: ``script/demo --terminal --once`` has everybody."""
    for module in (command, rounds):
        monkeypatch.setattr(module, "people", lambda on: [one for one in people.people(on) if one.id in HERE])
    chosen = [one for one in people.outsiders(tokyo_day(datetime.now(UTC))) if one.id in PEOPLE]
    monkeypatch.setattr(online, "outsiders", lambda on: chosen)
    monkeypatch.setattr(command, "configure_logs", lambda level: None)


@pytest.mark.usefixtures("few")
def test_once_asks_about_everybody_elsewhere_and_each_answer_is_right(tmp_path: Path) -> None:
    result = CliRunner(env={"COLUMNS": "180"}).invoke(
        app, ["demo", "--terminal", "--once", "--folder", str(tmp_path / "stage")]
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert "3 visits, 0 wrong" in result.stdout
    assert "N-16" in result.stdout, "a new member is 該当資格なし where the terminal is asked"
    assert "5 people of other insurers, 0 wrong" in result.stdout
    for text in ("模擬健康保険協会", "SIM-E900", "new_qualification", "10 %"):
        assert text in result.stdout


@pytest.mark.usefixtures("few")
def test_a_wrong_answer_is_seen_and_is_the_exit_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online, "_EXPECTED", {"kyokai-valid": Status.INVALID})
    result = CliRunner(env={"COLUMNS": "180"}).invoke(
        app, ["demo", "--terminal", "--once", "--folder", str(tmp_path / "stage")]
    )
    assert result.exit_code == 1
    assert "3 wrong" in result.stdout and "WRONG" in result.stdout


@pytest.mark.usefixtures("few")
def test_an_answer_with_somebody_elses_name_is_wrong(tmp_path: Path) -> None:
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), **terminal_keys(tmp_path / "stage", once=True))
    with running_terminal(stage, once=True):
        asked = next(iter(ask_about_outsiders(stage)))
    assert asked.right
    (result,) = asked.answer.results
    swapped = replace(asked.answer, results=(replace(result, name="百目鬼　遼"),))
    assert not OnlineResult(asked.person, swapped, 0).right


def test_the_settings_are_a_clinic_s_and_without_the_option_there_is_no_terminal(tmp_path: Path) -> None:
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), **terminal_keys(tmp_path / "stage", once=False))
    assert (stage.settings.profile, stage.settings.eligibility.sources) == ("clinic", ["registry", "terminal"])
    assert stage.settings.terminal.req == tmp_path / "stage" / "terminal" / "req"
    plain = set_stage(tmp_path / "plain", datetime.now(UTC))
    assert plain.settings.terminal.req is None
    with pytest.raises(LookupError):
        next(ask_about_outsiders(plain))
