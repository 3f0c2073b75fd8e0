"""Look-ups: what the driver reads is what SQLAlchemy would, and what goes wrong has the same errors."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Select, bindparam, func, literal, select, text

from kiosk.eligibility import MemberId, MemberQuery, Registry, RegistryError
from kiosk.store.look_up import LookUp
from kiosk.store.one_of import one_of, values_of
from kiosk.store.schema import DETAILS, KEY, certificate_binding, import_batch, member, member_version
from tests.statements import sent_to

Load = Callable[..., Any]
KEY_OF_CARD = "1" * 64
TARO = MemberId("133033", "71-0000", "000001", "00")
DATES = ("lost_on", "filed_on", "linked_on", "certificate_valid_until", "notice_issued_on", "stay_until")

MEMBERS = select(*KEY, *DETAILS, member_version.c.recorded_at).join_from(member, member_version).order_by(*KEY)
STATEMENTS: dict[str, tuple[Select[*tuple[Any, ...]], Mapping[str, object]]] = {
    "every column": (MEMBERS, {}),
    "a date": (MEMBERS.where(member_version.c.birth_date == bindparam("day")), {"day": date(1980, 5, 6)}),
    "one of two": (
        MEMBERS.where(one_of(member_version.c.birth_date, "birth_date", 2)),
        values_of("birth_date", [date(1980, 5, 6), date(1990, 1, 1)]),
    ),
    "a code": (MEMBERS.where(member_version.c.card == bindparam("card")), {"card": "held"}),
    "an instant": (
        select(import_batch.c.recorded_at, literal("told")).where(import_batch.c.recorded_at >= bindparam("after")),
        {"after": None},
    ),
    "a limit": (MEMBERS.limit(2), {}),
    "nothing": (MEMBERS.where(member.c.symbol == bindparam("symbol")), {"symbol": "none"}),
}


@pytest.mark.parametrize(("statement", "values"), STATEMENTS.values(), ids=STATEMENTS)
def test_the_rows_are_those_of_sqlalchemy(
    registry: Registry, load: Load, statement: Select[*tuple[Any, ...]], values: Mapping[str, object]
) -> None:
    load({}, {"branch": "01", **dict.fromkeys(DATES, "")}, {"branch": "02", "sex": "", "birth_date": "1990-01-01"})
    with registry.engine.connect() as connection:
        if "after" in values:
            values = {"after": connection.execute(select(func.min(import_batch.c.recorded_at))).scalar_one()}
        expected = [tuple(row) for row in connection.execute(statement, values)]
    found = LookUp(statement)(registry.engine, values)
    assert found == expected
    assert [[type(value) for value in row] for row in found] == [[type(value) for value in row] for row in expected]


def test_each_kind_of_database_has_its_own_statement(registry: Registry, sqlite_registry: Registry) -> None:
    look_up = LookUp(MEMBERS.limit(1))
    for one in (registry, sqlite_registry, registry):
        assert look_up(one.engine, {}) == []


def test_a_value_that_is_missing_is_an_error_and_not_null(registry: Registry) -> None:
    statement, _ = STATEMENTS["nothing"]
    with pytest.raises((KeyError, RegistryError)):
        LookUp(statement)(registry.engine, {})


def test_what_the_database_refuses_is_a_registry_error_and_frees_the_connection(registry: Registry) -> None:
    with registry.engine.begin() as connection:
        connection.execute(text("DROP TABLE certificate_binding"))
    asked = LookUp(select(certificate_binding.c.id).where(certificate_binding.c.binding_key == bindparam("key")))
    with pytest.raises(RegistryError) as caught:
        asked(registry.engine, {"key": KEY_OF_CARD})
    assert KEY_OF_CARD not in str(caught.value)
    assert registry.engine.pool.checkedout() == 0
    assert registry.member(TARO) is None


def test_a_look_up_by_number_goes_by_the_number(sqlite_registry: Registry) -> None:
    """SQLite has no statistics; by their day of birth it would look through a town's people of one birthday."""
    with sent_to(sqlite_registry.engine) as sent:
        sqlite_registry.find(MemberQuery.of("133033", "71-0000", "000001", date(1980, 5, 6)))
    ((statement, values),) = sent
    with sqlite_registry.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(values)).all()
    assert [row[-1] for row in plan if "birth_date" in row[-1]] == []
    assert any("member_number_key (number_key=?)" in row[-1] for row in plan)
