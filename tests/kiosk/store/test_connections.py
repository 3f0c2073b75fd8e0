"""The connections of one program to PostgreSQL: few, each replaced when it has died, none held by those who wait."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from tempfile import TemporaryFile
from threading import Event, Thread
from time import monotonic

import pytest
from psycopg.pq import Trace
from sqlalchemy import create_engine, text

from kiosk.eligibility import MemberId, MemberQuery, Registry, RegistrySilent
from kiosk.store.engine import CONNECTIONS
from kiosk.store.transaction import reading, writing
from tests.postgresql import Cluster

TARO = MemberId("133033", "71-0000", "000001", "00")
KEY = "1" * 64
Ask = Callable[[Registry], object]

LOOK_UPS: dict[str, Ask] = {
    "by key": lambda registry: registry.member(TARO),
    "by card": lambda registry: registry.member_by_binding(KEY),
    "by number": lambda registry: registry.find(MemberQuery.of("133033", "71-0000", "000001", date(1980, 5, 6))),
}


@pytest.fixture
def registry(postgresql_url: str) -> Iterator[Registry]:
    with Registry.open(postgresql_url, migrated=False) as made:
        made.migrate()
        yield made


def ended_by_the_server(url: str) -> None:
    """End every connection to the database, as a restart of the server does."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid, 10000) {others}"))
    engine.dispose()


@contextmanager
def on_the_wire(registry: Registry) -> Iterator[list[list[str]]]:
    """Yield the messages of the next connection that is used, in the block, as libpq traces them."""
    messages: list[list[str]] = []
    with registry.engine.connect() as connection, TemporaryFile() as trace:
        wire = connection.connection.driver_connection.pgconn
        wire.trace(trace.fileno())
        wire.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
        connection.close()
        yield messages
        wire.untrace()
        trace.seek(0)
        messages += [line.split("\t") for line in trace.read().decode().splitlines() if line.startswith(("F\t", "B\t"))]


@pytest.mark.parametrize("times", [1, 10])
def test_a_look_up_is_one_message_each_way_and_no_transaction(registry: Registry, times: int) -> None:
    for ask in LOOK_UPS.values():
        for _ in range(times):
            ask(registry)
    with on_the_wire(registry) as messages:
        for ask in LOOK_UPS.values():
            ask(registry)
    kinds = [(way, what) for way, _, what, *_ in messages]
    assert kinds.count(("F", "Sync")) == kinds.count(("B", "ReadyForQuery")) == len(LOOK_UPS)
    assert ("F", "Query") not in kinds
    asked = [rest[0] for _, _, what, *rest in messages if what == "Parse"]
    assert len(asked) == (len(LOOK_UPS) if times == 1 else 0)
    assert all('"SELECT ' in said for said in asked)


@pytest.mark.parametrize("ask", LOOK_UPS.values(), ids=LOOK_UPS)
def test_a_look_up_replaces_a_connection_that_the_server_has_ended(
    registry: Registry, postgresql_url: str, ask: Ask
) -> None:
    before = ask(registry)
    ended_by_the_server(postgresql_url)
    assert ask(registry) == before


def test_every_connection_of_that_time_is_replaced(registry: Registry, postgresql_url: str) -> None:
    with registry.engine.connect(), registry.engine.connect():
        pass
    ended_by_the_server(postgresql_url)
    with registry.engine.connect():  # the other one is used
        assert registry.member(TARO) is None
    assert registry.member(TARO) is None


def test_a_transaction_replaces_it_too(registry: Registry, postgresql_url: str) -> None:
    for begin in (reading, writing):
        ended_by_the_server(postgresql_url)
        with begin(registry.engine) as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_a_transaction_that_loses_its_connection_is_not_done_twice(registry: Registry, postgresql_url: str) -> None:
    begun = 0
    with pytest.raises(Exception, match="the register cannot be used"), writing(registry.engine) as connection:
        begun += 1
        ended_by_the_server(postgresql_url)
        connection.execute(text("SELECT 1"))
    assert begun == 1
    assert registry.member(TARO) is None


def test_a_look_up_in_a_frozen_database_has_an_error_of_its_own(own_cluster: Cluster) -> None:
    with Registry.open(own_cluster.url("postgres"), migrated=False) as registry:
        registry.migrate()
        with own_cluster.frozen():
            for ask in LOOK_UPS.values():
                began = monotonic()
                with pytest.raises(RegistrySilent):
                    ask(registry)
                assert monotonic() - began < 5
                assert registry.engine.pool.checkedout() == 0
        for ask in LOOK_UPS.values():
            assert not ask(registry)


def test_many_threads_share_few_connections(registry: Registry) -> None:
    with ThreadPoolExecutor(20) as threads:
        assert list(threads.map(lambda _: registry.member(TARO), range(400))) == [None] * 400
    with registry.engine.connect() as connection:
        held = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        assert 1 <= connection.execute(text(held)).scalar_one() <= CONNECTIONS


def test_writers_that_wait_for_each_other_hold_no_connection(registry: Registry) -> None:
    writes, go_on = Event(), Event()

    def write_long() -> None:
        with writing(registry.engine):
            writes.set()
            go_on.wait(30)

    def write() -> None:
        with writing(registry.engine):
            pass

    threads = [Thread(target=write_long), *(Thread(target=write) for _ in range(2 * CONNECTIONS))]
    threads[0].start()
    assert writes.wait(30)
    for thread in threads[1:]:
        thread.start()
    try:
        assert registry.member(TARO) is None
    finally:
        go_on.set()
        for thread in threads:
            thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
