"""Finding a member by フリガナ and day of birth, as people type them, in both databases."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.eligibility import DataRefused, MemberQuery, NumberRefused, Registry
from kiosk.eligibility.kana import fits, folded
from kiosk.eligibility.lookup import MOST_FOUND

Load = Callable[..., Any]
BORN = date(1980, 5, 6)
KANA = st.text(st.characters(min_codepoint=ord("ァ"), max_codepoint=ord("ヶ")), min_size=1, max_size=12)


def query(kana: str, *born: date) -> MemberQuery:
    return MemberQuery.by_kana("133033", kana, *(born or (BORN,)))


def names(registry: Registry, asked: MemberQuery) -> list[str]:
    return [one.name for one in registry.find(asked)]


@pytest.mark.parametrize(
    "typed",
    [
        "ヤマザキ ジュンイチ",
        "やまざき　じゅんいち",
        "ﾔﾏｻﾞｷ ｼﾞｭﾝｲﾁ",
        "ヤマザキジュンイチ",
        "ヤマサキ シユンイチ",
        "ヤマザキ",
        " やまさき ",
    ],
)
@pytest.mark.parametrize("filed", ["ヤマザキ ジュンイチ", "ﾔﾏｻﾞｷ ｼﾞﾕﾝｲﾁ", "ヤマザキ　ジュンイチ"])
def test_however_it_is_typed_or_filed_the_same_member_is_found(
    registry: Registry, load: Load, typed: str, filed: str
) -> None:
    load({"kana": filed, "name": "山﨑 淳一"}, {"number": "000002", "kana": "ヤマダ ジュンイチ"})
    assert names(registry, query(typed)) == ["山﨑 淳一"]


@pytest.mark.parametrize("typed", ["ヤマ", "ジュンイチ", "ヤマザキジ", "ヤマザキ コウイチ"])
def test_a_part_of_a_name_finds_nobody(registry: Registry, load: Load, typed: str) -> None:
    load({"kana": "ヤマザキ ジュンイチ"})
    assert names(registry, query(typed)) == []


def test_one_of_several_birthdays_is_enough_and_another_is_not(registry: Registry, load: Load) -> None:
    load({"kana": "ヤマダ ハナ"}, {"number": "000002", "kana": "ヤマダ ハナ", "birth_date": "1955-05-06"})
    assert len(registry.find(query("ヤマダ", BORN, date(1955, 5, 6)))) == 2
    assert len(registry.find(query("ヤマダ", date(1955, 5, 6)))) == 1
    assert registry.find(query("ヤマダ", date(1980, 5, 7))) == []


def test_a_number_and_a_name_must_both_fit(registry: Registry, load: Load) -> None:
    load(
        {"branch": "01", "name": "一郎", "kana": "ドボク イチロウ"},
        {"branch": "02", "name": "二郎", "kana": "ドボク ジロウ"},
    )
    both = MemberQuery.of("133033", "71-0000", "000001", BORN)
    assert names(registry, both) == ["一郎", "二郎"]
    assert names(registry, both.narrowed("どぼく じろう")) == ["二郎"]


def test_another_insurer_s_members_are_not_found(registry: Registry, load: Load) -> None:
    load({"insurer_number": "138057", "kana": "ヤマダ ハナ"})
    assert registry.find(query("ヤマダ")) == []


def test_an_answer_is_bounded_after_those_who_do_not_fit(registry: Registry, load: Load) -> None:
    others = ({"number": f"{number:06}", "kana": "アベ"} for number in range(2 * MOST_FOUND))
    sought = ({"number": f"9{number:05}", "kana": "ヤマダ"} for number in range(MOST_FOUND + 5))
    load(*others, *sought)
    found = registry.find(query("ヤマダ"))
    assert len(found) == MOST_FOUND and all(one.kana == "ヤマダ" for one in found)


@pytest.mark.parametrize("typed", ["", " ", "ー", "山田", "ヤマダ1", "%", "ヤマダ\x00", "ア" * 101])
def test_what_is_no_kana_is_refused(typed: str) -> None:
    with pytest.raises(DataRefused) as refused:
        query(typed)
    assert str(refused.value) == "kana"


def test_what_passes_as_a_my_number_is_refused_and_not_repeated() -> None:
    for text in ("123456789018", "１２３ ４５６ ７８９ ０１８"):
        with pytest.raises(NumberRefused) as refused:
            query(text)
        assert "9018" not in str(refused.value)


def test_a_query_says_nothing_in_a_trace() -> None:
    assert "ヤマ" not in repr(query("ヤマダ")) and "1980" not in repr(query("ヤマダ"))


@given(KANA, KANA)
def test_a_name_fits_itself_however_it_is_written(family: str, given_name: str) -> None:
    filed = f"{family} {given_name}"
    hiragana = "".join(chr(ord(sign) - 0x60) for sign in filed if sign != " ")
    for typed in (filed, unicodedata.normalize("NFD", filed), hiragana, family):
        wanted = folded(typed)
        assert wanted and fits(wanted, filed)
        assert folded(wanted) == wanted
