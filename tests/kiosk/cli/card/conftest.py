"""A simulated reader for the card commands: roots, cards to put on it, and the command itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kiosk.cli import app
from simulators.cards import Card
from simulators.people import make_card, persona, revoked_certificates
from simulators.people.town import JAPAN
from simulators.pki import Authority, jpki_generations, user_authority
from simulators.readers import plugin

NOW = datetime.now(UTC)
TODAY = NOW.astimezone(JAPAN).date()
KEYS = {
    "reader", "driver", "certificate", "chain", "revocation", "pin", "signature", "level", "verdict", "code",
    "message", "apdus", "card_milliseconds", "unchecked_before_pin",
}  # fmt: skip

Check = Callable[..., tuple[int, dict[str, Any]]]


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


def refusal_in(stderr: str) -> str:
    """Return the sentence that is its only line; the service writes it as a line of its log."""
    [line] = stderr.splitlines()
    return str(json.loads(line)["problem"]) if line.startswith("{") else line
