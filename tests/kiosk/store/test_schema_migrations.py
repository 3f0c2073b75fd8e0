"""The migrations: from an empty database to the schema of this program."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import op
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Inspector, MetaData, Table, create_engine, insert, inspect

from kiosk.eligibility import Member, Registry, RegistryError, Source, values_of
from kiosk.eligibility.columns import KEY_COLUMNS, MAY_BE_LEFT_OUT, NAMES
from kiosk.issuance import Queue
from kiosk.store import migrations
from kiosk.store.migrate import upgrade
from kiosk.store.revision import HEAD
from kiosk.store.schema import import_batch, member_version, metadata
from kiosk.store.transaction import writing


@contextmanager
def inspected(url: str) -> Iterator[Inspector]:
    engine = create_engine(url)
    yield inspect(engine)
    engine.dispose()


def test_an_empty_database_gets_the_tables_that_the_program_reads(database: str) -> None:
    with Registry.open(database, migrated=False) as registry:
        assert registry.migrate()
    with inspected(database) as made:
        for table in metadata.sorted_tables:
            columns = {column["name"]: column["nullable"] for column in made.get_columns(table.name)}
            assert columns == {column.name: column.nullable for column in table.columns}
            assert {index["name"] for index in made.get_indexes(table.name)} >= {index.name for index in table.indexes}


def test_migrating_twice_changes_nothing(database: str) -> None:
    with Registry.open(database, migrated=False) as registry:
        assert registry.migrate()
        assert not registry.migrate()


def test_a_register_of_the_first_schema_keeps_its_members(
    database: str, member: Callable[..., Member], source: Callable[..., Source]
) -> None:
    with Registry.open(database, migrated=False) as registry:
        with writing(registry.engine) as connection:
            upgrade(connection, "0001")
            _insert_member(connection, member(), source())
        with pytest.raises(RegistryError, match="kiosk registry init"):
            Registry.open(database)
        assert registry.migrate()
        (kept,) = registry.members()
        assert (kept.id, kept.name) == (member().id, "土木 太郎")
        assert list(Queue(registry).open_orders()) == []
        assert (kept.information_withheld, kept.card_without_pin, kept.stay_until) == (False, False, None)


def _insert_member(connection: Connection, person: Member, source: Source) -> None:
    digest, counts = "a" * 64, dict.fromkeys(("inserted", "updated", "unchanged", "refused"), 0)
    batch = {"id": 1, "recorded_at": source.recorded_at, "valid_from": source.valid_from}
    connection.execute(insert(import_batch), batch | counts | {"file_name_sha256": digest, "content_sha256": digest})
    cells = dict(zip(NAMES, values_of(person), strict=True))
    key = {name: cells[name] for name in NAMES[:KEY_COLUMNS]}
    connection.execute(insert(_FIRST_MEMBERS), {"id": 1, "reference": str(person.id), "confirmed_batch_id": 1} | key)
    version = {"member_id": 1, "version": 1, "batch_id": 1, "recorded_at": source.recorded_at}
    first_schema = {name: cells[name] for name in NAMES[KEY_COLUMNS:] if name not in MAY_BE_LEFT_OUT}
    connection.execute(insert(_FIRST_VERSIONS), version | {"valid_from": source.valid_from} | first_schema)


_FIRST_MEMBERS = Table(
    "member",
    MetaData(),
    *(Column(name) for name in ("id", "reference", *NAMES[:KEY_COLUMNS], "confirmed_batch_id")),
)
_FIRST_VERSIONS = Table(
    "member_version",
    MetaData(),
    *(Column(one.name, one.type) for one in member_version.columns if one.name not in MAY_BE_LEFT_OUT),
)


def test_a_database_that_is_not_migrated_is_refused(database: str) -> None:
    Registry.open(database, migrated=False).close()
    with pytest.raises(RegistryError, match="kiosk registry init"):
        Registry.open(database)


def test_a_revision_that_the_program_does_not_know_is_refused(database: str) -> None:
    with Registry.open(database, migrated=False) as registry:
        registry.migrate()
        _execute(database, "UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(RegistryError, match="revision 9999"):
            registry.migrate()
    with pytest.raises(RegistryError, match="revision 9999"):
        Registry.open(database)


def test_a_database_of_something_else_is_refused_and_left_alone(database: str) -> None:
    Registry.open(database, migrated=False).close()
    _execute(database, "CREATE TABLE recipes (name text)")
    with Registry.open(database, migrated=False) as registry, pytest.raises(RegistryError, match="is not a register"):
        registry.migrate()
    with inspected(database) as kept:
        assert kept.get_table_names() == ["recipes"]


def test_a_step_that_fails_leaves_nothing_behind(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the last table's index")

    monkeypatch.setattr(op, "create_index", broken)
    with Registry.open(database, migrated=False) as registry, pytest.raises(RuntimeError, match="index"):
        registry.migrate()
    with inspected(database) as left:
        assert left.get_table_names() == []


def test_the_steps_ship_with_the_package() -> None:
    folder = Path(migrations.__path__[0])
    assert HEAD == "0013"
    assert (folder / "env.py").is_file() and (folder / "versions" / "__init__.py").is_file()


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_the_program_reads_the_newest_revision() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__path__[0])))
    assert scripts.get_current_head() == HEAD
