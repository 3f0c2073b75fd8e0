"""Searching the register: by number, フリガナ, 氏名, 生年月日 and 事業所名, by an index, and never for everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.eligibility import (
    MOST_LISTED,
    DataRefused,
    ImportReport,
    MemberSearch,
    NumberRefused,
    Registry,
    TooManyFound,
)
from kiosk.eligibility.kana import begins_with, folded, spellings
from kiosk.eligibility.search import _most_telling

Load = Callable[..., ImportReport]
BORN = date(1980, 5, 6)
PEOPLE = (
    {"number": "000001"},
    {"number": "000002", "name": "山崎 花子", "kana": "ヤマザキ ハナコ", "employer": "山の上建設 株式会社"},
    {"number": "000003", "name": "山﨑　陽子", "kana": "ﾔﾏｻﾞｷ ﾖｳｺ", "birth_date": "1991-02-03"},
    {"number": "000004", "name": "東海林 翔", "kana": "しょうじ しょう", "employer": "山の下土木"},
    {"number": "000006", "name": "齋藤 \ufa4f子", "kana": "サイトウ ユウコ", "employer": "浜田工務店"},
    {"number": "000007", "name": "葛\U000e0100城 翔", "kana": "カツラギ ショウ", "employer": "濵田工務店"},
    {"number": "000005", "symbol": "72-0001", "name": "リー ジョン", "kana": "リー ジョン"},
)


def sought(**typed: Any) -> MemberSearch:
    return MemberSearch.of("133033", **typed)


@pytest.fixture
def people(registry: Registry, load: Load) -> Registry:
    load(*PEOPLE)
    return registry


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ({"symbol": "71-0000", "number": "000002"}, ["000002"]),
        ({"symbol": "７１ー００００", "number": "２"}, []),
        ({"symbol": "72-0001"}, ["000005"]),
        ({"symbol": "72"}, []),
        ({"kana": "ヤマザキ"}, ["000002", "000003"]),
        ({"kana": "やまさき"}, ["000002", "000003"]),
        ({"kana": "ﾔﾏｻﾞｷ ﾊ"}, ["000002"]),
        ({"kana": "シヨウジ"}, ["000004"]),
        ({"kana": "リ"}, ["000005"]),
        ({"kana": "リージヨン"}, ["000005"]),
        ({"kana": "ハナコ"}, []),
        ({"name": "山崎"}, ["000002", "000003"]),
        ({"name": "山﨑陽"}, ["000003"]),
        ({"name": "山嵜 陽"}, ["000003"]),
        ({"name": "斎藤祐"}, ["000006"]),
        ({"name": "斉藤"}, ["000006"]),
        ({"name": "葛城"}, ["000007"]),
        ({"name": "葛\U000e0101城"}, ["000007"]),
        ({"name": "葛木"}, []),
        ({"employer": "濱田工務店"}, ["000007", "000006"]),
        ({"birth_dates": (BORN,), "name": "山﨑", "employer": "山の"}, ["000002"]),
        ({"kana": "カ", "name": "葛城", "employer": "浜"}, ["000007"]),
        ({"employer": "山の"}, ["000004", "000002"]),
        ({"employer": "山の上建設株式"}, ["000002"]),
        ({"birth_dates": (date(1991, 2, 3),)}, ["000003"]),
        ({"birth_dates": (BORN, date(1991, 2, 3)), "kana": "ヤマザキ"}, ["000002", "000003"]),
        ({"birth_dates": (BORN,), "kana": "ヤマザキ"}, ["000002"]),
        ({"name": "東海林", "employer": "山の上"}, []),
        ({"kana": "ヤ", "employer": "山の上"}, ["000002"]),
        ({"symbol": "71-0000", "number": "000001", "name": "東海林"}, []),
        ({"name": "%"}, []),
        ({"employer": "' OR 1=1 --"}, []),
    ],
)
def test_who_fits_is_found(people: Registry, typed: dict[str, Any], numbers: list[str]) -> None:
    assert [line.id.number for line in people.search(sought(**typed))] == numbers


def test_a_member_of_another_insurer_is_not_found(people: Registry) -> None:
    assert people.search(MemberSearch.of("130013", kana="ヤマザキ")) == []


def test_a_member_is_found_by_the_present_data_alone(people: Registry, load: Load) -> None:
    load({"number": "000002", "name": "川崎 花子", "kana": "カワサキ ハナコ"})
    assert people.search(sought(name="山崎花")) == []
    (found,) = people.search(sought(name="川崎"))
    assert (found.kana, found.birth_date, found.acquired_on) == ("カワサキ ハナコ", BORN, date(2020, 4, 1))


@pytest.mark.parametrize("typed", [{}, {"kana": " "}, {"name": "　", "employer": ""}, {"symbol": " ", "number": " "}])
def test_a_search_for_nobody_in_particular_is_refused(typed: dict[str, str]) -> None:
    with pytest.raises(DataRefused, match="^nothing$"):
        sought(**typed)


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ({"kana": "山崎"}, "kana"),
        ({"kana": "ア" * 101}, "kana"),
        ({"symbol": "7" * 21}, "symbol"),
        ({"number": "7" * 21}, "number"),
        ({"name": "山" * 101}, "name"),
        ({"employer": "山\x00の"}, "employer"),
    ],
)
def test_a_malformed_part_is_named_and_not_repeated(typed: dict[str, str], part: str) -> None:
    with pytest.raises(DataRefused, match=f"^{part}$"):
        sought(**typed)


@pytest.mark.parametrize("part", ["number", "symbol", "name", "employer", "kana"])
def test_a_my_number_is_not_looked_up(part: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        sought(**{part: "1234-5678-9018"})
    assert "9018" not in str(refused.value) and "山" not in repr(sought(name="山崎"))


def test_a_search_that_fits_very_many_lists_nobody(registry: Registry, load: Load) -> None:
    load(*({"number": f"{number:06}"} for number in range(MOST_LISTED + 1)))
    for typed in ({"kana": "ド"}, {"symbol": "71-0000"}, {"employer": "〇〇"}, {"birth_dates": (BORN,)}):
        with pytest.raises(TooManyFound):
            registry.search(sought(**typed))
    load({"number": "000000", "kana": "ドボク ジロウ"})
    assert len(registry.search(sought(kana="ドボク ジ"))) == 1


SEARCHES = {
    "number": (sought(symbol="71-0000", number="000001"), "member_number_key"),
    "symbol": (sought(symbol="71-0000"), "member_number_key"),
    "kana": (sought(kana="ドボク タロウ"), "version_kana_key"),
    "name": (sought(name="土木"), "version_name_key"),
    "a name in many forms": (sought(name="斎藤真理恵"), "version_name_key"),
    "an employer in many forms": (sought(employer="濱辺沢工務店"), "version_employer_key"),
    "birthday": (sought(birth_dates=(BORN, date(1955, 5, 6))), "version_birth_date"),
    "employer": (sought(employer="〇〇建設"), "version_employer_key"),
    "kana and employer": (sought(kana="ドボク", employer="〇〇建設"), "version_kana_key"),
    "name and birthday": (sought(name="土木", birth_dates=(BORN,)), "version_birth_date"),
    "name and employer": (sought(name="土木", employer="〇〇"), "version_name_key"),
}


@pytest.mark.parametrize(("kana", "employer", "told"), [("ド", "建設9", "employer"), ("ドボク タ", "建", "kana")])
def test_of_several_texts_the_most_telling_one_is_gone_by(
    registry: Registry, load: Load, kana: str, employer: str, told: str
) -> None:
    load(*({"number": f"{number:06}", "employer": f"建設{number}"} for number in range(30)))
    load({"number": "000009", "kana": "ドボク タマ", "employer": "建設9"})
    load(*({"number": f"1{number:05}", "kana": "サトウ", "employer": "建材"} for number in range(40)))
    wanted = sought(kana=kana, employer=employer)
    with registry.engine.connect() as connection:
        assert _most_telling(connection, wanted) == told
    assert "000009" in [line.id.number for line in registry.search(wanted)]


def somebody(number: int) -> dict[str, str]:
    """Return the cells of one of many who have little in common."""
    kana, born = chr(0x30A2 + number % 80), date(1950, 1, 1) + timedelta(days=number)
    key = {"symbol": f"71-{number:04}", "number": "000001"}
    return key | {"kana": f"{kana} タロウ", "name": f"{kana} 太郎", "birth_date": f"{born}", "employer": f"{kana}建設"}


@pytest.mark.parametrize("what", SEARCHES)
def test_the_index_is_used_and_no_table_is_read_whole(registry: Registry, load: Load, what: str) -> None:
    wanted, index = SEARCHES[what]
    load(*map(somebody, range(300)))
    with registry.engine.connect() as connection:
        lite = connection.dialect.name == "sqlite"
        dialect = sqlite.dialect() if lite else postgresql.dialect()
        filled = wanted.statement().params(wanted.values())
        text = str(filled.compile(dialect=dialect, compile_kwargs={"literal_binds": True})).replace("%%", "%")
        if not lite:
            connection.exec_driver_sql("ANALYZE")
            connection.exec_driver_sql("SET enable_seqscan = off")
        plan = connection.exec_driver_sql(("EXPLAIN QUERY PLAN " if lite else "EXPLAIN ") + text).all()
    steps = " | ".join(str(row[-1]) for row in plan)
    assert index in steps
    assert "SCAN member" not in steps and "Seq Scan on member" not in steps


@pytest.mark.parametrize(
    "kana", ["ヤマザキ", "ﾔﾏｻﾞｷ", "やまざき", "ヤマサキ", "ｼｬﾙﾙ", "シヤルル", "ジョーンズ", "A'ラ", "ヴィ"]
)
def test_every_spelling_of_a_beginning_is_a_range(kana: str) -> None:
    wanted = folded(kana)
    bare = kana.replace("ー", "")
    assert begins_with(wanted, f"{kana} ハナコ")
    assert any(bare.startswith(each) for each in spellings(wanted))
    assert 1 <= len(spellings(wanted)) <= 72
