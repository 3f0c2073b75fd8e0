"""The README's commands do what it says, and its settings are real: they run in its order, on one site."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from kiosk.settings import Settings, load
from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from simulators.people import genuine_certificates, members_csv

README = Path(__file__).parent.parent / "README.md"
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
COMMANDS = [line for _, block in BLOCKS for line in block.splitlines() if line.startswith(("kiosk ", "simulate "))]
TABLES = [block for language, block in BLOCKS if language == "toml"]
RUN = {
    name: [sys.executable, "-c", f"from {package}.cli import main; main()"]
    for name, package in {"kiosk": "kiosk", "simulate": "simulators"}.items()
}
FACTS = {
    "on": "2026-11-22",
    "birth_date": "1980-04-01",
    "acquired_on": "2020-04-01",
    "card": "held",
    "registration": "registered",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place laid out as the README tells, its absolute folders moved into a temporary one."""
    place = tmp_path_factory.mktemp("site")
    stage: Stage = set_stage(place / "stage", datetime.now(UTC))
    for folder in ("lib/kiosk", "etc/kiosk"):
        (place / folder).mkdir(parents=True)
    shutil.copytree(stage.folder / "trust", place / "etc/kiosk/roots")
    shutil.copytree(stage.folder / "crl", place / "lib/kiosk/crl")
    (place / "kiosk.toml").write_text(f"simulation = true\n{moved(TABLES[0], place)}", "utf-8")
    (place / "members.csv").write_text(members_csv(stage.on), "utf-8")
    (place / "card.pem").write_bytes(genuine_certificates(stage.authority, stage.on)["card-works"].pem)
    (place / "facts.json").write_text(json.dumps(FACTS), "utf-8")
    return place


def moved(toml: str, place: Path) -> str:
    return toml.replace("/var/lib/kiosk", f"{place}/lib/kiosk").replace("/etc/kiosk", f"{place}/etc/kiosk")


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 10
    for script in re.findall(r"`(script/\w+)", README.read_text("utf-8")):
        assert (README.parent / script).exists()


@pytest.mark.parametrize("toml", TABLES)
def test_the_settings_are_real(site: Path, tmp_path: Path, toml: str) -> None:
    (tmp_path / "kiosk.toml").write_text(moved(toml, site), "utf-8")
    assert load(tmp_path / "kiosk.toml", {}) != Settings()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_what_it_says(site: Path, command: str, tmp_path: Path) -> None:
    program, *words = command.split()
    if words[0] == "serve":
        assert_serves(site, words, tmp_path)
        return
    typed = "tsuki-to-kaze9\n" if words[0] == "staff" else "1234\n"
    done = subprocess.run(
        [*RUN[program], *words], cwd=site, capture_output=True, text=True, input=typed, env=nobody(tmp_path), timeout=60
    )
    # Without pcscd the card commands end with 11; everything else is done.
    assert done.returncode == {"card": 11}.get(words[0], 0), done.stderr
    assert "Traceback" not in done.stderr


def assert_serves(site: Path, words: list[str], tmp_path: Path) -> None:
    """Serve as the README says, on free ports: no visit is possible without pcscd, and the pages are there."""
    here, staff = (f"127.0.0.1:{free_port()}" for _ in range(2))
    environ = nobody(tmp_path) | {"KIOSK_LISTEN": here, "KIOSK_STAFF__LISTEN": staff}
    with subprocess.Popen([*RUN["kiosk"], *words], cwd=site, stderr=subprocess.PIPE, text=True, env=environ) as service:
        try:
            assert service.stderr is not None
            assert [service.stderr.readline() for _ in range(2)] == [f"http://{here}/\n", f"http://{staff}/ (staff)\n"]
            assert reason_once_started(here) == "R-01"
            for address in (here, staff):
                page = httpx.get(f"http://{address}/", trust_env=False, timeout=60, follow_redirects=True)
                assert page.status_code == 200
            service.send_signal(signal.SIGTERM)
            assert service.wait(timeout=60) == 0
        finally:
            service.kill()


def reason_once_started(listen: str) -> str:
    """Return the code of why no visit is possible; the port listens already, and the first answer waits."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        health = httpx.get(f"http://{listen}/healthz", trust_env=False, timeout=60)
        assert health.status_code == 503
        if (code := health.json()["reasons"][0][:4]) != "S-03":
            return str(code)
    pytest.fail("the service is starting for ever")


def nobody(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine on which no pcscd runs."""
    return {"PCSCLITE_CSOCK_NAME": str(tmp_path / "none"), "PATH": "/usr/bin:/bin"}
