"""The answers of commands that ``docs/formats.md`` shows are those that the commands give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from kiosk.cli import app
from simulators.issuing import genuine_card
from simulators.people import members_csv
from simulators.pytest_plugin import Authorities
from simulators.readers import plugin
from tests.docs.pages import BLOCKS

VOLATILE: Final = {"subject", "issuer", "not_before", "not_after", "apdus", "card_milliseconds"}


def shown(name: str) -> Any:
    (found,) = [json.loads(one.text) for one in BLOCKS if one.name == name]
    return found


def answered(*words: str, given: str = "") -> Any:
    return json.loads(CliRunner().invoke(app, [*words, "--json"], input=given).stdout)


def steady(answer: Any) -> Any:
    """Return an answer with the type alone of what is another each time."""
    if not isinstance(answer, dict):
        return answer
    return {name: type(value) if name in VOLATILE else steady(value) for name, value in answer.items()}


@pytest.fixture
def trust(authorities: Authorities, tmp_path: Path) -> Iterator[Path]:
    """A genuine card lies on the simulated reader; the file of the root that it is trusted by."""
    plugin.readers.put(genuine_card(authorities.user, authorities.now))
    (tmp_path / "root.pem").write_bytes(authorities.user.pem)
    yield tmp_path / "root.pem"
    plugin.readers.take()


@pytest.mark.usefixtures("trust")
def test_the_list_of_readers() -> None:
    assert answered("card", "list", "--driver", "simulator") == shown("card-list")


def test_the_check_of_a_card(trust: Path) -> None:
    words = ("card", "check", "--driver", "simulator", "--trust", str(trust), "--pin-stdin")
    assert steady(answered(*words, given="1234")) == steady(shown("card-check"))


def test_an_import(authorities: Authorities, register_url: str, tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["registry", "init", "--database", register_url]).exit_code == 0
    lines = members_csv(authorities.now.date()).splitlines(keepends=True)[:2]
    (tmp_path / "members.csv").write_text("".join(lines), "utf-8")
    assert answered("registry", "import", str(tmp_path / "members.csv"), "--database", register_url) == shown("import")
