"""漢字 of names in their forms: what is one name, and in which ranges of an index its forms are."""

from __future__ import annotations

import unicodedata

import pytest

from kiosk.eligibility.kanji import MOST_RANGES, _groups, beginnings, folded_kanji


def in_a_range(typed: str, filed: str) -> bool:
    return any(first <= filed < after for first, after in beginnings(typed))


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("高橋", "髙橋"),
        ("山崎", "山﨑"),
        ("渡辺", "渡邉"),
        ("渡邊", "渡邉"),
        ("斎藤", "齊藤"),
        ("浜田", "濵田"),
        ("広瀬", "廣瀨"),
        ("吉野", "𠮷野"),
        ("祐子", "\ufa4f子"),
        ("福島", "\ufa1b嶌"),
        ("葛城", "葛\U000e0100城"),
        ("渡辺", "渡\U000e0101邉\U000e0110"),
        ("神田", "神\ufe00田"),
    ],
)
def test_a_name_is_found_whichever_form_is_typed(one: str, another: str) -> None:
    assert folded_kanji(one) == folded_kanji(another)
    assert in_a_range(one, f"{another}太郎") and in_a_range(another, f"{one}太郎")


@pytest.mark.parametrize(("typed", "filed"), [("高橋", "高木"), ("坂本", "阪本"), ("畑", "畠"), ("大田", "太田")])
def test_another_name_is_another_name(typed: str, filed: str) -> None:
    assert folded_kanji(typed) != folded_kanji(filed) and not in_a_range(typed, filed)


@pytest.mark.parametrize("typed", ["佐藤", "斎藤真理恵", "渡辺沢国広瀬浜崎高栄", "辺" * 100, "A", "ー"])
def test_the_ranges_are_bounded_and_fit_what_was_typed(typed: str) -> None:
    assert 1 <= len(beginnings(typed)) <= MOST_RANGES
    assert in_a_range(typed, typed)


def test_a_form_is_in_one_group_and_no_group_has_what_unicode_folds_itself() -> None:
    forms = [form for group in _groups() for form in group]
    assert len(forms) == len(set(forms)) and all(len(group) > 1 for group in _groups())
    assert all(unicodedata.normalize("NFKC", form) == form for form in forms)
