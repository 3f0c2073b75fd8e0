"""The rows by which the kiosks of a register know of one another."""

from __future__ import annotations

import time
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Column, Float, MetaData, String, Table, insert, update

from kiosk.eligibility import (
    CallKind,
    Heartbeat,
    Registry,
    RegistryBusy,
    RegistryError,
    keep_heartbeat,
    kiosks_seen,
)
from kiosk.eligibility.heartbeats import MOST_CODES
from kiosk.store.columns import UtcInstant
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
    later = said("1", state="out_of_service", failure="N-02", called_at=NOW, last_visit_at=NOW, trust_as_of=NOW,
                 reasons=("N-02", "S-02"), troubles=("S-19",), call=CallKind.VISUAL_CHECK)  # fmt: skip
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


@pytest.mark.parametrize(
    ("state", "failure", "reasons"),
    [("out_of_service", "R-02", ("R-02",)), ("failure", "P-01", ()), ("idle", None, ())],
)
def test_an_older_program_goes_on_and_is_shown(
    registry: Registry, state: str, failure: str | None, reasons: tuple[str, ...]
) -> None:
    """It knows none of the columns of schema 0016, and leaves in them what a newer program at its place has written."""
    now = datetime.now(UTC)
    keep_heartbeat(registry.engine, said(troubles=("S-19",), reasons=("S-02",), call=CallKind.CHOICE), now)
    with registry.engine.begin() as connection:
        older = {"state": state, "failure": failure, "called_at": now, "seen_at": now + timedelta(seconds=1)}
        connection.execute(update(OLDER).values(older))
        connection.execute(
            insert(OLDER).values(older | {"kiosk": "2", "clock_offset": 0.0, "version": "0", "since": now})
        )
    first, second = (one.said for one in kiosks_seen(registry.engine, now))
    for told in (first, second):
        assert (told.state, told.failure, told.called_at) == (state, failure, now)
        assert (told.reasons, told.troubles, told.call) == (reasons, (), None)
    keep_heartbeat(registry.engine, said(troubles=("S-19",)), now)
    assert kiosks_seen(registry.engine, now)[0].said.troubles == ("S-19",), "brought to the newer program again"


OLDER = Table(
    "kiosk_heartbeat",
    MetaData(),
    Column("kiosk", String),
    Column("clock_offset", Float),
    *(Column(name, UtcInstant()) for name in ("seen_at", "since", "called_at")),
    *(Column(name, String) for name in ("version", "state", "failure")),
)
"""The row as schema 0013 has it."""


def test_codes_are_bounded_and_nothing_else_is_kept(registry: Registry) -> None:
    now, many = datetime.now(UTC), [f"{letter}-{number:02}" for letter in "RS" for number in range(99)]
    keep_heartbeat(registry.engine, said(troubles=("<b>", "S-19", "S-19", *many), reasons=tuple(many)), now)
    (seen,) = kiosks_seen(registry.engine, now)
    assert seen.said.troubles[:2] == ("S-19", "R-00") and seen.said.reasons == tuple(many[:MOST_CODES])
    with registry.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE kiosk_heartbeat SET troubles = 'Z-99 ; DROP S-1 X', call_kind = 'dance'")
    (seen,) = kiosks_seen(registry.engine, now)
    assert (seen.said.troubles, seen.said.call) == (("Z-99",), None), "a code of a newer program is shown"


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
