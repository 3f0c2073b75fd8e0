"""The looks in the register: each once, bounded, kept for a year, and never another person's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from kiosk.audit import JournaledLook, LookPurpose
from kiosk.eligibility import (
    LOOKS_KEPT,
    MOST_LOOKS,
    MemberId,
    MemberLook,
    Registry,
    RegistryBusy,
    RegistryError,
    keep_looks,
    looks_at,
)
from kiosk.roles import Part
from kiosk.store.schema import member_look
from kiosk.store.transaction import writing

Load = Callable[..., Any]
TARO = MemberId("133033", "71-0000", "000001", "00")
HANAKO = replace(TARO, branch="01")
MOVED = replace(TARO, symbol="72-0000", number="000777")
NEW = {"symbol": "72-0000", "number": "000777"}
TODAY = date(2026, 11, 26)


def reference(member: str) -> str:
    """Stand in for ``Journal.reference``."""
    return member


@pytest.fixture(autouse=True)
def people(load: Load) -> None:
    load({}, {"branch": "01", "name": "土木 花子"})


@pytest.fixture
def began(registry: Registry) -> datetime:
    """Return when the members came into the register."""
    return next(iter(registry.history(TARO))).recorded_at


def look(number: int, whose: MemberId, at: datetime, purpose: LookPurpose = LookPurpose.ELIGIBILITY) -> JournaledLook:
    return JournaledLook(number, at, reference(str(whose)), Part.DESK, purpose)


def kept(registry: Registry) -> int:
    with registry.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM member_look")).scalar_one())


def test_the_newest_come_first_each_once_and_of_one_person_alone(registry: Registry, began: datetime) -> None:
    at = [began + timedelta(minutes=minutes) for minutes in range(12)]
    taros = [look(number, TARO, at[number]) for number in range(8)]
    hanakos = [look(9, HANAKO, at[9], LookPurpose.CARD), look(10, HANAKO, at[10], LookPurpose.PAPER)]
    for _ in range(2):
        keep_looks(registry.engine, "1", [*taros, *hanakos], at[-1])
    keep_looks(registry.engine, "2", [look(0, HANAKO, at[8])], at[-1])
    own = looks_at(registry.engine, TARO, reference, at[-1])
    assert own == tuple(
        MemberLook(at[number], Part.DESK, LookPurpose.ELIGIBILITY) for number in range(7, 7 - MOST_LOOKS, -1)
    )
    assert [one.at for one in looks_at(registry.engine, HANAKO, reference, at[-1])] == [at[10], at[9], at[8]]


def test_after_a_year_they_are_gone(registry: Registry, began: datetime) -> None:
    later = began + LOOKS_KEPT + timedelta(seconds=1)
    keep_looks(registry.engine, "1", [look(1, TARO, began)], began)
    assert len(looks_at(registry.engine, TARO, reference, began)) == 1
    assert looks_at(registry.engine, TARO, reference, later) == ()
    keep_looks(registry.engine, "1", [look(2, TARO, began - LOOKS_KEPT - timedelta(seconds=1))], began)
    assert kept(registry) == 1


def test_a_kiosk_whose_clock_is_ahead_drops_nothing_of_other_kiosks(registry: Registry, began: datetime) -> None:
    """A SQLite register has one kiosk, and no clock but its; that kiosk copies its journal again at its next start."""
    keep_looks(registry.engine, "1", [look(1, TARO, began)], began)
    keep_looks(registry.engine, "2", [], began + 2 * LOOKS_KEPT)
    assert kept(registry) == (1 if registry.engine.dialect.name == "postgresql" else 0)


def test_they_go_with_a_new_number_and_who_has_the_old_one_then_sees_none_of_them(
    registry: Registry, load: Load, began: datetime
) -> None:
    moved = began + timedelta(hours=1)
    before, after = began + timedelta(minutes=5), moved + timedelta(minutes=5)
    taro = registry.member(TARO)
    assert taro is not None
    registry.take_over(taro, NEW, moved, TODAY, "hanako")
    looks = [look(1, TARO, before), look(2, MOVED, after), look(3, TARO, after, LookPurpose.CARD)]
    keep_looks(registry.engine, "1", looks, after)
    assert [one.at for one in looks_at(registry.engine, MOVED, reference, after)] == [after, before]
    assert looks_at(registry.engine, TARO, reference, after) == (), "nobody has this number"


def test_who_has_a_number_that_a_file_gave_to_somebody_else_sees_none_of_the_looks_before(
    registry: Registry, load: Load, began: datetime
) -> None:
    later = began + timedelta(days=2)
    keep_looks(registry.engine, "1", [look(1, TARO, began)], began)
    load({"birth_date": "2001-01-01", "name": "架空 次郎"}, day=str((began + timedelta(days=1)).date()))
    assert looks_at(registry.engine, TARO, reference, later) == ()
    keep_looks(registry.engine, "1", [look(2, TARO, later)], later)
    load({"birth_date": "2001-01-01", "name": "架空 三郎"}, day=str(later.date()))
    assert [one.at for one in looks_at(registry.engine, TARO, reference, later)] == [later]


def test_looks_from_before_somebody_was_a_member_are_not_theirs(registry: Registry, began: datetime) -> None:
    keep_looks(registry.engine, "1", [look(1, TARO, began - timedelta(days=1))], began)
    assert looks_at(registry.engine, TARO, reference, began) == ()


@pytest.mark.parametrize("cell", ["part", "purpose"])
def test_what_a_newer_kiosk_notes_in_words_of_its_own_hides_none_of_the_others(
    registry: Registry, began: datetime, cell: str
) -> None:
    at = [began + timedelta(minutes=minutes) for minutes in range(MOST_LOOKS + 2)]
    keep_looks(registry.engine, "1", [look(number, TARO, at[number]) for number in range(len(at))], at[-1])
    with registry.engine.begin() as connection:
        connection.execute(update(member_look).where(member_look.c.sequence > 5).values({cell: "telephone"}))
    assert [one.at for one in looks_at(registry.engine, TARO, reference, at[-1])] == at[5::-1]


def test_a_member_without_data_was_looked_at_by_nobody(registry: Registry, began: datetime) -> None:
    with registry.engine.begin() as connection:
        connection.execute(text("DELETE FROM member_version"))
    assert looks_at(registry.engine, TARO, reference, began) == ()


def commits(path: Path) -> int:
    """Return how many commits the write-ahead log has (its format: sqlite.org/fileformat2.html, 4.1)."""
    log = path.with_name(f"{path.name}-wal").read_bytes()
    salt, size = log[16:24], 24 + int.from_bytes(log[8:12])
    frames = [log[at : at + 24] for at in range(32, len(log), size)]
    return sum(frame[4:8] != bytes(4) for frame in frames if frame[8:16] == salt)


def test_all_looks_of_a_copy_are_one_commit(sqlite_registry: Registry, tmp_path: Path) -> None:
    """Each commit waits for the disk: with one for each look, a copy of 500 kept every other writer for seconds."""
    now = datetime.now(UTC)
    keep_looks(sqlite_registry.engine, "1", [look(0, TARO, now - LOOKS_KEPT)], now - LOOKS_KEPT)
    before = commits(tmp_path / "registry.sqlite")
    keep_looks(sqlite_registry.engine, "1", [look(number, TARO, now) for number in range(1, 10)], now + timedelta(1))
    assert kept(sqlite_registry) == 9, "the oldest one is gone"
    assert commits(tmp_path / "registry.sqlite") == before + 1


def test_a_copy_that_fails_leaves_no_part_of_it(sqlite_registry: Registry) -> None:
    now = datetime.now(UTC)
    looks = [look(1, TARO, now), look(2, TARO, now)]
    with sqlite_registry.engine.begin() as connection:
        connection.exec_driver_sql(_REFUSE_THE_SECOND)
    with pytest.raises(RegistryError):
        keep_looks(sqlite_registry.engine, "1", looks, now)
    assert kept(sqlite_registry) == 0
    with sqlite_registry.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER second")
    keep_looks(sqlite_registry.engine, "1", looks, now)
    assert kept(sqlite_registry) == 2


_REFUSE_THE_SECOND = """CREATE TRIGGER second BEFORE INSERT ON member_look WHEN NEW.sequence = 2
BEGIN SELECT RAISE(ABORT, 'the disk fails'); END"""


def test_a_register_that_is_written_to_is_not_waited_for(sqlite_registry: Registry) -> None:
    now = datetime.now(UTC)
    with writing(sqlite_registry.engine), pytest.raises(RegistryBusy):
        keep_looks(sqlite_registry.engine, "1", [look(1, TARO, now)], now)


def test_a_register_that_does_not_serve_says_so(registry: Registry, began: datetime) -> None:
    with registry.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE member_look")
    for work in (
        lambda: keep_looks(registry.engine, "1", [], began),
        lambda: looks_at(registry.engine, TARO, reference, began),
    ):
        with pytest.raises(RegistryError):
            work()
