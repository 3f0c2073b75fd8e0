"""The README's commands and settings do what it says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.settings import load
from simulators.demo import Stage, set_stage
from simulators.people import genuine_certificates, members_csv

README = Path(__file__).parent.parent / "README.md"
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
COMMANDS = [line for _, block in BLOCKS for line in block.splitlines() if line.startswith("kiosk ")]
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
    toml = next(block for language, block in BLOCKS if language == "toml")
    toml = toml.replace("/var/lib/kiosk", f"{place}/lib/kiosk").replace("/etc/kiosk", f"{place}/etc/kiosk")
    (place / "kiosk.toml").write_text(f"simulation = true\n{toml}", "utf-8")
    (place / "members.csv").write_text(members_csv(stage.on), "utf-8")
    (place / "card.pem").write_bytes(genuine_certificates(stage.authority, stage.on)["card-works"].pem)
    (place / "facts.json").write_text(json.dumps(FACTS), "utf-8")
    return place


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 10
    for script in re.findall(r"`(script/\w+)", README.read_text("utf-8")):
        assert (README.parent / script).exists()


def test_the_settings_are_real(site: Path) -> None:
    assert load(site / "kiosk.toml", {}).readers == ["pcsc"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_what_it_says(site: Path, command: str, tmp_path: Path) -> None:
    words = command.split()[1:]
    if words[0] == "serve":
        words.append("--help")
    run = [sys.executable, "-c", "from kiosk.cli import main; main()", *words]
    nobody = {"PCSCLITE_CSOCK_NAME": str(tmp_path / "none"), "PATH": "/usr/bin:/bin"}
    typed = "tsuki-to-kaze9\n" if words[0] == "staff" else "1234\n"
    done = subprocess.run(run, cwd=site, capture_output=True, text=True, input=typed, env=nobody, timeout=60)
    # Without pcscd the card commands end with 11; everything else is done. No journal is there before the first visit.
    expected = {"card": 11, "audit": 3}.get(words[0], 0)
    assert done.returncode == expected, done.stderr
    assert "Traceback" not in done.stderr
