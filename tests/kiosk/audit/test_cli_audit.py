"""`kiosk audit verify` as its users call it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.audit import Entry, Journal, journal_path
from kiosk.cli.audit import app
from kiosk.identity import create_site_key, load_site_key


@pytest.fixture
def config(tmp_path: Path, entry: Callable[..., object]) -> Path:
    """Settings of a kiosk whose journal has three entries."""
    create_site_key(tmp_path / "site-key")
    file = tmp_path / "kiosk.toml"
    file.write_text(f'data_dir = "{tmp_path}"\nkiosk_id = "7"\n')
    key = load_site_key(tmp_path / "site-key")
    first = entry()
    with Journal.open(journal_path(tmp_path, "7"), "7", key, now=first.at) as journal:  # type: ignore[attr-defined]
        for visit in range(3):
            journal.append(entry(visit))  # type: ignore[arg-type]
    return file


def verified(config: Path, *options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["verify", "--config", str(config), *options])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def test_a_good_journal_has_status_0(config: Path) -> None:
    status, stdout, _ = verified(config, "--json")
    assert status == 0
    assert json.loads(stdout) == {
        "ok": True,
        "entries": 4,
        "recovered": 0,
        "torn": False,
        "problem": None,
        "clock_jumps": [],
        "anchor": None,
    }


def test_a_journal_that_was_tampered_with_has_status_1(config: Path, tmp_path: Path) -> None:
    path = journal_path(tmp_path, "7")
    path.write_text(path.read_text().replace("card_works", "no_card", 1))
    status, stdout, stderr = verified(config, "--json")
    assert (status, json.loads(stdout)["problem"]["kind"]) == (1, "edited")
    assert "line 2 was changed" in stderr


def test_another_journal_can_be_named(config: Path, tmp_path: Path) -> None:
    path = journal_path(tmp_path, "7")
    kept = tmp_path / "kept.jsonl"
    kept.write_bytes(path.read_bytes())
    (tmp_path / "kept.jsonl.head").write_bytes((tmp_path / f"{path.name}.head").read_bytes())
    assert verified(config, "--journal", str(kept))[0] == 0


def test_a_journal_that_is_not_there_has_status_3(config: Path, tmp_path: Path) -> None:
    journal_path(tmp_path, "7").unlink()
    status, _, stderr = verified(config)
    assert (status, "No such file" in stderr) == (3, True)


def test_a_missing_site_key_has_status_2_and_is_not_made(config: Path, tmp_path: Path) -> None:
    (tmp_path / "site-key").unlink()
    assert verified(config)[0] == 2
    assert not (tmp_path / "site-key").exists()


def test_a_pipe_is_refused_and_not_waited_for(config: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    command = [
        sys.executable,
        "-c",
        "from kiosk.cli import main; main()",
        "audit",
        "verify",
        "--config",
        str(config),
        "--journal",
        "pipe",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=20)
    assert (done.returncode, "pipe: not a regular file" in done.stderr) == (3, True)


def test_a_clock_that_jumps_is_named_with_both_instants_and_status_4(config: Path, tmp_path: Path) -> None:
    path, first = journal_path(tmp_path, "7"), datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
    with Journal.open(path, "7", load_site_key(tmp_path / "site-key"), now=first) as journal:
        for days in (0, -0.002, 401, 401, 30):
            journal.append(Entry(at=first + timedelta(days=days), visit=1))
    status, stdout, stderr = verified(config, "--json")
    said = json.loads(stdout)
    assert (status, said["ok"], said["clock_jumps"]) == (
        4,
        True,
        [
            {"sequence": 8, "before": "2026-06-01T00:27:07.200000Z", "at": "2027-07-07T00:30:00.000000Z"},
            {"sequence": 10, "before": "2027-07-07T00:30:00.000000Z", "at": "2026-07-01T00:30:00.000000Z"},
        ],
    )
    assert "entry 10: the clock went back, from 2027-07-07T00:30:00.000000Z to 2026-07-01T00:30:00.000000Z" in stderr
    assert "entry 8: the clock leapt ahead" in stderr


def test_wrong_settings_have_status_2(tmp_path: Path) -> None:
    assert verified(tmp_path / "none.toml")[0] == 2
