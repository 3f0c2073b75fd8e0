"""``kiosk staff``: accounts from the command line."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from kiosk.cli import main; main()", "staff"]
GOOD = "tsuki-to-kaze9"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(f'data_dir = "{tmp_path / "data"}"\n')
    return path


def staff(config: Path, *words: str, password: str = "") -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *words, "--config", str(config)]
    return subprocess.run(command, input=password, capture_output=True, text=True, timeout=60)


def test_add_list_passwd_remove(config: Path) -> None:
    assert staff(config, "add", "hanako", "--display", "受付 花子", password=f"{GOOD}\n").returncode == 0
    listed = json.loads(staff(config, "list", "--json").stdout)
    assert listed == {"staff": [{"name": "hanako", "display": "受付 花子", "role": "staff"}]}
    assert staff(config, "passwd", "hanako", password="umi-to-yama-7\n").returncode == 0
    assert staff(config, "remove", "hanako").returncode == 0
    assert staff(config, "list").stdout == ""


def test_an_account_is_added_with_its_role_and_given_another(config: Path) -> None:
    assert staff(config, "add", "jiro", "--role", "officer", password=f"{GOOD}\n").returncode == 0
    assert staff(config, "list").stdout == "jiro\tjiro\tofficer\n"
    assert staff(config, "role", "jiro", "admin").returncode == 0
    assert json.loads(staff(config, "list", "--json").stdout)["staff"][0]["role"] == "admin"
    wrong = staff(config, "role", "jiro", "chief")
    assert wrong.returncode == 2 and "officer" in wrong.stderr


@pytest.mark.parametrize(
    ("words", "password", "says"),
    [
        (["add", "hanako"], "", "10 to 128 characters"),
        (["add", "hanako"], "hanako1234\n", "little more than"),
        (["add", "Hanako"], f"{GOOD}\n", "lower-case"),
        (["add", "hanako", "--display", "1234-5678-9018"], f"{GOOD}\n", "マイナンバー"),
        (["add", "1234-5678-9018"], f"{GOOD}\n", "マイナンバー"),
        (["passwd", "nobody"], f"{GOOD}\n", "no such account"),
        (["remove", "nobody"], "", "no such account"),
        (["role", "nobody", "officer"], "", "no such account"),
    ],
)
def test_a_refusal_is_one_line_and_status_1(config: Path, words: list[str], password: str, says: str) -> None:
    done = staff(config, *words, password=password)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr and len(done.stderr.splitlines()) == 1
    assert GOOD not in done.stderr and "9018" not in done.stderr
    assert not (config.parent / "data" / "staff.json").exists()


def test_a_password_is_no_argument(config: Path) -> None:
    assert staff(config, "add", "hanako", GOOD).returncode == 2


@pytest.mark.parametrize(("second", "status"), [(GOOD, 0), ("umi-to-yama-7", 1)])
def test_at_a_terminal_it_is_typed_twice_and_not_shown(config: Path, second: str, status: int) -> None:
    ours, theirs = pty.openpty()
    command = [*COMMAND, "add", "hanako", "--config", str(config)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        shown = b""
        for prompt, typed in ((b"password: ", GOOD), (b"once more: ", second)):
            while not shown.endswith(prompt):
                shown += os.read(ours, 1)
            os.write(ours, f"{typed}\n".encode())
        assert process.wait(timeout=60) == status
    assert GOOD.encode() not in shown
    os.close(ours)
