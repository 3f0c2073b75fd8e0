"""``kiosk card`` with nfcpy readers, to the letter of the interfaces; the worker is a real one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from kiosk.cli import app
from simulators.demo.command import free_port
from simulators.faults import Fault, FaultyCard
from simulators.nfc_target import NfcTarget
from simulators.pytest_plugin import Authorities

if TYPE_CHECKING:
    from simulators.card import JpkiCardSimulator

MakeCard = Callable[..., "JpkiCardSimulator"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authorities: Authorities) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "root.pem").write_bytes(authorities.user.pem)


def check(*options: str, pin: str | None = None) -> tuple[int, dict[str, Any]]:
    arguments = ["card", "check", "--json", "--trust", "root.pem", *options, *(["--pin-stdin"] if pin else [])]
    result = CliRunner().invoke(app, arguments, input=pin)
    return result.exit_code, json.loads(result.stdout) if result.stdout else {}


def test_a_card_before_a_device_is_confirmed(nfc_target: NfcTarget, card: MakeCard) -> None:
    nfc_target.put(card())
    status, report = check("--device", nfc_target.path, pin="1234")
    assert (status, report["verdict"], report["level"]) == (0, "accepted", "confirmed")
    assert (report["driver"], report["reader"], report["apdus"]) == ("nfc", nfc_target.path, 6)


def test_the_driver_takes_the_devices_of_the_settings(
    nfc_target: NfcTarget, card: MakeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_NFC__DEVICES", nfc_target.path)
    nfc_target.put(card())
    assert check("--driver", "nfc")[0] == 0
    listed = CliRunner().invoke(app, ["card", "list", "--driver", "nfc", "--json"])
    assert json.loads(listed.stdout) == {"readers": [{"name": nfc_target.path, "driver": "nfc", "card_present": True}]}


def test_a_personas_card_from_the_command_line() -> None:
    port = free_port()
    command = [sys.executable, "-m", "simulators", "card", "--persona", "card-works", "--nfc", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as simulate:
        assert simulate.stderr is not None
        assert f"udp:127.0.0.1:{port}" in simulate.stderr.readline()
        status, report = check("--device", f"udp:127.0.0.1:{port}", pin="1234")
        second = subprocess.run(command, capture_output=True, text=True, check=False)
        simulate.terminate()
    assert (status, report["level"], simulate.returncode) == (0, "confirmed", 0)
    assert (second.returncode, second.stderr.startswith(f"simulate: UDP port {port}: ")) == (1, True)


def test_no_card_within_the_wait(nfc_target: NfcTarget) -> None:
    status, report = check("--device", nfc_target.path, "--wait", "0")
    assert (status, report["code"]) == (12, "C-13")


def test_a_card_that_leaves(nfc_target: NfcTarget, card: MakeCard) -> None:
    nfc_target.put(FaultyCard(card(), [Fault.leaves(2)]))
    status, report = check("--device", nfc_target.path)
    assert (status, report["code"], report["apdus"]) == (14, "C-01", 2)


def test_a_reader_by_its_ids_that_is_not_there() -> None:
    status, report = check("--device", "usb:054c:06c1", "--wait", "0")
    assert (status, report["code"], report["reader"]) == (11, "R-02", "")


@pytest.mark.parametrize("path", ["", "usb:xyz", "udp:192.0.2.1:5", "/dev/ttyUSB0"])
def test_a_malformed_path_is_wrong_usage_before_any_card_is_touched(path: str) -> None:
    result = CliRunner().invoke(app, ["card", "check", "--json", "--device", path])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("--device: ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["list", "check"])
def test_a_malformed_path_in_the_settings_names_its_key(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_NFC__DEVICES", "usb:nonsense")
    result = CliRunner().invoke(app, ["card", command, "--driver", "nfc"])
    assert result.exit_code == 2
    assert "KIOSK_NFC__DEVICES: nfc.devices" in result.stderr


def test_a_device_goes_with_its_driver_only() -> None:
    assert CliRunner().invoke(app, ["card", "check", "--driver", "pcsc", "--device", "usb"]).exit_code == 2


def test_a_recording_of_a_card_before_a_device(nfc_target: NfcTarget, card: MakeCard, tmp_path: Path) -> None:
    nfc_target.put(card())
    file = tmp_path / "nfc.jsonl"
    arguments = ["card", "record", str(file), "--device", nfc_target.path, "--trust", "root.pem", "--pin-stdin"]
    result = CliRunner().invoke(app, arguments, input="1234\n")
    assert (result.exit_code, result.stdout) == (0, f"{file}: 6 exchanges, certificate replaced\n")
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert (lines[0]["driver"], len(lines) - 1) == ("nfc", 6)
    assert b"1234".hex() not in file.read_text("utf-8")


def test_a_recording_to_standard_output_is_nothing_but_the_recording(nfc_target: NfcTarget, card: MakeCard) -> None:
    nfc_target.put(card())
    arguments = ["card", "record", "-", "--device", nfc_target.path, "--trust", "root.pem", "--pin-stdin"]
    result = CliRunner().invoke(app, arguments, input="1234\n")
    assert (result.exit_code, result.stderr) == (0, "-: 6 exchanges, certificate replaced\n")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert (lines[0]["steps"], len(lines)) == (6, 7)
    assert not Path("-").exists()
