"""``kiosk card check``: roots and revocation lists that are missing or wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.cli import app
from simulators.people import make_card, persona
from simulators.pki import user_authority
from simulators.readers import plugin

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def card_on_the_reader() -> Iterator[None]:
    plugin.readers.put(make_card(persona("card-works", NOW.date()), user_authority(NOW), NOW))
    yield
    plugin.readers.take()


def check(*options: str, pin: str | None = None, environ: dict[str, str] | None = None) -> Result:
    command = ["card", "check", "--json", "--driver", "simulator", *options]
    return CliRunner().invoke(app, command, input=pin, env=environ)


@pytest.mark.parametrize(
    ("options", "environ", "name"),
    [
        (["--trust", "/nonexistent"], {}, "--trust"),
        (["--crl", "/nonexistent"], {}, "--crl"),
        (["--ocsp", "ftp://responder"], {}, "--ocsp"),
        ([], {"KIOSK_IDENTITY__TRUST": "nonsense.pem"}, "identity.trust"),
    ],
    ids=["--trust", "--crl", "--ocsp", "identity.trust"],
)
def test_what_is_wrong_is_named_as_it_was_given(
    options: list[str], environ: dict[str, str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nonsense.pem").write_text("-----BEGIN NONSENSE-----")
    result = check(*options, environ=environ)
    said = [line for line in result.stderr.splitlines() if not line.startswith("S-04")]
    assert (result.exit_code, result.stdout, len(said)) == (2, "", 1)
    assert said[0].startswith(f"{name}: ")


def test_without_roots_no_card_is_called_a_forgery_and_none_learns_the_number() -> None:
    result = check("--pin-stdin", pin="1234\n")
    report = json.loads(result.stdout)
    assert result.stderr.startswith("S-04 no root certificate is given (identity.trust, --trust)")
    assert (result.exit_code, report["code"], report["verdict"]) == (10, "S-04", "refused")
    assert (report["chain"], report["pin"]["outcome"]) == ("untrusted", "not_asked")


def test_that_there_are_no_roots_is_said_before_a_reader_is_looked_for() -> None:
    plugin.readers.take()
    result = check("--wait", "0", "--reader", "no such reader")
    assert result.exit_code == 11
    assert result.stderr.splitlines()[0].startswith("S-04 ")
