"""Registers that earlier code made keep working: they can be migrated, and no data are lost."""

import io
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from kiosk.audit import Anchor, Head
from kiosk.decision import Registration
from kiosk.eligibility import MemberId, Registry, RegistryMismatch, Source, read_rows
from kiosk.issuance import OrderState, Queue
from kiosk.store.revision import HEAD, revision_of
from kiosk.store.transaction import reading, writing

TARO = MemberId("133033", "71-0000", "000001", "00")
HANAKO = MemberId("133033", "71-0000", "000001", "01")
MADE = Path(__file__).with_name("register_0753d17.sql")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A register of 0753d17, which had no anchors of journals, and its tables in `kiosk.eligibility`."""
    path = tmp_path / "register.sqlite"
    with closing(sqlite3.connect(path)) as made:
        made.executescript(MADE.read_text())
    return f"sqlite:///{path}"


@pytest.fixture
def migrated(url: str) -> Iterator[Registry]:
    with Registry.open(url, migrated=False) as older:
        assert older.migrate()
    with Registry.open(url) as registry:
        yield registry


def test_it_is_refused_until_it_is_migrated(url: str) -> None:
    with pytest.raises(RegistryMismatch, match="kiosk registry init"):
        Registry.open(url)


def test_it_reaches_the_revision_of_this_program(migrated: Registry) -> None:
    with reading(migrated.engine) as connection:
        assert revision_of(connection) == HEAD
    assert not migrated.migrate()


def test_its_members_keep_their_versions_and_ties(migrated: Registry) -> None:
    assert [person.id for person in migrated.members()] == [TARO, HANAKO]
    addresses = [version.address for version in migrated.history(TARO)]
    assert addresses == ["東京都千代田区〇〇町1-11-1"] + 2 * ["東京都新宿区〇〇町2-2-2"]
    bound = migrated.member_by_binding("1" * 64)
    assert bound is not None and (bound.member.id, bound.bound_by) == (TARO, "窓口 一子")
    migrated.check_site_key("f" * 64)


def test_its_orders_keep_their_state_and_can_be_finished(migrated: Registry) -> None:
    queue = Queue(migrated)
    assert [order.state for order in queue.history(TARO)] == [OrderState.DONE]
    (order,) = queue.open_orders()
    assert order.member == HANAKO
    queue.complete([order.number], date(2026, 7, 7), "窓口 一子", datetime(2026, 7, 7, 3, tzinfo=UTC))
    issued = migrated.member(HANAKO)
    assert issued is not None and issued.confirmation_valid_until == date(2031, 7, 2)


def test_its_members_can_get_what_later_files_say(migrated: Registry, cells: Callable[..., dict[str, str]]) -> None:
    of_taro = cells(number="000001", branch="00", registration="unknown", pays_in_full="true", stay_until="2027-01-31")
    text = "".join(",".join(line) + "\n" for line in (of_taro, of_taro.values()))
    source = Source(datetime(2026, 7, 8, 3, tzinfo=UTC), date(2026, 7, 8), "a" * 64, lambda: "b" * 64)
    assert migrated.import_members(read_rows(io.BytesIO(text.encode())), source).updated == 1
    taro = migrated.member(TARO)
    assert taro is not None and (taro.registration, taro.pays_in_full) == (Registration.UNKNOWN, True)
    assert taro.stay_until == date(2027, 1, 31)


def test_its_rows_still_refer_to_each_other_and_are_checked(migrated: Registry) -> None:
    with writing(migrated.engine) as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        for broken in (
            "DELETE FROM member_version WHERE version = 3",
            "UPDATE member_version SET registration = 'perhaps'",
            "UPDATE member_version SET lost_on = '1990-01-01'",
            "UPDATE member_version SET pays_in_full = NULL",
        ):
            with pytest.raises(IntegrityError):
                connection.exec_driver_sql(broken)


def test_it_can_keep_an_anchor_from_then_on(migrated: Registry) -> None:
    anchor = Anchor("clinic-1", Head(7, "a" * 64), datetime(2026, 7, 7, 3, tzinfo=UTC), None, "b" * 64)
    migrated.keep_anchor(anchor)
    assert migrated.anchor("clinic-1") == anchor
