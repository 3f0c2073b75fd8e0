"""The partitions of docs/install.md: a register keeps its rows and rules, and the program needs no change."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from kiosk.eligibility import MemberId, MemberQuery, Registry, Source, read_rows
from kiosk.store.engine import ALONE

PAGE = Path(__file__).parents[3] / "docs/install.md"
KEY = "1" * 64
COUNT = 40


def member_id(number: int) -> MemberId:
    return MemberId("133033", "71-0000", f"{number:06}", "00")


@pytest.fixture
def registry(
    postgresql_url: str, member_file: Callable[..., bytes], source: Callable[..., Source]
) -> Iterator[Registry]:
    """A register with members, partitioned as the page says."""
    people = [{"number": f"{number:06}"} for number in range(COUNT)]
    with Registry.open(postgresql_url, migrated=False) as made:
        made.migrate()
        made.import_members(read_rows(io.BytesIO(member_file(*people))), source())
        rules = rules_of(made)
        partition(made)
        assert rules_of(made) == rules
        yield made


def partition(registry: Registry) -> None:
    (statements,) = re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    with registry.engine.connect() as connection:
        connection.execution_options(**{ALONE: True}).exec_driver_sql(statements)


def rules_of(registry: Registry) -> dict[str, object]:
    """Return what the database says of the table's columns, keys, checks and indexes, and of the orders' keys."""
    seen, table = inspect(registry.engine), "member_version"
    rules: dict[str, object] = {
        "columns": [(one["name"], str(one["type"]), one["nullable"]) for one in seen.get_columns(table)],
        "key": seen.get_pk_constraint(table)["constrained_columns"],
        "checks": {one["name"]: one["sqltext"] for one in seen.get_check_constraints(table)},
        "indexes": {one["name"]: one["column_names"] for one in seen.get_indexes(table)},
    }
    for referring in (table, "issuance_order"):
        keys = {(one["name"], one["referred_table"]) for one in seen.get_foreign_keys(referring)}
        # PostgreSQL also lists one key to each partition, which it made itself.
        rules[referring] = {(name, to) for name, to in keys if not to.startswith("member_version_")}
    return rules


def test_every_partition_has_some_of_the_rows(registry: Registry) -> None:
    with registry.engine.connect() as connection:
        of_each = text("SELECT tableoid, count(*) FROM member_version GROUP BY tableoid")
        found = [count for _, count in connection.execute(of_each)]
    assert len(found) == 4 and sum(found) == COUNT


def test_it_is_read_and_written_as_before(
    registry: Registry, member_file: Callable[..., bytes], source: Callable[..., Source]
) -> None:
    people = [{"number": f"{number:06}", "name": "土木 次郎"} for number in range(COUNT)]
    assert registry.import_members(read_rows(io.BytesIO(member_file(*people))), source("2026-07-01")).updated == COUNT
    registry.bind(member_id(3), KEY, date(2028, 1, 1), "窓口", datetime.now(UTC))
    bound = registry.member_by_binding(KEY)
    assert bound is not None and (bound.member.id, bound.member.name) == (member_id(3), "土木 次郎")
    found = registry.find(MemberQuery.of("133033", "71-0000", "000007", date(1980, 5, 6)))
    assert [one.id for one in found] == [member_id(7)]
    assert len(registry.history(member_id(7))) == 2
    assert registry.check() is not None


def test_a_row_that_refers_to_nobody_is_refused_as_before(registry: Registry) -> None:
    with registry.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.exec_driver_sql("UPDATE member_version SET member_id = 999999")
