"""`kiosk policy`: what an officer is shown, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kiosk.policy_text import policy_text

Run = Callable[..., Result]


@pytest.fixture
def file(alone: Path) -> Path:
    path = alone / "policy.toml"
    path.write_text("late_elderly_age = 74\nlinkage_slack_days = 3\n", "utf-8")
    return path


def test_the_defaults_are_shown_without_a_file(kiosk_command: Run) -> None:
    shown = kiosk_command("policy", "show")
    assert (shown.exit_code, shown.stdout) == (0, policy_text())


def test_a_file_is_shown_whole(kiosk_command: Run, file: Path) -> None:
    shown = kiosk_command("policy", "show", str(file)).stdout
    assert "\nlate_elderly_age = 74\n" in shown and "# Default: 75\n" in shown
    assert "\nlinkage_days = [3, 4]\n" in shown


def test_what_is_shown_checks_as_the_same(kiosk_command: Run, file: Path, alone: Path) -> None:
    (alone / "whole.toml").write_text(kiosk_command("policy", "show", str(file)).stdout, "utf-8")
    for policy in (str(file), "whole.toml"):
        checked = kiosk_command("policy", "check", policy)
        assert (checked.exit_code, checked.stdout) == (0, "late_elderly_age: 74 (default: 75)\n")


def test_the_differences_as_json(kiosk_command: Run, file: Path) -> None:
    answer = json.loads(kiosk_command("policy", "check", str(file), "--json").stdout)
    assert answer == {"differs": {"late_elderly_age": {"value": "74", "default": "75"}}}


def test_nothing_that_differs_is_said_too(kiosk_command: Run, alone: Path) -> None:
    (alone / "empty.toml").write_text("", "utf-8")
    checked = kiosk_command("policy", "check", "empty.toml")
    assert (checked.exit_code, checked.stdout) == (0, "")
    assert "every value has its default" in checked.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("late_elderly_age = 0", "late_elderly_age: must be an integer from 1 to 1000"),
        ('printed_on_confirmation = ["subsidy_certificate"]', "printed_on_confirmation: must be a list of: elderly"),
        ("age = 75", "age: no such policy value"),
        ("late_elderly_age", "not valid TOML"),
    ],
)
@pytest.mark.parametrize("command", ["show", "check"])
def test_what_is_wrong_is_one_sentence_and_status_2(
    kiosk_command: Run, alone: Path, command: str, text: str, says: str
) -> None:
    (alone / "bad.toml").write_text(text, "utf-8")
    refused = kiosk_command("policy", command, "bad.toml")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert says in refused.stderr and refused.stderr.count("\n") == 1


def test_a_refusal_as_json(kiosk_command: Run, alone: Path) -> None:
    refused = kiosk_command("policy", "check", "missing.toml", "--json")
    assert refused.exit_code == 2
    assert "missing.toml: cannot be read" in json.loads(refused.stdout)["error"]["message"]
