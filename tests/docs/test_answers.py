"""The answers of commands that ``docs/formats.md`` shows are those that the commands give."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from kiosk.cli import app
from simulators.issuing import genuine_card
from simulators.people import members_csv
from simulators.pytest_plugin import Authorities
from simulators.readers import plugin
from tests.docs.pages import BLOCKS, PAGES

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


DAY: Final = "2026-11-22"
MEMBER: Final = "133033:71-0001:000113:00"
OWED: Final = "133033:71-0001:000109:00"
"""A member to whom the union owes a document on DAY."""
FURTHER: Final = {
    "registry init": (),
    "registry duplicates": (),
    "issuance plan": ("--on", DAY, "--json-lines", "plan.jsonl"),
    "issuance enqueue": ("plan.jsonl", "--by", "hanako"),
    "document batch": ("plan.jsonl", "--folder", "out"),
    "document batch --queue": ("--folder", "post", "--by", "hanako"),
    "issuance batches": (),
    "issuance done": ("--batch", "1", "--by", "hanako"),
    "registry renumber": ("--member", MEMBER, "--to", "133033:71-0001:000999:00", "--by", "hanako"),
    "registry report": ("1",),
    "registry undo": ("1", "--leave-changed", "--by", "hanako"),
}
"""The commands whose keys the page has in a table, with what they are given, in an order in which they all work."""


def keys_in_table() -> dict[str, list[str]]:
    rows = (line.split(" | ") for line in PAGES["docs/formats.md"].splitlines())
    return {row[0].strip("|` "): re.findall("`([a-z_]+)`", row[1]) for row in rows if row[0].strip("|` ") in FURTHER}


def test_the_keys_of_further_commands(register_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = keys_in_table()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KIOSK_DATABASE", register_url)
    header, *people = members_csv(date.fromisoformat(DAY)).splitlines(keepends=True)
    chosen = [line for line in people if line.startswith((MEMBER.replace(":", ","), OWED.replace(":", ",")))]
    keys = dict[str, list[str]]()
    for command, given in FURTHER.items():
        keys[command] = list(answered(*command.split(), *given))
        if command == "registry init":
            assert answered("registry", "import", "-", given=header + "".join(chosen))["batch"] == 1
    assert keys == expected


def test_an_import(authorities: Authorities, register_url: str, tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["registry", "init", "--database", register_url]).exit_code == 0
    lines = members_csv(authorities.now.date()).splitlines(keepends=True)[:2]
    (tmp_path / "members.csv").write_text("".join(lines), "utf-8")
    assert answered("registry", "import", str(tmp_path / "members.csv"), "--database", register_url) == shown("import")
