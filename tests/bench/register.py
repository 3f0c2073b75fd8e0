"""Registers with hundreds of thousands of generated members, in SQLite and PostgreSQL, for the bench."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from kiosk.eligibility import MemberId, Registry
from kiosk.store.limits import StatementLimit
from kiosk.store.schema import member_version
from kiosk.store.transaction import writing
from simulators.demo import set_stage
from tests.postgresql import Cluster

__all__ = ["FIRST", "birth_date", "both", "filled", "key_of", "member_id"]

FIRST = 100_000
"""The number of the first generated member; those of the demonstration are before it."""

_BORN, _DAYS = date(1945, 1, 1), 25_000


def member_id(number: int) -> MemberId:
    """Return the key of a generated member."""
    return MemberId("133033", f"71-{number % 1_000:04}", f"{number:07}", "00")


def birth_date(number: int) -> date:
    """Return the day of birth of a generated member."""
    return _BORN + timedelta(days=number % _DAYS)


def key_of(number: int) -> str:
    """Return the binding key of a generated member's certificate."""
    return f"{number}f".ljust(64, "0")


@contextmanager
def both(members: int) -> Iterator[dict[str, Registry]]:
    """A register of so many members in SQLite and in PostgreSQL, durable as in service."""
    with ExitStack() as ending:
        cluster = Cluster("max_connections=700", durable=True)
        ending.callback(cluster.remove)
        cluster.start()
        folder = ending.enter_context(tempfile.TemporaryDirectory())
        urls = {"SQLite": f"sqlite:///{folder}/register.sqlite", "PostgreSQL": cluster.url("postgres")}
        yield {name: ending.enter_context(filled(url, members)) for name, url in urls.items()}


@contextmanager
def filled(url: str, members: int) -> Iterator[Registry]:
    """The register of the demonstration and so many generated members, each with a bound certificate."""
    with tempfile.TemporaryDirectory() as folder:
        set_stage(Path(folder) / "stage", datetime.now(UTC), database=url)
    with Registry.open(url) as registry:
        with writing(registry.engine, StatementLimit.LONG) as connection:
            for statement in _statements(connection.dialect.name):
                connection.execute(text(statement), {"first": FIRST, "end": FIRST + members})
        if registry.engine.dialect.name == "postgresql":  # as autovacuum does in service
            with writing(registry.engine, StatementLimit.LONG) as connection:
                connection.execute(text("ANALYZE"))
        yield registry


def _statements(dialect: str) -> list[str]:
    """Return what copies the members of the demonstration under other keys, with other days of birth."""
    numbers = (
        "WITH RECURSIVE numbers(n) AS (SELECT CAST(:first AS integer) "
        "UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < CAST(:end AS integer))"
    )
    symbol, number = "'71-' || substr(CAST(10000 + n % 1000 AS text), 2)", "substr(CAST(10000000 + n AS text), 2)"
    key = f"'133033:' || {symbol} || ':' || {number} || '\\:00'"
    born = f"date '{_BORN}' + n % {_DAYS}"
    if dialect == "sqlite":
        born = f"date('{_BORN}', (n % {_DAYS}) || ' days')"
    changed = {"member_id": "n", "version": "1", "birth_date": born}
    names = [column.name for column in member_version.columns]
    values = ", ".join(changed.get(name, name) for name in names)
    latest = "version = (SELECT max(version) FROM member_version AS v WHERE v.member_id = w.member_id)"
    place = "row_number() OVER (ORDER BY member_id) - 1 AS place, count(*) OVER () AS people"
    templates = f"(SELECT w.*, {place} FROM member_version AS w WHERE {latest}) AS template"
    return [
        "INSERT INTO member (id, reference, canonical_key, insurer_number, symbol, number, branch, freshness_id) "
        f"{numbers} SELECT n, {key}, {key}, '133033', {symbol}, {number}, '00', 1 FROM numbers",
        f"INSERT INTO member_version ({', '.join(names)}) {numbers} SELECT {values} FROM numbers JOIN {templates} "
        "ON place = n % people",
        "INSERT INTO certificate_binding (id, binding_key, member_id, last_day, bound_at, bound_by) "
        f"{numbers} SELECT n, substr(n || 'f{'0' * 64}', 1, 64), n, b.last_day, b.bound_at, b.bound_by "
        "FROM numbers CROSS JOIN (SELECT * FROM certificate_binding ORDER BY id LIMIT 1) AS b",
    ]
