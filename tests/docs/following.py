"""What following the pages takes: their commands and examples, run on one machine."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import httpx
import pytest

from tests.docs.machine import Machine
from tests.docs.pages import BLOCKS, commands


def commands_of(page: str) -> list[str]:
    """Return the lines of the page's blocks that run a program of the package."""
    lines = (line for one in commands() if one.page == page for line in one.text.splitlines())
    return [line for line in lines if line.startswith(("kiosk ", "simulate "))]


def example(name: str) -> str:
    """Return the example of a page that bears this name."""
    (found,) = [one.text for one in BLOCKS if one.name == name]
    return found


def example_of(language: str, begins_with: str) -> str:
    """Return the one block in that language that begins so."""
    (found,) = [one.text for one in BLOCKS if one.language == language and one.text.startswith(begins_with)]
    return found


def done(machine: Machine, script: str, given: str = "", **environ: str) -> str:
    """Run a block that must succeed; return what it wrote to standard output."""
    ended = machine.run(script, given, **environ)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stdout


def service_log(machine: Machine) -> str:
    return (machine.root / "run/service.log").read_text("utf-8")


def reasons(machine: Machine) -> list[str]:
    """Return why the kiosk serves no visit, once it has started: it listens already, and the first answer waits."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        health = httpx.get(f"http://{machine.listen}/healthz", trust_env=False, timeout=60).json()
        if health["reasons"] != ["S-03"]:
            return list(health["reasons"])
    pytest.fail("the service is starting for ever")


def await_service(machine: Machine) -> None:
    """Wait until the kiosk serves visits: a reader of a pcscd that has just begun is found a moment later."""
    deadline = time.monotonic() + 60
    while found := reasons(machine):
        assert time.monotonic() < deadline, found


def does(machine: Machine, command: str) -> str:
    """Run one `kiosk` command of a page; return what it wrote to standard output."""
    ended = machine.run(command, "tsuki-to-kaze9\n" if command.startswith("kiosk staff") else "1234\n")
    # Without pcscd the card commands end with 11; everything else is done.
    assert ended.returncode == (11 if command.startswith("kiosk card") else 0), ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stdout


def assert_serves(machine: Machine, command: str) -> None:
    """Serve in the foreground: no visit is possible without pcscd, and the pages are there."""
    until_it_listens = "grep -q . <(exec tail --pid=$! --lines=+1 --follow run.log 2>/dev/null)"
    done(machine, f": >run.log; {command} >>run.log 2>&1 & echo $! >run.pid; {until_it_listens}")
    assert reasons(machine) == ["R-01"]
    for address in (machine.listen, machine.staff):
        page = httpx.get(f"http://{address}/", trust_env=False, timeout=60, follow_redirects=True)
        assert page.status_code == 200
    done(machine, "kill $(cat run.pid); tail --pid=$(cat run.pid) -f /dev/null")
    started = json.loads((machine.clone / "run.log").read_text("utf-8").partition("\n")[0])
    assert (started["event"], started["listen"], started["staff_listen"]) == ("started", machine.listen, machine.staff)
    assert started.keys() == json.loads(example("started")).keys()


def lost(machine: Machine) -> None:
    """Lose the data of the machine, as with its disk."""
    done(machine, "systemctl stop kiosk")
    shutil.rmtree(machine.root / "var/lib/kiosk", ignore_errors=True)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777
