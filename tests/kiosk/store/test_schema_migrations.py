"""The migrations: from an empty database to the schema of this program."""

import sqlite3
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
from kiosk.store.engine import engine_for
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
    known = {str(index.name) for table in metadata.sorted_tables for index in table.indexes}
    assert indexes_of(database) >= known | {"version_name_key", "version_kana_key", "version_employer_key"}


def indexes_of(url: str) -> set[str]:
    """Return the names of all indexes, of those on expressions too."""
    lite = url.startswith("sqlite")
    engine = create_engine(url)
    with engine.connect() as connection:
        names = "SELECT name FROM sqlite_master WHERE type = 'index'" if lite else "SELECT indexname FROM pg_indexes"
        found = {row[0] for row in connection.exec_driver_sql(names)}
    engine.dispose()
    return found


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


@pytest.mark.sqlite
def test_a_member_of_an_older_register_finds_its_group_among_many(tmp_path: Path) -> None:
    """A register that was fed by parts has thousands of groups; 0010 looked at all of them for each member."""
    steps, engine = list[int](), engine_for(f"sqlite:///{tmp_path}/register.sqlite", create=True)
    with writing(engine) as connection:
        upgrade(connection, "0009")
        connection.exec_driver_sql(_MANY_FILES)
        connection.exec_driver_sql(_A_MEMBER_OF_EACH)
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_progress_handler(lambda: steps.append(1_000), 1_000)
        upgrade(connection, "0010")
        found = (
            "SELECT count(*) FROM member JOIN freshness ON freshness.id = freshness_id WHERE named_batch_id = number"
        )
        assert connection.exec_driver_sql(found).scalar_one() == 2_000
        left = "SELECT count(*) FROM sqlite_schema WHERE name = 'freshness_of_files'"
        assert connection.exec_driver_sql(left).scalar_one() == 0
    engine.dispose()
    assert sum(steps) < 2_000_000, "steps of SQLite's machine; without the index there are 12,338,000"


_MANY_FILES = """
    INSERT INTO import_batch (
        recorded_at, valid_from, file_name_sha256, content_sha256, inserted, updated, unchanged, refused, kind
    )
    WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < 2000)
    SELECT '2026-01-01 00:00:00.000000', '2026-01-01', '', '', 0, 0, 0, 0, 'members' FROM one
"""
_A_MEMBER_OF_EACH = """
    INSERT INTO member (
        reference, insurer_number, symbol, number, branch, confirmed_batch_id, canonical_key, named_batch_id
    )
    SELECT '133033:1:' || id || ':00', '133033', '1', id, '00', id, '133033:1:' || id || ':00', id FROM import_batch
"""
_IN_THE_RIGHT_GROUP = """
    SELECT count(*) FROM member JOIN freshness ON freshness.id = freshness_id WHERE named_batch_id = number
"""


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
    assert HEAD == "0017"
    assert (folder / "env.py").is_file() and (folder / "versions" / "__init__.py").is_file()


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_the_program_reads_the_newest_revision() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__path__[0])))
    assert scripts.get_current_head() == HEAD
