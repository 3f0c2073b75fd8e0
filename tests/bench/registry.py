"""Imports, look-ups and the plan of 400,000 members (KIOSK_BENCH_MEMBERS: another number), beside the raw driver.

The raw driver runs the SQL that ours sends, on one open connection without a transaction, and makes no Member of it.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Mapping

from kiosk.eligibility import MemberQuery, Registry
from tests.bench import imports, plan
from tests.bench.figures import row, series, show
from tests.bench.register import FIRST, birth_date, both, key_of, member_id
from tests.statements import Sent, sent_to

MEMBERS = int(os.environ.get("KIOSK_BENCH_MEMBERS", "400000"))
RUNS = 3_000
GOALS = {
    ("by card", "SQLite"): "0.12 / 0.3",
    ("by card", "PostgreSQL"): "0.3 / 0.6",
    ("by number and birthday", "SQLite"): "0.2 / 0.5",
    ("by number and birthday", "PostgreSQL"): "0.2 / 0.5",
}


def _by_card(registry: Registry, number: int) -> bool:
    bound = registry.member_by_binding(key_of(number))
    return bound is not None and bound.member.id == member_id(number)


def _by_number(registry: Registry, number: int) -> bool:
    asked = member_id(number)
    query = MemberQuery.of(asked.insurer_number, asked.symbol, asked.number, birth_date(number))
    return [one.id for one in registry.find(query)] == [asked]


LOOK_UPS: Mapping[str, Callable[[Registry, int], bool]] = {"by card": _by_card, "by number and birthday": _by_number}


def _numbers() -> Iterator[int]:
    chosen = random.Random(13)  # the same members each time
    while True:
        yield FIRST + chosen.randrange(MEMBERS)


def _ours(registry: Registry, look_up: Callable[[Registry, int], bool]) -> list[float]:
    numbers = _numbers()

    def once() -> None:
        if not look_up(registry, next(numbers)):
            raise RuntimeError("a look-up found somebody else")

    return series(once, RUNS, warm_up=50)


def _sent(registry: Registry, look_up: Callable[[Registry, int], bool], count: int) -> Sent:
    """Return the statements that our look-ups send, with their parameters."""
    with sent_to(registry.engine) as sent:
        for _, number in zip(range(count), _numbers(), strict=False):
            look_up(registry, number)
    return sent


def _raw(registry: Registry, look_up: Callable[[Registry, int], bool]) -> list[float]:
    asked = iter(_sent(registry, look_up, RUNS + 50))
    pooled = registry.engine.raw_connection()
    try:
        cursor = pooled.cursor()

        def once() -> None:
            statement, parameters = next(asked)
            cursor.execute(statement, parameters)
            if len(cursor.fetchall()) != 1:
                raise RuntimeError("a look-up found another number of members")

        return series(once, RUNS, warm_up=50)
    finally:
        pooled.close()


def run() -> None:
    imports.run()
    rows = []
    with both(MEMBERS) as registries:
        for name, look_up in LOOK_UPS.items():
            for database, registry in registries.items():
                ours, raw = _ours(registry, look_up), _raw(registry, look_up)
                rows.append(row(f"{name}, {database}: ours", ours, GOALS[name, database]))
                rows.append(row(f"{name}, {database}: raw driver, the same SQL", raw, ""))
        plan.measured(registries, MEMBERS)
    show(f"look-ups, {MEMBERS:,} members, ms", ["", "median", "p99", "runs", "goal (median / p99)"], rows)
