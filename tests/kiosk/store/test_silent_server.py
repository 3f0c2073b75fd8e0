"""A PostgreSQL server that stops answering holds no thread and no connection; long work has more time."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from kiosk.eligibility import MemberId, Registry, RegistryError
from kiosk.store.engine import CONNECTIONS
from kiosk.store.limits import StatementLimit
from kiosk.store.transaction import reading, writing
from tests.postgresql import frozen

TARO = MemberId("133033", "71-0000", "000001", "00")
SOON = 5.0
"""Seconds within which a read is over, whatever the server does."""


@pytest.fixture
def registry(postgresql_url: str) -> Iterator[Registry]:
    with Registry.open(postgresql_url, migrated=False) as empty:
        empty.migrate()
    with Registry.open(postgresql_url) as made:
        yield made


def backend(connection: Connection) -> int:
    return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def idle_backend(registry: Registry) -> int:
    """Return the server process of the only connection in the pool."""
    with reading(registry.engine) as connection:
        return backend(connection)


@pytest.fixture
def postmaster(registry: Registry) -> int:
    with reading(registry.engine) as connection:
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    return int(Path(folder, "postmaster.pid").read_text().split()[0])


def ended(work: Callable[[], object], within: float) -> str:
    """Run the work in a thread that must end in time; return the error that it raised, or an empty text."""
    said: list[str] = []

    def run() -> None:
        try:
            work()
        except RegistryError as error:
            said.append(str(error))

    thread = threading.Thread(target=run, daemon=True)
    began = time.monotonic()
    thread.start()
    thread.join(within + 3)
    assert not thread.is_alive(), "the thread still waits for the server"
    assert time.monotonic() - began < within
    return "".join(said)


def test_a_read_goes_on_where_only_the_process_of_its_connection_is_frozen(registry: Registry) -> None:
    with frozen(idle_backend(registry)):
        assert ended(lambda: registry.member(TARO), SOON) == ""
        assert registry.engine.pool.checkedout() == 0


def test_a_read_ends_where_the_server_accepts_and_says_nothing(registry: Registry, postmaster: int) -> None:
    with frozen(postmaster, idle_backend(registry)):
        assert "the register cannot be used" in ended(lambda: registry.member(TARO), SOON)
        assert registry.engine.pool.checkedout() == 0
        assert "the register cannot be used" in ended(registry.check, SOON)
    assert registry.member(TARO) is None


def test_a_statement_that_is_under_way_ends_too(registry: Registry) -> None:
    def read() -> None:
        with reading(registry.engine) as connection:
            with frozen(backend(connection)):
                connection.execute(text("SELECT 1"))

    assert "has not answered within 4 s" in ended(read, SOON)
    assert registry.engine.pool.checkedout() == 0


def test_a_read_that_the_server_works_on_for_long_is_ended_by_it(registry: Registry) -> None:
    def read() -> None:
        with reading(registry.engine) as connection:
            connection.execute(text("SELECT pg_sleep(30)"))

    assert ended(read, SOON) == "the register did not answer in time"
    assert registry.engine.pool.checkedout() == 0


@pytest.mark.parametrize("transaction", [reading, writing])
def test_long_work_has_its_time(
    registry: Registry, transaction: Callable[..., AbstractContextManager[Connection]]
) -> None:
    def work() -> None:
        with transaction(registry.engine, StatementLimit.LONG) as connection:
            connection.execute(text("SELECT pg_sleep(5)"))

    assert ended(work, 10) == ""


def test_a_dead_server_does_not_hold_long_work_for_ever(registry: Registry) -> None:
    def work() -> None:
        with writing(registry.engine, StatementLimit.READ) as connection:
            with frozen(backend(connection)):
                connection.execute(text("SELECT 1"))

    assert "has not answered within 4 s" in ended(work, SOON)


def test_what_was_read_long_has_no_word_in_the_next_read(registry: Registry) -> None:
    with reading(registry.engine, StatementLimit.LONG) as connection:
        before = backend(connection)
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "2min"
    with reading(registry.engine) as connection:
        assert (backend(connection), connection.execute(text("SHOW statement_timeout")).scalar_one()) == (before, "3s")


def test_a_connection_that_nobody_gives_back_makes_nobody_wait_for_long(registry: Registry) -> None:
    held = [registry.engine.connect() for _ in range(CONNECTIONS)]
    try:
        assert ended(lambda: registry.member(TARO), SOON) != ""
    finally:
        for connection in held:
            connection.close()
