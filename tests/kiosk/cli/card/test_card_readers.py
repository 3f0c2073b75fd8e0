"""The card commands and the readers: the true PC/SC stack, readers that leave, and readers that are claimed."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from nfc.clf import ContactlessFrontend
from typer.testing import CliRunner

from drivers.events import CardInserted
from drivers.nfc.driver import create as nfc_driver
from drivers.pcsc.driver import create
from kiosk.cardcheck.finder import CardFinder
from kiosk.cli import app
from simulators.card import Abilities
from simulators.cards import Card
from simulators.nfc_target import NfcTarget
from simulators.pcscd import PrivatePcscd
from simulators.people import make_card, persona
from simulators.pki import Authority
from simulators.readers import plugin
from simulators.threaded import ThreadedPlugin
from tests.kiosk.cli.card.conftest import NOW, TODAY, refusal_in

RC_S380 = "RC-S380 usb:054c:06c1"


def _kiosk(*arguments: str, pin: str = "", environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from kiosk.cli import main; main()", *arguments]
    return subprocess.run(command, input=pin, capture_output=True, text=True, env=os.environ | (environ or {}))


def test_without_pcscd_the_code_is_of_family_r_and_the_status_11(tmp_path: Path) -> None:
    nobody = {"PCSCLITE_CSOCK_NAME": str(tmp_path / "none")}
    listed = _kiosk("card", "list", "--json", "--driver", "pcsc", environ=nobody)
    assert (listed.returncode, json.loads(listed.stdout)["code"]) == (11, "R-01")
    checked = _kiosk("card", "check", "--json", "--driver", "pcsc", environ=nobody)
    assert (checked.returncode, json.loads(checked.stdout)["code"]) == (11, "R-01")
    assert "Traceback" not in listed.stderr + checked.stderr


@pytest.fixture
def leaves(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], None]], None]]:
    """Let something happen when the wait for a card begins; afterwards the simulated reader is there as before."""
    wait = CardFinder._next_card

    def at_the_wait(happen: Callable[[], None]) -> None:
        async def next_card(finder: CardFinder) -> CardInserted:
            happen()
            return await wait(finder)

        monkeypatch.setattr(CardFinder, "_next_card", next_card)

    yield at_the_wait
    plugin.readers.start_service()
    plugin.readers.add("Simulated reader")


@pytest.mark.parametrize(
    ("happen", "code"),
    [(plugin.readers.stop_service, "R-01"), (partial(plugin.readers.remove, "Simulated reader"), "R-02")],
    ids=["service", "reader"],
)
def test_what_left_during_the_wait_is_more_than_a_missing_card(
    leaves: Callable[[Callable[[], None]], None], happen: Callable[[], None], code: str
) -> None:
    leaves(happen)
    result = CliRunner().invoke(app, ["card", "check", "--json", "--driver", "simulator", "--wait", "1"])
    assert (result.exit_code, json.loads(result.stdout)["code"]) == (11, code)


def test_a_driver_without_its_service_hides_no_other_reader(
    put: Callable[[Card], None], authority: Authority, roots: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put(make_card(persona("card-works", TODAY), authority, NOW))
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "none"))
    monkeypatch.setenv("KIOSK_READERS", '["pcsc", "simulator"]')
    listed = CliRunner().invoke(app, ["card", "list", "--json"])
    answer = json.loads(listed.stdout)
    assert (listed.exit_code, answer["code"]) == (11, "R-01")
    assert answer["readers"] == [{"name": "Simulated reader", "driver": "simulator", "card_present": True}]
    check = ["card", "check", "--json", "--trust", str(roots / "trust")]
    checked = CliRunner().invoke(app, check)
    assert (checked.exit_code, json.loads(checked.stdout)["driver"]) == (0, "simulator")
    # Where no other reader fits, the service is what is missing.
    missing = CliRunner().invoke(app, [*check, "--reader", "elsewhere"])
    assert (missing.exit_code, json.loads(missing.stdout)["code"]) == (11, "R-01")


@pytest.mark.parametrize(
    ("abilities", "apdus"),
    [
        (Abilities(), 6),
        (Abilities(extended_length=False), 12),
        (Abilities(extended_length=False, short_ids=False), 16),
    ],
)
def test_check_on_a_real_pcscd(
    pcscd: PrivatePcscd, roots: Path, authority: Authority, abilities: Abilities, apdus: int
) -> None:
    pcscd.put(make_card(persona("card-works", TODAY), authority, NOW, abilities=abilities))
    listed = _kiosk("card", "list", "--json", "--driver", "pcsc")
    assert {"name": pcscd.reader, "driver": "pcsc", "card_present": True} in json.loads(listed.stdout)["readers"]
    trust = ["--trust", str(roots / "trust"), "--crl", str(roots / "good.crl")]
    checked = _kiosk("card", "check", "--json", "--driver", "pcsc", *trust, "--pin-stdin", pin="1234\n")
    report = json.loads(checked.stdout)
    assert (checked.returncode, report["level"], report["revocation"]) == (0, "confirmed", "good"), checked.stderr
    assert report["apdus"] <= apdus


@pytest.mark.parametrize(
    ("chosen", "options", "status", "code"),
    [
        ("Virtual PCD 00 00", [], 0, None),
        ("054c:0dc9", [], 11, "R-02"),
        ("no such", [], 11, "R-02"),
        # Neither of the two virtual readers has a place on the bus.
        ("Virtual", ["--reader", "054c:0dc9"], 11, "R-02"),
    ],
)
def test_the_settings_choose_among_the_readers_of_pcscd(
    pcscd: PrivatePcscd,
    roots: Path,
    authority: Authority,
    chosen: str,
    options: list[str],
    status: int,
    code: str | None,
) -> None:
    pcscd.put(make_card(persona("card-works", TODAY), authority, NOW))
    trust = ["--trust", str(roots / "trust"), "--wait", "0.5"]
    environ = {"KIOSK_PCSC__READERS": chosen}
    checked = _kiosk("card", "check", "--json", "--driver", "pcsc", *trust, *options, environ=environ)
    assert (checked.returncode, json.loads(checked.stdout)["code"]) == (status, code), checked.stderr


@pytest.mark.parametrize("command", [["card", "list"], ["card", "check"], ["serve"]])
def test_a_malformed_choice_names_its_key(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_PCSC__READERS", "54c:0dc9")
    result = CliRunner().invoke(app, command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert refusal_in(result.stderr).startswith("KIOSK_PCSC__READERS: pcsc.readers: '54c:0dc9' chooses no reader; ")


@pytest.fixture
def readers_by_id(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the bus says of the readers, for a driver in this process: a worker's own process is out of reach."""
    ids: dict[str, str] = {}
    monkeypatch.setattr("drivers.pcsc.usb.UsbIds.of", lambda self, name: ids.get(name))
    monkeypatch.setattr("drivers.pcsc.PcscPlugin.launch", ThreadedPlugin("pcsc", create).launch)
    return ids


def test_a_reader_by_its_vendor_and_product(
    pcscd: PrivatePcscd, roots: Path, authority: Authority, readers_by_id: dict[str, str]
) -> None:
    pcscd.put(make_card(persona("card-works", TODAY), authority, NOW))
    command = ["card", "check", "--json", "--driver", "pcsc", "--trust", str(roots / "trust"), "--reader", "054C:0DC9"]
    assert CliRunner().invoke(app, [*command, "--wait", "0"]).exit_code == 11
    readers_by_id[pcscd.reader] = "054c:0dc9"
    found = CliRunner().invoke(app, command)
    assert (found.exit_code, json.loads(found.stdout)["reader"]) == (0, pcscd.reader)
    readers_by_id["Virtual PCD 00 01"] = "054c:0dc9"
    several = CliRunner().invoke(app, command)
    assert (several.exit_code, several.stdout) == (2, "")
    assert "fits several readers: " in several.stderr


@pytest.fixture
def claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An RC-S380 on USB that the kernel's driver holds; nfcpy is replaced, for no USB is here."""

    def opened(path: str) -> ContactlessFrontend:
        if path.startswith("udp"):
            return ContactlessFrontend(path)
        raise OSError(errno.EBUSY, "busy")

    def found(path: str) -> list[tuple[int, int, int, int]] | None:
        # nfcpy asks it about every path.
        return [(0x054C, 0x06C1, 1, 4)] if path.startswith("usb") else None

    monkeypatch.setattr("drivers.nfc.frontend.USB.find", found)
    monkeypatch.setattr("drivers.nfc.frontend.ContactlessFrontend", opened)
    monkeypatch.setattr("drivers.nfc.NfcPlugin.launch", ThreadedPlugin("nfc", nfc_driver).launch)


def test_a_claimed_reader_is_r_07_and_status_14(claimed: None, roots: Path) -> None:
    command = ["card", "check", "--json", "--driver", "nfc", "--trust", str(roots / "trust"), "--wait", "0"]
    result = CliRunner().invoke(app, command)
    assert (result.exit_code, json.loads(result.stdout)["code"]) == (14, "R-07")
    assert result.stderr.startswith("R-07 ")


def test_a_claimed_reader_beside_one_that_works_is_listed_with_its_code(
    claimed: None, nfc_target: NfcTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_NFC__DEVICES", json.dumps(["usb", nfc_target.path]))
    listed = CliRunner().invoke(app, ["card", "list", "--json", "--driver", "nfc"])
    answer = json.loads(listed.stdout)
    assert answer["readers"] == [{"name": nfc_target.path, "driver": "nfc", "card_present": False}]
    assert [(one["name"], one["driver"], one["code"]) for one in answer["left_out"]] == [(RC_S380, "nfc", "R-07")]
    lines = CliRunner().invoke(app, ["card", "list", "--driver", "nfc"])
    assert lines.stdout.splitlines() == [f"nfc\tempty\t{nfc_target.path}", f"nfc\tR-07\t{RC_S380}"]
    for result in (listed, lines):
        assert (result.exit_code, result.stderr[:5], len(result.stderr.splitlines())) == (0, "R-07 ", 1)


def test_a_claimed_reader_that_was_asked_for_is_r_07_whatever_else_works(
    claimed: None, nfc_target: NfcTarget, roots: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_NFC__DEVICES", json.dumps(["usb", nfc_target.path]))
    nfc_target.put(make_card(persona("card-works", TODAY), authority, NOW))
    command = ["card", "check", "--json", "--driver", "nfc", "--trust", str(roots / "trust")]
    taken = CliRunner().invoke(app, command)
    assert (taken.exit_code, json.loads(taken.stdout)["reader"]) == (0, nfc_target.path)
    refused = CliRunner().invoke(app, [*command, "--reader", "rc-s380"])
    assert (refused.exit_code, json.loads(refused.stdout)["code"]) == (14, "R-07")
    assert RC_S380 in refused.stderr
