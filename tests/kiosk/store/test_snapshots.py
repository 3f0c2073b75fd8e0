"""One view of the register for several connections."""

import io
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import Connection, text

from kiosk.eligibility import Registry, RegistryBusy, RegistryError, read_rows
from kiosk.store import snapshot
from kiosk.store.snapshot import joined_snapshot, shared_snapshot

Load = Callable[..., Any]


class Others:
    """Another connection, which joins; while it joins, somebody may write."""

    def __init__(self, registry: Registry, writes: Callable[[int], object]) -> None:
        self._engine, self._writes = registry.engine, writes
        self._open = ExitStack()
        self.joined = 0

    def join(self, name: str) -> None:
        self._open.close()
        self.joined += 1
        self.connection = self._open.enter_context(joined_snapshot(self._engine, name))
        self._writes(self.joined)

    def __enter__(self) -> "Others":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()


def count(connection: Connection) -> int:
    return connection.execute(text("SELECT count(*) FROM member")).scalar_one()


def test_all_see_the_same_whatever_is_written_meanwhile(registry: Registry, load: Load) -> None:
    load({})

    def written(times: int) -> None:
        if times == 1:
            load({"number": "000002"}, day="2026-06-02")

    with Others(registry, written) as others, shared_snapshot(registry.engine, others.join) as mine:
        seen = count(mine)
        load({"number": "000003"}, day="2026-06-03")
        assert count(mine) == count(others.connection) == seen
        # SQLite has no snapshot that can be joined later: there, everybody has begun again.
        again = registry.engine.dialect.name == "sqlite"
        assert (seen, others.joined) == ((2, 2) if again else (1, 1))
    assert registry.member_count() == 3


def test_who_joins_after_a_write_sees_the_same_too(registry: Registry, load: Load) -> None:
    """A write before the others have begun, but after this process has."""
    load({})
    with ExitStack() as opened:
        theirs: list[Connection] = []

        def join(name: str) -> None:
            if not theirs:
                load({"number": "000002"}, day="2026-06-02")
            theirs.append(opened.enter_context(joined_snapshot(registry.engine, name)))

        mine = opened.enter_context(shared_snapshot(registry.engine, join))
        assert count(mine) == count(theirs[-1])


def test_writers_that_never_stop_are_one_clear_error(
    sqlite_registry: Registry, member_file: Callable[..., bytes], source: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "_TRIES", 2)

    def written(times: int) -> None:
        sqlite_registry.import_members(read_rows(io.BytesIO(member_file({"number": f"{times:06}"}))), source())

    with (
        Others(sqlite_registry, written) as others,
        pytest.raises(RegistryBusy, match="go on writing"),
        shared_snapshot(sqlite_registry.engine, others.join),
    ):
        pass
    assert others.joined == 2


def test_a_snapshot_that_has_ended_cannot_be_joined(postgresql_url: str) -> None:
    with Registry.open(postgresql_url, migrated=False) as registry:
        names: list[str] = []
        with shared_snapshot(registry.engine, names.append):
            pass
        with pytest.raises(RegistryError), joined_snapshot(registry.engine, names[0]):
            pass
