"""`kiosk registry` on a register of its own, and files that come one after the other."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from kiosk.eligibility import ImportRules, Registry, Source, read_rows

MakeFile = Callable[..., bytes]
Run = Callable[..., Result]


@pytest.fixture
def run(kiosk_command: Run, register_url: str) -> Run:
    """Run `kiosk registry` on a register that is not there yet."""
    database = ["--database", register_url]
    return lambda *arguments, **options: kiosk_command("registry", *arguments, *database, **options)


@pytest.fixture
def made(run: Run) -> Run:
    """Run `kiosk registry` on an empty register."""
    assert run("init").exit_code == 0
    return run


@pytest.fixture
def people(tmp_path: Path, member_file: MakeFile) -> Path:
    """A member file with 土木 太郎 (枝番 00) and 土木 花子 (01)."""
    path = tmp_path / "members.csv"
    path.write_bytes(member_file({}, {"branch": "01", "name": "土木 花子"}))
    return path


@pytest.fixture
def loaded(made: Run, people: Path) -> Run:
    """Run `kiosk registry` on a register with these two."""
    assert made("import", str(people)).exit_code == 0
    return made


@pytest.fixture
def take(registry: Registry, member_file: MakeFile, source: Callable[..., Source]) -> Callable[..., Any]:
    """Import people, given as changed cells, under rules; the guard is that of the settings."""

    def taken(
        *people: dict[str, str],
        rules: ImportRules = ImportRules(most_changed=20),  # noqa: B008
        day: str = "2026-06-02",
        **options: bool,
    ) -> Any:
        data = member_file(*people)
        digest = hashlib.sha256(data).hexdigest()
        origin = replace(source(day), content_sha256=lambda: digest)
        return registry.import_members(read_rows(io.BytesIO(data)), origin, rules=rules, **options)

    return taken
