"""The plan of a register and its way into the queue, beside the raw driver on one connection.

For the plan, the raw driver reads the same columns of every member in the same order, and decides nothing. For the
queue, it inserts the rows that ours has added, one statement for all of them, and rolls them back.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import PoolProxiedConnection, select

from kiosk.eligibility import Registry
from kiosk.eligibility.circumstances import Circumstances
from kiosk.store.schema import IS_CURRENT, KEY, issuance_order, member, member_version
from tests.bench.figures import Command, command, show

ON = date(2026, 11, 22)
GOALS = {"plan": 8, "enqueue": 6}
_DETAILS = [member_version.c[name] for name in Circumstances._fields[len(KEY) : -1]]
_READ = select(*KEY, *_DETAILS).join_from(member, member_version, IS_CURRENT).order_by(*KEY)


def measured(registries: Mapping[str, Registry], members: int) -> None:
    """Print the table; the orders stay in the registers."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [row for name, registry in registries.items() for row in _rows(name, registry, Path(folder))]
    headings = ["", "seconds", "CPU seconds", "peak MiB a process", "rows", "goal, seconds"]
    show(f"plan and enqueue, {members:,} members", headings, rows)


def _rows(name: str, registry: Registry, folder: Path) -> Iterator[tuple[str, ...]]:
    url, plan = registry.engine.url.render_as_string(hide_password=False), f"{folder}/{name}.jsonl"
    database = ["--database", url]
    planned = command(["issuance", "plan", "--on", ON.isoformat(), "--json-lines", plan, *database])
    lines = sum(1 for _ in Path(plan).open())
    yield _row(f"plan, {name}: ours", planned, registry.member_count(), str(GOALS["plan"]))
    yield _raw(f"plan, {name}: raw driver, read only", registry, _read)
    enqueued = command(["issuance", "enqueue", plan, "--by", "bench", *database])
    yield _row(f"enqueue, {name}: ours", enqueued, lines, str(GOALS["enqueue"]))
    yield _raw(f"enqueue, {name}: raw driver, insert only", registry, _insert_again)


def _row(name: str, took: Command, rows: int, goal: str) -> tuple[str, ...]:
    return (name, f"{took.seconds:.1f}", f"{took.cpu:.1f}", f"{took.mib:.0f}", f"{rows:,}", goal)


def _raw(name: str, registry: Registry, work: Callable[[Registry, PoolProxiedConnection], int]) -> tuple[str, ...]:
    with _connected(registry) as connection:
        begun, cpu = time.perf_counter(), time.process_time()
        rows = work(registry, connection)
        seconds, used = time.perf_counter() - begun, time.process_time() - cpu
    return (name, f"{seconds:.1f}", f"{used:.1f}", "", f"{rows:,}", "")


@contextmanager
def _connected(registry: Registry) -> Iterator[PoolProxiedConnection]:
    """The driver's own connection without a limit of ours, in a transaction that is rolled back."""
    connection = registry.engine.raw_connection()
    if registry.engine.dialect.name == "postgresql":
        connection.driver_connection.limit = 600
        connection.cursor().execute("SET statement_timeout = 0")
    connection.cursor().execute("BEGIN")
    try:
        yield connection
    finally:
        connection.rollback()
        connection.invalidate()


def _read(registry: Registry, connection: PoolProxiedConnection) -> int:
    cursor = connection.cursor()
    cursor.execute(str(_READ.compile(registry.engine)))
    return sum(len(rows) for rows in iter(lambda: cursor.fetchmany(1_000), []))


def _insert_again(registry: Registry, connection: PoolProxiedConnection) -> int:
    cursor = connection.cursor()
    names = [column.name for column in issuance_order.columns]
    cursor.execute(f"SELECT {', '.join(names)} FROM issuance_order")
    rows = cursor.fetchall()
    cursor.execute("DELETE FROM issuance_order")
    sign = "%s" if registry.engine.dialect.name == "postgresql" else "?"
    cursor.executemany(
        f"INSERT INTO issuance_order ({', '.join(names)}) VALUES ({', '.join([sign] * len(names))})", rows
    )
    return len(rows)
