"""``simulate``: the command line."""

from __future__ import annotations

import csv
import json
import signal
import socket
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509
from typer.testing import CliRunner, Result

from simulators.cli import app
from simulators.pcscd import PrivatePcscd
from simulators.people import members_csv, people

ON = "2026-11-22"
EVERYBODY = people(date.fromisoformat(ON))


def simulate(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_people_are_listed() -> None:
    listed = simulate("people", "--on", ON)

    assert listed.exit_code == 0
    assert len(listed.stdout.splitlines()) == len(EVERYBODY)


def test_people_as_json_say_what_is_expected() -> None:
    told = json.loads(simulate("people", "--on", ON, "--json").stdout)["people"]

    first = told[0]
    assert first["id"] == "card-works"
    assert first["expected"] == {
        "applies": "card",
        "usable": "yes",
        "reason": "card_works",
        "step": "take_card_and_wait",
        "issue": None,
    }
    assert first["card"] == {"last_day": "2028-11-22", "kind": "genuine", "pin": "1234", "tries": 3, "revoked": False}
    assert [person["id"] for person in told] == [person.id for person in EVERYBODY]


def test_registry_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "members.csv"

    assert simulate("people", "--on", ON, "--csv", str(path)).exit_code == 0
    assert path.read_text("utf-8") == simulate("people", "--on", ON, "--csv", "-").stdout
    assert path.read_text("utf-8") == members_csv(date.fromisoformat(ON))


def test_certificates_come_with_an_index(tmp_path: Path) -> None:
    assert simulate("people", "--on", ON, "--certificates", str(tmp_path)).exit_code == 0

    with (tmp_path / "index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {"persona": "card-works", "member": "133033:71-0001:000101:00", "file": "card-works.pem"}
    for row in rows:
        assert x509.load_pem_x509_certificate((tmp_path / row["file"]).read_bytes())


def test_bad_day_is_wrong_usage() -> None:
    refused = simulate("people", "--on", "tomorrow")

    assert refused.exit_code == 2
    assert "YYYY-MM-DD" in refused.stderr


def test_trust_folder_holds_three_roots_and_a_crl_but_no_key(tmp_path: Path) -> None:
    assert simulate("pki", str(tmp_path)).exit_code == 0

    roots = [x509.load_pem_x509_certificate(path.read_bytes()) for path in sorted((tmp_path / "trust").iterdir())]
    crl = x509.load_der_x509_crl((tmp_path / "crl" / "simulation.crl").read_bytes())
    assert len({root.subject for root in roots}) == 1 and len(roots) == 3
    assert crl.is_signature_valid(roots[-1].public_key())  # type: ignore[arg-type]
    assert len(list(crl)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["crl", "trust"]


def test_keys_are_written_only_when_asked_and_for_the_owner(tmp_path: Path) -> None:
    assert simulate("pki", "--keys", str(tmp_path)).exit_code == 0

    keys = list((tmp_path / "keys").iterdir())
    assert len(keys) == 3
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}


def test_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    failed = simulate("pki", str(tmp_path / "file"))

    assert failed.exit_code == 1
    assert failed.stderr.startswith("simulate: ") and "trust" in failed.stderr


@pytest.mark.parametrize("name", ["nobody", "never-issued"])
def test_somebody_without_a_card_is_wrong_usage(name: str) -> None:
    refused = simulate("card", "--persona", name)

    assert refused.exit_code == 2
    assert "card-works" in refused.stderr


def test_card_without_a_reader_is_a_clear_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        failed = simulate("card", "--persona", "card-works", "--port", str(unused.getsockname()[1]))

    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == blocked, "whoever runs on can be ended as before"
    assert failed.exit_code == 1
    assert "no vpcd on port" in failed.stderr


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_card_lies_on_the_reader_until_it_is_taken_away(end: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reader:
        port = str(reader.getsockname()[1])
        command = [sys.executable, "-m", "simulators", "card", "--persona", "card-works", "--port", port]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            near, _ = reader.accept()
            with near:
                assert process.stderr is not None
                assert "Ctrl-C" in process.stderr.readline()
                near.sendall(b"\x00\x01\x04")
                assert near.recv(2) == b"\x00\x0d"
                assert near.recv(13)[:1] == b"\x3b"
                process.send_signal(end)
                assert near.recv(1) == b""
            assert process.wait(10) == 0


def test_card_ends_when_the_reader_goes_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as reader:
        port = str(reader.getsockname()[1])
        command = [sys.executable, "-m", "simulators", "card", "--persona", "card-works", "--port", port]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            reader.accept()[0].close()
            _, told = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "the reader went away" in told


def test_command_with_a_private_pcscd(pcscd: PrivatePcscd) -> None:
    script = "import os, sys; print(os.environ['PCSCLITE_CSOCK_NAME']); sys.exit(7)"
    command = [sys.executable, "-m", "simulators", "pcscd", "--", sys.executable, "-c", script]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 7, done.stderr
    assert done.stdout.strip() != pcscd.environment["PCSCLITE_CSOCK_NAME"]


def test_command_that_is_not_there_is_a_clear_error(pcscd: PrivatePcscd) -> None:
    failed = simulate("pcscd", "--", "/no/such/command")

    assert failed.exit_code == 1
    assert "no such command" in failed.stderr
