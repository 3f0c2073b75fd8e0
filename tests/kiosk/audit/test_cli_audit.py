"""`kiosk audit verify` as its users call it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.audit import Journal, journal_path
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
    assert json.loads(stdout) == {"ok": True, "entries": 3, "recovered": 0, "torn": False, "problem": None}


def test_a_journal_that_was_tampered_with_has_status_1(config: Path, tmp_path: Path) -> None:
    path = journal_path(tmp_path, "7")
    path.write_text(path.read_text().replace("card_works", "no_card", 1))
    status, stdout, stderr = verified(config, "--json")
    assert (status, json.loads(stdout)["problem"]["kind"]) == (1, "edited")
    assert "line 1 was changed" in stderr


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


def test_wrong_settings_have_status_2(tmp_path: Path) -> None:
    assert verified(tmp_path / "none.toml")[0] == 2
