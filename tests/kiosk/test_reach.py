"""What the unit must allow, by the settings."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import Result

from kiosk.assembly.reach import NoAddress, drop_in
from kiosk.settings import load
from simulators.pytest_plugin import need

ADDRESSES = {"hooks.example": ["203.0.113.7", "2001:db8::7"], "192.168.1.20": ["192.168.1.20"], "db": ["10.0.0.5"]}


def lookup(host: str) -> Sequence[str]:
    try:
        return ADDRESSES[host]
    except KeyError:
        raise NoAddress from None


@pytest.fixture
def write(alone: Path) -> Callable[[str], Path]:
    (alone / "secret").write_text("secret")

    def write(text: str) -> Path:
        path = alone / "kiosk.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def hook(url: str, more: str = "") -> str:
    return f'[[webhook]]\nurl = "{url}"\nsecret_file = "secret"\n{more}\n'


def allowed(text: str) -> list[str]:
    return [line.removeprefix("IPAddressAllow=") for line in text.splitlines() if line.startswith("IPAddressAllow=")]


def test_a_kiosk_that_reaches_nobody_needs_nothing(write: Callable[[str], Path]) -> None:
    text = drop_in(load(write(hook("http://127.0.0.1:1/") + hook("http://localhost:2/") + hook("http://[::1]:3/")), {}))
    assert (allowed(text), "# Nothing." in text) == ([], True)


def test_every_host_of_the_settings_is_in_it_and_the_servers_that_are_asked_for_names(
    write: Callable[[str], Path], tmp_path: Path
) -> None:
    text = 'database = "postgresql+psycopg://db/kiosk"\n'
    text += hook("https://hooks.example/x", 'hosts = ["hooks.example"]') + hook("http://192.168.1.20:8080/")
    resolvers = tmp_path / "resolv.conf"
    resolvers.write_text("search example\nnameserver 192.168.1.1\nnameserver 127.0.0.53\nnameserver\nnameserver x\n")
    made = drop_in(load(write(text), {}), lookup, resolvers)
    assert allowed(made) == ["203.0.113.7", "2001:db8::7", "192.168.1.20", "10.0.0.5", "192.168.1.1"]
    assert "# webhook 1: hooks.example" in made


def test_a_host_without_an_address_is_said(write: Callable[[str], Path], tmp_path: Path) -> None:
    settings = load(write(hook("https://gone.example/")), {})
    with pytest.raises(NoAddress, match="webhook 1: gone.example has no address now"):
        drop_in(settings, lookup, tmp_path / "none")


def test_the_command_prints_it(write: Callable[[str], Path], kiosk_command: Callable[..., Result]) -> None:
    write(hook("http://192.168.1.20:8080/secret-path"))
    done = kiosk_command("settings", "--systemd", "--config", "kiosk.toml")
    assert (done.exit_code, allowed(done.stdout)) == (0, ["192.168.1.20"])
    assert "secret-path" not in done.stdout


def test_systemd_finds_nothing_wrong_with_it(write: Callable[[str], Path], tmp_path: Path) -> None:
    need([] if shutil.which("systemd-analyze") else ["systemd-analyze"])
    unit = tmp_path / "kiosk-test.service"
    settings = load(write(hook("https://hooks.example/x", 'hosts = ["hooks.example"]')), {})
    unit.write_text(drop_in(settings, lookup, tmp_path / "none") + f"ExecStart={sys.executable}\n")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60)
    assert [line for line in done.stderr.splitlines() if "kiosk-test.service" in line] == []
