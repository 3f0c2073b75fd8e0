"""A new 記号, 番号 or 枝番 of the same person: everything goes with them, and nobody else's number is taken."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any

import pytest

from kiosk.decision import Document
from kiosk.eligibility import (
    BindingRefused,
    DataRefused,
    FormerKey,
    KeyTaken,
    Member,
    MemberChanged,
    MemberId,
    Registry,
    UnknownMember,
)
from kiosk.issuance import Queue

Load = Callable[..., Any]
CERTIFICATE = "a1" * 32
BOUND, NOW = datetime(2026, 6, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)
TARO = MemberId("133033", "71-0000", "000001", "00")
HANAKO = replace(TARO, branch="01")
MOVED = replace(TARO, symbol="72-0000", number="000777")
NEW = {"symbol": "72-0000", "number": "000777"}
BY = "hanako"


@pytest.fixture(autouse=True)
def people(load: Load) -> None:
    load({"notice_issued_on": ""}, {"branch": "01", "name": "土木 花子"})


def seen(registry: Registry, whose: MemberId = TARO) -> Member:
    found = registry.member(whose)
    assert found is not None
    return found


def test_the_person_is_there_under_the_new_number_alone(registry: Registry) -> None:
    before = seen(registry)
    assert registry.take_over(before, NEW, NOW, TODAY, BY) == MOVED
    assert replace(seen(registry, MOVED), id=TARO) == before
    assert registry.member(TARO) is None
    assert [member.id for member in registry.members()] == [HANAKO, MOVED]


def test_history_binding_and_orders_go_with_them(registry: Registry, load: Load) -> None:
    queue = Queue(registry)
    load({"address": "東京都港区"})
    registry.bind(TARO, CERTIFICATE, date(2028, 5, 6), BY, BOUND)
    order = queue.request(TARO, Document.NOTICE, reasons=["card_works"], by=BY, now=BOUND)
    versions = len(registry.history(TARO))
    registry.take_over(seen(registry), NEW, NOW, TODAY, BY)
    bound = registry.member_by_binding(CERTIFICATE)
    assert bound is not None and bound.member.id == MOVED
    assert [binding.bound_at for binding in registry.bindings(MOVED)] == [BOUND]
    assert len(registry.history(MOVED)) == versions
    assert [(one.number, one.member) for one in queue.open_orders()] == [(order.number, MOVED)]
    (issued,) = queue.complete([order.number], TODAY, BY, NOW)
    assert issued.member == MOVED
    assert [one.number for one in queue.history(MOVED)] == [order.number]


def test_the_number_before_is_kept(registry: Registry) -> None:
    registry.take_over(seen(registry), NEW, NOW, TODAY, BY)
    registry.take_over(seen(registry, MOVED), {"branch": "03"}, NOW, TODAY, "taro")
    now_id = replace(MOVED, branch="03")
    assert registry.former_keys(now_id) == [FormerKey(TARO, NOW, BY), FormerKey(MOVED, NOW, "taro")]
    assert registry.former_keys(HANAKO) == []


def test_other_values_come_in_the_same_step(registry: Registry) -> None:
    registry.take_over(seen(registry), {**NEW, "name": "土木 太朗"}, NOW, TODAY, BY)
    after = seen(registry, MOVED)
    assert (after.name, after.recorded_at) == ("土木 太朗", NOW)
    assert len(registry.history(MOVED)) == 2


@pytest.mark.parametrize("changes", [{"branch": "01"}, {"branch": "01", "name": "だれか"}])
def test_another_person_s_number_is_refused_and_nothing_is_written(registry: Registry, changes: dict[str, str]) -> None:
    before = seen(registry)
    with pytest.raises(KeyTaken):
        registry.take_over(before, changes, NOW, TODAY, BY)
    assert (seen(registry), seen(registry, HANAKO).name) == (before, "土木 花子")
    assert registry.former_keys(TARO) == []


@pytest.mark.parametrize(
    "changes", [{"number": "00:01"}, {"number": ""}, {"branch": "1"}, {"number": "123456789018"},
                {"insurer_number": "01130012"}]
)  # fmt: skip
def test_what_is_no_number_of_this_insurer_is_refused(registry: Registry, changes: dict[str, str]) -> None:
    with pytest.raises(DataRefused):
        registry.take_over(seen(registry), changes, NOW, TODAY, BY)
    assert [member.id for member in registry.members()] == [TARO, HANAKO]


def test_who_takes_it_over_has_a_name(registry: Registry) -> None:
    with pytest.raises(BindingRefused):
        registry.take_over(seen(registry), NEW, NOW, TODAY, "")
    assert registry.member(MOVED) is None


def test_somebody_who_saw_the_number_before_changes_nothing(registry: Registry) -> None:
    before = seen(registry)
    registry.take_over(before, NEW, NOW, TODAY, BY)
    with pytest.raises(UnknownMember):
        registry.take_over(before, {"branch": "05"}, NOW, TODAY, BY)
    with pytest.raises(MemberChanged):
        registry.take_over(replace(seen(registry, MOVED), name="だれか"), {"branch": "05"}, NOW, TODAY, BY)
    assert registry.member(MOVED) is not None


def test_of_two_who_want_the_same_number_one_gets_it(registry: Registry) -> None:
    taro, hanako, together = seen(registry), seen(registry, HANAKO), Barrier(2)

    def want(member: Member) -> bool:
        together.wait(10)
        try:
            registry.take_over(member, {**NEW, "branch": "00"}, NOW, TODAY, BY)
        except KeyTaken:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(want, (taro, hanako))) == [False, True]
    assert registry.member(MOVED) is not None
    assert len(list(registry.members())) == 2


def test_a_file_with_the_new_number_is_about_the_same_person(registry: Registry, load: Load) -> None:
    registry.take_over(seen(registry), NEW, NOW, TODAY, BY)
    report = load({**NEW, "name": "土木 太朗"}, {"branch": "01", "name": "土木 花子"}, day="2026-12-01")
    assert (report.inserted, report.updated) == (0, 1)
    assert [member.id for member in registry.members()] == [HANAKO, MOVED]
