"""``kiosk token``: the programs that may use the API, from the command line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.cli.token import _Scope
from kiosk.staff import ApiTokens, Scope, api_tokens_path

COMMAND = [sys.executable, "-c", "from kiosk.cli import main; main()", "token"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(f'data_dir = "{tmp_path / "data"}"\n')
    return path


def token(config: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *words, "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_line_knows_every_scope() -> None:
    assert [scope.value for scope in _Scope] == [scope.value for scope in Scope]


def test_add_prints_the_token_alone_and_nothing_shows_it_again(config: Path) -> None:
    added = token(config, "add", "emr", "--scope", "visit:read", "--scope", "member:read")
    assert (added.returncode, added.stderr) == (0, "")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\n", added.stdout)
    (found,) = json.loads(token(config, "list", "--json").stdout)["tokens"]
    assert (found["name"], found["scopes"]) == ("emr", ["member:read", "visit:read"])
    listed = token(config, "list")
    assert listed.stdout.startswith("emr\tmember:read visit:read\t")
    assert added.stdout.strip() not in listed.stdout
    known = ApiTokens(api_tokens_path(config.parent / "data")).find(added.stdout.strip())
    assert known is not None and known.name == "emr"
    assert token(config, "revoke", "emr").returncode == 0
    assert token(config, "list", "--json").stdout == '{"tokens": []}\n'


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["add", "emr"], 2, "--scope"),
        (["add", "emr", "--scope", "everything"], 2, "everything"),
        (["add", "e m r", "--scope", "visit:read"], 1, "a name has"),
        (["add", "1234-5678-9018", "--scope", "visit:read"], 1, "マイナンバー"),
        (["revoke", "nobody"], 1, "no such token"),
    ],
)
def test_a_refusal_says_why_and_makes_nothing(config: Path, words: list[str], status: int, says: str) -> None:
    done = token(config, *words)
    assert (done.returncode, done.stdout) == (status, "")
    assert says in done.stderr
    assert not (config.parent / "data" / "tokens.json").exists()
