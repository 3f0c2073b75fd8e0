"""Invented members, empty registers, and the command line."""

import io
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from kiosk.eligibility import ImportReport, Member, MemberId, Registry, Source, read_rows
from kiosk.eligibility.columns import COLUMNS, KEY_COLUMNS, NAMES
from tests.registers import Registers

CELLS = {
    "insurer_number": "133033",
    "symbol": "71-0000",
    "number": "000001",
    "branch": "00",
    "name": "土木 太郎",
    "kana": "ドボク タロウ",
    "birth_date": "1980-05-06",
    "sex": "male",
    "relationship": "self",
    "household_head": "土木 太郎",
    "postal_code": "102-0093",
    "address": "東京都千代田区〇〇町1-11-1",
    "employer": "〇〇建設 株式会社",
    "acquired_on": "2020-04-01",
    "copay_percent": "30",
    "filed_on": "2020-04-02",
    "my_number_reported": "true",
    "linked_on": "2020-04-08",
    "card": "held",
    "certificate": "valid",
    "certificate_valid_until": "2028-05-06",
    "registration": "registered",
    "confirmation_requested": "false",
    "notice_issued_on": "2020-04-10",
    "information_withheld": "false",
    "special_consideration": "false",
    "pays_in_full": "false",
    "card_without_pin": "false",
}
"""A member with a マイナ保険証; cells that are not here are empty."""

Cells = dict[str, str]
MakeFile = Callable[..., bytes]
Load = Callable[..., ImportReport]
Run = Callable[..., Result]


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and no settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("KIOSK_")]:
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def kiosk_command(alone: Path) -> Run:
    """Run `kiosk` with arguments, in this process; it never ends with a traceback."""
    from typer.testing import CliRunner

    from kiosk.cli import app

    def call(*arguments: str, input: bytes | None = None) -> Result:  # noqa: A002
        result = CliRunner().invoke(app, arguments, input=input)
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return call


@pytest.fixture
def cells() -> Callable[..., Cells]:
    """The cells of a member, with some changed."""
    return lambda **changed: {**dict.fromkeys(NAMES, ""), **CELLS, **changed}


@pytest.fixture
def member_file(cells: Callable[..., Cells]) -> MakeFile:
    """The bytes of a member file with one line for each set of changed cells (no quotation marks)."""

    def make(*people: Cells) -> bytes:
        lines = [",".join(NAMES)] + [",".join(cells(**changed)[name] for name in NAMES) for changed in people]
        return "".join(f"{line}\n" for line in lines).encode()

    return make


@pytest.fixture
def member(cells: Callable[..., Cells]) -> Callable[..., Member]:
    """A member with some columns changed; `confirmed_on` is the day of the newest file."""

    def make(confirmed_on: date = date(2026, 6, 1), **changed: str) -> Member:
        values: list[Any] = [column.parse(cells(**changed)[column.name]) for column in COLUMNS]
        recorded_at = datetime(confirmed_on.year, confirmed_on.month, confirmed_on.day, tzinfo=UTC)
        key = MemberId(*values[:KEY_COLUMNS])
        return Member(key, *values[KEY_COLUMNS:], date(2020, 4, 10), recorded_at, confirmed_on)

    return make


@pytest.fixture
def source() -> Callable[..., Source]:
    """An import made on a day (at noon UTC)."""

    def make(day: str = "2026-06-01") -> Source:
        at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        return Source(at, at.date(), "a" * 64, lambda: "b" * 64)

    return make


def _made(url: str) -> Registry:
    with Registry.open(url, migrated=False) as empty:
        empty.migrate()
    return Registry.open(url)


@pytest.fixture
def registry(database: str) -> Iterator[Registry]:
    """An empty register, once in SQLite and once in PostgreSQL."""
    with _made(database) as made:
        yield made


@pytest.fixture
def one_registry(register_url: str) -> Iterator[Registry]:
    """An empty register in one database, for what does not depend on its kind."""
    with _made(register_url) as made:
        yield made


@pytest.fixture
def sqlite_registry(registers: Registers, tmp_path: Path) -> Iterator[Registry]:
    """An empty register in SQLite, for what is about SQLite itself."""
    with _made(registers.url(tmp_path, "sqlite")) as made:
        yield made


@pytest.fixture
def load(registry: Registry, member_file: MakeFile, source: Callable[..., Source]) -> Load:
    """Import people, given as changed cells, into `registry`."""

    def take(*people: Cells, day: str = "2026-06-01") -> ImportReport:
        return registry.import_members(read_rows(io.BytesIO(member_file(*people))), source(day))

    return take
