"""Finding a member by 記号番号 and day of birth, as people type them, in both databases."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.eligibility import DataRefused, KeyQuery, MemberQuery, NumberRefused, Registry
from kiosk.eligibility.lookup import MOST_FOUND
from kiosk.eligibility.registry import _CURRENT

Load = Callable[..., Any]
BORN = date(1980, 5, 6)
MY_NUMBER = "123456789018"


def query(symbol: str = "71-0000", number: str = "000001", born: date = BORN) -> MemberQuery:
    return MemberQuery.of("133033", symbol, number, born)


@pytest.mark.parametrize(
    ("symbol", "number"),
    [
        ("71-0000", "000001"),
        ("７１－００００", "０００００１"),
        ("71ー0000", " 000001 "),
        ("710000", "000001"),
        ("71 0000", "000-001"),
        ("71−0000", "000001"),
        ("　71‐0000　", "000001"),
    ],
)
def test_however_it_is_typed_the_same_member_is_found(registry: Registry, load: Load, symbol: str, number: str) -> None:
    load({}, {"number": "000002"}, {"symbol": "71-0001"})
    assert [str(one.id) for one in registry.find(query(symbol, number))] == ["133033:71-0000:000001:00"]


def test_a_register_that_was_filed_in_full_width_is_found_too(registry: Registry, load: Load) -> None:
    load({"symbol": "７１－００００", "number": "０００００１"})
    assert len(registry.find(query())) == 1


def test_an_insurer_without_symbols(registry: Registry, load: Load) -> None:
    load({"symbol": ""})
    assert len(registry.find(query(""))) == 1


def test_another_day_of_birth_or_insurer_finds_nobody(registry: Registry, load: Load) -> None:
    load({}, {"insurer_number": "138057"})
    assert registry.find(query(born=date(1980, 5, 7))) == []
    assert len(registry.find(query())) == 1


def test_twins_are_both_found_by_their_branch(registry: Registry, load: Load) -> None:
    load({"branch": "02", "name": "土木 二郎"}, {"branch": "01", "name": "土木 一郎"})
    assert [one.name for one in registry.find(query())] == ["土木 一郎", "土木 二郎"]


def test_the_newest_version_counts(registry: Registry, load: Load) -> None:
    load({})
    load({"birth_date": "1981-05-06"})
    assert registry.find(query()) == []
    assert len(registry.find(query(born=date(1981, 5, 6)))) == 1


def test_an_answer_is_bounded(registry: Registry, load: Load) -> None:
    load(*({"branch": f"{number:02}"} for number in range(MOST_FOUND + 5)))
    assert len(registry.find(query())) == MOST_FOUND


@pytest.mark.parametrize(
    ("symbol", "number", "part"),
    [
        ("7" * 21, "1", "symbol"),
        ("7\x001", "1", "symbol"),
        ("7:1", "1", "symbol"),
        ("71", "", "number"),
        ("71", "1" * 21, "number"),
        ("71", "1\x1b[2J", "number"),
    ],
)
def test_what_no_document_shows_is_refused_by_its_name(symbol: str, number: str, part: str) -> None:
    with pytest.raises(DataRefused) as refused:
        query(symbol, number)
    assert str(refused.value) == part


@pytest.mark.parametrize(
    ("symbol", "number"),
    [
        (MY_NUMBER, "1"),
        ("71", MY_NUMBER),
        ("71", "1234-5678-9018"),
        ("71", "１２３４５６７８９０１８"),
        (f"{MY_NUMBER} ", "1"),
        ("123 456 789 018", "1"),
        ("71", "1234     5678     9018"),
        ("71", "12-34-56-78-90-18"),
        ("71", "1.2.3.4.5.6.7.8.9.0.1.8"),
        ("71", "１２３　４５６　７８９　０１８"),
    ],
)
def test_what_passes_as_a_my_number_is_refused_and_not_repeated(symbol: str, number: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        query(symbol, number)
    assert MY_NUMBER[-6:] not in str(refused.value)


def test_a_symbol_and_a_number_of_six_digits_each_are_no_my_number_together() -> None:
    assert query("123456", "789018").number == "789018"


def test_a_query_says_nothing_in_a_trace() -> None:
    assert "71" not in repr(query()) and "1980" not in repr(query())


@pytest.mark.parametrize("dash", ["\u2212", "\u2015", "\uff0d", "\u2010", "\u30fc", "\u30fb"])
@pytest.mark.parametrize("typed", ["71-0000", "710000", "７１ー００００"])
def test_whatever_the_register_has_between_the_digits_the_member_is_found(
    registry: Registry, load: Load, dash: str, typed: str
) -> None:
    load({"symbol": f"71{dash}0000"}, {"symbol": "71-0001"})
    assert [one.id.symbol for one in registry.find(query(typed))] == [f"71{dash}0000"]
    written = KeyQuery.of("133033", typed, "000001", "00")
    assert [one.id.symbol for one in registry.find_by_key(written)] == [f"71{dash}0000"]


def test_the_parts_of_a_key_are_not_run_together(registry: Registry, load: Load) -> None:
    load({"symbol": "71", "number": "0001"})
    assert registry.find(query("710", "001")) == []
    assert registry.find(query("", "710001")) == []


WRITTEN = KeyQuery.of("133033", "71-0000", "000001", "")


@pytest.mark.parametrize("asked", [query(), MemberQuery.by_kana("133033", "ドボク", BORN, date(1955, 5, 6)), WRITTEN])
def test_no_table_is_read_whole(registry: Registry, load: Load, asked: MemberQuery | KeyQuery) -> None:
    load(*({"number": f"{number:06}"} for number in range(300)))
    selected = _CURRENT.where(asked.condition())
    with registry._engine.connect() as connection:
        lite = connection.dialect.name == "sqlite"
        dialect = sqlite.dialect() if lite else postgresql.dialect()
        filled = selected.params(asked.values()).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        text = str(filled).replace("%%", "%")
        if not lite:
            connection.exec_driver_sql("ANALYZE")
            connection.exec_driver_sql("SET enable_seqscan = off")
        plan = connection.exec_driver_sql(("EXPLAIN QUERY PLAN " if lite else "EXPLAIN ") + text).all()
    steps = " | ".join(str(row[-1]) for row in plan)
    assert "SCAN member" not in steps and "Seq Scan on member" not in steps
