"""The rows by which the kiosks of a register know of one another."""

from __future__ import annotations

import time
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.eligibility import Heartbeat, Registry, RegistryBusy, RegistryError, keep_heartbeat, kiosks_seen
from kiosk.store.transaction import writing

NOW = datetime.now(UTC)


def said(kiosk: str = "1", **more: object) -> Heartbeat:
    given: dict[str, object] = {
        "version": "0.1.0",
        "state": "idle",
        "failure": None,
        "since": NOW,
        "called_at": None,
        "last_visit_at": None,
        "trust_as_of": None,
    }
    return Heartbeat(kiosk, **(given | more))  # type: ignore[arg-type]


def test_each_kiosk_has_one_row_which_it_renews(registry: Registry) -> None:
    now = datetime.now(UTC)
    keep_heartbeat(registry.engine, said("2", state="pin"), now)
    keep_heartbeat(registry.engine, said("1"), now)
    later = said("1", state="out_of_service", failure="N-02", called_at=NOW, last_visit_at=NOW, trust_as_of=NOW)
    keep_heartbeat(registry.engine, later, now)
    seen = kiosks_seen(registry.engine, now)
    assert [one.said for one in seen] == [later, said("2", state="pin")]
    assert all(not one.is_gone and abs(one.clock_offset) < 5 for one in seen)


def test_who_is_silent_for_two_minutes_is_gone(registry: Registry) -> None:
    now = datetime.now(UTC)
    keep_heartbeat(registry.engine, said(), now)
    with registry.engine.begin() as connection:
        earlier = f"'{now - timedelta(minutes=3):%Y-%m-%d %H:%M:%S.%f}'"
        zone = "+00" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"UPDATE kiosk_heartbeat SET seen_at = {earlier[:-1]}{zone}'")  # noqa: S608
    (seen,) = kiosks_seen(registry.engine, now)
    assert seen.is_gone and 170 < seen.seconds_ago < 200


def test_a_clock_that_is_wrong_is_told_by_how_much(registry: Registry) -> None:
    wrong = datetime.now(UTC) + timedelta(minutes=10)
    keep_heartbeat(registry.engine, said(), wrong)
    (seen,) = kiosks_seen(registry.engine, datetime.now(UTC))
    if registry.engine.dialect.name == "postgresql":
        assert 590 < seen.clock_offset < 610 and not seen.is_gone
    else:
        assert seen.clock_offset == 0, "a SQLite register is on this machine and has no clock of its own"


def test_a_beat_does_not_wait_for_an_import(registry: Registry) -> None:
    lite = registry.engine.dialect.name == "sqlite"
    begun = time.monotonic()
    with writing(registry.engine) as connection:
        connection.exec_driver_sql("UPDATE member SET symbol = symbol")
        with pytest.raises(RegistryBusy) if lite else nullcontext():
            keep_heartbeat(registry.engine, said(), NOW)
    assert time.monotonic() - begun < 5
    keep_heartbeat(registry.engine, said(), NOW)


def test_a_register_that_is_gone_says_so(registry: Registry) -> None:
    with registry.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE kiosk_heartbeat")
    for work in (lambda: keep_heartbeat(registry.engine, said(), NOW), lambda: kiosks_seen(registry.engine, NOW)):
        with pytest.raises(RegistryError):
            work()
