"""Commands under a terminal that does not speak UTF-8: no traceback, escapes on standard error, data in UTF-8."""

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk import __version__
from kiosk.eligibility import Registry, read_rows

NAME = "髙﨑 𠮷野"
TARO = "133033:71-0000:000001:00"
UNDER = {
    "LANG=C, and no UTF-8 mode": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "ascii": {"PYTHONIOENCODING": "ascii:strict"},
    "Shift_JIS": {"PYTHONIOENCODING": "shift_jis"},
    "a Shift_JIS locale": {"LC_ALL": "ja_JP.SJIS"},
}
"""Where there is no such locale the last one is the same as LANG=C."""

each_encoding = pytest.mark.parametrize("environment", UNDER.values(), ids=UNDER.keys())


@pytest.fixture(autouse=True)
def at_work(
    one_registry: Registry,
    member_file: Callable[..., bytes],
    source: Callable[..., object],
    register_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KIOSK_DATABASE", register_url)
    Path("members.csv").write_bytes(member_file({"name": NAME, "notice_issued_on": ""}))
    one_registry.import_members(read_rows(io.BytesIO(Path("members.csv").read_bytes())), source())


def run(environment: dict[str, str], *words: str, program: str = "kiosk.cli") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", f"from {program} import main; main()", *words]
    ended = subprocess.run(command, env=os.environ | environment, capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in ended.stderr and b"Error" not in ended.stderr.replace("─ Error ─".encode(), b"")
    return ended


DATA = {
    "an object": ["registry", "show", "--member", TARO, "--json"],
    "a member file": ["registry", "export", "-"],
    "text": ["registry", "show", "--member", TARO],
}


@each_encoding
@pytest.mark.parametrize("words", DATA.values(), ids=DATA.keys())
def test_standard_output_is_utf_8(environment: dict[str, str], words: list[str]) -> None:
    ended = run(environment, *words)
    assert (ended.returncode, ended.stderr.decode("ascii", "replace").count("1 exported")) in ((0, 0), (0, 1))
    assert NAME in ended.stdout.decode("utf-8")


@each_encoding
@pytest.mark.parametrize("words", [["handbook"], ["document", "notice", "--help"]], ids=" ".join)
def test_what_is_printed_for_people_is_whole(environment: dict[str, str], words: list[str]) -> None:
    ended = run(environment, *words)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.decode("utf-8")


@each_encoding
def test_a_message_degrades(environment: dict[str, str]) -> None:
    run(environment, "issuance", "plan", "--on", "2026-11-25", "--json-lines", "plan.jsonl")
    run(environment, "issuance", "enqueue", "plan.jsonl", "--by", "hanako")
    ended = run(environment, "issuance", "list", "--json")
    assert ended.returncode == 0
    assert json.loads(ended.stdout.decode("utf-8"))["member"] == TARO
    assert b"1" in ended.stderr


@each_encoding
def test_the_invented_people_are_utf_8(environment: dict[str, str]) -> None:
    ended = run(environment, "people", "--json", program="simulators.cli")
    assert len(json.loads(ended.stdout.decode("utf-8"))["people"]) > 10
    assert "マイナ保険証" in run(environment, "people", program="simulators.cli").stdout.decode("utf-8")


@each_encoding
def test_names_of_files_are_named_or_refused(environment: dict[str, str]) -> None:
    Path("受付.toml").write_text('policy = "方針.toml"\n', "utf-8")
    for words in (["--config", "受付.toml"], ["--database", "sqlite:///無い.sqlite"]):
        assert run(environment, "registry", "show", "--member", TARO, *words).returncode in (2, 3)


def test_a_terminal_gets_its_own_encoding_and_json_stays_utf_8() -> None:
    for words, encoding in ((DATA["text"], "shift_jis"), (DATA["an object"], "utf-8")):
        seen = seen_on_a_terminal({"PYTHONIOENCODING": "shift_jis"}, *words)
        assert "千代田区" in seen.decode(encoding)


def seen_on_a_terminal(environment: dict[str, str], *words: str) -> bytes:
    controller, terminal = pty.openpty()
    command = [sys.executable, "-c", "from kiosk.cli import main; main()", *words]
    with subprocess.Popen(command, stdout=terminal, env=os.environ | environment) as process:
        os.close(terminal)
        seen = b""
        while part := _read(controller):
            seen += part
        assert process.wait(60) == 0
    os.close(controller)
    return seen


def _read(controller: int) -> bytes:
    try:
        return os.read(controller, 65_536)
    except OSError:  # so Linux tells that nobody has the terminal open any more
        return b""


def test_the_version_is_told() -> None:
    ended = run({}, "--version")
    assert (ended.returncode, ended.stdout.decode()) == (0, f"kiosk {__version__}\n")
