"""``kiosk card list`` and ``kiosk card check`` to the letter of the interface document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.cli import app
from simulators.cards import Card
from simulators.demo.command import free_port
from simulators.faults import Fault, FaultyCard
from simulators.issuing import android_token, card_without_pin, next_card
from simulators.people import make_card, persona
from simulators.pki import Authority, lookalike, next_authority
from simulators.profiles import NEXT_CARD_FILE
from simulators.readers import plugin
from tests.kiosk.cli.card.conftest import NOW, TODAY, Check, refusal_in


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
