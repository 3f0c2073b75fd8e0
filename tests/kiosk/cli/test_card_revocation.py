"""``kiosk card check``: a revocation source that gives nothing usable is told, and refused where it is required."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.cli import app
from simulators.demo.command import free_port
from simulators.people import make_card, persona
from simulators.people.town import JAPAN
from simulators.pki import jpki_generations, lookalike, user_authority
from simulators.readers import plugin

NOW = datetime.now(UTC)
AUTHORITY = user_authority(NOW)
DAY = timedelta(days=1)

UNUSABLE: dict[str, Callable[[], bytes]] = {
    "cut off": lambda: AUTHORITY.crl()[:-100],
    "empty": lambda: b"",
    "a page of the web": lambda: b"<!DOCTYPE html><title>404 Not Found</title>",
    "sixty days too old": lambda: AUTHORITY.crl(this_update=NOW - 67 * DAY, next_update=NOW - 60 * DAY),
    "signed by somebody else": lambda: lookalike(AUTHORITY).crl(),
}


@pytest.fixture(autouse=True)
def card_on_the_reader() -> Iterator[None]:
    plugin.readers.put(make_card(persona("card-works", NOW.astimezone(JAPAN).date()), AUTHORITY, NOW))
    yield
    plugin.readers.take()


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    folder = tmp_path / "trust"
    folder.mkdir()
    for number, root in enumerate(jpki_generations(NOW)):
        (folder / f"{number}.pem").write_bytes(root.pem)
    return folder


@pytest.fixture
def check(trust: Path) -> Callable[..., Result]:
    def checking(*options: str, **environ: str) -> Result:
        command = ["card", "check", "--json", "--driver", "simulator", "--trust", str(trust), "--pin-stdin", *options]
        return CliRunner().invoke(app, command, input="1234\n", env=environ)

    return checking


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_list_that_is_not_usable_is_told_and_refused_where_it_is_required(
    name: str, check: Callable[..., Result], tmp_path: Path
) -> None:
    crl = tmp_path / "list.crl"
    crl.write_bytes(UNUSABLE[name]())
    result = check("--crl", str(crl))
    report = json.loads(result.stdout)
    assert (result.exit_code, report["revocation"], report["troubles"]) == (0, "not_checked", ["S-07"])
    assert result.stderr.startswith(f"S-07 {crl}: ")
    result = check("--crl", str(crl), KIOSK_IDENTITY__REVOCATION="require")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["verdict"], report["code"], report["troubles"]) == (
        10, "refused", "C-16", ["S-07"],
    )  # fmt: skip
    assert (report["chain"], report["pin"]["outcome"], report["level"]) == ("trusted", "not_asked", None)


def test_a_usable_list_is_no_trouble_and_enough(check: Callable[..., Result], tmp_path: Path) -> None:
    crl = tmp_path / "list.crl"
    crl.write_bytes(AUTHORITY.crl())
    for environ in ({}, {"KIOSK_IDENTITY__REVOCATION": "require"}):
        result = check("--crl", str(crl), **environ)
        report = json.loads(result.stdout)
        assert (result.exit_code, report["revocation"], report["troubles"]) == (0, "good", [])
        assert (report["level"], result.stderr) == ("confirmed", "")


def test_a_list_of_the_settings_that_is_not_there_is_a_trouble_and_one_of_an_option_wrong_usage(
    check: Callable[..., Result], tmp_path: Path
) -> None:
    missing = str(tmp_path / "none.crl")
    result = check(KIOSK_IDENTITY__CRL=missing)
    assert (result.exit_code, json.loads(result.stdout)["troubles"]) == (0, ["S-07"])
    assert result.stderr == f"S-07 {missing}: No such file or directory\n"
    assert check("--crl", missing).exit_code == 2


def test_a_responder_that_is_away_is_a_trouble(check: Callable[..., Result]) -> None:
    result = check("--ocsp", f"http://127.0.0.1:{free_port()}/")
    assert (result.exit_code, json.loads(result.stdout)["troubles"]) == (0, ["S-07"])
    assert result.stderr.startswith("S-07 127.0.0.1: no answer")


def test_a_list_that_covers_another_place_refuses_the_card_and_is_no_trouble(
    check: Callable[..., Result], tmp_path: Path
) -> None:
    crl = tmp_path / "list.crl"
    crl.write_bytes(AUTHORITY.crl(partition="Mitaka-shi CRLDP"))
    result = check("--crl", str(crl), KIOSK_IDENTITY__REVOCATION="require")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["code"], report["troubles"]) == (10, "C-16", [])


@pytest.mark.parametrize("command", [["card", "check", "--json", "--driver", "simulator"], ["serve"]])
def test_to_require_it_without_a_source_is_an_error_of_the_settings(command: list[str], tmp_path: Path) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(
        f'readers = ["simulator"]\nsimulation = true\nlisten = "127.0.0.1:{free_port()}"\n'
        f'data_dir = "{tmp_path}"\ndatabase = "sqlite:///{tmp_path}/registry.sqlite"\n'
        'identity.revocation = "require"\n'
    )
    CliRunner().invoke(app, ["registry", "init", "--config", str(config)])
    result = CliRunner().invoke(app, [*command, "--config", str(config)])
    assert (result.exit_code, result.stdout) == (2, "")
    said = [line for line in result.stderr.splitlines() if not line.startswith("S-04")]
    assert len(said) == 1
    assert "identity.revocation: require needs a source, identity.crl or identity.ocsp" in said[0]


def test_a_root_that_ended_without_another_after_it_is_a_trouble(
    check: Callable[..., Result], trust: Path, tmp_path: Path
) -> None:
    for number in (1, 2):
        (trust / f"{number}.pem").unlink()
    result = check()
    report = json.loads(result.stdout)
    assert (result.exit_code, report["chain"], report["troubles"]) == (10, "untrusted", ["S-04"])
    assert result.stderr == "S-04 no root of identity.trust is in date\n"
