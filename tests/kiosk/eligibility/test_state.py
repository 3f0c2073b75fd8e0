"""Whether a register can serve, and its newest file: one statement, since every visit asks twice."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from kiosk.eligibility import Registry, RegistryError, RegistryMismatch, Source, read_rows
from tests.statements import sent_to

MakeFile = Callable[..., bytes]
MakeSource = Callable[..., Source]


def test_a_register_without_a_file_can_serve(registry: Registry) -> None:
    assert registry.check() is None


def test_one_statement_says_it(registry: Registry, member_file: MakeFile, source: MakeSource) -> None:
    registry.import_members(read_rows(io.BytesIO(member_file({}))), source())
    with sent_to(registry.engine) as said:
        found = registry.check()
    assert found is not None
    assert (found[0], len(said)) == (registry.last_import(), 1)
    assert registry.check(through=found[0], after=found[1]) == found
    assert registry.check(through=found[0], after=datetime(2020, 1, 1, tzinfo=UTC)) is None
    assert registry.check(through=found[0]) == found, "without an instant no file is ignored"


def test_another_schema_is_named_as_before(registry: Registry) -> None:
    with registry.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    with pytest.raises(RegistryMismatch, match="kiosk registry init"):
        registry.check()


def test_a_database_that_is_no_register_is_named_as_such(tmp_path: Path) -> None:
    other = create_engine(f"sqlite:///{tmp_path / 'other.sqlite'}")
    with other.begin() as connection:
        connection.execute(text("CREATE TABLE cats (name TEXT)"))
    other.dispose()
    with Registry.at(f"sqlite:///{tmp_path / 'other.sqlite'}") as registry:
        with pytest.raises(RegistryMismatch, match="not a register"):
            registry.check()
        (tmp_path / "other.sqlite").unlink()
        with pytest.raises(RegistryError, match="removed"):
            registry.check()
