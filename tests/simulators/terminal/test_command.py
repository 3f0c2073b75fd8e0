"""``simulate terminal``: a process of its own, as the demo and other programs use it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulators.cli import app
from simulators.terminal import Scenario, TerminalFolders
from tests.simulators.terminal.reading import GOLDEN, question, read_bytes

PERSON = "133033:71-0000:000000:00"
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def folders(tmp_path: Path) -> TerminalFolders:
    return TerminalFolders.made_in(tmp_path)


def arguments(folders: TerminalFolders, *more: str) -> list[str]:
    places = ("--req", str(folders.req), "--res", str(folders.res), "--face", str(folders.face))
    return ["terminal", *places, "--members", str(GOLDEN / "members.csv"), "--delay", "0", *more]


@pytest.fixture
def start(folders: TerminalFolders) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def start(*more: str, stdin: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "simulators", *arguments(folders, *more)]
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[bytes]) -> dict[str, object]:
    assert process.stdout is not None
    told: dict[str, object] = json.loads(process.stdout.readline())
    return told


def order(process: subprocess.Popen[bytes], text: str) -> dict[str, object]:
    assert process.stdin is not None
    process.stdin.write(f"{text}\n".encode())
    process.stdin.flush()
    return line(process)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_is_ready_answers_and_ends_well(start: Start, folders: TerminalFolders, end: signal.Signals) -> None:
    process = start()
    assert line(process) == {"ready": True, "people": 5}

    face = order(process, f"face {PERSON} limit no-checkup")["face_file"]
    root = read_bytes((folders.face / str(face)).read_bytes())
    assert root.findtext(".//LimitApplicationCertificateRelatedConsFlg") == "1"
    assert root.findtext(".//SpecificHealthCheckupsInfoConsFlg") == "0"
    assert root.find(".//OperationInfoConsFlg") is None

    process.send_signal(end)
    assert process.wait(20) == 0
    assert process.communicate() == (b"", b"")


def test_orders_that_cannot_be_carried_out_are_answered(start: Start) -> None:
    process = start()
    line(process)
    assert order(process, "face 1:2:3:4") == {"error": "no such member"}
    assert "expected: face" in str(order(process, "dance"))
    assert "expected: face" in str(order(process, f"face {PERSON} everything"))
    assert "one of: valid" in str(order(process, "scenario odd"))
    assert order(process, "x" * 5000) == {"error": "a line has at most 1000 bytes"}
    assert order(process, "scenario silent") == {"scenario": "silent"}
    assert order(process, "scenario -") == {"scenario": None}


def test_the_end_of_its_input_is_not_its_end(start: Start, folders: TerminalFolders) -> None:
    process = start(stdin=subprocess.DEVNULL)
    line(process)
    (folders.req / "1.tmp").write_bytes(question())
    (folders.req / "1.tmp").rename(folders.req / "OQSsiquc01req_1.xml")
    while not (folders.res / "OQSsiquc01res_1.xml").exists():
        assert process.poll() is None
    process.terminate()
    assert process.wait(20) == 0


def test_it_is_ready_before_it_takes_orders_and_needs_no_input(folders: TerminalFolders) -> None:
    command = [sys.executable, "-m", "simulators", *arguments(folders)]
    for redirected, said in ((f"<<<'face {PERSON}'", ["ready", "face_file"]), ("<&-", ["ready"])):
        shell = ["bash", "-c", f'{{ "$@" {redirected} & echo $! >&2; wait $!; }}', "bash", *command]
        with subprocess.Popen(shell, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stderr is not None
            pid = int(process.stderr.readline())
            assert [next(iter(line(process))) for _ in said] == said
            os.kill(pid, signal.SIGTERM)
            assert process.wait(20) == 0


def test_in_the_background_of_a_shell_it_is_not_stopped_by_what_is_typed(start: Start) -> None:
    keyboard, terminal = os.openpty()
    process = start(stdin=terminal)
    line(process)
    os.write(keyboard, f"face {PERSON}\n".encode())
    process.terminate()
    assert process.wait(20) == 0
    os.close(keyboard)
    os.close(terminal)


def test_a_folder_that_goes_away_is_told(start: Start, folders: TerminalFolders) -> None:
    process = start()
    line(process)
    folders.req.rmdir()
    assert process.stderr is not None
    assert process.stderr.readline().decode() == f"simulate: {folders.req}: No such file or directory\n"
    process.terminate()
    assert process.wait(20) == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("--scenario", "nonsense"), "--scenario"),
        (("--encoding", "euc-jp"), "--encoding"),
        (("--delay", "-1"), "--delay"),
        (("--institution", "123"), "must be 10 digits"),
        (("--members", "/nowhere.csv"), "No such file"),
        (("--res", "/nowhere"), "--res"),
    ],
)
def test_wrong_usage(folders: TerminalFolders, changed: tuple[str, str], said: str) -> None:
    refused = CliRunner().invoke(app, arguments(folders, *changed))
    assert refused.exit_code == 2
    assert said in refused.stderr


def test_a_members_file_that_is_wrong_says_where(folders: TerminalFolders, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("insurer_number,nonsense\n", "utf-8")
    refused = CliRunner().invoke(app, arguments(folders, "--members", str(wrong)))
    assert refused.exit_code == 2
    assert "column 2 is unknown" in refused.stderr


def test_the_help_names_every_scenario() -> None:
    shown = re.sub(r"[│\s]", "", CliRunner().invoke(app, ["terminal", "--help"]).stdout)
    assert [name for name in Scenario if name not in shown] == []


def test_the_page_names_every_scenario() -> None:
    page = (Path(__file__).parents[3] / "docs/simulators.md").read_text("utf-8")
    assert all(f"`{name}`" in page for name in Scenario)
