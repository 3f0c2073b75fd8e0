"""`kiosk receipt`: verify, keys, rotate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kiosk.receipts import ReceiptKeyFile
from tests.kiosk.receipts.conftest import MEMBER, VISIT, Signing

Run = Callable[..., Result]


@pytest.fixture
def keys(signing: Signing, alone: Path) -> Path:
    (alone / "receipt").write_text(signing.receipt() + "\n", "ascii")
    path = alone / "keys.json"
    path.write_bytes(signing.jwks)
    return path


def test_a_receipt_is_accepted_with_what_it_says(kiosk_command: Run, keys: Path) -> None:
    done = kiosk_command("receipt", "verify", "receipt", "--keys", "keys.json")
    said = json.loads(done.stdout)
    assert (done.exit_code, said["verdict"], said["message"]) == (0, "accepted", None)
    assert (said["receipt"]["sub"], said["receipt"]["visit"]) == (MEMBER, VISIT)


def test_a_receipt_comes_from_standard_input_too(kiosk_command: Run, keys: Path, signing: Signing) -> None:
    done = kiosk_command("receipt", "verify", "-", "--keys", "keys.json", input=signing.receipt().encode())
    assert (done.exit_code, json.loads(done.stdout)["verdict"]) == (0, "accepted")


@pytest.mark.parametrize("content", ["", "hello", "a.b.c", "x" * 20_000_000, "é"])
def test_anything_else_is_refused(kiosk_command: Run, keys: Path, alone: Path, content: str) -> None:
    (alone / "receipt").write_text(content, "utf-8")
    done = kiosk_command("receipt", "verify", "receipt", "--keys", "keys.json")
    assert (done.exit_code, json.loads(done.stdout)["verdict"]) == (10, "refused")
    assert done.stderr.startswith("refused: ")


def test_a_receipt_of_another_kiosk_is_refused(kiosk_command: Run, keys: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    ReceiptKeyFile(tmp_path / "other").obtain()
    other = [key for key in ReceiptKeyFile(tmp_path / "other").read().public()]
    keys.write_text(json.dumps({"keys": other}), "ascii")
    done = kiosk_command("receipt", "verify", "receipt", "--keys", "keys.json")
    assert (done.exit_code, json.loads(done.stdout)["message"]) == (10, "it was signed by none of these keys (kid)")


@pytest.mark.parametrize("wrong", [["missing", "keys.json"], ["receipt", "missing"], ["receipt", "receipt"]])
def test_files_that_are_none_are_wrong_usage(kiosk_command: Run, keys: Path, wrong: list[str]) -> None:
    done = kiosk_command("receipt", "verify", wrong[0], "--keys", wrong[1])
    assert (done.exit_code, done.stdout) == (2, "")


def test_a_rotation_keeps_earlier_receipts_good(kiosk_command: Run, keys: Path, alone: Path, signing: Signing) -> None:
    (alone / "kiosk.toml").write_text(f'data_dir = "{signing.folder}"\n', "utf-8")
    assert kiosk_command("receipt", "rotate", "--config", "kiosk.toml").exit_code == 0
    printed = kiosk_command("receipt", "keys", "--config", "kiosk.toml")
    keys.write_text(printed.stdout, "ascii")
    assert len(json.loads(printed.stdout)["keys"]) == 2
    assert kiosk_command("receipt", "verify", "receipt", "--keys", "keys.json").exit_code == 0


def test_without_keys_nothing_is_rotated_or_printed(kiosk_command: Run, alone: Path) -> None:
    (alone / "kiosk.toml").write_text('data_dir = "var"\n', "utf-8")
    for command in ("rotate", "keys"):
        done = kiosk_command("receipt", command, "--config", "kiosk.toml")
        assert (done.exit_code, "receipt-keys.json" in done.stderr) == (4, True)
