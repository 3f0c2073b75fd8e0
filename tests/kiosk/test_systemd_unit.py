"""The unit file: systemd knows every line, and the service is shut in as docs/install.md says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kiosk
from simulators.pytest_plugin import need

UNIT = Path(kiosk.__file__).parent / "systemd" / "kiosk.service"
LINES = UNIT.read_text("utf-8").splitlines()


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, its program replaced by one that this machine has."""
    need([] if shutil.which("systemd-analyze") else ["systemd-analyze"])
    path = tmp_path / "kiosk.service"
    path.write_text(UNIT.read_text("utf-8").replace("/opt/kiosk/.venv/bin/kiosk", sys.executable), "utf-8")
    return path


def test_systemd_finds_nothing_wrong(unit: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60)
    assert [line for line in done.stderr.splitlines() if "kiosk.service" in line] == []


@pytest.mark.parametrize(
    "line",
    [
        "User=kiosk",
        "IPAddressDeny=any",
        "IPAddressAllow=localhost",
        "DevicePolicy=closed",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "LimitCORE=0",
    ],
)
def test_it_is_shut_in(line: str) -> None:
    assert line in LINES


def test_it_is_started_again_but_for_wrong_settings_and_asked_to_end_alone() -> None:
    assert {"Restart=on-failure", "RestartPreventExitStatus=2", "KillMode=mixed"} <= set(LINES)


def test_it_is_installed_with_the_package() -> None:
    assert '"*.service"' in (UNIT.parents[2] / "pyproject.toml").read_text("utf-8")
