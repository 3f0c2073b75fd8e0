"""Bindings: which certificate belongs to which member."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any

import pytest

from kiosk.eligibility import BindingRefused, MemberId, Registry, RegistryError, UnknownMember
from kiosk.store.schema import certificate_binding, site
from kiosk.store.transaction import writing

Load = Callable[..., Any]
KEY, RENEWED = "a1" * 32, "b2" * 32
OURS, THEIRS = "0c" * 32, "0d" * 32
LAST_DAY = date(2028, 5, 6)
NOW, LATER = datetime(2026, 6, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 9, 2, 3, 4, 5, tzinfo=UTC)
TARO = MemberId("133033", "71-0000", "000001", "00")
HANAKO = MemberId("133033", "71-0000", "000001", "01")


@pytest.fixture(autouse=True)
def people(load: Load) -> None:
    load({}, {"branch": "01", "name": "土木 花子"})


def test_a_bound_certificate_leads_to_its_member(registry: Registry) -> None:
    assert registry.bind(TARO, KEY, LAST_DAY, "desk-1", NOW)
    bound = registry.member_by_binding(KEY)
    assert bound is not None
    assert (bound.member.id, bound.last_day, bound.bound_at, bound.bound_by) == (TARO, LAST_DAY, NOW, "desk-1")


def test_an_unknown_certificate_leads_to_nobody(registry: Registry) -> None:
    assert registry.member_by_binding(KEY) is None


def test_a_bound_certificate_leads_to_the_newest_version(registry: Registry, load: Load) -> None:
    registry.bind(TARO, KEY, LAST_DAY, "desk-1", NOW)
    load({"name": "土木 次郎"})
    bound = registry.member_by_binding(KEY)
    assert bound is not None and bound.member.name == "土木 次郎"


def test_binding_the_same_again_changes_nothing(registry: Registry) -> None:
    registry.bind(TARO, KEY, LAST_DAY, "desk-1", NOW)
    assert not registry.bind(TARO, KEY, LAST_DAY, "desk-2", LATER)
    assert [binding.bound_by for binding in registry.bindings(TARO)] == ["desk-1"]


def test_a_certificate_bound_to_somebody_else_is_refused(registry: Registry) -> None:
    registry.bind(TARO, KEY, LAST_DAY, "desk-1", NOW)
    with pytest.raises(BindingRefused, match="another member"):
        registry.bind(HANAKO, KEY, LAST_DAY, "desk-1", LATER)
    bound = registry.member_by_binding(KEY)
    assert bound is not None and bound.member.id == TARO
    assert registry.bindings(HANAKO) == []


def test_of_two_who_bind_one_card_to_two_members_at_one_instant_one_is_refused(registry: Registry) -> None:
    ready = Barrier(2)

    def bind(whose: MemberId) -> bool:
        ready.wait(30)
        try:
            return registry.bind(whose, KEY, LAST_DAY, "desk-1", NOW, fingerprint=OURS)
        except BindingRefused:
            return False

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(bind, [TARO, HANAKO])) == [False, True]
    assert len(registry.bindings(TARO)) + len(registry.bindings(HANAKO)) == 1


def test_the_renewed_certificate_ends_the_tie_of_the_one_before_and_keeps_the_history(registry: Registry) -> None:
    registry.bind(TARO, KEY, LAST_DAY, "desk-1", NOW)
    registry.bind(TARO, RENEWED, date(2031, 5, 6), "desk-2", LATER)
    assert registry.member_by_binding(KEY) is None
    assert registry.member_by_binding(RENEWED) is not None
    old, new = registry.bindings(TARO)
    assert (old.bound_by, old.ended_at, old.ended_by) == ("desk-1", LATER, "desk-2")
    assert (new.last_day, new.ended_at, new.ended_by) == (date(2031, 5, 6), None, None)


def test_unbinding_ends_the_tie_and_keeps_the_history(registry: Registry) -> None:
    registry.bind(TARO, KEY, LAST_DAY, "desk-1", NOW)
    registry.unbind(TARO, "desk-2", LATER)
    assert registry.member_by_binding(KEY) is None
    (binding,) = registry.bindings(TARO)
    assert (binding.ended_at, binding.ended_by) == (LATER, "desk-2")


def test_an_unbound_certificate_may_be_bound_to_its_right_owner(registry: Registry) -> None:
    registry.bind(TARO, KEY, LAST_DAY, "desk-1", NOW)
    registry.unbind(TARO, "desk-1", NOW)
    assert registry.bind(HANAKO, KEY, LAST_DAY, "desk-1", LATER)
    bound = registry.member_by_binding(KEY)
    assert bound is not None and bound.member.id == HANAKO


def test_unbinding_when_nothing_is_bound_is_refused(registry: Registry) -> None:
    with pytest.raises(BindingRefused):
        registry.unbind(TARO, "desk-1", NOW)


def test_an_unknown_member_is_refused(registry: Registry) -> None:
    nobody = MemberId("133033", "71-0000", "999999", "00")
    with pytest.raises(UnknownMember):
        registry.bind(nobody, KEY, LAST_DAY, "desk-1", NOW)
    with pytest.raises(UnknownMember):
        registry.unbind(nobody, "desk-1", NOW)
    with pytest.raises(UnknownMember):
        registry.bindings(nobody)


@pytest.mark.parametrize("key", ["", "a1", "A1" * 32, "g1" * 32, "a1" * 33])
def test_a_malformed_key_is_refused(registry: Registry, key: str) -> None:
    with pytest.raises(BindingRefused, match="64 hexadecimal"):
        registry.bind(TARO, key, LAST_DAY, "desk-1", NOW)


@pytest.mark.parametrize("by", ["", "x" * 65, "desk\n1", "1234-5678-9018"])
def test_who_does_it_must_be_named(registry: Registry, by: str) -> None:
    with pytest.raises(BindingRefused, match="the name of the person who does this must"):
        registry.bind(TARO, KEY, LAST_DAY, by, NOW)


def test_an_instant_without_its_zone_is_refused(registry: Registry) -> None:
    with pytest.raises(RegistryError):
        registry.bind(TARO, KEY, LAST_DAY, "desk-1", NOW.replace(tzinfo=None))
    assert registry.bindings(TARO) == []


@pytest.mark.parametrize(("key", "owner"), [(KEY, HANAKO), (RENEWED, TARO)], ids=["one key", "one member"])
def test_the_database_itself_keeps_live_ties_unique(registry: Registry, key: str, owner: MemberId) -> None:
    registry.bind(TARO, KEY, LAST_DAY, "desk-1", NOW)
    numbers = {TARO: 1, HANAKO: 2}
    row = {"binding_key": key, "member_id": numbers[owner], "last_day": LAST_DAY, "bound_at": NOW, "bound_by": "x"}
    with pytest.raises(RegistryError), writing(registry._engine) as connection:
        connection.execute(certificate_binding.insert().values(row))


def test_the_first_tie_keeps_the_fingerprint_of_the_site_key(registry: Registry) -> None:
    registry.check_site_key(OURS)
    registry.check_site_key(THEIRS)
    registry.bind(TARO, KEY, LAST_DAY, "desk-1", NOW, fingerprint=OURS)
    registry.check_site_key(OURS)
    with pytest.raises(RegistryError, match="another site key"):
        registry.check_site_key(THEIRS)


def test_under_another_site_key_nothing_is_bound_or_unbound(registry: Registry) -> None:
    registry.bind(TARO, KEY, LAST_DAY, "desk-1", NOW, fingerprint=OURS)
    with pytest.raises(RegistryError, match="another site key"):
        registry.bind(HANAKO, RENEWED, LAST_DAY, "desk-1", LATER, fingerprint=THEIRS)
    with pytest.raises(RegistryError, match="another site key"):
        registry.unbind(TARO, "desk-1", LATER, fingerprint=THEIRS)
    assert registry.bindings(HANAKO) == []
    registry.unbind(TARO, "desk-1", LATER, fingerprint=OURS)
    assert registry.bind(HANAKO, RENEWED, LAST_DAY, "desk-1", LATER, fingerprint=OURS)


def test_a_tie_that_is_refused_keeps_no_fingerprint(registry: Registry) -> None:
    with pytest.raises(BindingRefused):
        registry.bind(TARO, "malformed", LAST_DAY, "desk-1", NOW, fingerprint=THEIRS)
    registry.check_site_key(OURS)


def test_the_database_itself_keeps_one_fingerprint(registry: Registry) -> None:
    registry.bind(TARO, KEY, LAST_DAY, "desk-1", NOW, fingerprint=OURS)
    with pytest.raises(RegistryError), writing(registry._engine) as connection:
        connection.execute(site.insert().values(id=2, key_fingerprint=THEIRS))


def test_bindings_are_counted(registry: Registry) -> None:
    registry.bind(TARO, KEY, LAST_DAY, "desk-1", NOW)
    registry.bind(TARO, RENEWED, LAST_DAY, "desk-1", NOW)
    counted = registry.stats(date(2026, 6, 2))
    assert (counted.bindings_live, counted.bindings_ended) == (1, 1)
