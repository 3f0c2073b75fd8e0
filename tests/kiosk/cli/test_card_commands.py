"""``kiosk card list`` and ``kiosk card check`` to the letter of the interface document."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

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
from simulators.demo.command import free_port
from simulators.faults import Fault, FaultyCard
from simulators.issuing import android_token, card_without_pin, next_card
from simulators.nfc_target import NfcTarget
from simulators.pcscd import PrivatePcscd
from simulators.people import make_card, persona, revoked_certificates
from simulators.people.town import JAPAN
from simulators.pki import Authority, jpki_generations, lookalike, next_authority, user_authority
from simulators.profiles import NEXT_CARD_FILE
from simulators.readers import plugin
from simulators.threaded import ThreadedPlugin

NOW = datetime.now(UTC)
TODAY = NOW.astimezone(JAPAN).date()
KEYS = {
    "reader", "driver", "certificate", "chain", "revocation", "pin", "signature", "level", "verdict", "code",
    "message", "apdus", "card_milliseconds", "unchecked_before_pin",
}  # fmt: skip

Check = Callable[..., tuple[int, dict[str, Any]]]


def refusal_in(stderr: str) -> str:
    """Return the sentence that is its only line; the service writes it as a line of its log."""
    [line] = stderr.splitlines()
    return str(json.loads(line)["problem"]) if line.startswith("{") else line


@pytest.fixture(scope="module")
def authority() -> Authority:
    return user_authority(NOW)


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Path:
    folder = tmp_path_factory.mktemp("pki")
    (folder / "trust").mkdir()
    for number, root in enumerate(jpki_generations(NOW)):
        (folder / "trust" / f"{number}.pem").write_bytes(root.pem)
    (folder / "good.crl").write_bytes(authority.crl())
    (folder / "listed.crl").write_bytes(authority.crl(revoked=revoked_certificates(authority, TODAY)))
    return folder


@pytest.fixture
def put() -> Iterator[Callable[[Card], None]]:
    yield plugin.readers.put
    plugin.readers.take()


@pytest.fixture
def check(roots: Path, put: Callable[[Card], None], authority: Authority) -> Check:
    """Put a persona's card (or a given one) on the simulated reader and check it."""

    def run(card: str | Card, *options: str, pin: str | None = None) -> tuple[int, dict[str, Any]]:
        put(make_card(persona(card, TODAY), authority, NOW) if isinstance(card, str) else card)
        arguments = ["card", "check", "--json", "--driver", "simulator", "--trust", str(roots / "trust"), *options]
        arguments += ["--pin-stdin"] if pin is not None else []
        result = CliRunner().invoke(app, arguments, input=pin)
        report = json.loads(result.stdout)
        assert set(report) >= KEYS
        assert "1234" not in result.stdout + result.stderr
        return result.exit_code, report

    return run


def test_a_genuine_card_that_nobody_was_asked_for_is_presented(check: Check) -> None:
    status, report = check("card-works")
    assert status == 0
    assert (report["verdict"], report["level"], report["chain"]) == ("accepted", "presented", "trusted")
    assert report["revocation"] == "not_checked"
    assert report["pin"] == {"outcome": "not_asked", "tries_left": 3}
    assert report["signature"] == "none"
    assert report["certificate"]["algorithm"] == "RSA-2048"
    assert "pem" not in report["certificate"]
    assert report["code"] is None and report["message"] is None


def test_the_right_pin_and_a_signature_confirm_in_six_apdus(check: Check, roots: Path) -> None:
    status, report = check("card-works", "--crl", str(roots / "good.crl"), "--show-certificate", pin="1234\n")
    assert status == 0
    assert (report["level"], report["signature"], report["revocation"]) == ("confirmed", "valid", "good")
    assert report["pin"] == {"outcome": "right", "tries_left": 3}
    assert report["apdus"] <= 6
    assert report["certificate"]["pem"].startswith("-----BEGIN CERTIFICATE-----")


def test_full_width_digits_and_a_leading_zero_are_a_pin(check: Check) -> None:
    status, report = check("card-works-foreign-name", pin="０１２３\r\n")
    assert (status, report["pin"]["outcome"]) == (0, "right")


@pytest.mark.parametrize(
    ("who", "pin", "status", "outcome", "tries", "code"),
    [
        ("card-works", "9999", 13, "wrong", 2, "P-01"),
        ("card-works", "", 13, "malformed", 3, "P-04"),
        ("card-works", "123", 13, "malformed", 3, "P-04"),
        ("card-works", "abcd", 13, "malformed", 3, "P-04"),
        ("card-works", "12345678901234567890" * 9, 13, "malformed", 3, "P-04"),
        ("pin-last-try", "1234", 13, "last_try", 1, "P-02"),
        ("pin-blocked", "1234", 13, "blocked", 0, "P-03"),
    ],
)
def test_what_can_be_wrong_with_a_pin(
    check: Check, who: str, pin: str, status: int, outcome: str, tries: int, code: str
) -> None:
    found, report = check(who, pin=pin)
    assert (found, report["verdict"], report["code"]) == (status, "refused", code)
    assert report["pin"] == {"outcome": outcome, "tries_left": tries}
    assert report["signature"] == "none"
    assert report["level"] == "presented"


def test_the_last_try_is_sent_only_where_it_is_allowed(check: Check) -> None:
    status, report = check("pin-last-try", "--allow-last-try", pin="1234")
    assert (status, report["pin"]["outcome"], report["level"]) == (0, "right", "confirmed")


@pytest.mark.parametrize(
    ("who", "chain", "code"), [("forged", "untrusted", "C-07"), ("revoked-card", "trusted", "C-08")]
)
def test_a_card_that_is_not_in_order_gets_no_pin(check: Check, roots: Path, who: str, chain: str, code: str) -> None:
    status, report = check(who, "--crl", str(roots / "listed.crl"), pin="1234")
    assert (status, report["chain"], report["code"]) == (10, chain, code)
    assert report["pin"]["outcome"] == "not_asked"


def test_an_expired_certificate_is_refused_but_its_holder_can_be_confirmed(check: Check) -> None:
    status, report = check("certificate-in-grace", pin="1234")
    assert (status, report["chain"], report["verdict"], report["code"]) == (10, "expired", "refused", "C-09")
    assert (report["level"], report["signature"]) == ("confirmed", "valid")


def test_the_date_of_checking_can_be_set(check: Check) -> None:
    early = (NOW - timedelta(days=4000)).isoformat()
    assert check("card-works", "--on", early)[1]["chain"] == "not_yet_valid"


def test_the_next_card_by_its_profile(
    check: Check, roots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = next_authority(NOW)
    (tmp_path / "next.pem").write_bytes(authority.pem)
    options = ["--trust", str(tmp_path / "next.pem")]
    assert check(next_card(authority, NOW), *options, pin="1234")[1]["code"] == "C-03"
    monkeypatch.setenv("KIOSK_CARD__PROFILES", str(NEXT_CARD_FILE))
    status, report = check(next_card(authority, NOW), *options, pin="1234")
    assert (status, report["level"], report["signature"]) == (0, "confirmed", "valid")
    assert report["certificate"]["algorithm"] == "EC-P384"
    # One SELECT more on a road that does not know this kind of card yet.
    assert report["apdus"] <= 7


def test_a_phone_gets_the_pin_only_with_the_option(check: Check, authority: Authority) -> None:
    status, report = check(android_token(authority, NOW), pin="1234")
    assert (status, report["code"], report["pin"]["outcome"]) == (14, "C-15", "not_asked")
    status, report = check(android_token(authority, NOW), "--pin-before-certificate", pin="1234")
    assert (status, report["level"], report["signature"], report["unchecked_before_pin"]) == (
        0,
        "confirmed",
        "valid",
        True,
    )
    status, report = check(android_token(authority, NOW), "--pin-before-certificate", pin="9999")
    assert (status, report["code"], report["level"], report["pin"]["tries_left"]) == (13, "P-01", None, 2)
    # Without a 暗証番号 there is nothing that the option could allow.
    assert check(android_token(authority, NOW), "--pin-before-certificate")[1]["code"] == "C-15"


def test_a_forged_phone_is_refused_after_the_pin(check: Check, authority: Authority) -> None:
    phone = android_token(lookalike(authority), NOW)
    status, report = check(phone, "--pin-before-certificate", pin="1234")
    assert (status, report["chain"], report["level"], report["code"]) == (10, "untrusted", None, "C-07")


def test_a_card_without_a_pin_is_presented_and_no_more(check: Check, authority: Authority) -> None:
    status, report = check(card_without_pin(authority, NOW))
    assert (status, report["level"], report["pin"]["tries_left"]) == (0, "presented", None)
    status, report = check(card_without_pin(authority, NOW), pin="1234")
    assert (status, report["level"], report["code"]) == (10, "presented", "C-14")


@pytest.mark.parametrize("command", [["card", "list"], ["card", "check"], ["serve"]])
@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("F04B494F534B4E455854", "F0XX", "profile next-card: application: is not made of pairs of hexadecimal digits"),
        ("F04B494F534B4E455854", "D392F000260100000001", "profile next-card: application: is that of profile jpki"),
        ("length = 4", "length = 6", "profile next-card: pin: is not four digits, which is what the key pad gives"),
    ],
)
def test_a_wrong_profile_is_one_error_before_any_card_is_touched(
    command: list[str], right: str, wrong: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong.toml").write_text(NEXT_CARD_FILE.read_text("utf-8").replace(right, wrong, 1), "utf-8")
    config = tmp_path / "kiosk.toml"
    config.write_text(
        f'readers = ["simulator"]\nsimulation = true\nlisten = "127.0.0.1:{free_port()}"\n'
        f'data_dir = "{tmp_path}"\ndatabase = "sqlite:///{tmp_path}/registry.sqlite"\n'
        f'card.profiles = ["{tmp_path}/wrong.toml"]\n'
    )
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(app, ["registry", "init", "--config", str(config)])
    result = CliRunner().invoke(app, [*command, "--config", str(config)])
    assert result.exit_code == 2
    sentence = refusal_in(result.stderr)
    assert sentence.startswith("card.profiles: ")
    assert message in sentence


def test_a_clone_is_refused_by_its_signature(check: Check) -> None:
    status, report = check("clone", pin="1234")
    assert (status, report["signature"], report["level"], report["code"]) == (10, "invalid", "presented", "C-11")


def test_a_card_that_lies_there_needs_no_wait(check: Check) -> None:
    assert check("card-works", "--wait", "0", "--reader", "simulated")[0] == 0


def test_no_card_within_the_wait(roots: Path) -> None:
    options = ["--driver", "simulator", "--trust", str(roots / "trust"), "--wait", "0"]
    result = CliRunner().invoke(app, ["card", "check", "--json", *options])
    report = json.loads(result.stdout)
    assert (result.exit_code, report["verdict"], report["code"]) == (12, "refused", "C-13")


def test_a_reader_that_is_not_there(check: Check) -> None:
    status, report = check("card-works", "--reader", "no such reader", "--wait", "0")
    assert (status, report["code"]) == (11, "R-02")


def test_the_reader_that_is_not_there_is_named(roots: Path) -> None:
    options = ["--driver", "simulator", "--trust", str(roots / "trust"), "--reader", "072f:2200", "--wait", "0"]
    result = CliRunner().invoke(app, ["card", "check", *options])
    assert (result.exit_code, result.stderr) == (11, "R-02 no reader fits '072f:2200'\n")


@pytest.fixture
def two_readers(put: Callable[[Card], None]) -> Iterator[None]:
    plugin.readers.add("Simulated reader 2")
    yield
    plugin.readers.remove("Simulated reader 2")


def test_a_text_that_fits_several_readers_is_wrong_usage(two_readers: None, authority: Authority, roots: Path) -> None:
    card = make_card(persona("card-works", TODAY), authority, NOW)
    plugin.readers.put(card)
    options = ["--driver", "simulator", "--trust", str(roots / "trust"), "--reader", "simulated"]
    result = CliRunner().invoke(app, ["card", "check", "--json", *options])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "--reader: 'simulated' fits several readers: Simulated reader, Simulated reader 2\n"
    assert card.apdu_log == []


def test_an_exact_name_wins_over_one_that_holds_it(two_readers: None, check: Check, authority: Authority) -> None:
    plugin.readers.put(make_card(persona("foreign-card", TODAY), authority, NOW), "Simulated reader 2")
    assert check("card-works", "--reader", "Simulated reader")[0] == 0


def test_the_failure_of_card_or_reader_is_named_for_technicians(
    put: Callable[[Card], None], authority: Authority, roots: Path
) -> None:
    put(make_card(persona("foreign-card", TODAY), authority, NOW))
    options = ["--driver", "simulator", "--trust", str(roots / "trust")]
    result = CliRunner().invoke(app, ["card", "check", "--json", *options])
    assert result.exit_code == 14
    assert result.stderr.startswith("C-03 the card has no JPKI application")


def test_a_foreign_card(check: Check) -> None:
    status, report = check("foreign-card")
    assert (status, report["code"], report["certificate"], report["chain"]) == (14, "C-03", None, None)
    assert report["apdus"] >= 1


@pytest.mark.parametrize("at", [1, 2, 3, 4, 5, 6])
def test_a_card_that_leaves_at_each_command(check: Check, authority: Authority, at: int) -> None:
    card = FaultyCard(make_card(persona("card-works", TODAY), authority, NOW), [Fault.leaves(at)])
    status, report = check(card, pin="1234")
    # From VERIFY on nobody knows whether a try was spent.
    assert (status, report["code"]) == (14, "P-05" if at >= 5 else "C-01")
    assert report["level"] in (None, "presented")
    assert report["apdus"] == at
    assert report["card_milliseconds"] > 0


def test_what_is_out_of_usage_is_status_2(roots: Path, tmp_path: Path) -> None:
    (tmp_path / "nonsense.pem").write_text("nonsense")
    for options in (
        ["--driver", "abacus"],
        ["--device", "usb:054c:06c1", "--driver", "pcsc"],
        ["--trust", "/nonexistent"],
        ["--trust", str(tmp_path / "nonsense.pem")],
        ["--crl", "/nonexistent"],
        ["--on", "yesterday"],
        ["--wait", "-1"],
        ["--reader", ""],
        ["--reader", "54c:0dc9"],
        ["--ocsp", "ftp://example.org"],
        ["--config", "/nonexistent.toml"],
    ):
        base = ["card", "check", "--json"]
        if "--driver" not in options and "--device" not in options:
            base += ["--driver", "simulator"]
        result = CliRunner().invoke(app, [*base, *options])
        assert (result.exit_code, result.stdout) == (2, ""), options
        assert result.stderr.strip()


def test_list_names_the_simulated_reader() -> None:
    result = CliRunner().invoke(app, ["card", "list", "--json", "--driver", "simulator"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "readers": [{"name": "Simulated reader", "driver": "simulator", "card_present": False}]
    }


# On the true PC/SC stack, as a process of its own


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


RC_S380 = "RC-S380 usb:054c:06c1"


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
