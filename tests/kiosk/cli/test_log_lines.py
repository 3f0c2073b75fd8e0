"""What ``kiosk serve`` writes on standard error: lines of JSON, all of them, from a refused start to an orderly end."""

from __future__ import annotations

import ast
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk import __version__
from kiosk.logs import ALLOWED
from kiosk.settings import address_of
from kiosk.staff import ApiTokens, Scope, api_tokens_path
from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from simulators.pcscd import PrivatePcscd

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-c", "from kiosk.cli import main; main()", "serve", "--config"]
LEVELS = {"debug", "info", "warning", "error", "critical"}
Line = dict[str, Any]


class Service:
    """A running ``kiosk serve`` in a process group of its own, and what it has written so far."""

    def __init__(self, stage: Stage, log: Path, environ: dict[str, str]) -> None:
        self._log = log
        with log.open("w") as written:
            command = [*COMMAND, str(stage.folder / "kiosk.toml")]
            self.process = subprocess.Popen(command, stderr=written, env=environ, start_new_session=True)
        self.address = address_of(stage.settings.listen)
        self.token = ""

    @property
    def lines(self) -> list[Line]:
        """Every whole line; one that is no JSON object fails the test."""
        whole, _, _ = self._log.read_text("utf-8").rpartition("\n")
        return [line_of(text) for text in whole.splitlines()]

    def until(self, fits: Callable[[Line], bool], after: int = 0) -> int:
        """Return the number of the first line from ``after`` on that fits; the deadline ends only what has failed."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            for number, line in enumerate(self.lines):
                if number >= after and fits(line):
                    return number
            time.sleep(0.05)
        pytest.fail(f"not written: {self.lines}")

    def end(self, number: signal.Signals, *, everybody: bool = False) -> list[Line]:
        """Send the signal, to the readers' processes too for ``everybody``, and return all lines after the end."""
        (os.killpg if everybody else os.kill)(self.process.pid, number)
        assert self.process.wait(60) == 0
        return self.lines


def line_of(text: str) -> Line:
    line: Line = json.loads(text)
    assert isinstance(line, dict) and {"event", "level", "timestamp"} <= set(line)
    assert line["level"] in LEVELS
    assert datetime.fromisoformat(line["timestamp"]).tzinfo is not None
    return line


def says(event: str, **more: object) -> Callable[[Line], bool]:
    return lambda line: line["event"] == event and more.items() <= line.items()


@contextmanager
def serving(stage: Stage, log: Path, environ: dict[str, str] | None = None) -> Iterator[Service]:
    service = Service(stage, log, os.environ | (environ or {}))
    try:
        service.until(says("started"))
        yield service
    finally:
        service.process.kill()
        service.process.wait()


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")


@pytest.mark.sqlite
def test_a_day_of_a_kiosk_with_its_losses_and_recoveries(pcscd: PrivatePcscd, tmp_path: Path) -> None:
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), reader="pcsc", listen=f"127.0.0.1:{free_port()}")
    register = Path(stage.settings.database.removeprefix("sqlite:///"))
    with serving(stage, tmp_path / "log", pcscd.environment) as service:
        here = service.until(says("reader there", driver="pcsc"))
        pcscd.stop()
        lost = service.until(says("driver lost", driver="pcsc", code="R-01", level="warning"), here)
        service.until(says("reader gone", driver="pcsc", level="warning"), here)
        service.until(says("no visit can be served", code="R-01", level="error"), lost)
        pcscd.start()
        service.until(says("reader there", driver="pcsc", level="info"), lost)
        service.until(says("mended", code="R-01", level="info"), lost)
        register.rename(tmp_path / "away")
        gone = service.until(says("no visit can be served", level="error", code="N-02"), lost)
        (tmp_path / "away").rename(register)
        service.until(says("mended", code="N-02", level="info"), gone)
        lines = service.end(signal.SIGTERM)
    assert lines[0] | {"timestamp": ""} == {
        "event": "started",
        "level": "info",
        "timestamp": "",
        "version": __version__,
        "listen": stage.settings.listen,
    }
    assert says("stopped", version=__version__, level="info")(lines[-1])
    assert sum(map(says("driver lost"), lines)) == 1


@pytest.mark.parametrize("everybody", [False, True])
def test_the_end_of_the_service_is_no_loss_of_a_driver(pcscd: PrivatePcscd, tmp_path: Path, everybody: bool) -> None:
    """systemd sends the signal to the service alone, a terminal's ^C and ``kill -- -PGID`` to all its processes."""
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), reader="pcsc", listen=f"127.0.0.1:{free_port()}")
    with serving(stage, tmp_path / "log", pcscd.environment) as service:
        here = service.until(says("reader there"))
        lines = service.end(signal.SIGTERM, everybody=everybody)
    after = [line for line in lines[here + 1 :] if line["level"] not in {"debug", "info"}]
    assert after == []
    assert says("stopped")(lines[-1])


BROKEN_OFF = {
    "in mid-body": (b'Content-Length: 50\r\n\r\n{"action"', b""),
    "in mid-chunk": (b'Transfer-Encoding: chunked\r\n\r\n13\r\n{"action"', b""),
    "a chunk that is none": (b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc", b""),
    "after a whole action": (b'Transfer-Encoding: chunked\r\n\r\n12\r\n{"action":"staff"}\r\n', b"zz\r\n\r\n"),
    "a bad trailer": (b'Transfer-Encoding: chunked\r\n\r\n12\r\n{"action":"staff"}\r\n0\r\n', b"\x01\r\n\r\n"),
}


def test_a_caller_who_leaves_or_sends_no_http_does_nothing_and_is_no_error(stage: Stage, tmp_path: Path) -> None:
    with serving(stage, tmp_path / "log") as service:
        begun = service.until(says("reader there"))
        programs = ApiTokens(api_tokens_path(stage.settings.data_dir))
        token = programs.add("caller", {Scope.VISIT_READ, Scope.VISIT_ACT})
        before = visit(service, token)
        for head, rest in BROKEN_OFF.values():
            with socket.create_connection(service.address) as caller:
                caller.sendall(request_line(service, token) + head)
                visit(service, token)  # by now the service has read the head
                caller.sendall(rest)
        with socket.create_connection(service.address) as caller:
            caller.sendall(b"\x16\x03\x01 no HTTP at all\r\n\r\n")
        assert visit(service, token) == before
        lines = service.end(signal.SIGTERM)
    assert [line for line in lines[begun:] if line["level"] not in {"debug", "info"}] == []


def request_line(service: Service, token: str) -> bytes:
    host = "{}:{}".format(*service.address)
    head = f"POST /api/v1/visit/actions HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
    return f"{head}Content-Type: application/json\r\n".encode()


def visit(service: Service, token: str) -> Any:
    url = "http://{}:{}/api/v1/visit".format(*service.address)
    asked = ["curl", "-sf", "--noproxy", "*", "--max-time", "20", "-H", f"Authorization: Bearer {token}", url]
    return json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)


NO_PROCESS = """
from kiosk.reception import Reception
async def no_process(_):
    raise BlockingIOError(11, "Resource temporarily unavailable")
Reception.start = no_process
from kiosk.cli import main
main()
"""


def test_a_start_that_fails_is_no_orderly_end(stage: Stage) -> None:
    config = str(stage.folder / "kiosk.toml")
    command = [sys.executable, "-c", NO_PROCESS, "serve", "--config", config]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    lines = [line_of(text) for text in done.stderr.splitlines()]
    assert done.returncode == 3  # systemd starts it again: only after 0 and 2 it does not
    [why] = [line for line in lines if line["level"] == "critical"]
    assert (why["event"], why["problem"], why["version"]) == ("not started", "BlockingIOError", __version__)
    assert why["place"] == "kiosk.assembly.application:running"
    assert {line["event"] for line in lines}.isdisjoint({"stopped", "request failed"})
    assert [line["problem"] for line in lines if line["event"] == "unhandled exception"] == ["BlockingIOError"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ('colour = "red"\n', "colour: there is no such setting"),
        ('identity.require = "nothing"\n', "identity.require"),
        ('readers = ["abacus"]\n', "abacus"),
    ],
)
def test_a_start_that_is_refused_is_one_line_too(stage: Stage, change: str, told: str) -> None:
    config = stage.folder / "kiosk.toml"
    name = change.split(" ")[0]
    kept = [line for line in config.read_text().splitlines() if not line.startswith(f"{name} ")]
    config.write_text(change + "\n".join(kept) + "\n")
    done = subprocess.run([*COMMAND, str(config)], capture_output=True, text=True, timeout=60)
    [line] = map(line_of, done.stderr.splitlines())
    assert (done.returncode, line["event"], line["level"]) == (2, "not started", "critical")
    assert told in line["problem"] and line["version"] == __version__


SPEAKERS = """
import asyncio, logging, sys, threading, warnings
from drivers.json_lines import catch_unhandled
from kiosk.logs import configure_logs
configure_logs()
catch_unhandled()

def fail(*_):
    raise ValueError("土木 花子 1234")

async def lose():
    asyncio.get_running_loop().call_soon(fail, "hanako")
    await asyncio.sleep(0)

warnings.warn("old 土木 thing\\nof two lines", DeprecationWarning)
logging.getLogger("some.library").warning("cannot read %s", "https://u:p@host/x?name=hanako")
logging.getLogger("some.library").error("no answer of https://user:word@host/path?name=hanako")
logging.getLogger("some.library").info("chatter")
try:
    fail()
except ValueError:
    logging.getLogger("some.library").exception("failed")
asyncio.run(lose())
thread = threading.Thread(target=fail)
thread.start()
thread.join()
class Last:
    def __del__(self):
        fail()
Last()
fail()
"""


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_what_libraries_say_and_nobody_catches_is_a_line_too_and_names_nobody(encoding: str) -> None:
    environ = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONWARNINGS": "default"}
    done = subprocess.run([sys.executable, "-c", SPEAKERS], capture_output=True, env=environ, cwd=ROOT, timeout=60)
    lines = [line_of(text) for text in done.stderr.decode(encoding).splitlines()]
    assert [(line["logger"], line["event"]) for line in lines] == [
        ("py.warnings", "DeprecationWarning: old 土木 thing"),
        ("some.library", "cannot read %s"),
        ("some.library", "no answer of https://host/path"),
        ("some.library", "failed"),
        ("asyncio", "Exception in callback fail"),
        *[("drivers.json_lines", "unhandled exception")] * 3,
    ]
    assert [line.get("problem") for line in lines[3:]] == ["ValueError"] * 5
    assert b"1234" not in done.stderr and b"hanako" not in done.stderr


def test_every_field_that_the_tree_logs_is_one_that_is_written() -> None:
    """A field that the allow-list lacks is dropped in silence, as ``problem`` was."""
    used: set[str] = set()
    for file in (ROOT / "kiosk").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("_log.", "say")):
                used |= {word.arg for word in node.keywords if word.arg}
    assert {"problem", "place", "code", "version"} <= used <= ALLOWED
