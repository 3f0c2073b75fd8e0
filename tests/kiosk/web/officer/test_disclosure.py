"""Nobody finds a hidden count: not from the whole and the other parts, whatever the counts are."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.web.officer.disclosure import FEW, Hidden, Shown, parts_and_whole, shown

COUNTS = st.lists(st.one_of(st.integers(0, 12), st.integers(0, 3000)), min_size=1, max_size=5)


def published(counts: tuple[int, ...]) -> tuple[tuple[Shown, ...], Shown]:
    made, whole = parts_and_whole(dict(enumerate(counts)))
    return tuple(made[at] for at in range(len(counts))), whole


@pytest.mark.parametrize(("parts", "most"), [(1, 60), (2, 60), (3, 30), (4, 16)])
def test_whoever_knows_the_rule_and_all_the_rest_has_four_possible_values_left(parts: int, most: int) -> None:
    """All tables there can be (up to a size) that would be published in the same way are compared."""
    same: dict[tuple[tuple[Shown, ...], Shown], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(most), repeat=parts):
        same[published(counts)].append(counts)
    for (made, whole), tables in same.items():
        if any(max(counts) >= most - FEW for counts in tables):
            continue  # larger tables, which are not compared, may look the same
        for at, value in enumerate(made):
            possible = {counts[at] for counts in tables}
            if value is Hidden.FEW:
                assert len(possible) >= FEW - 1, (made, whole, tables)
            elif value is Hidden.WITHHELD:
                assert len(possible) > 1, (made, whole, tables)
        if isinstance(whole, Hidden):
            assert len({sum(counts) for counts in tables}) > 1, (made, whole, tables)


@given(COUNTS, st.data())
def test_another_table_with_any_other_small_count_looks_the_same(counts: list[int], data: st.DataObject) -> None:
    """Beyond the size that can be compared in full: take from the large hidden part what a small one gets more."""
    made, whole = published(tuple(counts))
    few = [at for at, value in enumerate(made) if value is Hidden.FEW]
    if not few or isinstance(whole, Hidden):
        return
    at, wanted = data.draw(st.sampled_from(few)), data.draw(st.integers(0, FEW - 1))
    other = [0 if value is Hidden.FEW else count for count, value in zip(counts, made, strict=True)]
    other[at] = wanted
    other[made.index(Hidden.WITHHELD)] += sum(counts) - sum(other)
    assert published(tuple(other)) == (made, whole)


@given(COUNTS)
def test_what_is_shown_is_true_and_not_more_is_hidden_than_one_part(counts: list[int]) -> None:
    made, whole = parts_and_whole(dict(enumerate(counts)))
    assert all(value == count for value, count in zip(made.values(), counts, strict=True) if isinstance(value, int))
    assert whole in (sum(counts), Hidden.FEW, Hidden.WITHHELD)
    assert list(made.values()).count(Hidden.WITHHELD) <= 1
    if all(count >= FEW for count in counts):
        assert list(made.values()) == counts and whole == sum(counts), "nothing is hidden without need"


@given(st.integers(0, 10_000))
def test_a_count_on_its_own(count: int) -> None:
    assert shown(count) == (count if count >= 5 else "5未満")
