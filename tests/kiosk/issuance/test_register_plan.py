"""The plan of a whole register on several cores: the lines of one, from one moment, whatever happens meanwhile."""

import io
from collections.abc import Callable
from contextlib import closing
from datetime import date
from typing import Any

import pytest

from kiosk.decision import DEFAULT_POLICY
from kiosk.eligibility import KeyRange, Registry, Source, circumstances_in, key_ranges, read_rows
from kiosk.issuance import plan_lines, plan_parts, write_plan
from kiosk.store.snapshot import joined_snapshot
from simulators.people import members_csv
from tests.statements import sent_to

ON = date(2026, 11, 22)


@pytest.fixture
def town(registry: Registry, source: Callable[..., Source]) -> Registry:
    """A register with everybody of the simulated town."""
    registry.import_members(read_rows(io.BytesIO(members_csv(ON).encode())), source())
    return registry


def one_by_one(registry: Registry) -> tuple[str, dict[str, int]]:
    """The plan as one process makes it from whole members."""
    text = io.StringIO()
    counts = write_plan(text, plan_lines(registry.members(), ON, DEFAULT_POLICY))
    return text.getvalue(), counts


def test_two_processes_write_what_one_writes_and_a_write_meanwhile_changes_nothing(
    town: Registry, load: Callable[..., Any]
) -> None:
    text, counts = one_by_one(town)
    with closing(plan_parts(town, ON, DEFAULT_POLICY, processes=2, members_at_once=5)) as parts:
        found = [next(parts)]
        load({"symbol": "zz", "notice_issued_on": ""}, {"number": "000000", "notice_issued_on": ""}, day="2026-06-02")
        found.extend(parts)
    assert "".join(part.text for part in found) == text
    assert sum(part.members for part in found) == len(list(town.members())) - 2
    assert {what: sum(part.counts[what] for part in found) for what in counts} == counts
    assert one_by_one(town)[0] != text


@pytest.mark.parametrize("at_once", [1, 7, 4_000])
def test_a_small_register_is_planned_by_this_process(town: Registry, at_once: int) -> None:
    parts = list(plan_parts(town, ON, DEFAULT_POLICY, members_at_once=at_once))
    assert ("".join(part.text for part in parts), len(parts) > 1) == (one_by_one(town)[0], at_once < 4_000)


def test_an_empty_register_has_an_empty_plan(registry: Registry) -> None:
    assert list(plan_parts(registry, ON, DEFAULT_POLICY)) == []


def blocks_of_members(node: dict[str, Any]) -> int:
    """The blocks of the table `member` and its index that a step of PostgreSQL's plan, or one below it, looked at."""
    if node.get("Relation Name") == "member":
        return int(node["Shared Hit Blocks"])
    return sum(blocks_of_members(below) for below in node.get("Plans", []))


def blocks_read(registry: Registry, keys: KeyRange) -> int:
    """How many blocks PostgreSQL looks at to find the members of a range."""
    with joined_snapshot(registry.engine) as connection:
        with sent_to(registry.engine) as sent:
            assert len(circumstances_in(connection, keys)) == keys.size
        ((statement, values),) = sent
        explained = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", values)
        return blocks_of_members(explained.scalar_one()[0]["Plan"])


def test_a_range_costs_the_same_wherever_it_is(
    postgresql_url: str, member_file: Callable[..., bytes], source: Callable[..., Source]
) -> None:
    people = member_file(*({"number": f"{number:06}"} for number in range(3_000)))
    with Registry.open(postgresql_url, migrated=False) as registry:
        registry.migrate()
        registry.import_members(read_rows(io.BytesIO(people)), source())
        with joined_snapshot(registry.engine) as connection:
            ranges = list(key_ranges(connection, 100))
        assert [keys.size for keys in ranges] == [100] * 30
        first, last = (blocks_read(registry, keys) for keys in (ranges[0], ranges[-1]))
    assert 0 < first <= last + 5
